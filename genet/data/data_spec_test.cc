#include "genet/data/data_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "genet/base/scratch_folder_for_test.h"

namespace genet {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// The usage error of a SPEC that cannot be.
std::string MessageOf(std::string_view text) {
  const Result<DataSpec> spec = ParseDataSpec(text);
  if (spec) return "no error";
  EXPECT_EQ(spec.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(spec.error().message.find('\n'), std::string::npos);
  return spec.error().message;
}

TEST(DataSpec, APathIsAllThatFollowsTheColonOfAKindWithoutOptions) {
  const DataSpec spec = *ParseDataSpec("cifar10:/a:b/my,folder");
  EXPECT_EQ(spec.kind, &KindNamed("cifar10"));
  EXPECT_EQ(spec.text, "cifar10:/a:b/my,folder");
  EXPECT_EQ(spec.path, "/a:b/my,folder");
  EXPECT_TRUE(spec.options.empty());
}

TEST(DataSpec, OptionsStartAtTheFirstCommaAfterTheLastSlash) {
  const DataSpec spec = *ParseDataSpec("imagenet:/a,b/c,size=64,stream,labels=my=val.txt");
  EXPECT_EQ(spec.path, "/a,b/c");
  ASSERT_EQ(spec.options.size(), 3u);
  EXPECT_EQ(spec.options[0].name, "size");
  EXPECT_EQ(spec.options[0].number, 64);
  EXPECT_EQ(spec.options[1].name, "stream");
  EXPECT_EQ(spec.options[2].value, "my=val.txt");
  EXPECT_TRUE(spec.Says("stream"));
  EXPECT_FALSE(spec.Says("once"));
  EXPECT_EQ(ParseDataSpec("images:my,pictures/,seed=3")->path, "my,pictures/");
  EXPECT_TRUE(ParseDataSpec("svhn:digits,lcn")->Says("lcn"));
}

TEST(DataSpec, ASeedMayBeLeftOut) {
  EXPECT_EQ(ParseDataSpec("synthetic")->seed, 0u);
  EXPECT_EQ(ParseDataSpec("synthetic:18446744073709551615")->seed, UINT64_MAX);
  for (const char* text : {"synthetic:", "synthetic:x", "synthetic:-1", "synthetic:1x",
                           "synthetic: 1", "synthetic:18446744073709551616"}) {
    EXPECT_EQ(MessageOf(text), fmt::format("--data {}: the seed must be a whole number from 0 to "
                                           "2^64 - 1",
                                           text));
  }
}

TEST(DataSpec, AnUnknownKindListsTheKnownForms) {
  for (const char* text : {"imagenet1", "", ":", "cifar10x:/tmp", "Cifar10:/tmp", " synthetic"}) {
    EXPECT_EQ(MessageOf(text),
              fmt::format("--data {}: unknown data set; known are {}", text, KnownSpecs("and")));
  }
  EXPECT_THAT(KnownSpecs("and"), StartsWith("synthetic, synthetic:SEED, cifar10:PATH, "));
  EXPECT_THAT(KnownSpecs("or"),
              EndsWith(", images:PATH[,size=N,...] or imagenet:PATH[,size=N,...]"));
}

TEST(DataSpec, AMissingPathSaysWhatToWriteAndHowToGetTheFiles) {
  EXPECT_EQ(MessageOf("mnist:"),
            "--data mnist:: a path is missing: write mnist:PATH (`genet data fetch mnist PATH` "
            "gets the files)");
  EXPECT_EQ(MessageOf("cifar10"),
            "--data cifar10: a path is missing: write cifar10:PATH (`genet data fetch cifar10 "
            "PATH` gets the files)");
  for (const char* text : {"images", "images:", "images:,size=32"}) {
    EXPECT_EQ(MessageOf(text),
              fmt::format("--data {}: a path is missing: write images:PATH", text));
  }
}

TEST(DataSpec, AnUnknownOptionListsThoseOfItsKind) {
  EXPECT_EQ(MessageOf("svhn:a,LCN"), "--data svhn:a,LCN: unknown option 'LCN'; svhn knows lcn");
  EXPECT_EQ(MessageOf("imagenet:a,size=32,test=20"),
            "--data imagenet:a,size=32,test=20: unknown option 'test=20'; imagenet knows size=N, "
            "shorter=N, once, stream, skip-damaged and labels=NAME");
  EXPECT_THAT(MessageOf("images:a,labels=x"),
              AllOf(HasSubstr("'labels=x'"), HasSubstr("test=PERCENT and seed=N")));
  // An option that stands alone takes no value, the others need one; nothing is no option.
  for (const char* text : {"images:a,once=1", "images:a,once=", "imagenet:a,labels",
                           "imagenet:a,labels=", "images:a,", "images:a,,once", "svhn:a,lcn,"}) {
    EXPECT_THAT(MessageOf(text), HasSubstr("unknown option '")) << text;
  }
}

TEST(DataSpec, ANumberKeepsItsLimits) {
  for (const char* option : {"size=7", "size=4097", "size=", "size", "size=8.5", "size=+8",
                             "size= 8", "size=99999999999999999999"}) {
    EXPECT_EQ(
        MessageOf(fmt::format("images:a,{}", option)),
        fmt::format("--data images:a,{}: size must be a whole number from 8 to 4096", option));
  }
  EXPECT_EQ(ParseDataSpec("images:a,size=8")->options[0].number, 8);
  EXPECT_EQ(ParseDataSpec("images:a,shorter=4096")->options[0].number, 4096);
  EXPECT_THAT(MessageOf("images:a,test=100"),
              HasSubstr("test must be a whole number from 1 to 99"));
  EXPECT_THAT(MessageOf("images:a,seed=-1"), HasSubstr("seed must be a whole number from 0"));
}

TEST(WithAbsolutePath, TakesTheWorkingFolderAndNormalises) {
  const std::string here = fs::current_path().string();
  EXPECT_EQ(WithAbsolutePath("cifar10:data"), "cifar10:" + here + "/data");
  EXPECT_EQ(WithAbsolutePath("cifar10:./a/../data/"), "cifar10:" + here + "/data");
  EXPECT_EQ(WithAbsolutePath("cifar10:/a/b"), "cifar10:/a/b");
  EXPECT_EQ(WithAbsolutePath("cifar10:my,folder/"), "cifar10:" + here + "/my,folder");
  EXPECT_EQ(WithAbsolutePath("mnist:/"), "mnist:/");
}

TEST(WithAbsolutePath, KeepsOptionsAndTheSlashThatKeepsThemApart) {
  const std::string here = fs::current_path().string();
  EXPECT_EQ(WithAbsolutePath("svhn:../digits,lcn"),
            "svhn:" + (fs::current_path().parent_path() / "digits,lcn").string());
  // As runs have it that were started so.
  EXPECT_EQ(WithAbsolutePath("images:.,size=32"), "images:" + here + "/.,size=32");
  EXPECT_EQ(WithAbsolutePath("images:a/,size=32"), "images:" + here + "/a/,size=32");
  EXPECT_EQ(WithAbsolutePath("images:a/"), "images:" + here + "/a");
  EXPECT_EQ(WithAbsolutePath("images:my,pictures/"), "images:" + here + "/my,pictures/");
  EXPECT_EQ(ParseDataSpec(WithAbsolutePath("images:my,pictures/"))->path, here + "/my,pictures/");
  EXPECT_EQ(WithAbsolutePath("images:my,pictures/,seed=3"),
            "images:" + here + "/my,pictures/,seed=3");
}

TEST(WithAbsolutePath, LeavesAloneWhatHasNoPath) {
  for (const char* text : {"synthetic", "synthetic:7", "synthetic:x", "cifar10:", "nosuch:here",
                           "images:a,sise=3", ""}) {
    EXPECT_EQ(WithAbsolutePath(text), text);
  }
}

TEST(PictureSize, IsSetWhereThereAreOptionsOrNone) {
  EXPECT_EQ(WithPictureSize("images:/a,b/c", 32), "images:/a,b/c,size=32");
  EXPECT_EQ(WithPictureSize("imagenet:a,stream,size=64,shorter=70,skip-damaged", 32),
            "imagenet:a,size=32,stream,skip-damaged");
  EXPECT_EQ(WithPictureSize("images:a,b/,seed=3", 32), "images:a,b/,size=32,seed=3");
  EXPECT_EQ(WithPictureSize("cifar10:a", 64), "cifar10:a");
  EXPECT_EQ(WithPictureSize("images:a,size=none", 64), "images:a,size=none");
  EXPECT_TRUE(LacksPictureSize("images:a,seed=1"));
  EXPECT_FALSE(LacksPictureSize("images:a,size=64"));
  EXPECT_FALSE(LacksPictureSize("images:a,shorter=64"));
  EXPECT_FALSE(LacksPictureSize("cifar10:a"));
}

TEST(DataSpecHelp, NamesEveryKindByWhatItsPathIs) {
  EXPECT_THAT(DataSpecHelp(),
              StartsWith("The data set: synthetic, synthetic:SEED, cifar10:PATH, "));
  EXPECT_THAT(DataSpecHelp(),
              EndsWith(", where PATH is a folder of the official files or the official archive; or "
                       "images:PATH[,size=N,...] or imagenet:PATH[,size=N,...], where it is a "
                       "folder of class folders (docs/data.md)."));
  for (const DataKind& kind : DataKinds()) EXPECT_THAT(DataSpecHelp(), HasSubstr(kind.syntax));
}

TEST(OpenDataSet, RefusesWhatIsNoSpecBeforeItTouchesTheCache) {
  const ScratchFolder scratch;
  for (const char* spec : {"nosuch:/", "synthetic:x", "mnist:", "images:/,size=1"}) {
    const auto set = OpenDataSet(spec, scratch / "cache");
    ASSERT_FALSE(set);
    EXPECT_EQ(set.error().message, MessageOf(spec));
  }
  EXPECT_FALSE(fs::exists(scratch / "cache"));
}

}  // namespace
}  // namespace genet
