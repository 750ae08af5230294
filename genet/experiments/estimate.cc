#include "genet/experiments/estimate.h"

#include <algorithm>
#include <memory>
#include <set>
#include <thread>

#include "genet/benchmark/step_loop.h"
#include "genet/data/data_kind.h"
#include "genet/experiments/paper.h"
#include "genet/network/width.h"
#include "genet/search/fitness.h"
#include "genet/search/statistics.h"

namespace genet {
namespace {

// What settings hold while only their schedule and their networks are asked for.
constexpr const char* kAnyData = "synthetic";

// Images to train on in the official files.
double ImagesOf(std::string_view kind) {
  return static_cast<double>(KindNamed(kind).usual_train_images());
}

// As many of `images` as `most` allows (0: all).
double AtMost(double images, size_t most) {
  return most > 0 ? std::min(images, static_cast<double>(most)) : images;
}

int Epochs(const std::vector<SchedulePhase>& schedule) {
  TrainingSettings settings;
  settings.schedule = schedule;
  return settings.epochs();
}

Result<Workload> SearchWorkload(const std::string& run, const SearchScale& scale, int rounds,
                                int networks) {
  GENET_ASSIGN(const RunSettings settings, SettingsOf(scale, kAnyData, 1));
  const double images = settings.train_images > 0
                            ? static_cast<double>(settings.train_images)
                            : ImagesOf("cifar10") - static_cast<double>(settings.validation_images);
  return Workload{.run = run,
                  .rounds = rounds,
                  .networks = networks,
                  .images = images * Epochs(settings.training.schedule),
                  .base = settings.base,
                  .engine = settings.engine,
                  .batch = settings.training.batch,
                  .genome = scale.preset == "wrn-40" ? "wrn-40" : "genet-1"};
}

// `genomes` on the three data sets.
Result<std::vector<Workload>> TransferWorkloads(const std::string& run, const TransferScale& scale,
                                                const std::string& preset, int genomes) {
  std::vector<Workload> workloads;
  for (const PaperDataSet& set : PaperDataSets()) {
    GENET_ASSIGN(const RunSettings settings, SettingsOf(scale, preset, kAnyData, 1));
    const double images = AtMost(ImagesOf(set.kind), settings.train_images);
    workloads.push_back({.run = fmt::format("{}-{}", run, set.kind),
                         .networks = genomes,
                         .images = images * Epochs(settings.training.schedule),
                         .base = settings.base,
                         .engine = settings.engine,
                         .batch = settings.training.batch,
                         .genome = preset == "wrn-40" ? "wrn-40" : "genet-1"});
  }
  return workloads;
}

}  // namespace

Result<std::vector<Workload>> WorkloadsOf(const Experiment& experiment, const Scale& scale) {
  std::vector<Workload> workloads;
  const auto add_search = [&](const std::string& run, const SearchScale& search, int rounds,
                              int networks) -> Status {
    GENET_ASSIGN(Workload workload, SearchWorkload(run, search, rounds, networks));
    workloads.push_back(std::move(workload));
    return {};
  };
  const auto add_transfer = [&](const std::string& run, const TransferScale& transfer,
                                const std::string& preset, int genomes) -> Status {
    GENET_ASSIGN(std::vector<Workload> more, TransferWorkloads(run, transfer, preset, genomes));
    workloads.insert(workloads.end(), more.begin(), more.end());
    return {};
  };
  const SearchScale& search = scale.search;
  const int rounds = search.generations + 1;
  const std::string& name = experiment.name;
  if (name == "table2") {
    GENET_TRY(add_transfer("table2", scale.transfer, "transfer", 5));
    return workloads;
  }
  if (name == "wrn") {
    GENET_TRY(add_search("wrn", scale.wrn, scale.wrn.generations + 1, scale.wrn.population));
    GENET_TRY(add_search("wrn-original", scale.wrn, 1, scale.repeats));
    TransferScale full = scale.transfer;
    full.width = scale.wrn.width;
    GENET_TRY(add_transfer("wrn", full, "wrn-40", 2));
    return workloads;
  }
  if (name == "table3" || name == "caltech") {
    // Caltech's features come from Table 3's networks; what is done with them is not counted.
    GENET_ASSIGN(const RunSettings settings, SettingsOf(scale.large, kAnyData, 1));
    const double images = AtMost(ImagesOf("imagenet"), settings.train_images);
    workloads.push_back({.run = "table3",
                         .networks = 2,
                         .images = images * Epochs(settings.training.schedule),
                         .base = settings.base,
                         .engine = settings.engine,
                         .batch = settings.training.batch,
                         .genome = "genet-1",
                         .input = {3, scale.large.pixels, scale.large.pixels},
                         .classes = KindNamed("imagenet").counts->classes});
    return workloads;
  }
  GENET_TRY(add_search("genetic-1", search, rounds, search.population));
  if (name == "figure3") GENET_TRY(add_search("naive", search, rounds, search.population));
  if (name == "figure5") GENET_TRY(add_search("genetic-2", search, rounds, search.population));
  if (name == "random" || name == "dense") {
    GENET_TRY(add_search("again-genetic", search, 1, scale.repeats));
  }
  if (name == "dense") GENET_TRY(add_search("all-ones", search, 1, scale.repeats));
  if (name == "random") {
    GENET_TRY(add_search("random", search, rounds, search.population));
    GENET_TRY(add_search("again-random", search, 1, scale.repeats));
  }
  return workloads;
}

Result<double> MeasureStep(const Workload& workload, int workers, double seconds) {
  // A step at 224 pixels takes minutes and gigabytes on some machines: that of 32 pixels stands in
  // for it, by multiply-adds.
  const bool scaled = workload.input.height > 64;
  const Shape shape = scaled ? Shape{3, 32, 32} : workload.input;
  BaseNetwork base = workload.base;
  if (scaled) {
    GENET_ASSIGN(const RunSettings transfer, Preset("transfer"));
    base = transfer.base;
  }
  const int classes = scaled ? 10 : workload.classes;
  GENET_ASSIGN(const SearchSpace space,
               ParseSearchSpace(workload.genome == "wrn-40" ? "11,11,11" : "3,4,5"));
  GENET_ASSIGN(const Genome genome, Genome::Parse(workload.genome, space));
  GENET_ASSIGN(const Network network, BuildNetwork(base, genome, shape, classes));
  // Two full blocks of engine cpu: fewer would waste its lanes, more only take longer.
  const int batch = std::min(workload.batch, 32);
  const ImageList images = RandomImages(shape, classes, static_cast<size_t>(batch) * 4);
  const StepLoopOptions options{.engine = workload.engine, .resources = {.batch = batch}};
  std::vector<std::unique_ptr<StepLoop>> loops;
  for (int worker = 0; worker < workers; ++worker) {
    GENET_ASSIGN(auto loop, StepLoop::Make(network, images, options, worker));
    loops.push_back(std::move(loop));
  }
  constexpr int kTurns = 5;  // of which the median counts: a neighbour's work comes and goes
  std::vector<double> took(loops.size()), turns;
  const auto measure = [&](size_t i) {
    const StepLoop::Pace pace = loops[i]->Run(seconds / kTurns);
    took[i] = pace.processor_seconds / static_cast<double>(pace.images);
  };
  for (int turn = 0; turn < kTurns; ++turn) {
    std::vector<std::thread> threads;
    for (size_t i = 1; i < loops.size(); ++i) threads.emplace_back(measure, i);
    measure(0);
    for (std::thread& thread : threads) thread.join();
    turns.push_back(Mean(took));
  }
  if (!scaled) return Median(turns);
  GENET_ASSIGN(const Network whole,
               BuildNetwork(workload.base, genome, workload.input, workload.classes));
  return Median(turns) * static_cast<double>(whole.multiply_adds()) /
         static_cast<double>(network.multiply_adds());
}

Result<double> CostModel::Seconds(const std::vector<Workload>& workloads, int workers) {
  double total = 0;
  std::set<std::string> done;
  for (const Workload& workload : workloads) {
    if (!done.insert(workload.run).second) continue;
    const auto key =
        std::pair(fmt::format("{} {} {} {} {}", ToString(workload.engine), ToString(workload.base),
                              workload.genome, std::min(workload.batch, 32), workload.input.height),
                  workers);
    if (!measured_.contains(key)) {
      GENET_ASSIGN(measured_[key], timer_(workload, workers));
    }
    const int turns = (workload.networks + workers - 1) / workers;
    const double share = std::max(1.0, std::min(workers, workload.networks) / double(cores_));
    total += workload.rounds * turns * workload.images * measured_.at(key) * share;
  }
  return total;
}

}  // namespace genet
