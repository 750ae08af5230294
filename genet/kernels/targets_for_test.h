// Runs a kernel on every SIMD target of the machine and holds what it wrote against the plain
// result and against the other targets.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "genet/base/check.h"
#include "genet/base/random.h"
#include "genet/kernels/layout.h"
#include "genet/kernels/target.h"

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

// |got - want| / |want|, in the Euclidean norm of the whole tensor; NaN if a value is NaN.
inline double RelativeError(const Floats& got, const std::vector<double>& want) {
  double difference = 0, norm = 0;
  for (size_t i = 0; i < want.size(); ++i) {
    difference += (double(got[i]) - want[i]) * (double(got[i]) - want[i]);
    norm += want[i] * want[i];
  }
  if (difference == 0) return 0;
  return std::sqrt(difference / norm);
}

// Targets round alike or not by whether a multiply-add rounds once.
inline bool HasFusedMultiplyAdd(const std::string& target) {
  return target != "SSE2" && target != "SSSE3" && target != "SSE4" && target != "EMU128" &&
         target != "SCALAR";
}

inline std::vector<std::string> TargetsWithFusedMultiplyAdd(bool fused) {
  std::vector<std::string> names = SupportedTargets();
  std::erase_if(names, [&](const auto& name) { return HasFusedMultiplyAdd(name) != fused; });
  return names;
}

// A hash of the results of all tests that this process ran, on targets with a fused multiply-add or
// without; to compare machines.
inline uint64_t& ResultBits(bool fused) {
  static uint64_t bits[2] = {};
  return bits[fused];
}

inline void AddToResultBits(bool fused, const Floats& results) {
  for (size_t i = 0; i < results.size(); ++i) {
    uint32_t bits;
    std::memcpy(&bits, &results[i], sizeof bits);
    ResultBits(fused) = (ResultBits(fused) ^ bits) * 0x9e3779b97f4a7c15u;
  }
}

// Calls body(target) with each target selected in turn.
template <class Body>
void ForEachTarget(Body body) {
  for (const std::string& target : SupportedTargets()) {
    ASSERT_TRUE(SelectTarget(target)) << target;
    ASSERT_EQ(TargetName(), target);
    SCOPED_TRACE("target " + target);
    body(target);
  }
  SelectTarget("best");
}

struct Expected {
  std::string name;
  std::vector<double> values;
  double tolerance = 0;  // of RelativeError; 0: the very values
};

// run() returns one array for each expected one. On every target they must be as expected, with
// whole guards, and equal bit for bit to those of the targets that round alike. Returns, for each
// array, the largest error on any target.
template <class Run>
std::vector<double> ExpectOnEveryTarget(const std::vector<Expected>& expected, Run run) {
  std::vector<double> errors(expected.size(), 0.0);
  std::vector<Floats> first_of[2];
  ForEachTarget([&](const std::string& target) {
    std::vector<Floats> results = run();
    ASSERT_EQ(results.size(), expected.size());
    auto& first = first_of[HasFusedMultiplyAdd(target)];
    for (size_t i = 0; i < expected.size(); ++i) {
      SCOPED_TRACE(expected[i].name);
      ASSERT_EQ(results[i].size(), expected[i].values.size());
      EXPECT_TRUE(results[i].GuardsHold());
      const double error = RelativeError(results[i], expected[i].values);
      // Not EXPECT_LE: the error may be NaN.
      EXPECT_TRUE(error <= expected[i].tolerance) << error << " > " << expected[i].tolerance;
      if (!(error <= errors[i])) errors[i] = error;
      if (!first.empty()) {
        EXPECT_EQ(0, std::memcmp(first[i].data(), results[i].data(), results[i].size() * 4))
            << "other bits than a target that rounds alike";
      }
    }
    if (first.empty()) {
      for (const Floats& result : results) AddToResultBits(HasFusedMultiplyAdd(target), result);
      first = std::move(results);
    }
  });
  return errors;
}

// Why 10^-6. A sum of K products of random signs, added one after the other, has rounding errors
// u |s_k| / sqrt(3) with u = 2^-24 and |s_k| growing as sqrt(k): together u sqrt(K / 6) of the
// result, which is 7e-7 for the longest sums here (17 channels of 7x7, or 33x33 pixels). A
// wrong, missing or doubled product is of the order of 1 / sqrt(K) >= 0.03 of a value, 10^-4 of the
// largest tensors here.
inline constexpr double kTolerance = 1e-6;

}  // namespace genet::kernels
