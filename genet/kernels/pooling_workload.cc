#include "genet/kernels/pooling_workload.h"

#include <algorithm>
#include <utility>

#include "genet/kernels/completed_workload.h"

namespace genet::kernels {
namespace {

// Ceil mode: the last window may leave the image, but not begin outside of it.
int CeilOutputs(int size, int kernel, int stride) {
  const int outputs = (std::max(0, size - kernel) + stride - 1) / stride + 1;
  return (outputs - 1) * stride >= size ? outputs - 1 : outputs;
}

std::vector<PoolShape> Shapes(bool average) {
  constexpr int kChannels[] = {1, 3, 4, 5, 8, 9, 16, 17};
  std::vector<PoolShape> shapes;
  for (const int width : {1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 32, 33}) {
    for (const auto& [kernel, stride] : {std::pair{2, 2}, std::pair{3, 2}, std::pair{3, 1},
                                         std::pair{1, 1}, std::pair{3, 3}, std::pair{5, 3}}) {
      const int n = static_cast<int>(shapes.size());
      const int height = 1 + n * 5 % 11;
      shapes.push_back({.channels = kChannels[n % 8],
                        .height = height,
                        .width = width,
                        .out_height = CeilOutputs(height, kernel, stride),
                        .out_width = CeilOutputs(width, kernel, stride),
                        .kernel = kernel,
                        .stride = stride,
                        .average = average});
    }
  }
  // The whole image, as before a last fully-connected layer.
  for (const int size : {1, 7, 8}) shapes.push_back({5, size, size, 1, 1, size, size, average});
  return shapes;
}

}  // namespace

PoolingWorkload::Sources::Sources(RandomStream& stream, int channels, size_t count,
                                  int source_count, unsigned normalised)
    : scale(channels), shift(0) {
  for (int c = 0; c < channels; ++c) scale[c] = c % 3 == 0 ? -0.5f : c % 3 == 1 ? 1.0f : 2.0f;
  shift = RandomSixteenths(stream, channels);
  for (int s = 0; s < source_count; ++s) {
    values.push_back(RandomSixteenths(stream, count));
    sources.push_back({values.back().data(), nullptr, nullptr});
    if (normalised >> s & 1) sources.back() = {values[s].data(), scale.data(), shift.data()};
  }
}

PoolingWorkload::PoolingWorkload(RandomStream& stream, const PoolShape& shape, int n)
    : shape_(shape),
      input_(stream, shape.channels, size_t(shape.channels) * pixels() * kBlock, 1 + n % 3,
             n / 3 % 8),
      gradients_(stream, shape.channels, size_t(shape.channels) * outputs() * kBlock, 1 + n / 2 % 3,
                 0) {}

std::string PoolingWorkload::text() const {
  return fmt::format("{} channels of {}x{}, kernel {}, stride {}", shape_.channels, shape_.height,
                     shape_.width, shape_.kernel, shape_.stride);
}

std::vector<Floats> PoolingWorkload::Run() const {
  std::vector<Floats> results;
  results.emplace_back(size_t(shape_.channels) * outputs() * kBlock);
  results.emplace_back(size_t(shape_.channels) * pixels() * kBlock);
  Floats scratch(PoolScratchFloats(shape_)), other_scratch(PoolScratchFloats(shape_));
  PoolForward(shape_, Input(), results[0].data(), scratch.data());
  RandomStream stream(RandomKey(7));
  const CompletedWorkload completed(stream, shape_.channels, pixels(), results[1].data(), false);
  PoolBackward(shape_, Input(), Gradients(), results[1].data(), other_scratch.data(),
               completed.view());
  GENET_CHECK(completed.SumsHold(), "{}", text());
  GENET_CHECK(scratch.GuardsHold() && other_scratch.GuardsHold(), "{}", text());
  return results;
}

std::vector<PoolingWorkload> PoolingWorkloads(bool average) {
  RandomStream stream(RandomKey(average ? 21 : 22));
  std::vector<PoolingWorkload> workloads;
  int n = 0;
  for (const PoolShape& shape : Shapes(average)) {
    workloads.push_back(PoolingWorkload(stream, shape, ++n));
  }
  return workloads;
}

}  // namespace genet::kernels
