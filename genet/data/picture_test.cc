#include "genet/data/picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "genet/base/random.h"
#include "genet/data/picture_for_test.h"
#include "genet/data/real_data_for_test.h"

namespace genet {
namespace {

using testing::HasSubstr;

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

TEST(DecodePicture, FormatsGoByTheFirstBytes) {
  const ScratchFolder scratch;
  cv::Mat noise(64, 64, CV_8UC3);
  cv::randu(noise, 0, 256);
  for (const char* kind : {".jpg", ".png", ".bmp", ".webp", ".tif", ".ppm"}) {
    const fs::path picture = scratch / ("a" + std::string(kind));
    cv::imwrite(picture.string(), noise);
    const fs::path renamed = scratch / "b.jpg";
    fs::copy_file(picture, renamed, fs::copy_options::overwrite_existing);
    EXPECT_EQ(DecodingError(renamed), "no error") << kind;
  }
  cv::Mat grey(64, 64, CV_8UC1);
  cv::randu(grey, 0, 256);
  cv::imwrite((scratch / "a.pgm").string(), grey);
  EXPECT_EQ(DecodingError(scratch / "a.pgm"), "no error");
  // What OpenCV hands to other libraries: a medical picture, one of maps.
  std::string medical(140, '\0');
  medical.replace(128, 4, "DICM");
  for (const std::string& bytes : {medical, std::string("GIF89a"), std::string("P7\n")}) {
    Put(scratch / "other.png", bytes);
    EXPECT_THAT(DecodingError(scratch / "other.png"), HasSubstr("JPEG, PNG"));
  }
}

TEST(DecodePicture, RealPicturesOfAllKinds) {
  GENET_REAL_DATA_OR_SKIP(folder, "imagenet-samples");
  int count = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!HasPictureName(entry.path())) continue;
    const auto pixels = Decoded(entry.path(), {256, 224}, CropPlace{0.3, 0.8});
    EXPECT_GT(*std::max_element(pixels.begin(), pixels.end()), 30) << entry.path();
    ++count;
  }
  EXPECT_EQ(count, 67);
}

}  // namespace
}  // namespace genet
