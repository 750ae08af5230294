#include "genet/benchmark/throughput.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <thread>

#include "genet/benchmark/flops.h"
#include "genet/kernels/target.h"
#include "genet/search/statistics.h"

namespace genet {
namespace {

// A network and the workers that train it side by side, ready to step.
class Subject {
 public:
  static Result<Subject> Make(const Network& network, const ImageList& images,
                              const ThroughputOptions& options) {
    Subject subject;
    subject.flops_ = options.loop.evaluate ? ForwardFlops(network) : TrainingFlops(network);
    for (int worker = 0; worker < options.workers; ++worker) {
      GENET_ASSIGN(auto loop, StepLoop::Make(network, images, options.loop, worker));
      subject.loops_.push_back(std::move(loop));
    }
    subject.fastest_.resize(options.workers);
    return subject;
  }

  int64_t flops() const { return flops_; }
  double gflops(double images_per_second) const {
    return images_per_second * static_cast<double>(flops_) * 1e-9;
  }
  size_t engine_bytes() const { return loops_[0]->memory_bytes(); }

  // All workers step for about that long; their images/s together.
  double Run(double seconds) {
    std::vector<double> rates(loops_.size());
    std::vector<std::thread> threads;
    const auto run = [&](size_t i) {
      const StepLoop::Pace pace = loops_[i]->Run(seconds);
      rates[i] = pace.images_per_second();
      fastest_[i] = std::max(fastest_[i], pace.fastest_images_per_second);
    };
    for (size_t i = 1; i < loops_.size(); ++i) threads.emplace_back(run, i);
    run(0);
    for (std::thread& thread : threads) thread.join();
    double sum = 0;
    for (const double rate : rates) sum += rate;
    return sum;
  }
  double fastest() const { return std::accumulate(fastest_.begin(), fastest_.end(), 0.0); }

 private:
  int64_t flops_ = 0;  // of one image
  std::vector<std::unique_ptr<StepLoop>> loops_;
  std::vector<double> fastest_;  // images/s of each loop's shortest step so far
};

}  // namespace

Result<Throughput> MeasureThroughput(const Network& network, const Network* reference,
                                     const ImageList& images, const ThroughputOptions& options) {
  GENET_ASSIGN(Subject subject, Subject::Make(network, images, options));
  std::optional<Subject> other;
  if (reference) {
    GENET_ASSIGN(other, Subject::Make(*reference, images, options));
  }
  constexpr int kTurns = 9;
  constexpr double kPeakShare = 0.2;
  const double turn = options.seconds / kTurns;
  const double share = turn * (1 - kPeakShare) / (other ? 2 : 1);
  const EngineResources& resources = options.loop.resources;
  std::vector<double> rates, peaks, ratios;
  for (int i = 0; i < kTurns; ++i) {
    if (resources.device == kProcessor) {
      peaks.push_back(
          kernels::MeasurePeakGflops(resources.threads * options.workers, turn * kPeakShare));
    }
    rates.push_back(subject.Run(share));
    if (other) ratios.push_back(subject.gflops(rates.back()) / other->gflops(other->Run(share)));
  }
  Throughput throughput;
  throughput.images_per_second = Median(rates);
  throughput.fastest_images_per_second = subject.fastest();
  throughput.gflops = subject.gflops(throughput.images_per_second);
  if (!peaks.empty()) throughput.peak_gflops = Median(peaks);
  if (other) throughput.to_reference = Median(ratios);
  throughput.flops_per_image = subject.flops();
  throughput.engine_bytes = subject.engine_bytes();
  return throughput;
}

}  // namespace genet
