#include "genet/data/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "genet/data/cache.h"

namespace genet {
namespace {

struct FreeArchive {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
struct CloseGzip {
  void operator()(gzFile_s* file) const { gzclose_r(file); }
};

constexpr size_t kPortion = 1 << 18;

// What a gzip file holds, its checksums verified; any other file as it is.
class PackedFile {
 public:
  static Result<PackedFile> Open(const fs::path& path) {
    PackedFile file(path);
    if (!file.file_) return Failure("cannot read {}: {}", path.string(), std::strerror(errno));
    gzbuffer(file.file_.get(), kPortion);
    return file;
  }

  // The next bytes, valid until the next call; none at the end.
  Result<std::string_view> Read() {
    const int count = gzread(file_.get(), buffer_.data(), static_cast<unsigned>(buffer_.size()));
    int error = Z_OK;
    const char* message = gzerror(file_.get(), &error);
    if (count < 0 || error != Z_OK) {
      return Damaged(error == Z_BUF_ERROR ? "it ends early"
                     : error == Z_ERRNO   ? std::strerror(errno)
                                          : message);
    }
    return std::string_view(buffer_.data(), static_cast<size_t>(count));
  }
  bool is_gzip() const { return gzdirect(file_.get()) == 0; }

  tl::unexpected<Error> Damaged(const std::string& cause) const {
    return Failure("{}: damaged at byte {} of the packed file ({}); fetch it again", path_.string(),
                   gzoffset(file_.get()), cause);
  }

 private:
  explicit PackedFile(const fs::path& path)
      : path_(path), file_(gzopen(path.c_str(), "rbe")), buffer_(kPortion) {}

  fs::path path_;
  std::unique_ptr<gzFile_s, CloseGzip> file_;
  std::vector<char> buffer_;
};

// A tar archive in a packed file. libarchive knows all ways of packing, but of gzip it does not
// verify the checksum, so that a damaged file would give damaged images.
class TarReader {
 public:
  explicit TarReader(PackedFile file) : file_(std::move(file)), reader_(archive_read_new()) {
    archive_read_support_filter_all(reader_.get());
    archive_read_support_format_tar(reader_.get());
  }
  TarReader(TarReader&&) = delete;  // libarchive keeps its address

  Status Open() {
    const auto read = [](archive*, void* self, const void** bytes) -> la_ssize_t {
      return static_cast<TarReader*>(self)->Next(bytes);
    };
    if (archive_read_open(reader_.get(), this, nullptr, read, nullptr) == ARCHIVE_OK) return {};
    return Damaged();
  }

  // The next member; nullptr after the last one, once the rest of the packed file was verified.
  Result<archive_entry*> NextMember() {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(reader_.get(), &entry);
    if (status == ARCHIVE_EOF) {
      while (true) {
        GENET_ASSIGN(const std::string_view rest, file_.Read());
        if (rest.empty()) return nullptr;
      }
    }
    if (status < ARCHIVE_WARN || error_) return Damaged();
    return entry;
  }

  // Writes what the member holds.
  Status CopyTo(FileWriter& writer) {
    std::vector<char> buffer(kPortion);
    while (true) {
      const la_ssize_t count = archive_read_data(reader_.get(), buffer.data(), buffer.size());
      if (count < 0 || error_) return Damaged();
      if (count == 0) return writer.Finish();
      GENET_TRY(writer.Write(buffer.data(), static_cast<size_t>(count)));
    }
  }

 private:
  la_ssize_t Next(const void** bytes) {
    const Result<std::string_view> read = file_.Read();
    if (!read) {
      error_ = read.error();
      archive_set_error(reader_.get(), ARCHIVE_FAILED, "%s", error_->message.c_str());
      return -1;
    }
    *bytes = read->data();
    return static_cast<la_ssize_t>(read->size());
  }

  tl::unexpected<Error> Damaged() const {
    if (error_) return tl::unexpected(*error_);
    // libarchive does not always say what is wrong.
    const char* cause = archive_error_string(reader_.get());
    return file_.Damaged(cause != nullptr ? cause : "no cause known");
  }

  PackedFile file_;
  std::unique_ptr<archive, FreeArchive> reader_;
  std::optional<Error> error_;  // of the packed file
};

Status UnpackInto(const fs::path& source, std::span<const std::string_view> wanted,
                  const fs::path& folder) {
  GENET_ASSIGN(PackedFile file, PackedFile::Open(source));
  TarReader reader(std::move(file));
  GENET_TRY(reader.Open());
  while (true) {
    GENET_ASSIGN(archive_entry * entry, reader.NextMember());
    if (entry == nullptr) return {};
    const char* whole_name = archive_entry_pathname(entry);
    if (whole_name == nullptr || archive_entry_filetype(entry) != AE_IFREG) continue;
    // Only last names that the reader asked for are written: no archive can reach elsewhere.
    const std::string name = fs::path(whole_name).filename().string();
    if (std::find(wanted.begin(), wanted.end(), name) == wanted.end()) continue;
    GENET_ASSIGN(FileWriter writer, FileWriter::Create(folder / name));
    GENET_TRY(reader.CopyTo(writer));
  }
}

Status GunzipInto(const fs::path& source, const fs::path& target) {
  GENET_ASSIGN(PackedFile file, PackedFile::Open(source));
  GENET_ASSIGN(FileWriter writer, FileWriter::Create(target));
  while (true) {
    GENET_ASSIGN(const std::string_view bytes, file.Read());
    // zlib hands a file without the gzip mark through as it is.
    if (!file.is_gzip()) {
      return Failure("{}: no gzip mark at byte 0; fetch it again", source.string());
    }
    if (bytes.empty()) return writer.Finish();
    GENET_TRY(writer.Write(bytes.data(), bytes.size()));
  }
}

}  // namespace

Result<fs::path> UnpackArchive(const fs::path& archive, std::span<const std::string_view> wanted,
                               const fs::path& cache_folder) {
  GENET_ASSIGN(const std::string entry, EntryNameFor(archive));
  return MakeOnce(cache_folder, entry,
                  [&](const fs::path& folder) { return UnpackInto(archive, wanted, folder); });
}

Result<fs::path> UnpackGzip(const fs::path& packed, const fs::path& cache_folder) {
  GENET_ASSIGN(const std::string entry, EntryNameFor(packed));
  const fs::path name = packed.stem();
  GENET_ASSIGN(const fs::path folder, MakeOnce(cache_folder, entry, [&](const fs::path& making) {
                 return GunzipInto(packed, making / name);
               }));
  return folder / name;
}

}  // namespace genet
