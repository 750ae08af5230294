#include "genet/features/npy.h"

#include <cmath>
#include <cstring>
#include <regex>

namespace genet {
namespace {

constexpr std::string_view kMagic{"\x93NUMPY\x01\x00", 8};
constexpr size_t kAlignment = 64;
// NumPy's headers of one or two dimensions have 118 bytes; a regular expression takes stack by the
// length of its text.
constexpr size_t kLongestHeader = 1024;

// The bytes before the values.
std::string Header(std::string_view type, std::string_view shape) {
  std::string text =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", type, shape);
  const size_t size = kMagic.size() + 2 + text.size() + 1;
  text.append((kAlignment - size % kAlignment) % kAlignment, ' ');
  text += '\n';
  std::string header(kMagic);
  header += static_cast<char>(text.size() & 255);
  header += static_cast<char>(text.size() >> 8);
  return header + text;
}

template <class T>
std::string WithValues(std::string header, const std::vector<T>& values) {
  header.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  return header;
}

struct Array {
  std::string type;  // "<f4"
  std::vector<size_t> shape;
  std::string_view values;
};

Result<Array> ParseArray(std::string_view bytes, std::string_view name) {
  const size_t prefix = kMagic.size() + 2;
  if (bytes.size() < prefix || !bytes.starts_with(kMagic)) {
    return Failure("{}: not a .npy file of version 1.0", name);
  }
  const size_t length = static_cast<uint8_t>(bytes[prefix - 2]) +
                        256 * static_cast<size_t>(static_cast<uint8_t>(bytes[prefix - 1]));
  if (bytes.size() < prefix + length) {
    return Failure("{}: ends at byte {}, within its header of {} bytes", name, bytes.size(),
                   prefix + length);
  }
  if (length > kLongestHeader) {
    return Failure("{}: a header of {} bytes is not that of an array of one or two dimensions",
                   name, length);
  }
  const std::string header(bytes.substr(prefix, length));
  static const std::regex kHeader(
      R"(\s*\{\s*'descr':\s*'([<|][a-z]\d)',\s*'fortran_order':\s*(True|False),)"
      R"(\s*'shape':\s*\(\s*(\d{1,15})\s*,\s*(?:(\d{1,15})\s*,?\s*)?\)\s*,?\s*\}\s*)");
  std::smatch match;
  if (!std::regex_match(header, match, kHeader)) {
    return Failure("{}: the header, from byte {}, is not that of an array of one or two dimensions",
                   name, prefix);
  }
  if (match[2] == "True") return Failure("{}: in Fortran order; save it in C order", name);
  Array array{.type = match[1], .shape = {std::stoull(match[3])}, .values = {}};
  if (match[4].matched) array.shape.push_back(std::stoull(match[4]));
  array.values = bytes.substr(prefix + length);
  return array;
}

template <class From, class To>
Result<std::vector<To>> Values(const Array& array, std::string_view name) {
  const size_t bytes = array.values.size();
  size_t wanted = sizeof(From);
  bool fits = true;
  for (const size_t extent : array.shape) {
    fits = fits && !__builtin_mul_overflow(wanted, extent, &wanted);
  }
  if (!fits || wanted == 0 || wanted != bytes) {
    return Failure("{}: holds {} bytes of values, which are not those of its shape", name, bytes);
  }
  const size_t count = bytes / sizeof(From);
  std::vector<From> values(count);
  std::memcpy(values.data(), array.values.data(), bytes);
  std::vector<To> converted(count);
  for (size_t i = 0; i < count; ++i) {
    converted[i] = static_cast<To>(values[i]);
    const bool kept = std::is_floating_point_v<To> ? std::isfinite(double(converted[i]))
                                                   : static_cast<From>(converted[i]) == values[i];
    if (!kept) return Failure("{}: value {} cannot be used: {}", name, i, values[i]);
  }
  return converted;
}

}  // namespace

std::string ToNpy(const std::vector<float>& values, size_t rows, size_t columns) {
  return WithValues(Header("<f4", fmt::format("{}, {}", rows, columns)), values);
}

std::string ToNpy(const std::vector<int32_t>& values) {
  return WithValues(Header("<i4", fmt::format("{},", values.size())), values);
}

Result<NpyMatrix> ParseNpyMatrix(std::string_view bytes, std::string_view name) {
  GENET_ASSIGN(const Array array, ParseArray(bytes, name));
  if (array.shape.size() != 2) return Failure("{}: has one dimension, not two", name);
  NpyMatrix matrix{.rows = array.shape[0], .columns = array.shape[1], .values = {}};
  if (array.type == "<f4") {
    GENET_ASSIGN(matrix.values, (Values<float, float>(array, name)));
  } else if (array.type == "<f8") {
    GENET_ASSIGN(matrix.values, (Values<double, float>(array, name)));
  } else {
    return Failure("{}: values of type {}; features are float32 or float64", name, array.type);
  }
  return matrix;
}

Result<std::vector<int32_t>> ParseNpyIntegers(std::string_view bytes, std::string_view name) {
  GENET_ASSIGN(const Array array, ParseArray(bytes, name));
  if (array.shape.size() != 1) return Failure("{}: has two dimensions, not one", name);
  if (array.type == "<i4") return Values<int32_t, int32_t>(array, name);
  if (array.type == "<i8") return Values<int64_t, int32_t>(array, name);
  return Failure("{}: values of type {}; labels are int32 or int64", name, array.type);
}

fs::path LabelsPath(const fs::path& path) {
  fs::path labels = path;
  return labels.replace_extension(".labels.npy");
}

Status WriteFeatures(const fs::path& path, const Features& features) {
  GENET_TRY(
      WriteFileAtomically(path, ToNpy(features.values, features.size(), features.dimensions)));
  return WriteFileAtomically(LabelsPath(path), ToNpy(features.labels));
}

Result<Features> ReadFeatures(const fs::path& path) {
  GENET_ASSIGN(const std::string bytes, ReadFile(path));
  GENET_ASSIGN(NpyMatrix matrix, ParseNpyMatrix(bytes, path.string()));
  const fs::path labels_path = LabelsPath(path);
  GENET_ASSIGN(const std::string label_bytes, ReadFile(labels_path));
  Features features;
  GENET_ASSIGN(features.labels, ParseNpyIntegers(label_bytes, labels_path.string()));
  if (features.labels.size() != matrix.rows) {
    return Failure("{}: {} labels, but {} has {} rows", labels_path.string(),
                   features.labels.size(), path.string(), matrix.rows);
  }
  features.dimensions = matrix.columns;
  features.values = std::move(matrix.values);
  return features;
}

}  // namespace genet
