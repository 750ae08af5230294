// Tensors in the safetensors format (https://github.com/huggingface/safetensors): an 8-byte
// little-endian header length, a JSON header, then the values. Only 32-bit floats. Reading is
// strict: tensors must fill the data without gap or overlap, and every error names file and byte.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "genet/base/error.h"
#include "genet/base/file.h"
#include "genet/engine/engine.h"

namespace genet {

struct TensorFile {
  TensorMap tensors;
  std::map<std::string, std::string> metadata;

  friend bool operator==(const TensorFile&, const TensorFile&) = default;
};

// Equal tensors and metadata give equal bytes.
std::string ToSafetensors(const TensorFile& file);
// `name` stands for the file in errors.
Result<TensorFile> ParseSafetensors(std::string_view bytes, std::string_view name);

Status WriteSafetensors(const fs::path& path, const TensorFile& file);
Result<TensorFile> ReadSafetensors(const fs::path& path);

}  // namespace genet
