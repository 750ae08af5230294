#include "genet/kernels/sum_sources_workload.h"

#include <utility>

namespace genet::kernels {

std::string SumWorkload::text() const {
  return fmt::format("{} sources, {} channels, {} pixels", sources.size(), channels, pixels);
}

std::vector<Floats> SumWorkload::Run() const {
  std::vector<Floats> results;
  results.emplace_back(size_t(channels) * pixels * kBlock);
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

}  // namespace genet::kernels
