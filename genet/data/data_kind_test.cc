#include "genet/data/data_kind.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "genet/base/scratch_folder_for_test.h"
#include "genet/data/data_spec.h"
#include "genet/data/real_data_for_test.h"

namespace genet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A SPEC of the kind that names nothing.
std::string SpecOf(const DataKind& kind) {
  return kind.argument == DataKind::Argument::kSeed ? kind.name : kind.name + ":/nosuch";
}

TEST(DataKinds, EachSaysAllThatItMust) {
  std::set<std::string> names;
  for (const DataKind& kind : DataKinds()) {
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
    EXPECT_EQ(kind.name.find_first_of(":,/ "), std::string::npos) << kind.name;
    EXPECT_FALSE(kind.title.empty()) << kind.name;
    EXPECT_TRUE(kind.syntax.starts_with(kind.name)) << kind.name;
    EXPECT_NE(kind.open, nullptr) << kind.name;
    EXPECT_GT(kind.image_size.channels, 0) << kind.name;
    EXPECT_GT(kind.image_size.height, 0) << kind.name;
    EXPECT_GT(kind.image_size.width, 0) << kind.name;
    const Result<DataSpec> spec = ParseDataSpec(SpecOf(kind));
    ASSERT_TRUE(spec) << spec.error().message;
    EXPECT_EQ(spec->kind, &kind);
    EXPECT_EQ(FindDataKind(kind.name), &kind);
  }
}

TEST(DataKinds, SyntaxShowsThatThereAreOptions) {
  for (const DataKind& kind : DataKinds()) {
    const bool shown = kind.syntax.find("[,") != std::string::npos;
    EXPECT_EQ(shown, !kind.options.empty()) << kind.syntax;
    if (!shown) continue;
    EXPECT_THAT(kind.syntax, HasSubstr("[," + kind.options[0].syntax()));
  }
}

// `genet data fetch NAME` ends with the SPEC to give, which it makes of the name.
TEST(DataKinds, FilesToFetchBearTheNameOfTheirKind) {
  for (const DataKind& kind : DataKinds()) {
    if (kind.official && !kind.official->files.empty()) {
      EXPECT_EQ(kind.official->name, kind.name);
      EXPECT_TRUE(kind.counts.has_value()) << kind.name;
    }
  }
}

TEST(DataKinds, UnknownNamesHaveNone) {
  for (const char* spec : {"", ":", "nosuch", "svhn,lcn", "SVHN:a"}) {
    EXPECT_EQ(FindDataKind(spec), nullptr) << spec;
  }
  EXPECT_EQ(FindDataKind("svhn:a,lcn"), &KindNamed("svhn"));
}

TEST(DataKinds, OnlyFoldersOfPicturesHaveNoSizeOfTheirOwn) {
  std::vector<std::string> pictures;
  for (const DataKind& kind : DataKinds()) {
    if (kind.pictures()) pictures.push_back(kind.name);
  }
  EXPECT_THAT(pictures, ElementsAre("images", "imagenet"));
}

TEST(DataKinds, UsualTrainingImagesAreThoseOfThePaper) {
  EXPECT_EQ(KindNamed("svhn").usual_train_images(), 598388u);  // section 4.2
  EXPECT_EQ(KindNamed("cifar10").usual_train_images(), 50000u);
  EXPECT_EQ(KindNamed("imagenet").usual_train_images(), 1281167u);
}

TEST(DataKinds, StreetNumbersAloneAreNeverMirrored) {
  EXPECT_THAT(NeverMirrored(), ElementsAre("SVHN"));
}

TEST(DataKinds, OfficialFilesAreAsPromised) {
  for (const auto& [name, folder] :
       {std::pair{"cifar10", "cifar-10-batches-bin"}, {"mnist", "mnist"}}) {
    GENET_REAL_DATA_OR_SKIP(path, folder);
    const ScratchFolder scratch;
    const auto set = OpenDataSet(fmt::format("{}:{}", name, path.string()), scratch.path());
    ASSERT_TRUE(set) << set.error().message;
    const DataKind& kind = KindNamed(name);
    EXPECT_EQ(set->name, kind.name);
    EXPECT_EQ(set->train.size(), kind.counts->train);
    EXPECT_EQ(set->test.size(), kind.counts->test);
    EXPECT_EQ(set->classes(), kind.counts->classes);
    EXPECT_EQ(set->train.channels(), kind.image_size.channels);
    EXPECT_EQ(set->train.height(), kind.image_size.height);
    EXPECT_EQ(set->train.width(), kind.image_size.width);
  }
}

}  // namespace
}  // namespace genet
