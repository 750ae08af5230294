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

}  // namespace genet::kernels
