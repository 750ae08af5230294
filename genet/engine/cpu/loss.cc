#include "genet/engine/cpu/loss.h"

#include <cmath>
#include <vector>

#include "genet/base/random.h"
#include "genet/kernels/layout.h"

namespace genet {
namespace {

// exp(x) for x <= 0 from additions and multiplications only, so that every C library gives the same
// bits: 2^n e^r with |r| <= ln 2 / 2. Relative error below 1e-15.
double PortableExp(double x) {
  if (x < -700) return 0;
  constexpr double kLn2 = 0.693147180559945309417;
  const double n = std::floor(x / kLn2 + 0.5);
  const double r = x - n * kLn2;
  double series = 1;
  for (int k = 14; k >= 1; --k) series = 1 + series * r / k;
  return std::ldexp(series, static_cast<int>(n));
}

}  // namespace

BatchResult SoftmaxCrossEntropy(const float* logits, int classes, std::span<const int32_t> labels,
                                double factor, float* gradient) {
  using kernels::kBlock;
  BatchResult result;
  std::vector<double> exponentials(classes);
  for (size_t lane = 0; lane < kBlock; ++lane) {
    if (lane >= labels.size()) {
      for (int c = 0; gradient != nullptr && c < classes; ++c) gradient[c * kBlock + lane] = 0;
      continue;
    }
    int best = 0;
    for (int c = 1; c < classes; ++c) {
      if (logits[c * kBlock + lane] > logits[best * kBlock + lane]) best = c;
    }
    const double largest = logits[best * kBlock + lane];
    double sum = 0;
    for (int c = 0; c < classes; ++c) {
      exponentials[c] = PortableExp(logits[c * kBlock + lane] - largest);
      sum += exponentials[c];
    }
    const int label = labels[lane];
    result.loss += PortableLog(sum) - (logits[label * kBlock + lane] - largest);
    result.correct += best == label;
    for (int c = 0; gradient != nullptr && c < classes; ++c) {
      gradient[c * kBlock + lane] =
          static_cast<float>(factor * (exponentials[c] / sum - (c == label ? 1 : 0)));
    }
  }
  return result;
}

}  // namespace genet
