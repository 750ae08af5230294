#include "genet/engine/cpu/loss_head.h"

#include <algorithm>

#include "genet/base/check.h"
#include "genet/engine/cpu/loss.h"

namespace genet {

using kernels::kBlock;

LossHead::LossHead(CpuLayer& last, int classes, int blocks)
    : last_(last), classes_(classes), gradient_(size_t(blocks) * classes * kBlock) {
  last.UseLossGradient(gradient_.data());
}

BatchResult LossHead::Loss(Step& step, const Batch& batch, double factor, std::span<float> logits) {
  const size_t images = step.images();
  const auto timer = step.Measured("loss", 0, 2.0 * classes_);
  GENET_CHECK(logits.empty() || logits.size() >= images * classes_);
  BatchResult total;
  for (int block = 0; block < step.blocks(); ++block) {
    const size_t first = block * kBlock, count = std::min(kBlock, images - first);
    const kernels::Source source = last_.Activation(block);
    GENET_CHECK(source.scale == nullptr, "logits that are yet to be normalised");
    float* gradient = factor != 0 ? gradient_.data() + first * classes_ : nullptr;
    const BatchResult result = SoftmaxCrossEntropy(
        source.values, classes_, batch.labels.subspan(first, count), factor, gradient);
    total.loss += result.loss;
    total.correct += result.correct;
    for (size_t i = 0; !logits.empty() && i < count; ++i) {
      for (int c = 0; c < classes_; ++c) {
        logits[(first + i) * classes_ + c] = source.values[c * kBlock + i];
      }
    }
  }
  return total;
}

}  // namespace genet
