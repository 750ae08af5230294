#include "genet/data/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <zlib.h>

#include <array>

#include "genet/base/scratch_folder_for_test.h"

namespace genet {
namespace {

using ::testing::HasSubstr;

constexpr std::array<std::string_view, 2> kWanted = {"one", "two"};

std::map<std::string, std::string> FilesIn(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    files[entry.path().filename().string()] = *ReadFile(entry.path());
  }
  return files;
}

// A tar archive of the two wanted files, packed by a filter of libarchive's.
std::string Tar(const fs::path& path, const char* filter,
                const std::map<std::string, std::string>& files) {
  archive* writer = archive_write_new();
  if (std::string_view(filter) != "none") {
    EXPECT_EQ(archive_write_add_filter_by_name(writer, filter), ARCHIVE_OK) << filter;
  }
  archive_write_set_format_ustar(writer);
  EXPECT_EQ(archive_write_open_filename(writer, path.c_str()), ARCHIVE_OK);
  for (const auto& [name, bytes] : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, ("folder/" + name).c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    EXPECT_EQ(archive_write_header(writer, entry), ARCHIVE_OK);
    EXPECT_EQ(archive_write_data(writer, bytes.data(), bytes.size()), la_ssize_t(bytes.size()));
    archive_entry_free(entry);
  }
  EXPECT_EQ(archive_write_close(writer), ARCHIVE_OK);
  archive_write_free(writer);
  return *ReadFile(path);
}

std::map<std::string, std::string> SomeFiles() {
  std::string one, two;
  for (int i = 0; i < 600; ++i) one += fmt::format("{} ", i * i % 977);
  for (int i = 0; i < 300; ++i) two += static_cast<char>(i * 7);
  return {{"one", one}, {"two", two}};
}

class UnpackTest : public testing::Test {
 protected:
  // Whether the packed bytes are refused, leaving nothing; else they must hold `files`.
  bool Refused(const std::string& bytes, const std::map<std::string, std::string>& files) {
    const fs::path cache = scratch_ / "cache";
    const fs::path packed = scratch_ / "packed";
    fs::remove_all(cache);
    EXPECT_TRUE(WriteFileAtomically(packed, bytes));
    const Result<fs::path> folder = UnpackArchive(packed, kWanted, cache);
    if (folder) {
      EXPECT_EQ(FilesIn(*folder), files);
      return false;
    }
    EXPECT_THAT(folder.error().message, HasSubstr(packed.string()));
    EXPECT_TRUE(!fs::exists(cache) || fs::is_empty(cache)) << folder.error().message;
    return true;
  }

  ScratchFolder scratch_;
};

TEST_F(UnpackTest, ArchivesOfAnyPackingGiveTheirFiles) {
  for (const char* filter : {"none", "gzip", "bzip2", "xz", "zstd"}) {
    SCOPED_TRACE(filter);
    EXPECT_FALSE(Refused(Tar(scratch_ / "a", filter, SomeFiles()), SomeFiles()));
  }
}

TEST_F(UnpackTest, ADamagedGzipArchiveIsNeverTaken) {
  const std::map<std::string, std::string> files = SomeFiles();
  const std::string whole = Tar(scratch_ / "a", "gzip", files);
  int taken = 0, tried = 0;
  for (size_t at = 0; at < whole.size(); at += 37, ++tried) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    SCOPED_TRACE(fmt::format("byte {} of {}", at, whole.size()));
    taken += !Refused(damaged, files);
  }
  // Some bits mean nothing: a code that no byte has, the time of packing.
  EXPECT_LT(taken, tried / 10);
}

TEST_F(UnpackTest, AnArchiveThatEndsEarlyIsNeverTaken) {
  for (const char* filter : {"gzip", "bzip2", "xz", "zstd"}) {
    const std::string whole = Tar(scratch_ / "a", filter, SomeFiles());
    for (size_t size = 1; size < whole.size(); size += 1 + whole.size() / 15) {
      SCOPED_TRACE(fmt::format("{}: {} bytes of {}", filter, size, whole.size()));
      EXPECT_TRUE(Refused(whole.substr(0, size), SomeFiles()));
    }
  }
}

TEST_F(UnpackTest, ADamagedGzipFileIsNeverTaken) {
  const fs::path packed = scratch_ / "file.gz";
  gzFile file = gzopen(packed.c_str(), "wb");
  const std::string text = SomeFiles().at("one");
  ASSERT_EQ(gzwrite(file, text.data(), static_cast<unsigned>(text.size())), int(text.size()));
  ASSERT_EQ(gzclose(file), Z_OK);
  const std::string whole = *ReadFile(packed);
  for (size_t at = 10; at < whole.size(); at += 29) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    const fs::path cache = scratch_ / "cache";
    fs::remove_all(cache);
    ASSERT_TRUE(WriteFileAtomically(packed, damaged));
    const Result<fs::path> got = UnpackGzip(packed, cache);
    if (got) {
      EXPECT_EQ(*ReadFile(*got), text) << at;
    } else {
      EXPECT_TRUE(fs::is_empty(cache)) << at;
    }
  }
}

}  // namespace
}  // namespace genet
