// A wide convolution layer by two-dimensional Winograd (kernels/tiles.h), its phases shared among
// the threads of a team. Results do not depend on the number of threads.
#pragma once

#include "genet/engine/cpu/buffer.h"
#include "genet/engine/cpu/thread_team.h"
#include "genet/kernels/tiles.h"

namespace genet {

// Memory that all such layers of a network use in turn.
class TileMemory {
 public:
  void Reserve(const kernels::ConvolutionShape& shape, int threads);
  size_t floats() const;

  Buffer patches, tiles, products, sums, scratch;
  size_t scratch_stride = 0;
};

class TileConvolution {
 public:
  // Whether a layer of this shape (3x3, padding 1) is wide enough to gain.
  static bool Serves(const kernels::ConvolutionShape& shape);

  TileConvolution(const kernels::ConvolutionShape& shape, bool wants_input_gradient);

  // Before the steps that use these weights, [out][in][3][3].
  void Pack(ThreadTeam& team, const float* weights, bool backward);
  // One block of 16 images; arguments as in kernels::ConvolutionForward.
  void Forward(ThreadTeam& team, TileMemory& memory, const kernels::SourceSum& input, float* output,
               float* sums) const;
  // One block of 16 images; input_gradient may be null. The weight gradient is kept in
  // `memory.sums` from the call with `first` on.
  void Backward(ThreadTeam& team, TileMemory& memory, const kernels::SourceSum& input,
                const kernels::NormalisedGradient& gradient, bool first,
                float* input_gradient) const;
  void AddWeightGradient(ThreadTeam& team, const TileMemory& memory, float* gradient) const;

  // Blocks whose weight gradient is summed before it is added to that of others: about 1,024 terms,
  // because sums of sums round less.
  int chunk_blocks() const;
  int chunks(int blocks) const { return (blocks + chunk_blocks() - 1) / chunk_blocks(); }
  size_t floats() const { return packed_.size() + packed_transposed_.size(); }

 private:
  kernels::ConvolutionShape shape_;
  Buffer packed_, packed_transposed_;
};

}  // namespace genet
