#include "genet/engine/cpu/batch_norm.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "genet/engine/engine.h"
#include "genet/kernels/layout.h"

namespace genet {
namespace {

using kernels::kBlock;

// Sums over the images of the batch of a channel's two values, in double precision.
std::array<double, 2> BatchSums(const BatchNorm& bn, int channel, size_t images) {
  std::array<double, 2> total = {0, 0};
  for (size_t block = 0; block * kBlock < images; ++block) {
    const float* sums = bn.sums.data() + (block * bn.channels() + channel) * 2 * kBlock;
    for (size_t lane = 0; lane < kBlock && block * kBlock + lane < images; ++lane) {
      total[0] += sums[lane];
      total[1] += sums[kBlock + lane];
    }
  }
  return total;
}

}  // namespace

BatchNorm::BatchNorm(const Layer& convolution, int blocks)
    : scale(convolution, "bn.scale"), shift(convolution, "bn.shift") {
  const size_t channels = scale.value.size();
  running_mean.assign(channels, 0);
  running_variance.assign(channels, 1);
  for (auto* v : {&apply_scale, &apply_shift, &mean, &factor, &mean_g, &slope}) {
    v->assign(channels, 0);
  }
  inverse_deviation.assign(channels, 0);
  sums = Buffer(blocks * channels * 2 * kBlock);
}

void BatchNorm::Apply(int c, double mean_value, double variance) {
  inverse_deviation[c] = 1 / std::sqrt(variance + kBatchNormEpsilon);
  const double factor_value = scale.value[c] * inverse_deviation[c];
  apply_scale[c] = static_cast<float>(factor_value);
  apply_shift[c] = static_cast<float>(shift.value[c] - mean_value * factor_value);
  mean[c] = static_cast<float>(mean_value);
}

void BatchNorm::UseBatch(size_t images, int pixels) {
  const double n = static_cast<double>(images) * pixels;
  for (int c = 0; c < channels(); ++c) {
    const auto [sum, squares] = BatchSums(*this, c, images);
    const double mean_value = sum / n;
    const double variance = std::max(0.0, squares / n - mean_value * mean_value);
    const double unbiased = n > 1 ? variance * n / (n - 1) : variance;
    running_mean[c] += static_cast<float>(kBatchNormMomentum * (mean_value - running_mean[c]));
    running_variance[c] +=
        static_cast<float>(kBatchNormMomentum * (unbiased - running_variance[c]));
    Apply(c, mean_value, variance);
  }
}

void BatchNorm::UseRunningStatistics() {
  for (int c = 0; c < channels(); ++c) Apply(c, running_mean[c], running_variance[c]);
}

void BatchNorm::Backward(size_t images, int pixels) {
  const double n = static_cast<double>(images) * pixels;
  for (int c = 0; c < channels(); ++c) {
    const auto [sum_g, sum_gz] = BatchSums(*this, c, images);
    const double inverse = inverse_deviation[c];
    shift.gradient[c] = static_cast<float>(sum_g);
    scale.gradient[c] = static_cast<float>(sum_gz * inverse);
    factor[c] = apply_scale[c];
    mean_g[c] = static_cast<float>(sum_g / n);
    slope[c] = static_cast<float>(sum_gz / n * inverse * inverse);
  }
}

}  // namespace genet
