#include "genet/data/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

#include <algorithm>
#include <memory>
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

// libarchive does not always say what is wrong.
const char* CauseOf(archive* reader) {
  const char* cause = archive_error_string(reader);
  return cause != nullptr ? cause : "no cause known";
}

Status CopyEntry(archive* reader, const fs::path& source, const fs::path& target) {
  GENET_ASSIGN(FileWriter writer, FileWriter::Create(target));
  std::vector<char> buffer(1 << 18);
  while (true) {
    const la_ssize_t count = archive_read_data(reader, buffer.data(), buffer.size());
    if (count < 0) {
      return Failure("{}: damaged at byte {} of the packed file ({}); fetch it again",
                     source.string(), archive_filter_bytes(reader, -1), CauseOf(reader));
    }
    if (count == 0) return writer.Finish();
    GENET_TRY(writer.Write(buffer.data(), static_cast<size_t>(count)));
  }
}

Status UnpackInto(const fs::path& source, std::span<const std::string_view> wanted,
                  const fs::path& folder) {
  const std::unique_ptr<archive, FreeArchive> reader(archive_read_new());
  archive_read_support_filter_all(reader.get());
  archive_read_support_format_tar(reader.get());
  if (archive_read_open_filename(reader.get(), source.c_str(), 1 << 18) != ARCHIVE_OK) {
    return Failure(
        "{}: not a readable tar archive (byte {} of the packed file: {}); fetch it again",
        source.string(), archive_filter_bytes(reader.get(), -1), CauseOf(reader.get()));
  }
  archive_entry* entry = nullptr;
  while (true) {
    const int status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) return {};
    if (status < ARCHIVE_WARN) {
      return Failure("{}: damaged at byte {} of the packed file ({}); fetch it again",
                     source.string(), archive_filter_bytes(reader.get(), -1),
                     CauseOf(reader.get()));
    }
    const char* whole_name = archive_entry_pathname(entry);
    if (whole_name == nullptr || archive_entry_filetype(entry) != AE_IFREG) continue;
    // Only last names that the reader asked for are written: no archive can reach elsewhere.
    const std::string name = fs::path(whole_name).filename().string();
    if (std::find(wanted.begin(), wanted.end(), name) == wanted.end()) continue;
    GENET_TRY(CopyEntry(reader.get(), source, folder / name));
  }
}

Status GunzipInto(const fs::path& source, const fs::path& target) {
  const std::unique_ptr<gzFile_s, CloseGzip> file(gzopen(source.c_str(), "rbe"));
  if (!file) return Failure("cannot read {}", source.string());
  gzbuffer(file.get(), 1 << 18);
  GENET_ASSIGN(FileWriter writer, FileWriter::Create(target));
  std::vector<char> buffer(1 << 18);
  while (true) {
    const int count = gzread(file.get(), buffer.data(), static_cast<unsigned>(buffer.size()));
    int error = Z_OK;
    const char* message = gzerror(file.get(), &error);
    if (count < 0 || error != Z_OK) {
      return Failure("{}: damaged at byte {} of the packed file ({}); fetch it again",
                     source.string(), gzoffset(file.get()),
                     error == Z_BUF_ERROR ? "it ends early" : message);
    }
    // zlib hands a file without the gzip mark through as it is.
    if (gzdirect(file.get()) != 0) {
      return Failure("{}: no gzip mark at byte 0; fetch it again", source.string());
    }
    if (count == 0) return writer.Finish();
    GENET_TRY(writer.Write(buffer.data(), static_cast<size_t>(count)));
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
