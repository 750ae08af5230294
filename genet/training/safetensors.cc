#include "genet/training/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "genet/base/check.h"

namespace genet {
namespace {

static_assert(std::endian::native == std::endian::little,
              "values are copied as they lie in memory");

using Json = nlohmann::json;

constexpr size_t kLengthBytes = 8;
constexpr uint64_t kMaxHeaderBytes = 100'000'000;  // the reference implementation's limit

struct Piece {
  std::string name;
  std::vector<int64_t> shape;
  uint64_t begin = 0;
  uint64_t end = 0;
};

// A JSON number that is a whole number from 0 to 2^53, or nothing.
std::optional<uint64_t> WholeNumber(const Json& json) {
  if (!json.is_number_unsigned()) return std::nullopt;
  const uint64_t value = json.get<uint64_t>();
  if (value > uint64_t{1} << 53) return std::nullopt;
  return value;
}

// What is wrong with a tensor's entry in the header, or nothing.
std::optional<std::string> ReadPiece(const Json& entry, Piece& piece) {
  if (!entry.is_object()) return "is not an object";
  for (const auto& [key, value] : entry.items()) {
    if (key != "dtype" && key != "shape" && key != "data_offsets") {
      return fmt::format("has the unknown key \"{}\"", key);
    }
  }
  if (entry.size() != 3) return "lacks dtype, shape or data_offsets";
  if (entry["dtype"] != "F32") return "is not of dtype F32";
  const Json& shape = entry["shape"];
  if (!shape.is_array()) return "has a shape that is no array";
  uint64_t values = 1;
  for (const Json& item : shape) {
    const std::optional<uint64_t> extent = WholeNumber(item);
    if (!extent) return "has a shape with something other than whole numbers";
    // 2^60 values are more than any file holds; the product of two smaller factors may overflow.
    if (*extent != 0 && values > (uint64_t{1} << 60) / *extent) return "has an impossible shape";
    values *= *extent;
    piece.shape.push_back(static_cast<int64_t>(*extent));
  }
  const Json& offsets = entry["data_offsets"];
  if (!offsets.is_array() || offsets.size() != 2) return "has data_offsets that are no pair";
  const std::optional<uint64_t> begin = WholeNumber(offsets[0]);
  const std::optional<uint64_t> end = WholeNumber(offsets[1]);
  if (!begin || !end || *end < *begin) return "has data_offsets that are no range";
  if (*end - *begin != values * sizeof(float)) {
    return fmt::format("has {} bytes of data where its shape needs {}", *end - *begin,
                       values * sizeof(float));
  }
  piece.begin = *begin;
  piece.end = *end;
  return std::nullopt;
}

// The header as JSON; an object in which no key stands twice (readers disagree on which counts).
Result<Json> ParseHeader(std::string_view text, std::string_view name) {
  std::vector<std::set<std::string>> keys;
  std::optional<std::string> repeated;
  bool deep = false;
  const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) {
      keys.emplace_back();
      deep = deep || keys.size() > 3;
    } else if (event == Json::parse_event_t::object_end) {
      keys.pop_back();
    } else if (event == Json::parse_event_t::key) {
      const std::string key = parsed.get<std::string>();
      if (!keys.back().insert(key).second && !repeated) repeated = key;
    }
    return true;
  };
  try {
    Json header = Json::parse(text.begin(), text.end(), watch);
    if (repeated) {
      return Failure("{}: byte {}: the header has the key \"{}\" twice", name, kLengthBytes,
                     *repeated);
    }
    if (!header.is_object() || deep) {
      return Failure("{}: byte {}: the header is not a safetensors header", name, kLengthBytes);
    }
    return header;
  } catch (const Json::parse_error& error) {
    return Failure("{}: byte {}: the header is not valid JSON", name,
                   kLengthBytes + (error.byte == 0 ? 0 : error.byte - 1));
  } catch (const Json::exception&) {  // a number out of range
    return Failure("{}: byte {}: the header is not valid JSON", name, kLengthBytes);
  }
}

}  // namespace

std::string ToSafetensors(const TensorFile& file) {
  Json header = Json::object();
  if (!file.metadata.empty()) header["__metadata__"] = file.metadata;
  uint64_t offset = 0;
  for (const auto& [name, tensor] : file.tensors) {
    uint64_t values = 1;
    for (const int64_t extent : tensor.shape) values *= static_cast<uint64_t>(extent);
    GENET_CHECK(values == tensor.values.size(), "tensor {}", name);
    const uint64_t end = offset + values * sizeof(float);
    header[name] = {{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  // Bytes that are not UTF-8 (a path, for example) must not end the program.
  std::string text = header.dump(-1, ' ', false, Json::error_handler_t::replace);
  // Readers that map the file want the values aligned.
  text.append((8 - text.size() % 8) % 8, ' ');

  std::string bytes(kLengthBytes, '\0');
  const uint64_t length = text.size();
  std::memcpy(bytes.data(), &length, sizeof length);
  bytes.reserve(kLengthBytes + text.size() + offset);
  bytes += text;
  for (const auto& [name, tensor] : file.tensors) {
    bytes.append(reinterpret_cast<const char*>(tensor.values.data()),
                 tensor.values.size() * sizeof(float));
  }
  return bytes;
}

Result<TensorFile> ParseSafetensors(std::string_view bytes, std::string_view name) {
  if (bytes.size() < kLengthBytes) {
    return Failure("{}: byte {}: the file ends within its first 8 bytes", name, bytes.size());
  }
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  if (length > kMaxHeaderBytes) {
    return Failure("{}: byte 0: no safetensors file: its header would have {} bytes", name, length);
  }
  if (length > bytes.size() - kLengthBytes) {
    return Failure("{}: byte {}: the file ends within its header of {} bytes", name, bytes.size(),
                   length);
  }
  const std::string_view data = bytes.substr(kLengthBytes + length);
  const uint64_t data_at = kLengthBytes + length;
  GENET_ASSIGN(const Json header, ParseHeader(bytes.substr(kLengthBytes, length), name));

  TensorFile file;
  std::vector<Piece> pieces;
  for (const auto& [key, entry] : header.items()) {
    if (key == "__metadata__") {
      if (!entry.is_object()) {
        return Failure("{}: byte {}: __metadata__ is not an object", name, kLengthBytes);
      }
      for (const auto& [text_name, text] : entry.items()) {
        if (!text.is_string()) {
          return Failure("{}: byte {}: __metadata__ \"{}\" is not a text", name, kLengthBytes,
                         text_name);
        }
        file.metadata[text_name] = text.get<std::string>();
      }
      continue;
    }
    Piece piece;
    piece.name = key;
    if (const auto wrong = ReadPiece(entry, piece)) {
      return Failure("{}: byte {}: tensor \"{}\" of the header {}", name, kLengthBytes, key,
                     *wrong);
    }
    pieces.push_back(std::move(piece));
  }
  // An empty tensor sorts before the one that begins where it does.
  std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  uint64_t filled = 0;
  for (const Piece& piece : pieces) {
    if (piece.begin != filled) {
      return Failure("{}: byte {}: tensor \"{}\" {}", name, data_at + std::min(piece.begin, filled),
                     piece.name,
                     piece.begin < filled ? "overlaps another" : "leaves a gap before it");
    }
    if (piece.end > data.size()) {
      return Failure("{}: byte {}: the file ends within tensor \"{}\"", name, bytes.size(),
                     piece.name);
    }
    filled = piece.end;
  }
  if (filled != data.size()) {
    return Failure("{}: byte {}: {} bytes after the last tensor", name, data_at + filled,
                   data.size() - filled);
  }
  for (Piece& piece : pieces) {
    Tensor tensor;
    tensor.shape = std::move(piece.shape);
    tensor.values.resize((piece.end - piece.begin) / sizeof(float));
    if (!tensor.values.empty()) {
      std::memcpy(tensor.values.data(), data.data() + piece.begin, piece.end - piece.begin);
    }
    file.tensors[piece.name] = std::move(tensor);
  }
  return file;
}

Status WriteSafetensors(const fs::path& path, const TensorFile& file) {
  return WriteFileAtomically(path, ToSafetensors(file));
}

Result<TensorFile> ReadSafetensors(const fs::path& path) {
  GENET_ASSIGN(const MappedFile file, MappedFile::Open(path));
  const std::span<const unsigned char> bytes = file.bytes();
  return ParseSafetensors({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                          path.string());
}

}  // namespace genet
