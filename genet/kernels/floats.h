// Guarded memory with drawn values, on which kernels are tried: by their tests and by the
// signature.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <memory>
#include <vector>

#include "genet/base/check.h"
#include "genet/base/random.h"
#include "genet/kernels/layout.h"

namespace genet::kernels {

// Memory for a kernel, aligned to 64 bytes. Its values are NaN at first, so that one which a kernel
// did not write, or should not have read, shows; guards before and behind must stay as they are.
// AddressSanitizer brings guards of its own, which then lie next to the values.
class Floats {
 public:
  explicit Floats(size_t count, float value = std::numeric_limits<float>::quiet_NaN())
      : count_(count) {
    void* memory = nullptr;
    const size_t bytes = std::max<size_t>(1, (count + 2 * kGuard) * sizeof(float));
    GENET_CHECK(posix_memalign(&memory, 64, bytes) == 0, "out of memory for {} bytes", bytes);
    memory_.reset(static_cast<float*>(memory));
    std::fill_n(memory_.get(), count + 2 * kGuard, kGuardValue);
    std::fill_n(data(), count, value);
  }
  explicit Floats(const std::vector<float>& values) : Floats(values.size()) {
    std::copy(values.begin(), values.end(), data());
  }

  float* data() { return memory_.get() + kGuard; }
  const float* data() const { return memory_.get() + kGuard; }
  size_t size() const { return count_; }
  float& operator[](size_t i) { return data()[i]; }
  const float& operator[](size_t i) const { return data()[i]; }

  bool GuardsHold() const {
    for (size_t i = 0; i < kGuard; ++i) {
      if (memory_[i] != kGuardValue || data()[count_ + i] != kGuardValue) return false;
    }
    return true;
  }
  std::vector<double> Doubles() const { return {data(), data() + count_}; }
  Floats Slice(size_t begin, size_t end) const {
    return Floats(std::vector<float>(data() + begin, data() + end));
  }

 private:
#ifdef __SANITIZE_ADDRESS__
  static constexpr size_t kGuard = 0;
#else
  static constexpr size_t kGuard = 64;  // a multiple of 16, for the alignment
#endif
  static constexpr float kGuardValue = -12345.678f;

  struct Free {
    void operator()(float* memory) const { std::free(memory); }
  };
  size_t count_;
  std::unique_ptr<float[], Free> memory_;
};

// Values between -1 and 1.
inline Floats RandomFloats(RandomStream& stream, size_t count) {
  Floats values(count);
  for (size_t i = 0; i < count; ++i) values[i] = static_cast<float>(2 * stream.Uniform() - 1);
  return values;
}

// Multiples of 1/16 between -1 and 1: their sums and small products are exact, and often equal.
inline Floats RandomSixteenths(RandomStream& stream, size_t count) {
  Floats values(count);
  for (size_t i = 0; i < count; ++i) {
    values[i] = (static_cast<float>(stream.Below(33)) - 16.0f) / 16.0f;
  }
  return values;
}

}  // namespace genet::kernels
