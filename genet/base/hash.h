// A fingerprint of numbers and texts, the same on every machine; to compare, not to protect.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace genet {

// Depends on the order of what is added. Two sequences that differ have different hashes, but for
// one chance in about 2^64.
class Hash {
 public:
  void Add(uint64_t number) {
    // Every step can be undone, so no difference is ever lost; the shift spreads it to all bits.
    state_ = (state_ ^ number) * 0x9e3779b97f4a7c15u;
    state_ ^= state_ >> 32;
  }
  // The bits of the values: 0 and -0 differ.
  void Add(std::span<const float> values) {
    Add(values.size());
    for (const float value : values) {
      uint32_t bits;
      std::memcpy(&bits, &value, sizeof bits);
      Add(uint64_t{bits});
    }
  }
  void Add(double value) {
    uint64_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    Add(bits);
  }
  void Add(std::string_view text) {
    Add(text.size());
    for (const char c : text) Add(uint64_t{static_cast<unsigned char>(c)});
  }

  uint64_t value() const { return state_; }

 private:
  uint64_t state_ = 0x243f6a8885a308d3u;  // any but 0
};

struct NamedHash {
  std::string name;
  uint64_t hash = 0;

  friend bool operator==(const NamedHash&, const NamedHash&) = default;
};

}  // namespace genet
