#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <cstdlib>

#include "genet/base/duration.h"
#include "genet/base/scratch_folder_for_test.h"
#include "genet/data/data_set.h"
#include "genet/data/describe.h"

namespace genet {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string Record(std::string labels, int image) {
  for (int i = 0; i < 3072; ++i) labels += static_cast<char>((image * 7 + i) & 255);
  return labels;
}

std::string Cifar10Batch(int records, int first) {
  std::string bytes;
  for (int i = 0; i < records; ++i) {
    bytes += Record(std::string(1, static_cast<char>((first + i) % 10)), first + i);
  }
  return bytes;
}

void PutCifar10(const fs::path& folder) {
  for (int b = 1; b <= 5; ++b) {
    Put(folder / fmt::format("data_batch_{}.bin", b), Cifar10Batch(4, 4 * (b - 1)));
  }
  Put(folder / "test_batch.bin", Cifar10Batch(3, 100));
}

std::string Message(const Result<DataSet>& result) {
  return result ? "no error" : result.error().message;
}

Result<DataSet> Open(const std::string& kind, const fs::path& path, const ScratchFolder& scratch) {
  return OpenDataSet(kind + ":" + path.string(), scratch / "cache");
}

TEST(Cifar10, ReadsPlanesAndLabelsInOrder) {
  const ScratchFolder scratch;
  PutCifar10(scratch / "c");
  const auto set = Open("cifar10", scratch / "c", scratch);
  ASSERT_TRUE(set) << Message(set);
  EXPECT_EQ(set->name, "cifar10");
  EXPECT_EQ(set->class_names[9], "truck");
  ASSERT_EQ(set->train.size(), 20u);
  ASSERT_EQ(set->test.size(), 3u);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(set->train.label(i), i % 10);
    EXPECT_EQ(set->train.pixels(i)[0], i * 7);
    EXPECT_EQ(set->train.pixels(i)[3071], (i * 7 + 3071) & 255);
  }
}

TEST(Cifar10, ReadsTheFolderInsideAndTheClassNames) {
  const ScratchFolder scratch;
  PutCifar10(scratch / "c" / "cifar-10-batches-bin");
  Put(scratch / "c" / "cifar-10-batches-bin" / "batches.meta.txt",
      "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");
  const auto set = Open("cifar10", scratch / "c", scratch);
  ASSERT_TRUE(set) << Message(set);
  EXPECT_EQ(set->class_names[1], "b");
}

TEST(Cifar10, MissingFilesAreNamedWithTheWayToGetThem) {
  const ScratchFolder scratch;
  EXPECT_THAT(Message(Open("cifar10", scratch / "none", scratch)),
              AllOf(HasSubstr((scratch / "none").string()), HasSubstr("genet data fetch cifar10")));
  fs::create_directories(scratch / "empty");
  EXPECT_THAT(Message(Open("cifar10", scratch / "empty", scratch)),
              HasSubstr("genet data fetch cifar10"));
  PutCifar10(scratch / "c");
  fs::remove(scratch / "c" / "data_batch_3.bin");
  EXPECT_THAT(Message(Open("cifar10", scratch / "c", scratch)),
              AllOf(HasSubstr("data_batch_3.bin"), HasSubstr("genet data fetch cifar10")));
}

TEST(Cifar10, TruncatedFileNamesTheByte) {
  const ScratchFolder scratch;
  PutCifar10(scratch / "c");
  fs::resize_file(scratch / "c" / "data_batch_2.bin", 2 * 3073 + 5);
  EXPECT_THAT(Message(Open("cifar10", scratch / "c", scratch)),
              AllOf(HasSubstr("data_batch_2.bin"), HasSubstr("byte 6146")));
  fs::resize_file(scratch / "c" / "data_batch_2.bin", 0);
  EXPECT_THAT(Message(Open("cifar10", scratch / "c", scratch)), HasSubstr("data_batch_2.bin"));
}

TEST(Cifar10, LabelOutOfRangeNamesTheByteAndTheValue) {
  const ScratchFolder scratch;
  PutCifar10(scratch / "c");
  std::string bytes = Cifar10Batch(4, 0);
  bytes[2 * 3073] = static_cast<char>(200);
  Put(scratch / "c" / "test_batch.bin", bytes);
  EXPECT_THAT(Message(Open("cifar10", scratch / "c", scratch)),
              AllOf(HasSubstr("test_batch.bin"), HasSubstr("byte 6146"), HasSubstr("200")));
}

std::string TarGz(const ScratchFolder& scratch, const std::string& name) {
  const std::string archive = (scratch / name).string();
  EXPECT_EQ(std::system(fmt::format("tar -C '{}' -czf '{}' cifar-10-batches-bin",
                                    (scratch / "src").string(), archive)
                            .c_str()),
            0);
  return archive;
}

TEST(Cifar10, ArchiveIsUnpackedOnce) {
  const ScratchFolder scratch;
  PutCifar10(scratch / "src" / "cifar-10-batches-bin");
  fs::create_directories(scratch / "got");
  const fs::path archive = TarGz(scratch, "got/cifar-10-binary.tar.gz");
  for (const fs::path& path : {archive, scratch / "got", archive}) {
    const auto set = Open("cifar10", path, scratch);
    ASSERT_TRUE(set) << Message(set);
    EXPECT_EQ(set->train.size(), 20u);
    EXPECT_EQ(set->train.pixels(3)[0], 21);
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(scratch / "cache"), fs::directory_iterator()), 1);
}

TEST(Cifar10, TruncatedOrForeignArchiveIsAnErrorAndLeavesNothing) {
  const ScratchFolder scratch;
  PutCifar10(scratch / "src" / "cifar-10-batches-bin");
  const fs::path archive = TarGz(scratch, "a.tar.gz");
  fs::resize_file(archive, fs::file_size(archive) / 2);
  EXPECT_THAT(Message(Open("cifar10", archive, scratch)),
              AllOf(HasSubstr("a.tar.gz"), HasSubstr("byte")));
  Put(scratch / "b.tar.gz", "not an archive at all");
  EXPECT_THAT(Message(Open("cifar10", scratch / "b.tar.gz", scratch)), HasSubstr("b.tar.gz"));
  fs::remove(scratch / "src" / "cifar-10-batches-bin" / "test_batch.bin");
  EXPECT_THAT(Message(Open("cifar10", TarGz(scratch, "c.tar.gz"), scratch)),
              AllOf(HasSubstr("c.tar.gz"), HasSubstr("test_batch.bin")));
}

TEST(Cifar100, UsesTheFineLabel) {
  const ScratchFolder scratch;
  Put(scratch / "c" / "train.bin", Record("\x02\x63", 1) + Record("\x13\x07", 2));
  Put(scratch / "c" / "test.bin", Record("\x01\x05", 3));
  const auto set = Open("cifar100", scratch / "c", scratch);
  ASSERT_TRUE(set) << Message(set);
  EXPECT_EQ(set->classes(), 100);
  EXPECT_EQ(set->train.label(0), 99);
  EXPECT_EQ(set->train.label(1), 7);
  EXPECT_EQ(set->train.pixels(0)[0], 7);

  Put(scratch / "c" / "test.bin", Record("\x01\x64", 3));
  EXPECT_THAT(Message(Open("cifar100", scratch / "c", scratch)),
              AllOf(HasSubstr("test.bin"), HasSubstr("byte 1 "), HasSubstr("100")));
  Put(scratch / "c" / "test.bin", Record("\x01\x05", 3) + Record("\x14\x05", 3));
  EXPECT_THAT(Message(Open("cifar100", scratch / "c", scratch)),
              AllOf(HasSubstr("test.bin"), HasSubstr("byte 3074"), HasSubstr("coarse label 20")));
  Put(scratch / "c" / "test.bin", Record("\x01\x05", 3) + "x");
  EXPECT_THAT(Message(Open("cifar100", scratch / "c", scratch)), HasSubstr("byte 3074"));
}

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

TEST(ImageList, SelectKeepsTheOrderGivenAndTheMemory) {
  const ScratchFolder scratch;
  PutCifar10(scratch / "c");
  ImageList selected;
  {
    const auto set = Open("cifar10", scratch / "c", scratch);
    ASSERT_TRUE(set);
    const std::vector<uint32_t> indices{7, 2, 2};
    selected = set->train.Select(indices);
  }
  ASSERT_EQ(selected.size(), 3u);
  EXPECT_EQ(selected.label(0), 7);
  EXPECT_EQ(selected.pixels(0)[0], 49);
  EXPECT_EQ(selected.pixels(1)[0], 14);
}

TEST(MeasureChannels, AgreesWithPlainSums) {
  std::vector<uint8_t> bytes(5 * 2 * 7 * 3);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i * i * 31 + 250);
  std::vector<const uint8_t*> pixels;
  for (int i = 0; i < 5; ++i) pixels.push_back(bytes.data() + i * 42);
  const ImageList images(2, 7, 3, pixels, std::vector<int32_t>(5), nullptr);
  const ChannelStatistics statistics = MeasureChannels(images);
  for (int c = 0; c < 2; ++c) {
    double sum = 0, squares = 0;
    for (int i = 0; i < 5; ++i) {
      for (int p = 0; p < 21; ++p) sum += pixels[i][c * 21 + p] / 255.0;
    }
    const double mean = sum / 105;
    for (int i = 0; i < 5; ++i) {
      for (int p = 0; p < 21; ++p) squares += std::pow(pixels[i][c * 21 + p] / 255.0 - mean, 2);
    }
    EXPECT_NEAR(statistics.mean[c], mean, 1e-13);
    EXPECT_NEAR(statistics.deviation[c], std::sqrt(squares / 105), 1e-13);
  }
}

TEST(MeasureChannels, LargestImagesDoNotOverflow) {
  const std::vector<uint8_t> white(1000 * 1000, 255);
  const ImageList images(1, 1000, 1000, {white.data(), white.data()}, {0, 0}, nullptr);
  EXPECT_EQ(MeasureChannels(images).mean[0], 1.0);
  EXPECT_EQ(MeasureChannels(images).deviation[0], 0.0);
}

TEST(Describe, CountsClassesInJsonAndText) {
  const ScratchFolder scratch;
  PutCifar10(scratch / "c");
  const auto set = Open("cifar10", scratch / "c", scratch);
  ASSERT_TRUE(set);
  const DataSetDescription description = DescribeDataSet(*set);
  const nlohmann::json json = DescriptionToJson(description);
  EXPECT_EQ(json["classes"], 10);
  EXPECT_EQ(json["train"]["images"], 20);
  EXPECT_EQ(json["train"]["images_per_class"][4], 2);
  EXPECT_EQ(json["test"]["mean"].size(), 3u);
  EXPECT_THAT(
      DescriptionToText(description),
      AllOf(HasSubstr("cifar10: 10 classes, 32 x 32 pixels, 3 channels"), HasSubstr("automobile")));
}

// The tests on real files need the environment variable GENET_DATA_DIR.
#define GENET_REAL_DATA_OR_SKIP(folder)                                                       \
  const char* data_dir = std::getenv("GENET_DATA_DIR");                                       \
  if (data_dir == nullptr) GTEST_SKIP() << "GENET_DATA_DIR is not set: no real data to read"; \
  const fs::path path = fs::path(data_dir) / folder;                                          \
  if (!fs::exists(path)) GTEST_SKIP() << path << " does not exist: no real data to read"

TEST(RealData, Cifar10HasItsKnownStatisticsAndIsMeasuredFast) {
  GENET_REAL_DATA_OR_SKIP("cifar-10-batches-bin");
  const ScratchFolder scratch;
  const auto set = Open("cifar10", path, scratch);
  ASSERT_TRUE(set) << Message(set);
  ASSERT_EQ(set->train.size(), 50000u);
  ASSERT_EQ(set->test.size(), 10000u);
  EXPECT_EQ(set->class_names[6], "frog");
  const Clock::time_point start = Clock::now();
  const ChannelStatistics statistics = MeasureChannels(set->train);
  const double seconds = SecondsSince(start);
  RecordProperty("measure_microseconds", static_cast<int>(seconds * 1e6));
  const double mean[] = {0.4914, 0.4822, 0.4465}, deviation[] = {0.2470, 0.2435, 0.2616};
  for (int c = 0; c < 3; ++c) {
    // Within what lossy storage of the images may change.
    EXPECT_NEAR(statistics.mean[c], mean[c], 0.003);
    EXPECT_NEAR(statistics.deviation[c], deviation[c], 0.006);
  }
}

TEST(RealData, MnistHasItsKnownStatistics) {
  GENET_REAL_DATA_OR_SKIP("mnist");
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

TEST(RealData, ACifar100SampleOpens) {
  GENET_REAL_DATA_OR_SKIP("tin100-as-cifar-100-binary");
  const ScratchFolder scratch;
  const auto set = Open("cifar100", path, scratch);
  ASSERT_TRUE(set) << Message(set);
  EXPECT_EQ(set->classes(), 100);
  EXPECT_EQ(set->train.size() % 100, 0u);
}

}  // namespace
}  // namespace genet
