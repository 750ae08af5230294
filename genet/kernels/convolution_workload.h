// Convolutions of many shapes on drawn values, as the tests and the signature run them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "genet/kernels/convolution.h"
#include "genet/kernels/floats.h"

namespace genet::kernels {

struct ConvolutionCase {
  ConvolutionShape shape;
  int sources = 1;
  unsigned normalised = 0;  // bit s: source s has a scale and a shift
  int gradients = 1;
  int images = 16;
  int blocks = 1;
  bool input_gradient = true;

  std::string text() const;
};

// Widths and channels around the edges of tiles (2 columns, Winograd 4; 4 or 8 channels) and of the
// vectors of every target; kernels of all sizes and paddings, or 3x3 with padding 1.
std::vector<ConvolutionCase> DirectCases();
std::vector<ConvolutionCase> WinogradCases();
// Wide layers of sizes around tiles of 4x4 pixels and panels of 4 tiles.
std::vector<ConvolutionCase> WideCases();

// One case's data. Each Run works on the target in use and gives the arrays that the kernels wrote;
// that nothing beyond them was written is checked.
class ConvolutionWorkload {
 public:
  // One block's activations and gradients. Kept where it is: the views point into it.
  struct Block {
    Block(const ConvolutionCase& test, RandomStream& stream);
    Block(const Block&) = delete;

    SourceSum input() const { return {sources.data(), static_cast<int>(sources.size())}; }

    std::vector<Floats> values, gradients;
    Floats scale, shift;
    std::vector<Source> sources;
    std::vector<const float*> gradient_pointers;
    Floats z;
  };

  ConvolutionWorkload(const ConvolutionCase& test, uint64_t seed);

  const ConvolutionCase& test() const { return test_; }
  const ConvolutionShape& shape() const { return test_.shape; }
  int output_pixels() const { return shape().out_height() * shape().out_width(); }
  const std::vector<std::unique_ptr<Block>>& blocks() const { return blocks_; }
  const Floats& weights() const { return weights_; }
  NormalisedGradient Gradient(const Block& block) const;

  // Output, sums of outputs, sums of squares.
  std::vector<Floats> RunForward(const ConvolutionAlgorithm& algorithm, int threads = 1) const;
  // Weight gradient, input gradients of all blocks.
  std::vector<Floats> RunBackward(const ConvolutionAlgorithm& algorithm, int threads = 1) const;
  // NormalisationSums of the first block.
  std::vector<Floats> RunSums() const;

 private:
  void KeepReluAwayFromItsKink();

  ConvolutionCase test_;
  RandomStream stream_;
  std::vector<std::unique_ptr<Block>> blocks_;
  Floats weights_{0}, scale_{0}, shift_{0}, mean_{0}, factor_{0}, mean_g_{0}, slope_{0}, lanes_{0};
};

}  // namespace genet::kernels
