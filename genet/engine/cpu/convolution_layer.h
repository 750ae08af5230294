// A convolution with batch normalisation and ReLU, by one of the kernels' algorithms.
//
// Its output is the convolution's z; consumers normalise it while they read (batch_norm.h).
#pragma once

#include "genet/engine/cpu/batch_norm.h"
#include "genet/engine/cpu/layer.h"
#include "genet/kernels/convolution.h"

namespace genet {

// dz in one block, as kernels take it.
struct ConvolutionGradient {
  std::vector<const float*> from;
  kernels::NormalisedGradient view;
};

class ConvolutionLayer final : public CpuLayer {
 public:
  ConvolutionLayer(const Layer& layer, std::vector<CpuLayer*> inputs, int blocks,
                   const kernels::ConvolutionAlgorithm& algorithm, Step& step);

  static kernels::ConvolutionShape ShapeOf(const Layer& layer);

  void Pack(Step& step) override;
  void Forward(Step& step) override;
  void Backward(Step& step) override;

  std::vector<Parameter*> Parameters() override { return {&weight_, &bn_.scale, &bn_.shift}; }
  void ForEachTensor(const TensorVisitor& visit) override;
  size_t floats() const override;

  kernels::Source Activation(int block) const override {
    return {Output(block), bn_.apply_scale.data(), bn_.apply_shift.data()};
  }

  bool completes_sums() const override { return algorithm_.completes_sums; }
  // Another layer's backward pass takes the sums of this layer's gradient (sums_plan.h).
  void LeaveSums() { sums_left_ = true; }
  ConvolutionGradient GradientOf(const Step& step, int block) const;
  // Of one block, as BatchNorm takes them.
  float* BlockSums(int block) {
    return bn_.sums.data() + size_t(block) * shape_.out_channels * 2 * kernels::kBlock;
  }

 private:
  // Who shares the blocks, and who works on one block together.
  struct Teams {
    ThreadTeam &outer, &inner;
  };
  Teams TeamsOf(Step& step) const;

  int Chunks(int blocks) const { return (blocks + sizes_.chunk_blocks - 1) / sizes_.chunk_blocks; }
  double ForwardFlops() const { return 2.0 * double(weight_.value.size()) * output_pixels(); }
  // Fills the output and, in training, the sums of z and z^2.
  void Convolve(Step& step);
  // The sums of the gradient, by a pass of their own.
  void SumGradient(Step& step);
  // The gradients of the weights and, where it is wanted, of the input.
  void ConvolveBack(Step& step);
  // What one chunk of blocks gives; the gradient of the weights goes to `gradient`.
  void ConvolveChunkBack(Step& step, int chunk, int thread, ThreadTeam& team, float* gradient);

  const kernels::ConvolutionShape shape_;
  const kernels::ConvolutionAlgorithm& algorithm_;
  const std::string forward_name_, backward_name_;  // for the profile
  const kernels::ConvolutionSizes sizes_;
  const int most_chunks_;
  int chunks_together_ = 0;  // whose gradients of the weights are kept apart, to be added in order
  Parameter weight_;
  BatchNorm bn_;
  Buffer packed_, packed_transposed_;
  bool sums_left_ = false;
};

}  // namespace genet
