#include "genet/experiments/estimate.h"

#include <algorithm>
#include <memory>
#include <set>
#include <thread>

#include "genet/data/data_kind.h"
#include "genet/experiments/paper.h"
#include "genet/network/width.h"
#include "genet/search/fitness.h"
#include "genet/search/statistics.h"
#include "genet/settings/presets.h"
#include "genet/training/step_loop.h"

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

Load SearchLoad(const std::string& run, const RunSettings& settings, int rounds, int networks) {
  const double images = settings.train_images > 0
                            ? static_cast<double>(settings.train_images)
                            : ImagesOf("cifar10") - static_cast<double>(settings.validation_images);
  return {.run = run,
          .rounds = rounds,
          .networks = networks,
          .images = images * Epochs(settings.training.schedule),
          .base = settings.base,
          .batch = settings.training.batch,
          .genome = settings.preset == "wrn-40" ? "wrn-40" : "genet-1"};
}

// `genomes` on the three data sets.
Result<std::vector<Load>> TransferLoads(const std::string& run, const TransferScale& scale,
                                        const std::string& preset, int genomes) {
  std::vector<Load> loads;
  for (const PaperDataSet& set : PaperDataSets()) {
    GENET_ASSIGN(const RunSettings settings, SettingsOf(scale, preset, kAnyData, 1));
    const double images = AtMost(ImagesOf(set.kind), settings.train_images);
    loads.push_back({.run = fmt::format("{}-{}", run, set.kind),
                     .networks = genomes,
                     .images = images * Epochs(settings.training.schedule),
                     .base = settings.base,
                     .batch = settings.training.batch,
                     .genome = preset == "wrn-40" ? "wrn-40" : "genet-1"});
  }
  return loads;
}

}  // namespace

Result<std::vector<Load>> LoadsOf(const Experiment& experiment, const Scale& scale) {
  std::vector<Load> loads;
  const auto add_search = [&](const std::string& run, const RunSettings& settings) {
    loads.push_back(
        SearchLoad(run, settings, settings.search.generations + 1, settings.search.population));
  };
  const auto add_alone = [&](const std::string& run, const RunSettings& settings) {
    loads.push_back(SearchLoad(run, settings, 1, scale.repeats));
  };
  const auto add_transfer = [&](const std::string& run, const TransferScale& transfer,
                                const std::string& preset, int genomes) -> Status {
    GENET_ASSIGN(std::vector<Load> more, TransferLoads(run, transfer, preset, genomes));
    loads.insert(loads.end(), more.begin(), more.end());
    return {};
  };
  const std::string& name = experiment.name;
  if (name == "table2") {
    GENET_TRY(add_transfer("table2", scale.transfer, "transfer", 5));
    return loads;
  }
  if (name == "wrn") {
    GENET_ASSIGN(const RunSettings settings, SettingsOf(scale.wrn, kAnyData, 1));
    add_search("wrn", settings);
    add_alone("wrn-original", settings);
    TransferScale full = scale.transfer;
    full.width = scale.wrn.width;
    GENET_TRY(add_transfer("wrn", full, "wrn-40", 2));
    return loads;
  }
  if (name == "table3" || name == "caltech") {
    // Caltech's features come from Table 3's networks; what is done with them is not counted.
    GENET_ASSIGN(const RunSettings settings, SettingsOf(scale.large, kAnyData, 1));
    const double images = AtMost(ImagesOf("imagenet"), settings.train_images);
    loads.push_back({.run = "table3",
                     .networks = 2,
                     .images = images * Epochs(settings.training.schedule),
                     .base = settings.base,
                     .batch = settings.training.batch,
                     .genome = "genet-1",
                     .input = {3, scale.large.pixels, scale.large.pixels},
                     .classes = KindNamed("imagenet").counts->classes});
    return loads;
  }
  GENET_ASSIGN(const RunSettings search, SettingsOf(scale.search, kAnyData, 1));
  add_search("genetic-1", search);
  if (name == "figure3") add_search("naive", search);
  if (name == "figure5") add_search("genetic-2", search);
  if (name == "random" || name == "dense") add_alone("again-genetic", search);
  if (name == "dense") add_alone("all-ones", search);
  if (name == "random") {
    add_search("random", search);
    add_alone("again-random", search);
  }
  return loads;
}

Result<double> MeasureStep(const Load& load, int workers, double seconds) {
  // A step at 224 pixels takes minutes and gigabytes on some machines: that of 32 pixels stands in
  // for it, by multiply-adds.
  const bool scaled = load.input.height > 64;
  const Shape shape = scaled ? Shape{3, 32, 32} : load.input;
  BaseNetwork base = load.base;
  if (scaled) {
    GENET_ASSIGN(const RunSettings transfer, Preset("transfer"));
    base = transfer.base;
  }
  const int classes = scaled ? 10 : load.classes;
  GENET_ASSIGN(const SearchSpace space,
               ParseSearchSpace(load.genome == "wrn-40" ? "11,11,11" : "3,4,5"));
  GENET_ASSIGN(const Genome genome, Genome::Parse(load.genome, space));
  GENET_ASSIGN(const Network network, BuildNetwork(base, genome, shape, classes));
  // Two full blocks of the engine: fewer would waste its lanes, more only take longer.
  const int batch = std::min(load.batch, 32);
  const ImageList images = RandomImages(shape, classes, static_cast<size_t>(batch) * 4);
  std::vector<std::unique_ptr<StepLoop>> loops;
  for (int worker = 0; worker < workers; ++worker) {
    loops.push_back(std::make_unique<StepLoop>(network, images, batch,
                                               CpuEngineOptions{.max_batch = batch},
                                               /*evaluate=*/false, worker));
    GENET_TRY(loops.back()->Start(network));
    loops.back()->Step();  // memory is touched for the first time outside the measurement
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
  GENET_ASSIGN(const Network whole, BuildNetwork(load.base, genome, load.input, load.classes));
  return Median(turns) * static_cast<double>(whole.multiply_adds()) /
         static_cast<double>(network.multiply_adds());
}

Result<double> CostModel::Seconds(const std::vector<Load>& loads, int workers) {
  double total = 0;
  std::set<std::string> done;
  for (const Load& load : loads) {
    if (!done.insert(load.run).second) continue;
    const auto key = std::pair(fmt::format("{} {} {} {}", ToString(load.base), load.genome,
                                           std::min(load.batch, 32), load.input.height),
                               workers);
    if (!measured_.contains(key)) {
      GENET_ASSIGN(measured_[key], timer_(load, workers));
    }
    const int turns = (load.networks + workers - 1) / workers;
    const double share = std::max(1.0, std::min(workers, load.networks) / double(cores_));
    total += load.rounds * turns * load.images * measured_.at(key) * share;
  }
  return total;
}

}  // namespace genet
