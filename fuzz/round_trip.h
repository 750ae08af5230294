// What fuzz programs check of readers that have a writer: what was read is written back and read
// the same.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "genet/base/check.h"
#include "genet/base/scratch_folder_for_test.h"

namespace genet {

// `read(path)` of the bytes as a file. A value that it accepts goes to `check`, and then through
// `write(path, value)`. Compared by bytes, for a NaN differs from itself.
template <class Read, class Write, class Check>
void ReadAndWriteFile(const uint8_t* data, size_t size, Read read, Write write, Check check) {
  static const ScratchFolder folder;
  const auto first = folder / "first", second = folder / "second", third = folder / "third";
  Put(first, std::string(reinterpret_cast<const char*>(data), size));
  const auto value = read(first);
  if (!value) return;
  check(*value);
  GENET_CHECK(write(second, *value).has_value());
  const auto again = read(second);
  GENET_CHECK(again.has_value(), "{}", again.error().message);
  GENET_CHECK(write(third, *again).has_value());
  GENET_CHECK(*ReadFile(second) == *ReadFile(third));
}

// `read(json)` of the bytes as JSON, where they are; `write(value)` gives JSON.
template <class Read, class Write>
void ReadAndWriteJson(const uint8_t* data, size_t size, Read read, Write write) {
  const auto json = nlohmann::json::parse(data, data + size, nullptr, false);
  if (json.is_discarded()) return;
  const auto value = read(json);
  if (!value) return;
  const nlohmann::json written = write(*value);
  const auto again = read(written);
  GENET_CHECK(again && write(*again) == written, "{}", written.dump());
}

}  // namespace genet
