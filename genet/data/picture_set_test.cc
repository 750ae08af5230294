#include "genet/data/picture_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "genet/base/random.h"
#include "genet/data/batch_reader.h"
#include "genet/data/picture_for_test.h"
#include "genet/data/real_data_for_test.h"

namespace genet {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class PictureSetTest : public testing::Test {
 protected:
  // Classes a, b, c with `count` pictures each in folder/part.
  void PutClasses(const std::string& part, int count, int height = 20, int width = 30) {
    for (int c = 0; c < 3; ++c) {
      for (int i = 0; i < count; ++i) {
        PutPicture(
            folder_ / part / std::string(1, static_cast<char>('a' + c)) / fmt::format("{}.png", i),
            height, width, 50 * c + i);
      }
    }
  }
  Result<DataSet> Open(const std::string& options, const std::string& kind = "images",
                       int threads = 1) {
    return OpenDataSet(kind + ":" + folder_.string() + options, scratch_ / "cache",
                       {.loader_threads = threads});
  }
  std::string Message(const std::string& options = ",size=16", const std::string& kind = "images") {
    const auto set = Open(options, kind);
    EXPECT_TRUE(set || set.error().message.find('\n') == std::string::npos);
    return set ? "no error" : set.error().message;
  }

  ScratchFolder scratch_;
  fs::path folder_ = scratch_ / "pictures";
};

// The blue value at a corner, which tells the picture.
int Mark(const ImageList& images, size_t index) {
  return images.pixels(index)[size_t{2} * images.height() * images.width()];
}

TEST_F(PictureSetTest, TrainAndValOrTestFolders) {
  PutClasses("train", 3);
  PutClasses("val", 2);
  const auto set = Open(",size=16");
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_EQ(set->name, "images");
  EXPECT_THAT(set->class_names, ElementsAre("a", "b", "c"));
  ASSERT_EQ(set->train.size(), 9u);
  ASSERT_EQ(set->test.size(), 6u);
  EXPECT_EQ(set->train.height(), 16);
  for (size_t i = 0; i < 9; ++i) {
    EXPECT_EQ(set->train.label(i), int(i / 3));
    EXPECT_EQ(Mark(set->train, i), 50 * int(i / 3) + int(i % 3));
  }
  EXPECT_TRUE(set->notes.empty());

  PutClasses("test", 1);
  Put(folder_ / "train/a/readme.txt", "x");
  const auto both = Open(",size=16");
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(both->test.size(), 3u);
  EXPECT_THAT(both->notes, ElementsAre(HasSubstr("val is not used"), HasSubstr("1 file(s)")));
}

TEST_F(PictureSetTest, ClassFoldersAloneAreSplitBySeed) {
  PutClasses("", 10);
  const auto set = Open(",size=16");
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_EQ(set->train.size(), 24u);
  EXPECT_EQ(set->test.size(), 6u);
  const auto marks = [](const ImageList& images) {
    std::vector<int> found;
    for (size_t i = 0; i < images.size(); ++i) found.push_back(Mark(images, i));
    return found;
  };
  std::vector<int> all = marks(set->train), test = marks(set->test);
  all.insert(all.end(), test.begin(), test.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::unique(all.begin(), all.end()), all.end());
  EXPECT_EQ(marks(Open(",size=16,seed=0")->test), test);
  EXPECT_NE(marks(Open(",size=16,seed=1")->test), test);
  EXPECT_EQ(Open(",size=16,test=50")->test.size(), 15u);
}

TEST_F(PictureSetTest, KeptAndStreamedPicturesAreTheSame) {
  PutClasses("train", 4);
  PutClasses("val", 2);
  const auto kept = Open(",size=16,shorter=20,once"), streamed = Open(",size=16,shorter=20,stream");
  ASSERT_TRUE(kept && streamed);
  ASSERT_EQ(streamed->train.size(), kept->train.size());
  ASSERT_NE(streamed->train.decoder(), nullptr);
  EXPECT_EQ(kept->train.decoder(), nullptr);
  const std::vector<uint32_t> chosen{11, 3, 0, 7, 5};
  const ImageList some = streamed->train.Select(chosen);
  EXPECT_EQ(MeasureChannels(some).mean, MeasureChannels(kept->train.Select(chosen)).mean);
  EXPECT_EQ(MeasureChannels(some).deviation, MeasureChannels(kept->train.Select(chosen)).deviation);
  const std::vector<uint32_t> order{4, 2, 0, 1, 3};
  BatchReader reader(some, order, 2);
  for (size_t done = 0; done < order.size();) {
    const auto batch = reader.Next();
    ASSERT_TRUE(batch);
    EXPECT_EQ(batch->size(), std::min<size_t>(2, order.size() - done));
    for (const uint8_t* pixels : *batch) {
      const size_t index = chosen[order[done++]];
      EXPECT_EQ(std::vector<uint8_t>(pixels, pixels + 768),
                std::vector<uint8_t>(kept->train.pixels(index), kept->train.pixels(index) + 768));
    }
  }
}

TEST_F(PictureSetTest, RandomSquaresDoNotDependOnTheNumberOfThreads) {
  PutClasses("train", 15, 40, 50);
  PutClasses("val", 1);
  const auto read = [&](int threads) {
    const auto set = Open(",size=16,shorter=32,stream", "images", threads);
    EXPECT_TRUE(set);
    std::vector<uint32_t> order(set->train.size());
    std::iota(order.begin(), order.end(), 0u);
    BatchReader reader(set->train, order, 8, [](uint32_t index) -> std::optional<CropPlace> {
      RandomStream stream(RandomKey(1).Derive(index));
      const double row = stream.Uniform();
      return CropPlace{row, stream.Uniform()};
    });
    std::vector<uint8_t> all;
    for (size_t done = 0; done < order.size();) {
      const auto batch = reader.Next();
      EXPECT_TRUE(batch);
      for (const uint8_t* pixels : *batch) all.insert(all.end(), pixels, pixels + 768);
      done += batch->size();
    }
    return all;
  };
  const auto one = read(1);
  EXPECT_EQ(one.size(), 45u * 768);
  EXPECT_EQ(read(2), one);
  EXPECT_EQ(read(7), one);
}

TEST_F(PictureSetTest, AReaderMayStopEarly) {
  PutClasses("train", 15);
  PutClasses("val", 1);
  const auto set = Open(",size=16,stream", "images", 3);
  ASSERT_TRUE(set);
  std::vector<uint32_t> order(45);
  std::iota(order.begin(), order.end(), 0u);
  BatchReader reader(set->train, order, 2);
  EXPECT_TRUE(reader.Next());
}

TEST_F(PictureSetTest, DamagedPicturesAreNamedOrLeftOutByChoice) {
  PutClasses("train", 3);
  PutClasses("val", 1);
  Put(folder_ / "train/b/1.png", "damaged");
  for (const char* when : {",once", ",stream"}) {
    EXPECT_THAT(Message(std::string(",size=16") + when),
                AllOf(HasSubstr("train/b/1.png"), HasSubstr("skip-damaged")));
    const auto set = Open(std::string(",size=16,skip-damaged") + when);
    ASSERT_TRUE(set) << set.error().message;
    EXPECT_EQ(set->train.size(), 8u);
    EXPECT_THAT(set->notes, ElementsAre(AllOf(HasSubstr("left out"), HasSubstr("train/b/1.png"))));
  }
  // Mended, it is read again.
  PutPicture(folder_ / "train/b/1.png", 20, 30, 51);
  EXPECT_EQ(Open(",size=16,skip-damaged")->train.size(), 9u);
  for (int i = 0; i < 3; ++i) Put(folder_ / fmt::format("train/c/{}.png", i), "");
  EXPECT_THAT(Message(",size=16,skip-damaged"), HasSubstr("every training picture of class c"));
}

TEST_F(PictureSetTest, APictureDamagedLaterIsAnErrorOfItsBatch) {
  PutClasses("train", 3);
  PutClasses("val", 1);
  const auto set = Open(",size=16,stream", "images", 2);
  ASSERT_TRUE(set);
  Put(folder_ / "train/b/1.png", "damaged");
  const std::vector<uint32_t> order{0, 1, 2, 3, 4, 5};
  BatchReader reader(set->train, order, 2);
  EXPECT_TRUE(reader.Next());
  EXPECT_TRUE(reader.Next());
  const auto batch = reader.Next();
  ASSERT_FALSE(batch);
  EXPECT_THAT(batch.error().message, HasSubstr("train/b/1.png"));
}

TEST_F(PictureSetTest, BadFoldersAreNamedWithWhatIsWrong) {
  EXPECT_THAT(Message(), HasSubstr("no such folder"));
  fs::create_directories(folder_);
  EXPECT_THAT(Message(), HasSubstr("no class folders"));
  PutPicture(folder_ / "train/a/0.png", 20, 30, 1);
  EXPECT_THAT(Message(), HasSubstr("one class only (a)"));
  PutClasses("train", 2);
  EXPECT_THAT(Message(), HasSubstr("neither test nor val"));
  PutClasses("val", 1);
  fs::create_directories(folder_ / "train/empty");
  EXPECT_THAT(Message(), AllOf(HasSubstr("train/empty"), HasSubstr("without pictures")));
  fs::remove(folder_ / "train/empty");
  PutPicture(folder_ / "val/d/0.png", 20, 30, 1);
  EXPECT_THAT(Message(), AllOf(HasSubstr("val/d"), HasSubstr("no such class")));
  fs::remove_all(folder_ / "val/d");
  EXPECT_EQ(Message(), "no error");
}

TEST_F(PictureSetTest, TheShorterSideIsNotLessThanTheSquare) {
  EXPECT_THAT(Message(",size=64,shorter=32"), HasSubstr("shorter=32 is less than size=64"));
}

TEST_F(PictureSetTest, ImageNetValidationPicturesGetTheirClassesFromAFile) {
  PutClasses("train", 2);
  for (int i = 0; i < 4; ++i) PutPicture(folder_ / fmt::format("val/v{}.png", i), 20, 30, 10 + i);
  EXPECT_THAT(Message(",size=16", "imagenet"), HasSubstr("val.txt"));
  EXPECT_THAT(Message(",size=16"), HasSubstr("neither test nor val"));
  const auto labels = [&](const std::string& options = "") {
    const auto set = Open(",size=16" + options, "imagenet");
    EXPECT_TRUE(set) << set.error().message;
    std::vector<std::pair<int, int>> found;
    if (!set) return found;
    for (size_t i = 0; i < set->test.size(); ++i) {
      found.push_back({Mark(set->test, i) - 10, set->test.label(i)});
    }
    std::sort(found.begin(), found.end());
    return found;
  };
  using Labels = std::vector<std::pair<int, int>>;
  const Labels want{{0, 2}, {1, 0}, {2, 1}, {3, 2}};
  Put(folder_ / "val.txt", "v0.png 2\nv1.png 0\nv2.png 1\nv3.png 2\n");
  EXPECT_EQ(labels(), want);
  Put(folder_ / "kaggle.csv",
      "ImageId,PredictionString\nv0,c 1 2 3 4 \nv1,a 1 1 1 1\nv2,b 0\nv3,c\n");
  EXPECT_EQ(labels(",labels=kaggle.csv"), want);
  Put(folder_ / "val.txt", "v0.png 2\nv1.png 0\nv2.png 1\n");
  EXPECT_THAT(Message(",size=16", "imagenet"), HasSubstr("no line for val/v3.png"));
  Put(folder_ / "val.txt", "v0.png 3\n");
  EXPECT_THAT(Message(",size=16", "imagenet"), AllOf(HasSubstr("line 1"), HasSubstr("'3'")));
  Put(folder_ / "val.txt", "490\n361\n");
  EXPECT_THAT(Message(",size=16", "imagenet"), HasSubstr("line 1 has one word"));
}

TEST(PictureSet, RealFolders) {
  GENET_REAL_DATA_OR_SKIP(folder, "caltech101-24");
  const ScratchFolder scratch;
  const auto set = OpenDataSet("images:" + folder.string() + ",size=32,test=25", scratch / "cache");
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_EQ(set->classes(), 24);
  EXPECT_EQ(set->train.size(), 1440u);
  EXPECT_EQ(set->test.size(), 480u);
  const ChannelStatistics statistics = MeasureChannels(set->train);
  for (const double mean : statistics.mean) EXPECT_NEAR(mean, 0.55, 0.15);
}

}  // namespace
}  // namespace genet
