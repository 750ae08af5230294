// Dropout, whose masks do not depend on threads or blocks (engine/dropout.h).
#pragma once

#include "genet/engine/cpu/layer.h"

namespace genet {

class DropoutLayer final : public CpuLayer {
 public:
  // `index` among the network's dropouts: each has masks of its own.
  DropoutLayer(const Layer& layer, std::vector<CpuLayer*> inputs, int blocks, int index);

  void Forward(Step& step) override;
  void Backward(Step& step) override;
  size_t floats() const override { return CpuLayer::floats() + mask_.size(); }

 private:
  const uint64_t index_;
  std::vector<float> mask_;  // [block][feature][16]
};

}  // namespace genet
