#include "genet/kernels/assemble_block_workload.h"

#include <utility>

namespace genet::kernels {

std::string AssemblyWorkload::text() const {
  return fmt::format("{} images of {} channels, {} pixels", images.size(), channels, pixels);
}

std::vector<Floats> AssemblyWorkload::Run() const {
  std::vector<Floats> results;
  results.emplace_back(size_t(channels) * pixels * kBlock);
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
