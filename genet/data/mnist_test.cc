#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "genet/data/open_for_test.h"
#include "genet/data/real_data_for_test.h"

namespace genet {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string Idx(uint32_t magic, std::vector<uint32_t> sizes, const std::string& data) {
  std::string bytes;
  const auto put = [&](uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 255);
  };
  put(magic);
  for (const uint32_t size : sizes) put(size);
  return bytes + data;
}

void PutGzip(const fs::path& path, const std::string& content) {
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
  gzclose(file);
}

void PutMnist(const fs::path& folder) {
  std::string pixels(3 * 6, 'p');
  pixels[6] = 'q';
  Put(folder / "train-images-idx3-ubyte", Idx(0x803, {3, 2, 3}, pixels));
  Put(folder / "train-labels-idx1-ubyte", Idx(0x801, {3}, std::string("\1\2\3")));
  Put(folder / "t10k-images-idx3-ubyte", Idx(0x803, {1, 2, 3}, "abcdef"));
  PutGzip(folder / "t10k-labels-idx1-ubyte.gz", Idx(0x801, {1}, "\x09"));
}

TEST(Mnist, ReadsPlainAndGzipFiles) {
  const ScratchFolder scratch;
  PutMnist(scratch / "m");
  const auto set = Open("mnist", scratch / "m", scratch);
  ASSERT_TRUE(set) << Message(set);
  EXPECT_EQ(set->train.size(), 3u);
  EXPECT_EQ(set->train.channels(), 1);
  EXPECT_EQ(set->train.height(), 2);
  EXPECT_EQ(set->train.width(), 3);
  EXPECT_EQ(set->train.pixels(1)[0], 'q');
  EXPECT_EQ(set->train.label(2), 3);
  EXPECT_EQ(set->test.label(0), 9);
}

TEST(Mnist, DamageNamesFileAndByte) {
  const ScratchFolder scratch;
  const fs::path folder = scratch / "m";
  const auto message = [&] { return Message(Open("mnist", folder, scratch)); };
  EXPECT_THAT(message(), HasSubstr("genet data fetch mnist"));
  PutMnist(folder);
  const fs::path images = folder / "train-images-idx3-ubyte";
  fs::resize_file(images, 20);
  EXPECT_THAT(message(), AllOf(HasSubstr(images.string()), HasSubstr("byte 20")));
  fs::resize_file(images, 5);
  EXPECT_THAT(message(), AllOf(HasSubstr(images.string()), HasSubstr("byte 5")));
  Put(images, Idx(0x803, {3, 0xffffffff, 0xffffffff}, std::string(18, 'p')));
  EXPECT_THAT(message(), AllOf(HasSubstr(images.string()), HasSubstr("byte 8")));
  Put(images, Idx(0x802, {3, 2, 3}, std::string(18, 'p')));
  EXPECT_THAT(message(), AllOf(HasSubstr("magic"), HasSubstr("byte 0")));
  PutMnist(folder);
  Put(folder / "train-labels-idx1-ubyte", Idx(0x801, {3}, std::string("\1\2\x0a")));
  EXPECT_THAT(message(), AllOf(HasSubstr("train-labels"), HasSubstr("byte 10"), HasSubstr("10")));
  Put(folder / "train-labels-idx1-ubyte", Idx(0x801, {2}, std::string("\1\2")));
  EXPECT_THAT(message(), AllOf(HasSubstr("train-labels"), HasSubstr("byte 4")));
  fs::remove(folder / "train-labels-idx1-ubyte");
  EXPECT_THAT(message(), HasSubstr("train-labels-idx1-ubyte"));
  PutMnist(folder);
  const fs::path packed = folder / "t10k-labels-idx1-ubyte.gz";
  fs::resize_file(packed, fs::file_size(packed) - 10);
  EXPECT_THAT(message(), AllOf(HasSubstr(packed.string()), HasSubstr("byte")));
  Put(packed, "plain text");
  EXPECT_THAT(message(), AllOf(HasSubstr(packed.string()), HasSubstr("gzip")));
}

TEST(Mnist, RealFilesHaveTheirKnownStatistics) {
  GENET_REAL_DATA_OR_SKIP(path, "mnist");
  const ScratchFolder scratch;
  const auto set = Open("mnist", path, scratch);
  ASSERT_TRUE(set) << Message(set);
  ASSERT_EQ(set->train.size(), 60000u);
  ASSERT_EQ(set->test.size(), 10000u);
  EXPECT_EQ(set->train.label(0), 5);
  EXPECT_EQ(set->test.label(0), 7);
  const ChannelStatistics statistics = MeasureChannels(set->train);
  EXPECT_NEAR(statistics.mean[0], 0.1307, 0.0001);
  EXPECT_NEAR(statistics.deviation[0], 0.3081, 0.0001);
}

}  // namespace
}  // namespace genet
