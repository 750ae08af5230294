#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <matio.h>

#include "genet/base/scratch_folder_for_test.h"
#include "genet/data/data_set.h"
#include "genet/data/mat_images.h"
#include "genet/data/real_data_for_test.h"
#include "genet/data/split.h"

namespace genet {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr size_t kImage = 3072;

// What one MAT file of a test holds.
struct Mat {
  std::vector<size_t> x_sizes{32, 32, 3, 4};
  std::vector<double> labels{1, 9, 10, 3};
  const char* x_name = "X";
  matio_classes x_class = MAT_C_UINT8;
  matio_compression compression = MAT_COMPRESSION_ZLIB;
};

// The value of a pixel of the array X as it lies in the file.
uint8_t Value(size_t image, size_t channel, size_t row, size_t column) {
  return static_cast<uint8_t>(image * 31 + channel * 71 + row * 3 + column * 5);
}

void PutMat(const fs::path& path, const Mat& content) {
  fs::create_directories(path.parent_path());
  mat_t* mat = Mat_CreateVer(path.c_str(), nullptr, MAT_FT_MAT5);
  ASSERT_NE(mat, nullptr);
  size_t count = 1;
  for (const size_t size : content.x_sizes) count *= size;
  std::vector<uint8_t> pixels(count * 8);
  for (size_t i = 0; i < count; ++i) {
    const size_t in_image = i % kImage;
    pixels[i] = Value(i / kImage, in_image / 1024, in_image % 32, in_image / 32 % 32);
  }
  std::vector<size_t> sizes = content.x_sizes;
  matvar_t* x = Mat_VarCreate(content.x_name, content.x_class,
                              content.x_class == MAT_C_UINT8 ? MAT_T_UINT8 : MAT_T_DOUBLE,
                              static_cast<int>(sizes.size()), sizes.data(), pixels.data(), 0);
  Mat_VarWrite(mat, x, content.compression);
  Mat_VarFree(x);
  std::vector<double> labels = content.labels;
  size_t label_sizes[2] = {labels.size(), 1};
  matvar_t* y = Mat_VarCreate("y", MAT_C_DOUBLE, MAT_T_DOUBLE, 2, label_sizes, labels.data(), 0);
  Mat_VarWrite(mat, y, content.compression);
  Mat_VarFree(y);
  Mat_Close(mat);
}

Mat Digits(size_t count) {
  Mat mat{.x_sizes = {32, 32, 3, count}, .labels = {}};
  for (size_t i = 0; i < count; ++i) mat.labels.push_back(1 + static_cast<double>(i % 10));
  return mat;
}

Result<DataSet> Open(const ScratchFolder& scratch, const std::string& options = "") {
  return OpenDataSet("svhn:" + (scratch / "svhn").string() + options, scratch / "cache");
}

std::string Message(const Result<DataSet>& result) {
  return result ? "no error" : result.error().message;
}

TEST(Svhn, TurnsColumnsIntoRowsAndTenIntoZero) {
  for (const auto compression : {MAT_COMPRESSION_ZLIB, MAT_COMPRESSION_NONE}) {
    const ScratchFolder scratch;
    PutMat(scratch / "svhn/train_32x32.mat", {.compression = compression});
    PutMat(scratch / "svhn/test_32x32.mat", Digits(20));
    const auto set = Open(scratch);
    ASSERT_TRUE(set) << Message(set);
    ASSERT_EQ(set->train.size(), 4u);
    EXPECT_EQ(set->test.size(), 20u);
    EXPECT_EQ(set->train.label(0), 1);
    EXPECT_EQ(set->train.label(2), 0);
    for (size_t i = 0; i < 4; ++i) {
      for (size_t c = 0; c < 3; ++c) {
        for (size_t row = 0; row < 32; ++row) {
          for (size_t column = 0; column < 32; ++column) {
            ASSERT_EQ(set->train.pixels(i)[c * 1024 + row * 32 + column], Value(i, c, row, column));
          }
        }
      }
    }
    EXPECT_THAT(set->notes, testing::ElementsAre(HasSubstr("extra_32x32.mat is missing")));
  }
}

TEST(Svhn, PartsOfAnySizeGiveTheSameImages) {
  const ScratchFolder scratch;
  PutMat(scratch / "digits.mat", Digits(23));
  const auto read = [&](size_t at_once) {
    std::vector<uint8_t> pixels;
    const Status status = ReadSvhnMat(
        scratch / "digits.mat",
        [&](std::span<const uint8_t> some, std::span<const int32_t>) -> Status {
          pixels.insert(pixels.end(), some.begin(), some.end());
          return {};
        },
        at_once);
    EXPECT_TRUE(status);
    return pixels;
  };
  const auto whole = read(1000);
  EXPECT_EQ(whole.size(), 23 * kImage);
  EXPECT_EQ(read(1), whole);
  EXPECT_EQ(read(7), whole);
}

TEST(Svhn, ValidationTakesItsShareOfEachFile) {
  const ScratchFolder scratch;
  PutMat(scratch / "svhn/train_32x32.mat", Digits(60));
  PutMat(scratch / "svhn/extra_32x32.mat", Digits(130));
  PutMat(scratch / "svhn/test_32x32.mat", Digits(10));
  const auto set = Open(scratch);
  ASSERT_TRUE(set) << Message(set);
  EXPECT_EQ(set->train.size(), 190u);
  EXPECT_TRUE(set->notes.empty());
  EXPECT_EQ(set->train.pixels(60)[0], Value(0, 0, 0, 0));
  const auto split = SplitDataSet(*set, 0, 90, RandomKey(3));
  ASSERT_TRUE(split) << split.error().message;
  EXPECT_EQ(split->train.size(), 100u);
  std::vector<int> of_train(10), of_extra(10);
  for (const uint32_t i : split->validation) ++(i < 60 ? of_train : of_extra)[set->train.label(i)];
  EXPECT_EQ(of_train, std::vector<int>(10, 6));  // 60, all of them
  EXPECT_EQ(of_extra, std::vector<int>(10, 3));
  for (const uint32_t i : split->train) EXPECT_GE(i, 60u);

  const auto few = SplitDataSet(*set, 50, 90, RandomKey(3));
  ASSERT_TRUE(few);
  EXPECT_EQ(few->validation, split->validation);
  EXPECT_EQ(few->train.size(), 50u);
  EXPECT_NE(SplitDataSet(*set, 0, 30, RandomKey(3))->validation,
            SplitDataSet(*set, 0, 30, RandomKey(4))->validation);

  EXPECT_THAT(SplitDataSet(*set, 0, 100, RandomKey(3)).error().message, HasSubstr("6000"));
  EXPECT_THAT(SplitDataSet(*set, 0, 120, RandomKey(3)).error().message,
              HasSubstr("8 validation images of class 0 wanted from train, which has 6"));
  EXPECT_FALSE(SplitDataSet(*set, 101, 90, RandomKey(3)));
}

TEST(Svhn, BadFilesAreNamedWithWhatIsWrong) {
  const auto message = [](const Mat& mat, auto change) {
    const ScratchFolder scratch;
    PutMat(scratch / "svhn/train_32x32.mat", mat);
    PutMat(scratch / "svhn/test_32x32.mat", Digits(10));
    change(scratch / "svhn/train_32x32.mat");
    const std::string text = Message(Open(scratch));
    EXPECT_THAT(text, HasSubstr("train_32x32.mat"));
    EXPECT_EQ(text.find('\n'), std::string::npos);
    // Nothing of it stays.
    EXPECT_FALSE(fs::exists(scratch / "cache") && !fs::is_empty(scratch / "cache"));
    return text;
  };
  const auto none = [](const fs::path&) {};
  const auto cut = [](size_t bytes) {
    return [bytes](const fs::path& path) { fs::resize_file(path, bytes); };
  };
  EXPECT_THAT(message({.x_sizes = {32, 31, 3, 4}}, none), HasSubstr("X are 32 x 31 x 3 x 4"));
  EXPECT_THAT(message({.x_sizes = {4, 3, 32, 32}}, none), HasSubstr("X are 4 x 3 x 32 x 32"));
  EXPECT_THAT(message({.x_sizes = {32, 96}}, none), HasSubstr("X are 32 x 96"));
  EXPECT_THAT(message({.x_class = MAT_C_DOUBLE}, none), HasSubstr("not of class uint8"));
  EXPECT_THAT(message({.x_name = "Z"}, none), HasSubstr("no variable X"));
  EXPECT_THAT(message({.labels = {1, 2, 3}}, none), HasSubstr("y are 3 x 1, expected 4 x 1"));
  EXPECT_THAT(message({.labels = {1, 2, 3, 11}}, none), HasSubstr("label 11 of image 4"));
  EXPECT_THAT(message({.labels = {0, 2, 3, 4}}, none), HasSubstr("label 0 of image 1"));
  EXPECT_THAT(message({.labels = {1, 2.5, 3, 4}}, none), HasSubstr("label 2.5 of image 2"));
  EXPECT_THAT(message({.labels = {1, NAN, 3, 4}}, none), HasSubstr("label nan of image 2"));
  for (const size_t size : {0, 50, 127}) {
    EXPECT_THAT(message({}, cut(size)), HasSubstr("not a MATLAB 5 file")) << size;
  }
  for (const size_t size : {132, 150, 600}) {
    EXPECT_THAT(message({}, cut(size)), HasSubstr(fmt::format("ends at byte {}", size))) << size;
  }
  EXPECT_THAT(message({}, cut(128)), HasSubstr("no variable X"));
  EXPECT_THAT(message({}, [](const fs::path& path) { Put(path, std::string(5000, 'x')); }),
              HasSubstr("not a MATLAB 5 file"));
}

TEST(Svhn, ADamagedPackedFileIsAnError) {
  const ScratchFolder scratch;
  PutMat(scratch / "svhn/test_32x32.mat", Digits(10));
  PutMat(scratch / "good.mat", Digits(40));
  const std::string good = *ReadFile(scratch / "good.mat");
  for (size_t at = 140; at + 64 < good.size(); at += 97) {
    std::string bad = good;
    for (size_t i = at; i < at + 64; ++i) bad[i] = static_cast<char>(bad[i] ^ 0x5a);
    Put(scratch / "svhn/train_32x32.mat", bad);
    EXPECT_THAT(Message(Open(scratch)), HasSubstr("train_32x32.mat")) << at;
  }
}

TEST(Svhn, MissingFilesAreNamed) {
  const ScratchFolder scratch;
  EXPECT_THAT(Message(Open(scratch)), AllOf(HasSubstr("no such folder"), HasSubstr("fetch svhn")));
  PutMat(scratch / "svhn/train_32x32.mat", {});
  EXPECT_THAT(Message(Open(scratch)), HasSubstr("test_32x32.mat: missing"));
  EXPECT_THAT(Message(Open(scratch, ",nosuch")), HasSubstr("unknown option 'nosuch'"));
}

TEST(Svhn, RealDigits) {
  GENET_REAL_DATA_OR_SKIP(folder, "svhn-sample");
  const ScratchFolder scratch;
  const std::string spec = "svhn:" + folder.string();
  const auto set = OpenDataSet(spec, scratch / "cache");
  ASSERT_TRUE(set) << Message(set);
  EXPECT_EQ(set->train.size(), 4u);
  EXPECT_EQ(set->test.size(), 36u);
  EXPECT_EQ(set->train.label(1), 9);
  EXPECT_EQ(set->test.label(16), 0);
  const auto normalised = OpenDataSet(spec + ",lcn", scratch / "cache");
  ASSERT_TRUE(normalised) << Message(normalised);
  EXPECT_EQ(normalised->test.label(16), 0);
  const ChannelStatistics statistics = MeasureChannels(normalised->test);
  for (int c = 0; c < 3; ++c) EXPECT_NEAR(statistics.mean[c], 128.0 / 255, 0.02);
}

}  // namespace
}  // namespace genet
