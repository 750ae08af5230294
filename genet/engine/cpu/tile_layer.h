// A convolution on tiles (TileConvolution), for wide layers.
#pragma once

#include "genet/engine/cpu/convolution_layer.h"
#include "genet/engine/cpu/tile_convolution.h"

namespace genet {

class TileLayer final : public ConvolutionLayer {
 public:
  TileLayer(const Layer& layer, std::vector<CpuLayer*> inputs, int blocks, Step& step);

  void Pack(Step& step) override;
  size_t floats() const override { return ConvolutionLayer::floats() + tiles_.floats(); }

 private:
  const char* ForwardName() const override { return "convolution forward, tiles"; }
  const char* BackwardName() const override { return "convolution backward, tiles"; }
  void Convolve(Step& step) override;
  void ConvolveBack(Step& step, std::vector<float>& weight_gradient) override;

  // Who shares the chunks of blocks, and who the phases of one block.
  struct Teams {
    ThreadTeam &outer, &inner;
  };
  Teams TeamsOf(Step& step) const;

  TileConvolution tiles_;
  const int most_chunks_;
};

}  // namespace genet
