#include "genet/kernels/dense_workload.h"

#include <utility>

namespace genet::kernels {
namespace {

std::vector<Floats> OneArray(size_t count) {
  std::vector<Floats> results;
  results.emplace_back(count);
  return results;
}

}  // namespace

BlockProduct ProductWorkload::product() const {
  return {.matrix = matrix.data(),
          .row_stride = transposed ? 1 : stride,
          .column_stride = transposed ? stride : 1,
          .bias = with_bias ? bias.data() : nullptr,
          .relu = relu};
}

std::string ProductWorkload::text() const {
  return fmt::format("{} by {}, {} blocks{}{}{}", rows, columns, blocks,
                     transposed ? " transposed" : "", with_bias ? " with bias" : "",
                     relu ? " with ReLU" : "");
}

std::vector<Floats> ProductWorkload::Run() const {
  std::vector<Floats> results = OneArray(blocks * rows * kBlock);
  for (const auto& [begin, end] : {std::pair(size_t{0}, rows / 2), {rows / 2, rows}}) {
    MultiplyBlocks(product(), begin, end, inputs(), blocks, results[0].data(), rows * kBlock);
  }
  return results;
}

std::vector<ProductWorkload> ProductWorkloads() {
  RandomStream stream(RandomKey(31));
  std::vector<ProductWorkload> workloads;
  int n = 0;
  for (const size_t rows : {1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33}) {
    for (const size_t columns : {1, 2, 3, 5, 8, 16, 17, 33, 256}) {
      ++n;
      const size_t blocks = n % 4 == 0 ? 11 : n % 4, input_stride = (columns + n % 3) * kBlock;
      const bool transposed = n % 5 < 2;
      const size_t stride = (transposed ? rows : columns) + n % 3;
      workloads.push_back({.rows = rows,
                           .columns = columns,
                           .blocks = blocks,
                           .input_stride = input_stride,
                           .with_bias = n % 2 == 0,
                           .relu = n % 3 == 0,
                           .transposed = transposed,
                           .stride = stride,
                           .matrix = RandomFloats(stream, stride * (transposed ? columns : rows)),
                           .bias = RandomFloats(stream, rows),
                           .values = RandomFloats(stream, blocks * input_stride)});
    }
  }
  return workloads;
}

std::string WeightGradientWorkload::text() const {
  return fmt::format("{} outputs, {} inputs, {} blocks", outputs, inputs, blocks);
}

std::vector<Floats> WeightGradientWorkload::Run() const {
  std::vector<Floats> results = OneArray(outputs * inputs);
  for (const auto& [begin, end] : {std::pair(size_t{0}, outputs / 3), {outputs / 3, outputs}}) {
    WeightGradient({y.data(), outputs, output_stride}, {x.data(), inputs, input_stride}, blocks,
                   begin, end, results[0].data());
  }
  return results;
}

std::vector<WeightGradientWorkload> WeightGradientWorkloads() {
  RandomStream stream(RandomKey(32));
  std::vector<WeightGradientWorkload> workloads;
  int n = 0;
  for (const size_t outputs : {1, 2, 3, 4, 5, 8, 10, 17}) {
    for (const size_t inputs : {1, 3, 4, 5, 16, 33}) {
      ++n;
      const size_t blocks = 1 + n % 4;
      const size_t output_stride = (outputs + n % 2) * kBlock;
      const size_t input_stride = (inputs + n % 3) * kBlock;
      workloads.push_back({.outputs = outputs,
                           .inputs = inputs,
                           .blocks = blocks,
                           .output_stride = output_stride,
                           .input_stride = input_stride,
                           .y = RandomFloats(stream, blocks * output_stride),
                           .x = RandomFloats(stream, blocks * input_stride)});
    }
  }
  return workloads;
}

std::string SumWorkload::text() const {
  return fmt::format("{} sources, {} channels, {} pixels", sources.size(), channels, pixels);
}

std::vector<Floats> SumWorkload::Run() const {
  std::vector<Floats> results = OneArray(size_t(channels) * pixels * kBlock);
  SumSources(input(), channels, pixels, results[0].data());
  return results;
}

std::vector<SumWorkload> SumWorkloads() {
  RandomStream stream(RandomKey(34));
  std::vector<SumWorkload> workloads;
  int n = 0;
  for (const int channels : {1, 3, 4, 5, 8, 9, 16, 17}) {
    for (const int pixels : {1, 2, 5, 9, 33}) {
      ++n;
      SumWorkload work{.channels = channels,
                       .pixels = pixels,
                       .scale = RandomFloats(stream, channels),
                       .shift = RandomFloats(stream, channels),
                       .values = {},
                       .sources = {}};
      for (int s = 0; s < 1 + n % 4; ++s) {
        work.values.push_back(RandomFloats(stream, size_t(channels) * pixels * kBlock));
        const float* values = work.values.back().data();
        work.sources.push_back(n >> s & 1 ? Source{values, work.scale.data(), work.shift.data()}
                                          : Source{values, nullptr, nullptr});
      }
      workloads.push_back(std::move(work));
    }
  }
  return workloads;
}

std::string AssemblyWorkload::text() const {
  return fmt::format("{} images of {} channels, {} pixels", images.size(), channels, pixels);
}

std::vector<Floats> AssemblyWorkload::Run() const {
  std::vector<Floats> results = OneArray(size_t(channels) * pixels * kBlock);
  AssembleBlock(lanes.data(), channels, pixels, scale.data(), offset.data(), results[0].data());
  return results;
}

std::vector<AssemblyWorkload> AssemblyWorkloads() {
  RandomStream stream(RandomKey(35));
  std::vector<AssemblyWorkload> workloads;
  for (const int count : {1, 2, 7, 8, 15, 16}) {
    for (const auto& [channels, pixels] :
         {std::pair{1, 28 * 28}, std::pair{3, 33}, std::pair{3, 1}}) {
      std::vector<std::vector<uint8_t>> images(count);
      std::vector<const uint8_t*> lanes(kBlock, nullptr);
      for (int i = 0; i < count; ++i) {
        for (int at = 0; at < channels * pixels; ++at) {
          images[i].push_back(static_cast<uint8_t>(at == 0 ? 255 * (i % 2) : stream.Below(256)));
        }
        lanes[(i * 5 + 3) % kBlock] = images[i].data();
      }
      workloads.push_back({.channels = channels,
                           .pixels = pixels,
                           .images = std::move(images),
                           .lanes = std::move(lanes),
                           .scale = RandomFloats(stream, channels),
                           .offset = RandomFloats(stream, channels)});
    }
  }
  return workloads;
}

}  // namespace genet::kernels
