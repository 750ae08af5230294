// The end of a network: the loss of the logits that its last layer gives, and their gradient.
#pragma once

#include <span>

#include "genet/engine/cpu/layer.h"
#include "genet/engine/engine.h"

namespace genet {

class LossHead {
 public:
  // `last` gives the logits of `classes` classes and takes their gradient from here; it must live
  // as long. Memory is for so many blocks of 16 images.
  LossHead(CpuLayer& last, int classes, int blocks);

  // The batch's loss after the forward pass; the gradient is that of the loss times `factor`, and
  // is not formed if `factor` is 0. `logits` [image][class] are filled if not empty.
  BatchResult Loss(Step& step, const Batch& batch, double factor, std::span<float> logits);

  size_t floats() const { return gradient_.size(); }

 private:
  const CpuLayer& last_;
  const int classes_;
  Buffer gradient_;  // [block][class][16]
};

}  // namespace genet
