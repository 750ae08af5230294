// The images of a batch as a network's input.
#pragma once

#include "genet/engine/cpu/layer.h"
#include "genet/engine/engine.h"

namespace genet {

class InputLayer final : public CpuLayer {
 public:
  InputLayer(const Layer& layer, const InputTransform& transform, int blocks)
      : CpuLayer(layer, {}, blocks), transform_(transform) {}

  // Pixels outside a moved image, and lanes without an image, are 0, which is the mean.
  void Read(Step& step, const Batch& batch);
  void Forward(Step&) override {}
  void Backward(Step&) override {}

 private:
  void ReadBlock(const Batch& batch, int block);

  const InputTransform transform_;
};

}  // namespace genet
