#include "genet/engine/cpu/tile_layer.h"

#include <algorithm>

namespace genet {

TileLayer::TileLayer(const Layer& layer, std::vector<CpuLayer*> inputs, int blocks, Step& step)
    : ConvolutionLayer(layer, std::move(inputs), blocks, true),
      tiles_(shape(), wants_input_gradient()),
      most_chunks_(tiles_.chunks(blocks)) {
  const auto [outer, inner] = TeamsOf(step);
  for (int user = 0; user < outer.size(); ++user) {
    step.tile_memory[user].Reserve(shape(), inner.size());
  }
}

// Where the chunks go evenly among the threads each takes whole ones, so that none waits for
// another's transforms or reads them from its cache.
TileLayer::Teams TileLayer::TeamsOf(Step& step) const {
  constexpr double kEven = 0.85;
  const int threads = step.team.size();
  const int rounds = (most_chunks_ + threads - 1) / threads;
  if (most_chunks_ >= kEven * rounds * threads) return {step.team, step.alone};
  return {step.alone, step.team};
}

void TileLayer::Pack(Step& step) { tiles_.Pack(step.team, weight().value.data(), step.training()); }

void TileLayer::Convolve(Step& step) {
  const auto [among_blocks, inside_a_block] = TeamsOf(step);
  among_blocks.Run(step.blocks(), [&](int block, int thread) {
    tiles_.Forward(inside_a_block, step.tile_memory[thread], Inputs(block).view(), Output(block),
                   step.training() ? BlockSums(block) : nullptr);
  });
}

void TileLayer::ConvolveBack(Step& step, std::vector<float>& weight_gradient) {
  const auto [among_chunks, inside_a_block] = TeamsOf(step);
  const int chunks = tiles_.chunks(step.blocks()), together = among_chunks.size();
  for (int first = 0; first < chunks; first += together) {
    const int count = std::min(together, chunks - first);
    among_chunks.Run(count, [&](int i, int) {
      const int begin = (first + i) * tiles_.chunk_blocks(),
                end = std::min(step.blocks(), begin + tiles_.chunk_blocks());
      for (int block = begin; block < end; ++block) {
        tiles_.Backward(inside_a_block, step.tile_memory[i], Inputs(block).view(),
                        GradientOf(step, block).view, block == begin, InputGradientIfWanted(block));
      }
    });
    for (int i = 0; i < count; ++i) {
      tiles_.AddWeightGradient(step.team, step.tile_memory[i], weight_gradient.data());
    }
  }
}

}  // namespace genet
