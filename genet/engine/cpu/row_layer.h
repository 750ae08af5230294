// A convolution by rows: direct, or Winograd along rows (kernels/convolution.h). For narrow layers,
// shared among threads by blocks of images.
#pragma once

#include "genet/engine/cpu/convolution_layer.h"

namespace genet {

class RowLayer final : public ConvolutionLayer {
 public:
  RowLayer(const Layer& layer, std::vector<CpuLayer*> inputs, int blocks, bool winograd,
           Step& step);

  void Pack(Step& step) override;
  size_t floats() const override;

  // Taken of the consumer that goes back last, which is the first one here.
  void OfferSums(const CpuLayer& consumer) override;
  void AddCompleted(const CpuLayer& consumer, const Step& step, int block,
                    Completed& completed) override;

 private:
  const char* ForwardName() const override;
  const char* BackwardName() const override;
  void Convolve(Step& step) override;
  void ConvolveBack(Step& step, std::vector<float>& weight_gradient) override;
  bool sums_taken() const override { return sums_taker_ != nullptr; }
  int chunks(int blocks) const { return (blocks + chunk_blocks_ - 1) / chunk_blocks_; }

  const CpuLayer* sums_taker_ = nullptr;
  Buffer packed_, packed_transposed_;
  Buffer weight_sums_;      // by thread
  Buffer chunk_gradients_;  // [chunk][weight]
  const int chunk_blocks_;
};

}  // namespace genet
