#include "genet/data/fetch.h"

#include <curl/curl.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "genet/data/checksum.h"

namespace genet {
namespace {

struct CleanUp {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// What curl's callbacks need to know.
struct Transfer {
  std::FILE* file = nullptr;
  int write_error = 0;
  uint64_t start = 0;
  const FetchFile* what = nullptr;
  const FetchCallback* progress = nullptr;
};

size_t OnData(char* data, size_t size, size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  const size_t written = std::fwrite(data, 1, size * count, transfer.file);
  if (written != size * count) transfer.write_error = errno;
  return written;
}

int OnProgress(void* context, curl_off_t total, curl_off_t received, curl_off_t, curl_off_t) {
  const auto& transfer = *static_cast<Transfer*>(context);
  if (!*transfer.progress) return 0;
  const bool go_on = (*transfer.progress)(
      {.file = transfer.what->name,
       .received_bytes = transfer.start + static_cast<uint64_t>(received),
       .total_bytes = total > 0 ? transfer.start + static_cast<uint64_t>(total) : 0});
  return go_on ? 0 : 1;
}

enum class Outcome { kDone, kStartAnew };

// Appends the rest of the file to `partial`. kStartAnew: the server cannot go on from there.
Result<Outcome> Download(const FetchFile& what, const fs::path& partial,
                         const FetchCallback& progress) {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, CleanUp> curl(curl_easy_init());
  if (initialised != CURLE_OK || !curl) return Failure("cannot start libcurl");

  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(partial.c_str(), "abe"));
  if (!file) return Failure("cannot write {}: {}", partial.string(), std::strerror(errno));
  std::error_code size_error;
  const uint64_t start = fs::file_size(partial, size_error);
  if (size_error) return Failure("cannot read {}: {}", partial.string(), size_error.message());

  Transfer transfer{
      .file = file.get(), .write_error = 0, .start = start, .what = &what, .progress = &progress};
  char reason[CURL_ERROR_SIZE] = {};
  const auto set = [&](CURLoption option, auto value) {
    curl_easy_setopt(curl.get(), option, value);
  };
  set(CURLOPT_URL, what.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https,file");
  set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_FAILONERROR, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_USERAGENT, "genet");
  set(CURLOPT_ERRORBUFFER, reason);
  set(CURLOPT_CONNECTTIMEOUT, 30L);
  // A minute without a byte is a dead connection.
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(CURLOPT_LOW_SPEED_TIME, 60L);
  set(CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(start));
  set(CURLOPT_WRITEFUNCTION, &OnData);
  set(CURLOPT_WRITEDATA, &transfer);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &OnProgress);
  set(CURLOPT_XFERINFODATA, &transfer);

  const CURLcode code = curl_easy_perform(curl.get());
  long http_status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &http_status);
  if (std::fflush(file.get()) != 0 && transfer.write_error == 0) transfer.write_error = errno;
  if (transfer.write_error != 0) {
    return Failure("cannot write {}: {}", partial.string(), std::strerror(transfer.write_error));
  }
  if (code == CURLE_OK) {
    // 416 with an unknown length can pass as success in some versions of curl.
    return start > 0 && http_status == 416 ? Outcome::kStartAnew : Outcome::kDone;
  }
  if (start > 0 &&
      (code == CURLE_RANGE_ERROR || code == CURLE_BAD_DOWNLOAD_RESUME || http_status == 416)) {
    return Outcome::kStartAnew;
  }
  if (code == CURLE_ABORTED_BY_CALLBACK) {
    return Failure("{}: stopped; the same command goes on from here", what.url);
  }
  return Failure(
      "cannot fetch {}: {}; the same command goes on from what is there, --mirror URL "
      "names another server",
      what.url, reason[0] != '\0' ? reason : curl_easy_strerror(code));
}

Status Finish(const fs::path& partial, const fs::path& final_path) {
  std::error_code error;
  fs::rename(partial, final_path, error);
  if (error) return Failure("cannot create {}: {}", final_path.string(), error.message());
  return {};
}

// Download refused to go on, or what came is wrong: the partial file is of no use.
Status Discard(const fs::path& partial) {
  std::error_code error;
  fs::remove(partial, error);
  if (error) return Failure("cannot remove {}: {}", partial.string(), error.message());
  return {};
}

Status FetchOne(const FetchFile& what, const fs::path& folder, const FetchCallback& progress) {
  const fs::path final_path = folder / what.name;
  const fs::path partial = folder / (what.name + ".partial");
  std::error_code error;
  if (fs::exists(final_path, error)) {
    GENET_ASSIGN(const std::string checksum, FileChecksum(final_path, what.checksum));
    if (checksum == what.checksum) return {};
    return Failure("{}: is there, but its checksum is {}, expected {}; remove it to fetch it anew",
                   final_path.string(), checksum, what.checksum);
  }
  std::string checksum;
  bool resumed = fs::exists(partial, error) && fs::file_size(partial, error) > 0;
  while (true) {
    // A whole partial file is left by a process that ended before the renaming.
    if (resumed) {
      GENET_ASSIGN(checksum, FileChecksum(partial, what.checksum));
      if (checksum == what.checksum) return Finish(partial, final_path);
    }
    GENET_ASSIGN(const Outcome outcome, Download(what, partial, progress));
    if (outcome == Outcome::kDone) {
      GENET_ASSIGN(checksum, FileChecksum(partial, what.checksum));
      if (checksum == what.checksum) return Finish(partial, final_path);
    }
    GENET_TRY(Discard(partial));
    // The old part may have been of another version: once more from the start.
    if (!resumed) break;
    resumed = false;
  }
  return Failure(
      "{}: what the server sent has checksum {}, expected {}; nothing was kept, try "
      "again or another --mirror URL",
      what.url, checksum, what.checksum);
}

}  // namespace

Status Fetch(const FetchPlan& plan, const fs::path& folder, const FetchCallback& progress) {
  GENET_TRY(MakeFolders(folder));
  GENET_ASSIGN(const FileLock lock, FileLock::Take(folder / ".genet-fetch.lock"));
  for (const FetchFile& file : plan.files) GENET_TRY(FetchOne(file, folder, progress));
  return {};
}

}  // namespace genet
