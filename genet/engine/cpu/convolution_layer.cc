#include "genet/engine/cpu/convolution_layer.h"

#include <fmt/format.h>

#include <algorithm>

namespace genet {
namespace {

constexpr int kChannelSlice = 16;         // channels that are one piece of work for a thread
constexpr size_t kWeightSlice = 1 << 16;  // weights, likewise
// Weights of all chunks whose gradients are kept apart, unless the threads together need more.
constexpr size_t kWeightsApart = 1 << 20;

}  // namespace

kernels::ConvolutionShape ConvolutionLayer::ShapeOf(const Layer& layer) {
  return {layer.input.channels, layer.output.channels,  layer.input.height,
          layer.input.width,    layer.operation.kernel, layer.operation.padding};
}

ConvolutionLayer::ConvolutionLayer(const Layer& layer, std::vector<CpuLayer*> inputs, int blocks,
                                   const kernels::ConvolutionAlgorithm& algorithm, Step& step)
    : CpuLayer(layer, std::move(inputs), blocks),
      shape_(ShapeOf(layer)),
      algorithm_(algorithm),
      forward_name_(fmt::format("convolution forward, {}", algorithm.name)),
      backward_name_(fmt::format("convolution backward, {}", algorithm.name)),
      sizes_(algorithm.sizes(shape_, step.team.size())),
      most_chunks_(Chunks(blocks)),
      weight_(layer, "weight"),
      bn_(layer, blocks),
      packed_(sizes_.packed) {
  if (wants_input_gradient()) packed_transposed_ = Buffer(sizes_.packed_transposed);
  const int users = TeamsOf(step).outer.size();
  chunks_together_ =
      std::min(most_chunks_, std::max(users, static_cast<int>(kWeightsApart / shape_.weights())));
  step.ReserveScratch(users, sizes_.scratch);
  step.ReserveWeightSums(users, sizes_.weight_sums);
  step.chunk_gradients.Grow(chunks_together_ * shape_.weights());
}

void ConvolutionLayer::ForEachTensor(const TensorVisitor& visit) {
  CpuLayer::ForEachTensor(visit);
  visit(layer().name + ".bn.mean", bn_.scale.shape, bn_.running_mean);
  visit(layer().name + ".bn.variance", bn_.scale.shape, bn_.running_variance);
}

size_t ConvolutionLayer::floats() const {
  return CpuLayer::floats() + bn_.sums.size() + packed_.size() + packed_transposed_.size();
}

// Where the chunks go evenly among the threads each takes whole ones, so that none waits for
// another's part of a block or reads it from its cache.
ConvolutionLayer::Teams ConvolutionLayer::TeamsOf(Step& step) const {
  constexpr double kEven = 0.85;
  const int threads = step.team.size();
  const int rounds = (most_chunks_ + threads - 1) / threads;
  const bool even = most_chunks_ >= kEven * rounds * threads;
  if (even || !algorithm_.shares_blocks) return {step.team, step.alone};
  return {step.alone, step.team};
}

void ConvolutionLayer::Pack(Step& step) {
  algorithm_.pack(shape_, weight_.value.data(), false, packed_.data(), step.team);
  if (step.training() && wants_input_gradient()) {
    algorithm_.pack(shape_, weight_.value.data(), true, packed_transposed_.data(), step.team);
  }
}

void ConvolutionLayer::Forward(Step& step) {
  {
    const auto timer =
        step.Measured(forward_name_.c_str(), ForwardFlops(), InputValues() + OutputValues());
    Convolve(step);
  }
  if (step.training()) {
    bn_.UseBatch(step.images(), output_pixels());
  } else {
    bn_.UseRunningStatistics();
  }
}

void ConvolutionLayer::Convolve(Step& step) {
  const auto [outer, inner] = TeamsOf(step);
  outer.Run(step.blocks(), [&, &team = inner](int block, int thread) {
    algorithm_.forward({shape_, Inputs(block).view(), packed_.data(), Output(block),
                        step.training() ? BlockSums(block) : nullptr, step.scratch[thread].data()},
                       team);
  });
}

void ConvolutionLayer::Backward(Step& step) {
  if (!sums_left_) SumGradient(step);
  bn_.Backward(step.images(), output_pixels());
  const bool wanted = wants_input_gradient();
  const auto timer = step.Measured(backward_name_.c_str(), (wanted ? 2 : 1) * ForwardFlops(),
                                   InputValues() + GradientValues() + OutputValues() +
                                       (wanted ? double(layer().input.size()) : 0));
  ConvolveBack(step);
}

ConvolutionGradient ConvolutionLayer::GradientOf(const Step& step, int block) const {
  ConvolutionGradient gradient;
  for (const kernels::Source& source : OutputGradients(block).list) {
    gradient.from.push_back(source.values);
  }
  gradient.view = {gradient.from.data(),   static_cast<int>(gradient.from.size()),
                   Output(block),          bn_.apply_scale.data(),
                   bn_.apply_shift.data(), bn_.mean.data(),
                   bn_.factor.data(),      bn_.mean_g.data(),
                   bn_.slope.data(),       step.Lanes(block)};
  return gradient;
}

void ConvolutionLayer::SumGradient(Step& step) {
  const auto timer = step.Measured("batch-norm sums", 0, GradientValues() + OutputValues());
  const int channels = shape_.out_channels;
  const int slices = (channels + kChannelSlice - 1) / kChannelSlice;
  step.team.Run(step.blocks() * slices, [&](int index, int) {
    const int block = index / slices, begin = index % slices * kChannelSlice;
    kernels::NormalisationSums(GradientOf(step, block).view, begin,
                               std::min(channels, begin + kChannelSlice), output_pixels(),
                               BlockSums(block));
  });
}

void ConvolutionLayer::ConvolveBack(Step& step) {
  const auto [outer, inner] = TeamsOf(step);
  const size_t weights = shape_.weights();
  float* const apart = step.chunk_gradients.data();
  float* const gradient = weight_.gradient.data();
  std::fill_n(gradient, weights, 0.0f);
  const int chunks = Chunks(step.blocks());
  for (int first = 0; first < chunks; first += chunks_together_) {
    const int count = std::min(chunks_together_, chunks - first);
    outer.Run(count, [&, &team = inner](int i, int thread) {
      ConvolveChunkBack(step, first + i, thread, team, apart + i * weights);
    });
    step.Share(weights, kWeightSlice, [&](size_t begin, size_t end) {
      for (int i = 0; i < count; ++i) {
        for (size_t w = begin; w < end; ++w) gradient[w] += apart[i * weights + w];
      }
    });
  }
}

void ConvolutionLayer::ConvolveChunkBack(Step& step, int chunk, int thread, ThreadTeam& team,
                                         float* gradient) {
  float* const sums = step.weight_sums[thread].data();
  const int begin = chunk * sizes_.chunk_blocks;
  const int end = std::min(step.blocks(), begin + sizes_.chunk_blocks);
  for (int block = begin; block < end; ++block) {
    algorithm_.backward(
        {shape_, Inputs(block).view(), GradientOf(step, block).view, packed_transposed_.data(),
         wants_input_gradient() ? InputGradient(block) : nullptr, sums, block == begin,
         step.scratch[thread].data(), CompletedInputs(step, block).view()},
        team);
  }
  algorithm_.reduce(shape_, sums, gradient, team);
}

}  // namespace genet
