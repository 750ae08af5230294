// Batch normalisation of one convolution: what kernels apply while they read its output, and the
// statistics of a batch, from sums that kernels take ([block][channel][2][16]).
#pragma once

#include <vector>

#include "genet/engine/cpu/buffer.h"
#include "genet/engine/cpu/parameter.h"

namespace genet {

struct BatchNorm {
  Parameter scale, shift;
  std::vector<float> running_mean, running_variance;
  // Of the current batch, or of the running statistics in evaluation. apply_*: as consumers read.
  std::vector<float> apply_scale, apply_shift, mean;
  std::vector<double> inverse_deviation;
  // Backward; see kernels::NormalisedGradient.
  std::vector<float> factor, mean_g, slope;
  Buffer sums;

  // Memory for so many blocks of 16 images.
  BatchNorm(const Layer& convolution, int blocks);
  int channels() const { return static_cast<int>(mean.size()); }

  // The mean and variance of a batch of so many images of so many pixels, from sums of z and z^2.
  void UseBatch(size_t images, int pixels);
  void UseRunningStatistics();
  // Gradients of scale and shift and what kernels need for that of z, from sums of g and g (z -
  // mean).
  void Backward(size_t images, int pixels);

 private:
  void Apply(int channel, double mean_value, double variance);
};

}  // namespace genet
