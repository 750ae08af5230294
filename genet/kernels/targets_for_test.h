// Runs a kernel on every SIMD target of the machine and holds what it wrote against the plain
// result and against the other targets.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "genet/kernels/floats.h"
#include "genet/kernels/target.h"

namespace genet::kernels {

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

inline std::vector<std::string> TargetsWithFusedMultiplyAdd(bool fused) {
  std::vector<std::string> names = SupportedTargets();
  std::erase_if(names, [&](const auto& name) { return FusesMultiplyAdd(name) != fused; });
  return names;
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
    auto& first = first_of[FusesMultiplyAdd(target)];
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
    if (first.empty()) first = std::move(results);
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
