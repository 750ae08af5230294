// A maximum or average pool.
#pragma once

#include "genet/engine/cpu/layer.h"
#include "genet/kernels/pooling.h"

namespace genet {

class PoolLayer final : public CpuLayer {
 public:
  // `average`: the mean of a window, else its maximum.
  PoolLayer(const Layer& layer, std::vector<CpuLayer*> inputs, int blocks, bool average,
            Step& step);

  void Forward(Step& step) override;
  void Backward(Step& step) override;
  bool completes_sums() const override { return true; }

 private:
  const kernels::PoolShape shape_;
};

}  // namespace genet
