#include "genet/engine/cpu/row_layer.h"

namespace genet {
namespace {

// Blocks whose weight gradient is summed before images are added up: large images are worth a sum
// of their own (which threads can share), small ones are not.
int ChunkBlocks(int pixels) { return pixels >= 1024 ? 1 : pixels >= 256 ? 2 : 4; }

}  // namespace

RowLayer::RowLayer(const Layer& layer, std::vector<CpuLayer*> inputs, int blocks, bool winograd,
                   Step& step)
    : ConvolutionLayer(layer, std::move(inputs), blocks, winograd),
      packed_(kernels::PackedWeightFloats(shape())),
      weight_sums_(step.team.size() * kernels::WeightSumFloats(shape())),
      chunk_blocks_(ChunkBlocks(output_pixels())) {
  if (wants_input_gradient()) {
    packed_transposed_ = Buffer(kernels::PackedWeightFloats(shape().transposed()));
  }
  chunk_gradients_ = Buffer(chunks(blocks) * weight().value.size());
  step.ReserveScratch(kernels::ConvolutionScratchFloats(shape()));
  OfferSumsToInputs();
}

size_t RowLayer::floats() const {
  return ConvolutionLayer::floats() + packed_.size() + packed_transposed_.size() +
         weight_sums_.size() + chunk_gradients_.size();
}

const char* RowLayer::ForwardName() const {
  return shape().winograd ? "convolution forward, rows" : "convolution forward, direct";
}
const char* RowLayer::BackwardName() const {
  return shape().winograd ? "convolution backward, rows" : "convolution backward, direct";
}

void RowLayer::OfferSums(const CpuLayer& consumer) {
  if (consumers().front() == &consumer) sums_taker_ = &consumer;
}

void RowLayer::AddCompleted(const CpuLayer& consumer, const Step& step, int block,
                            Completed& completed) {
  if (sums_taker_ != &consumer) return;
  completed.gradients.push_back(GradientOf(step, block));
  completed.list.push_back({completed.gradients.back().view, BlockSums(block)});
}

void RowLayer::Pack(Step& step) {
  kernels::PackWeights(shape(), weight().value.data(), packed_.data());
  if (step.training() && wants_input_gradient()) {
    kernels::PackTransposedWeights(shape(), weight().value.data(), packed_transposed_.data());
  }
}

void RowLayer::Convolve(Step& step) {
  step.ForEachBlock([&](int block, int thread) {
    kernels::Forward({shape(), Inputs(block).view(), packed_.data(), Output(block),
                      step.training() ? BlockSums(block) : nullptr, step.scratch[thread].data()});
  });
}

void RowLayer::ConvolveBack(Step& step, std::vector<float>& weight_gradient) {
  const size_t weights = weight_gradient.size();
  const size_t sum_floats = kernels::WeightSumFloats(shape());
  step.team.Run(chunks(step.blocks()), [&](int chunk, int thread) {
    float* sums = weight_sums_.data() + thread * sum_floats;
    const int begin = chunk * chunk_blocks_, end = std::min(step.blocks(), begin + chunk_blocks_);
    for (int block = begin; block < end; ++block) {
      kernels::Backward({shape(), Inputs(block).view(), GradientOf(step, block).view,
                         packed_transposed_.data(), InputGradientIfWanted(block), sums,
                         block == begin, step.scratch[thread].data(),
                         CompletedInputs(step, block).view()});
    }
    kernels::ReduceWeightGradient(shape(), sums, chunk_gradients_.data() + chunk * weights);
  });
  for (int chunk = 0; chunk < chunks(step.blocks()); ++chunk) {
    const float* from = chunk_gradients_.data() + chunk * weights;
    for (size_t i = 0; i < weights; ++i) weight_gradient[i] += from[i];
  }
}

}  // namespace genet
