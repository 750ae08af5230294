#include "genet/data/mat_variables.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace genet {
namespace {

// Types of the data elements that a file is made of, and sizes of their numbers; 0: no numbers.
constexpr uint32_t kInt8 = 1, kInt32 = 5, kUint32 = 6, kMatrix = 14, kCompressed = 15;
constexpr size_t kNumberBytes[] = {0, 1, 1, 2, 2, 4, 4, 4, 0, 8, 0, 0, 8, 8};
// Classes of arrays of numbers: double, single, the integers of 8 to 64 bits.
constexpr uint32_t kFirstClass = 6, kLastClass = 15;
constexpr size_t kMostSizes = 8, kLongestName = 63;
// What a variable says of itself before its numbers: four tags, flags, sizes and name.
constexpr size_t kStartBytes = 5 * 8 + 8 + 4 * kMostSizes + kLongestName + 1;

struct Variable {
  std::string start;  // its first bytes, unpacked
  size_t bytes = 0;   // all of them, unpacked
};

// Reads the data elements of a variable's start, one after another.
class Elements {
 public:
  explicit Elements(std::string_view bytes) : left_(bytes) {}

  // The type and size of the next one, whose data come next. Small ones have both in one word.
  bool Tag(uint32_t& type, size_t& size) {
    uint32_t words[2] = {0, 0};
    if (!Take(words, 4)) return false;
    small_ = words[0] >> 16 != 0;
    if (small_) {
      type = words[0] & 0xFFFF;
      size = words[0] >> 16;
      return size <= 4;
    }
    if (!Take(words + 1, 4)) return false;
    type = words[0];
    size = words[1];
    return true;
  }
  // The data of an element of that type; none if it is another one or longer than `most`.
  std::optional<std::string_view> Data(uint32_t type, size_t most) {
    uint32_t found = 0;
    size_t size = 0;
    if (!Tag(found, size) || found != type || size > most) return std::nullopt;
    const size_t padded = small_ ? 4 : (size + 7) / 8 * 8;
    if (left_.size() < padded) return std::nullopt;
    const std::string_view data = left_.substr(0, size);
    left_.remove_prefix(padded);
    return data;
  }

 private:
  bool Take(void* to, size_t size) {
    if (left_.size() < size) return false;
    std::memcpy(to, left_.data(), size);
    left_.remove_prefix(size);
    return true;
  }

  std::string_view left_;
  bool small_ = false;
};

// Whether it is an array of numbers whose parts fit one another; else what is wrong.
std::string WhatIsWrong(const Variable& variable) {
  Elements elements(variable.start);
  uint32_t type = 0;
  size_t size = 0;
  if (!elements.Tag(type, size) || type != kMatrix || size > variable.bytes - 8) {
    return "is no variable";
  }
  const auto flags = elements.Data(kUint32, 8);
  if (!flags || flags->size() != 8) return "has no flags";
  const auto kind = static_cast<uint8_t>(flags->front());
  if (kind < kFirstClass || kind > kLastClass) return "is no array of numbers";
  const auto sizes = elements.Data(kInt32, 4 * kMostSizes);
  if (!sizes || sizes->size() < 8 || sizes->size() % 4 != 0) return "has no sizes";
  size_t numbers = 1;
  for (size_t at = 0; at < sizes->size(); at += 4) {
    int32_t extent = 0;
    std::memcpy(&extent, sizes->data() + at, 4);
    // So that the product stays below 2^63.
    if (extent < 0 || numbers > variable.bytes) return "is larger than its file says";
    numbers *= static_cast<size_t>(extent);
  }
  if (!elements.Data(kInt8, kLongestName)) return "has no name";
  if (!elements.Tag(type, size) || type >= std::size(kNumberBytes) || kNumberBytes[type] == 0) {
    return "holds no numbers";
  }
  const size_t number_bytes = kNumberBytes[type];
  if (size > variable.bytes || size % number_bytes != 0 || size / number_bytes != numbers) {
    return fmt::format("holds {} bytes, not {} numbers of {}", size, numbers, number_bytes);
  }
  return "";
}

struct EndInflating {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

// Unpacks the next `size` bytes. Whether they inflate to their end and have the checksum that
// stands there.
bool Inflate(std::ifstream& file, size_t size, Variable& variable) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return false;
  const std::unique_ptr<z_stream, EndInflating> guard(&stream);
  std::vector<char> packed(1 << 16);
  std::vector<unsigned char> unpacked(1 << 18);
  int status = Z_OK;
  while (status == Z_OK) {
    if (stream.avail_in == 0) {
      const size_t next = std::min(packed.size(), size);
      if (!file.read(packed.data(), static_cast<std::streamsize>(next))) return false;
      size -= next;
      stream.next_in = reinterpret_cast<unsigned char*>(packed.data());
      stream.avail_in = static_cast<uInt>(next);
    }
    stream.next_out = unpacked.data();
    stream.avail_out = static_cast<uInt>(unpacked.size());
    status = inflate(&stream, Z_NO_FLUSH);
    const size_t got = unpacked.size() - stream.avail_out;
    const size_t wanted = std::min(got, kStartBytes - variable.start.size());
    variable.start.append(reinterpret_cast<const char*>(unpacked.data()), wanted);
    variable.bytes += got;
  }
  return status == Z_STREAM_END;
}

}  // namespace

Status CheckMatVariables(const fs::path& path) {
  constexpr size_t kHeader = 128;
  std::error_code error;
  const size_t bytes = fs::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  if (error || !file) return Failure("cannot read {}", path.string());
  char header[kHeader] = {};
  file.read(header, sizeof(header));
  if (!file || std::memcmp(header, "MATLAB 5.0", 10) != 0) {
    return Failure("{}: not a MATLAB 5 file (byte 0); fetch it again", path.string());
  }
  if (std::memcmp(header + 126, "IM", 2) != 0) {
    return Failure("{}: not in this machine's byte order (byte 126); fetch it again",
                   path.string());
  }
  for (size_t at = kHeader; at < bytes;) {
    uint32_t tag[2] = {0, 0};  // type, bytes that follow
    file.seekg(static_cast<std::streamoff>(at));
    file.read(reinterpret_cast<char*>(tag), sizeof(tag));
    if (!file || bytes - at - sizeof(tag) < tag[1]) {
      return Failure(
          "{}: ends at byte {}, inside the variable that starts at byte {}; fetch it again",
          path.string(), bytes, at);
    }
    Variable variable;
    if (tag[0] == kCompressed) {
      if (!Inflate(file, tag[1], variable)) {
        return Failure("{}: the variable at byte {} is damaged; fetch it again", path.string(), at);
      }
    } else {
      variable.bytes = sizeof(tag) + tag[1];
      variable.start.resize(std::min(variable.bytes, kStartBytes));
      file.seekg(static_cast<std::streamoff>(at));
      file.read(variable.start.data(), static_cast<std::streamsize>(variable.start.size()));
    }
    if (const std::string wrong = WhatIsWrong(variable); !wrong.empty()) {
      return Failure("{}: the variable at byte {} {}; fetch it again", path.string(), at, wrong);
    }
    at += sizeof(tag) + tag[1];
  }
  return {};
}

}  // namespace genet
