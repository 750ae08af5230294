#include "genet/data/picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "genet/base/random.h"
#include "genet/base/scratch_folder_for_test.h"
#include "genet/data/batch_reader.h"
#include "genet/data/data_set.h"

namespace genet {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// Red is the row, green the column, blue `mark`.
void PutPicture(const fs::path& path, int height, int width, int mark) {
  cv::Mat picture(height, width, CV_8UC3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      picture.at<cv::Vec3b>(y, x) =
          cv::Vec3b(static_cast<uint8_t>(mark), static_cast<uint8_t>(x), static_cast<uint8_t>(y));
    }
  }
  fs::create_directories(path.parent_path());
  ASSERT_TRUE(cv::imwrite(path.string(), picture));
}

std::vector<uint8_t> Decoded(const fs::path& path, const Framing& framing,
                             std::optional<CropPlace> place = std::nullopt) {
  std::vector<uint8_t> pixels(framing.image_bytes());
  const Status status = DecodePicture(path, framing, place, pixels);
  EXPECT_TRUE(status) << status.error().message;
  return pixels;
}

std::string DecodingError(const fs::path& path) {
  std::vector<uint8_t> pixels(3 * 16 * 16);
  const Status status = DecodePicture(path, {16, 16}, std::nullopt, pixels);
  return status ? "no error" : status.error().message;
}

TEST(DecodePicture, CutsTheSquareWhereItIsAsked) {
  const ScratchFolder scratch;
  const fs::path path = scratch / "p.png";
  PutPicture(path, 40, 60, 7);
  const Framing framing{.shorter_side = 40, .side = 20};
  const auto corner = [&](std::optional<CropPlace> place) {
    const auto pixels = Decoded(path, framing, place);
    EXPECT_EQ(pixels[399], pixels[0] + 19);    // red plane: the last row is 19 below
    EXPECT_EQ(pixels[799], pixels[400] + 19);  // green plane
    EXPECT_EQ(pixels[800], 7);                 // blue plane
    return std::pair<int, int>(pixels[0], pixels[400]);
  };
  EXPECT_EQ(corner(std::nullopt), std::pair(10, 20));
  EXPECT_EQ(corner(CropPlace{0, 0}), std::pair(0, 0));
  EXPECT_EQ(corner(CropPlace{0.9999, 0.9999}), std::pair(20, 40));
  EXPECT_EQ(corner(CropPlace{1 / 21.0 + 1e-9, 0}), std::pair(1, 0));  // 21 places for 20 of room
}

TEST(DecodePicture, ScalesTheShorterSide) {
  const ScratchFolder scratch;
  PutPicture(scratch / "wide.png", 80, 200, 9);
  PutPicture(scratch / "tall.png", 200, 80, 9);
  PutPicture(scratch / "tiny.png", 1, 3, 9);
  const Framing framing{.shorter_side = 40, .side = 40};
  const auto wide = Decoded(scratch / "wide.png", framing);
  // Areas of 2 x 2: the first pixel is the mean of rows 0 and 1 and of columns 60 and 61.
  EXPECT_NEAR(wide[0], 0.5, 0.6);
  EXPECT_NEAR(wide[1600], 60.5, 0.6);
  EXPECT_EQ(wide[3200], 9);
  EXPECT_NEAR(Decoded(scratch / "tall.png", framing)[0], 60.5, 0.6);
  EXPECT_EQ(Decoded(scratch / "tiny.png", framing)[3200], 9);
}

TEST(DecodePicture, GreyAndTransparentPicturesGetThreePlanes) {
  const ScratchFolder scratch;
  const Framing framing{.shorter_side = 16, .side = 16};
  for (const char* name : {"grey.png", "grey.jpg"}) {
    cv::imwrite((scratch / name).string(), cv::Mat(16, 20, CV_8UC1, cv::Scalar(90)));
    const auto grey = Decoded(scratch / name, framing);
    for (const uint8_t pixel : grey) ASSERT_NEAR(pixel, 90, 1);
  }
  cv::imwrite((scratch / "alpha.png").string(), cv::Mat(16, 20, CV_8UC4, cv::Scalar(1, 2, 3, 0)));
  const auto alpha = Decoded(scratch / "alpha.png", framing);
  EXPECT_EQ(alpha[0], 3);
  EXPECT_EQ(alpha[256], 2);
  EXPECT_EQ(alpha[512], 1);
}

TEST(DecodePicture, DamagedFilesAreNamed) {
  const ScratchFolder scratch;
  cv::Mat noise(64, 64, CV_8UC3);
  cv::randu(noise, 0, 256);
  for (const char* name : {"good.jpg", "good.png"}) {
    cv::imwrite((scratch / name).string(), noise);
    EXPECT_EQ(DecodingError(scratch / name), "no error");
    const std::string bytes = *ReadFile(scratch / name);
    for (const size_t size : {size_t{0}, size_t{1}, size_t{2}, size_t{30}, bytes.size() / 2,
                              bytes.size() - 2, bytes.size() - 1}) {
      const fs::path cut = scratch / ("cut" + fs::path(name).extension().string());
      Put(cut, bytes.substr(0, size));
      EXPECT_THAT(DecodingError(cut), HasSubstr(cut.string())) << size;
    }
  }
  Put(scratch / "text.jpg", "no picture");
  EXPECT_THAT(DecodingError(scratch / "text.jpg"), HasSubstr("damaged, or no picture"));
  EXPECT_THAT(DecodingError(scratch / "none.jpg"), HasSubstr("none.jpg"));
}

TEST(DecodePicture, RealPicturesOfAllKinds) {
  const char* data = std::getenv("GENET_DATA_DIR");
  if (data == nullptr || !fs::exists(fs::path(data) / "imagenet-samples")) {
    GTEST_SKIP() << "GENET_DATA_DIR names no folder with imagenet-samples";
  }
  int count = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(data) / "imagenet-samples")) {
    if (!HasPictureName(entry.path())) continue;
    const auto pixels = Decoded(entry.path(), {256, 224}, CropPlace{0.3, 0.8});
    EXPECT_GT(*std::max_element(pixels.begin(), pixels.end()), 30) << entry.path();
    ++count;
  }
  EXPECT_EQ(count, 67);
}

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
  const char* data = std::getenv("GENET_DATA_DIR");
  if (data == nullptr || !fs::exists(fs::path(data) / "caltech101-24")) {
    GTEST_SKIP() << "GENET_DATA_DIR names no folder with caltech101-24";
  }
  const ScratchFolder scratch;
  const std::string folder = (fs::path(data) / "caltech101-24").string();
  const auto set = OpenDataSet("images:" + folder + ",size=32,test=25", scratch / "cache");
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_EQ(set->classes(), 24);
  EXPECT_EQ(set->train.size(), 1440u);
  EXPECT_EQ(set->test.size(), 480u);
  const ChannelStatistics statistics = MeasureChannels(set->train);
  for (const double mean : statistics.mean) EXPECT_NEAR(mean, 0.55, 0.15);
}

}  // namespace
}  // namespace genet
