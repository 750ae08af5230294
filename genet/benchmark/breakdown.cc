#include "genet/benchmark/breakdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <thread>

#include "genet/base/duration.h"
#include "genet/kernels/target.h"

namespace genet {
namespace {

// GB/s that the threads together read from memory far larger than the caches.
double MeasureBandwidth(int threads) {
  constexpr size_t kWords = size_t{16} << 20;  // 128 MB a thread
  constexpr int kRounds = 4;
  std::vector<std::vector<uint64_t>> memory(threads, std::vector<uint64_t>(kWords, 1));
  std::vector<uint64_t> sums(threads);
  const auto read = [&](int thread) {
    for (int round = 0; round < kRounds; ++round) {
      sums[thread] += std::accumulate(memory[thread].begin(), memory[thread].end(), uint64_t{0});
    }
  };
  const Clock::time_point start = Clock::now();
  std::vector<std::thread> others;
  for (int thread = 1; thread < threads; ++thread) others.emplace_back(read, thread);
  read(0);
  for (std::thread& other : others) other.join();
  const double seconds = SecondsSince(start);
  for (const uint64_t sum : sums) GENET_CHECK(sum == kRounds * kWords);
  return static_cast<double>(threads) * kRounds * kWords * sizeof(uint64_t) / seconds * 1e-9;
}

}  // namespace

Result<Breakdown> MeasureBreakdown(const Network& network, const ImageList& images,
                                   StepLoopOptions options, double seconds) {
  StepProfile profile;
  EngineResources& resources = options.resources;
  resources.profile = &profile;
  GENET_ASSIGN(const auto loop, StepLoop::Make(network, images, options));
  if (profile.entries().empty()) {
    return UsageError("engine {} on {} does not tell where the time of a step goes",
                      options.engine.name, resources.device);
  }

  Breakdown result;
  result.target = kernels::TargetName();
  result.threads = resources.threads;
  result.batch = resources.batch;
  result.peak_gflops = kernels::MeasurePeakGflops(resources.threads);
  result.gigabytes_per_second = MeasureBandwidth(resources.threads);
  profile.Clear();
  int steps = 0;
  const Clock::time_point start = Clock::now();
  do {
    loop->Step();
    ++steps;
  } while (SecondsSince(start) < seconds);
  result.milliseconds = SecondsSince(start) / steps * 1e3;

  double named = 0;
  for (const auto& [work, entry] : profile.entries()) {
    const double least = std::max(entry.flops * 1e-9 / result.peak_gflops,
                                  entry.bytes * 1e-9 / result.gigabytes_per_second);
    result.rows.push_back({.work = work,
                           .milliseconds = entry.seconds / steps * 1e3,
                           .gflops = entry.flops * 1e-9 / entry.seconds,
                           .megabytes = entry.bytes / steps * 1e-6,
                           .roofline = least / entry.seconds});
    named += result.rows.back().milliseconds;
  }
  result.rows.push_back({.work = "other", .milliseconds = result.milliseconds - named});
  std::stable_sort(result.rows.begin(), result.rows.end(),
                   [](const auto& a, const auto& b) { return a.milliseconds > b.milliseconds; });
  return result;
}

std::string ToText(const Breakdown& breakdown) {
  std::string text = fmt::format(
      "a step of {} images on {} thread(s), {}: {:.2f} ms; peak {:.1f} GFLOP/s, memory {:.1f} "
      "GB/s\n{:<30} {:>9} {:>6} {:>9} {:>9} {:>9}\n",
      breakdown.batch, breakdown.threads, breakdown.target, breakdown.milliseconds,
      breakdown.peak_gflops, breakdown.gigabytes_per_second, "work", "ms", "share", "GFLOP/s", "MB",
      "roofline");
  for (const Breakdown::Row& row : breakdown.rows) {
    text += fmt::format("{:<30} {:9.3f} {:5.1f}% {:>9} {:>9} {:>9}\n", row.work, row.milliseconds,
                        100 * row.milliseconds / breakdown.milliseconds,
                        row.gflops > 0 ? fmt::format("{:.1f}", row.gflops) : "",
                        row.megabytes > 0 ? fmt::format("{:.1f}", row.megabytes) : "",
                        row.roofline > 0 ? fmt::format("{:.2f}", row.roofline) : "");
  }
  return text;
}

nlohmann::json ToJson(const Breakdown& breakdown) {
  nlohmann::json rows = nlohmann::json::array();
  for (const Breakdown::Row& row : breakdown.rows) {
    rows.push_back({{"work", row.work},
                    {"milliseconds", row.milliseconds},
                    {"gflops", row.gflops},
                    {"megabytes", row.megabytes},
                    {"fraction_of_roofline", row.roofline}});
  }
  return {{"milliseconds", breakdown.milliseconds},
          {"peak_gflops", breakdown.peak_gflops},
          {"memory_gigabytes_per_second", breakdown.gigabytes_per_second},
          {"target", breakdown.target},
          {"threads", breakdown.threads},
          {"batch", breakdown.batch},
          {"rows", rows}};
}

}  // namespace genet
