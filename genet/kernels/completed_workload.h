// A convolution whose last missing gradient a kernel makes, to compare the sums the kernel takes on
// the way with those of NormalisationSums.
#pragma once

#include <cstring>

#include "genet/kernels/floats.h"
#include "genet/kernels/normalisation.h"

namespace genet::kernels {

class CompletedWorkload {
 public:
  // `gradient`: [channel][pixel][16], which the kernel writes; `alone`: there is no other.
  CompletedWorkload(RandomStream& stream, int channels, int pixels, const float* gradient,
                    bool alone)
      : count_(alone ? 1 : 2),
        channels_(channels),
        pixels_(pixels),
        z_(RandomFloats(stream, size_t(channels) * pixels * kBlock)),
        other_(RandomFloats(stream, z_.size())),
        scale_(RandomFloats(stream, channels)),
        shift_(RandomFloats(stream, channels)),
        mean_(RandomFloats(stream, channels)),
        sums_(size_t(channels) * 2 * kBlock),
        gradients_{gradient, other_.data()},
        completed_{Gradient(), sums_.data()} {}
  CompletedWorkload(const CompletedWorkload&) = delete;

  CompletedGradients view() const { return {&completed_, 1}; }

  // Whether the kernel's sums are those of NormalisationSums, bit for bit.
  bool SumsHold() const {
    Floats expected(sums_.size());
    NormalisationSums(Gradient(), 0, channels_, pixels_, expected.data());
    return std::memcmp(sums_.data(), expected.data(), sums_.size() * sizeof(float)) == 0 &&
           sums_.GuardsHold();
  }

 private:
  NormalisedGradient Gradient() const {
    return {.gradients = gradients_,
            .count = count_,
            .z = z_.data(),
            .scale = scale_.data(),
            .shift = shift_.data(),
            .mean = mean_.data()};
  }

  int count_, channels_, pixels_;
  Floats z_, other_, scale_, shift_, mean_, sums_;
  const float* gradients_[2];
  CompletedGradient completed_;
};

}  // namespace genet::kernels
