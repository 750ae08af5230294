#include "genet/data/official_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace genet {
namespace {

using testing::HasSubstr;
using testing::IsSupersetOf;

TEST(OfficialPlan, MirrorReplacesTheFolderOfTheAddress) {
  EXPECT_EQ(OfficialPlan("cifar10")->files[0].url,
            "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz");
  EXPECT_EQ(OfficialPlan("mnist", "http://host/m")->files[3].url,
            "http://host/m/t10k-labels-idx1-ubyte.gz");
  EXPECT_EQ(OfficialPlan("cifar100", "http://host/m/")->files[0].url,
            "http://host/m/cifar-100-binary.tar.gz");
  EXPECT_EQ(OfficialPlan("svhn")->files[2].url,
            "http://ufldl.stanford.edu/housenumbers/extra_32x32.mat");
  const auto unknown = OfficialPlan("nosuch");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::kUsage);
  EXPECT_THAT(unknown.error().message, HasSubstr("known are cifar10, cifar100, "));
}

TEST(OfficialPlan, SaysHowToComeByWhatOnlyItsOwnersHandOut) {
  for (const auto& [name, where] : {std::pair{"imagenet", "https://image-net.org/download.php"},
                                    {"caltech256", "https://data.caltech.edu/"}}) {
    const auto plan = OfficialPlan(name);
    ASSERT_FALSE(plan);
    EXPECT_THAT(plan.error().message, HasSubstr(where));
    EXPECT_EQ(plan.error().message.find('\n'), std::string::npos);
  }
}

TEST(OfficialFiles, AreListedByWhoMayHandThemOut) {
  EXPECT_THAT(FetchableSets(), IsSupersetOf({"cifar10", "cifar100", "mnist", "svhn"}));
  EXPECT_THAT(RestrictedSets(), IsSupersetOf({"caltech256", "imagenet"}));
  for (const std::string& name : RestrictedSets()) EXPECT_FALSE(OfficialPlan(name)) << name;
}

TEST(OfficialFiles, EachHasAChecksumOrInstructions) {
  for (const std::string& name : FetchableSets()) {
    const auto plan = OfficialPlan(name);
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_EQ(plan->data_set, name);
    for (const FetchFile& file : plan->files) {
      EXPECT_EQ(file.checksum.substr(0, 4), "md5:") << file.name;
      EXPECT_EQ(file.checksum.size(), 4 + 32u) << file.name;
    }
  }
}

}  // namespace
}  // namespace genet
