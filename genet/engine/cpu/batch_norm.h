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
  // What consumers apply, and the mean: of the current batch or, in evaluation, of the running
  // statistics.
  std::vector<float> apply_scale, apply_shift, mean;
  std::vector<double> inverse_deviation;
  // Backward; see kernels::NormalisedGradient.
  std::vector<float> factor, mean_g, slope;
  Buffer sums;

  // Memory for so many blocks of 16 images.
  BatchNorm(const Layer& convolution, int blocks);
  int channels() const { return static_cast<int>(mean.size()); }

  // From sums of z and z^2: the mean and variance of a batch of so many images of so many pixels.
  void UseBatch(size_t images, int pixels);
  void UseRunningStatistics();
  // From sums of g and g (z - mean): the gradients of scale and shift, and what kernels need for
  // the gradient of z.
  void Backward(size_t images, int pixels);

 private:
  void Apply(int channel, double mean_value, double variance);
};

}  // namespace genet
