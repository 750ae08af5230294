// CIFAR files and the archives that they come in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "genet/base/duration.h"
#include "genet/data/cifar_for_test.h"
#include "genet/data/open_for_test.h"
#include "genet/data/real_data_for_test.h"

namespace genet {
namespace {

using testing::AllOf;
using testing::HasSubstr;

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

TEST(Cifar10, RealFilesHaveTheirKnownStatisticsAndAreMeasuredFast) {
  GENET_REAL_DATA_OR_SKIP(path, "cifar-10-batches-bin");
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

TEST(Cifar100, ARealSampleOpens) {
  GENET_REAL_DATA_OR_SKIP(path, "tin100-as-cifar-100-binary");
  const ScratchFolder scratch;
  const auto set = Open("cifar100", path, scratch);
  ASSERT_TRUE(set) << Message(set);
  EXPECT_EQ(set->classes(), 100);
  EXPECT_EQ(set->train.size() % 100, 0u);
}

}  // namespace
}  // namespace genet
