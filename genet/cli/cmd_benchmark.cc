#include <algorithm>
#include <charconv>
#include <thread>

#include "genet/base/memory.h"
#include "genet/base/random.h"
#include "genet/cli/breakdown.h"
#include "genet/cli/command.h"
#include "genet/cli/flops.h"
#include "genet/data/data_set.h"
#include "genet/engine/cpu/cpu_engine.h"
#include "genet/engine/engine.h"
#include "genet/kernels/target.h"
#include "genet/network/network.h"
#include "genet/search/operators.h"
#include "genet/training/step_loop.h"

namespace genet::cli {
namespace {

struct Arguments {
  RunFlags run;
  std::string genome = "genet-1", genomes, target = "best", input;
  int threads = 1, workers = 1;
  double seconds = 5;
  bool evaluate = false, breakdown = false, json = false;
};

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

struct Figures {
  double images_per_second = 0, gflops = 0, peak_gflops = 0;
  size_t engine_bytes = 0;
};

int64_t CountedFlops(const Arguments& arguments, const Network& network) {
  return arguments.evaluate ? ForwardFlops(network) : TrainingFlops(network);
}

Result<Figures> MeasureNetwork(const Network& network, const ImageList& images, int batch,
                               const Arguments& arguments, Arithmetic arithmetic) {
  std::vector<std::unique_ptr<StepLoop>> loops;
  for (int worker = 0; worker < arguments.workers; ++worker) {
    loops.push_back(std::make_unique<StepLoop>(
        network, images, batch,
        CpuEngineOptions{
            .max_batch = batch, .threads = arguments.threads, .arithmetic = arithmetic},
        arguments.evaluate, worker));
    GENET_TRY(loops.back()->Start(network));
    loops.back()->Step();  // memory is touched for the first time outside the measurement
  }
  // Peak and steps take turns, so that a clock that changes under load changes both.
  constexpr int kRepetitions = 9;
  constexpr double kPeakShare = 0.2;
  const double turn = arguments.seconds / kRepetitions;
  std::vector<double> rates, peaks;
  for (int repetition = 0; repetition < kRepetitions; ++repetition) {
    peaks.push_back(
        kernels::MeasurePeakGflops(arguments.threads * arguments.workers, turn * kPeakShare));
    std::vector<double> worker_rates(loops.size());
    std::vector<std::thread> threads;
    const double share = turn * (1 - kPeakShare);
    for (size_t i = 1; i < loops.size(); ++i) {
      threads.emplace_back([&, i] { worker_rates[i] = loops[i]->Run(share).images_per_second(); });
    }
    worker_rates[0] = loops[0]->Run(share).images_per_second();
    for (std::thread& thread : threads) thread.join();
    double sum = 0;
    for (const double rate : worker_rates) sum += rate;
    rates.push_back(sum);
  }
  Figures figures;
  figures.images_per_second = Median(rates);
  figures.peak_gflops = Median(peaks);
  figures.gflops =
      figures.images_per_second * static_cast<double>(CountedFlops(arguments, network)) * 1e-9;
  figures.engine_bytes = loops[0]->memory_bytes();
  return figures;
}

Result<std::vector<Genome>> Genomes(const Arguments& arguments, const SearchSpace& space) {
  std::vector<Genome> genomes;
  if (arguments.genomes.empty()) {
    GENET_ASSIGN(const Genome genome, Genome::Parse(arguments.genome, space));
    genomes.push_back(genome);
    return genomes;
  }
  constexpr std::string_view kRandom = "random:";
  std::string_view text = arguments.genomes;
  int count = 0;
  if (text.starts_with(kRandom)) {
    text.remove_prefix(kRandom.size());
    std::from_chars(text.data(), text.data() + text.size(), count);
  }
  if (count < 1 || count > 10000 || std::to_string(count) != text) {
    return UsageError("--genomes: '{}' is not random:N", arguments.genomes);
  }
  for (int i = 0; i < count; ++i) {
    genomes.push_back(RandomGenome(space, RandomKey(1).Derive("bench genomes").Derive(i)));
  }
  return genomes;
}

Result<int> Bench(const Arguments& arguments) {
  // Rates of different presets compare at one batch, whatever they train with.
  GENET_ASSIGN(const RunSettings settings, arguments.run.Resolve({{"batch", {"128", "--batch"}}}));
  if (!kernels::SelectTarget(arguments.target)) {
    std::string names = "best";
    for (const std::string& name : kernels::SupportedTargets()) names += ", " + name;
    return UsageError("--target: '{}' is none of {}, which this processor has", arguments.target,
                      names);
  }
  GENET_ASSIGN(const Shape shape, InputShape(arguments.input, settings));
  GENET_ASSIGN(const std::vector<Genome> genomes, Genomes(arguments, settings.space));
  const int batch = settings.training.batch;
  const Arithmetic arithmetic =
      settings.engine.arithmetic == "direct" ? Arithmetic::kDirect : Arithmetic::kWinograd;

  if (arguments.breakdown) {
    GENET_ASSIGN(const Network network, BuildNetwork(settings.base, genomes[0], shape));
    const ImageList images = RandomImages(shape, network.classes(), size_t(batch) * 4);
    GENET_ASSIGN(const Breakdown breakdown,
                 MeasureBreakdown(
                     network, images, batch,
                     {.max_batch = batch, .threads = arguments.threads, .arithmetic = arithmetic},
                     arguments.evaluate, arguments.seconds));
    if (arguments.json) {
      PrintJson(ToJson(breakdown));
      return 0;
    }
    GENET_TRY(Print(ToText(breakdown)));
    return 0;
  }

  nlohmann::json list = nlohmann::json::array();
  std::string text;
  std::vector<double> rates, gflops, peaks;
  Figures first;
  std::optional<ImageList> images;
  for (const Genome& genome : genomes) {
    GENET_ASSIGN(const Network network, BuildNetwork(settings.base, genome, shape));
    if (!images) images = RandomImages(shape, network.classes(), size_t(batch) * 4);
    GENET_ASSIGN(const Figures figures,
                 MeasureNetwork(network, *images, batch, arguments, arithmetic));
    if (rates.empty()) first = figures;
    rates.push_back(figures.images_per_second);
    gflops.push_back(figures.gflops);
    peaks.push_back(figures.peak_gflops);
    list.push_back({{"genome", genome.ToString()},
                    {"images_per_second", figures.images_per_second},
                    {"gflops", figures.gflops},
                    {"peak_gflops", figures.peak_gflops},
                    {"fraction_of_peak", figures.gflops / figures.peak_gflops},
                    {"flops_per_image", CountedFlops(arguments, network)},
                    {"engine_bytes", figures.engine_bytes}});
    text += fmt::format("{:<28} {:8.0f} images/s {:8.1f} GFLOP/s of {:7.1f} peak = {:.3f}\n",
                        genome.ToString(), figures.images_per_second, figures.gflops,
                        figures.peak_gflops, figures.gflops / figures.peak_gflops);
  }
  const double peak = Median(peaks);
  nlohmann::json spread = nlohmann::json::object();
  if (genomes.size() > 1) {
    const auto [least, most] = std::minmax_element(gflops.begin(), gflops.end());
    spread = {{"least_gflops", *least}, {"median_gflops", Median(gflops)}, {"most_gflops", *most}};
    text += fmt::format("spread over {} genomes: {:.1f} to {:.1f} GFLOP/s, median {:.1f}\n",
                        genomes.size(), *least, *most, Median(gflops));
  }
  if (arguments.json) {
    PrintJson({{"images_per_second", Median(rates)},
               {"gflops", Median(gflops)},
               {"peak_gflops", peak},
               {"fraction_of_peak", Median(gflops) / peak},
               {"target", kernels::TargetName()},
               {"threads", arguments.threads},
               {"workers", arguments.workers},
               {"batch", batch},
               {"arithmetic", settings.engine.arithmetic},
               {"preset", settings.preset},
               {"peak_bytes", PeakMemoryBytes()},
               {"engine_bytes", first.engine_bytes},
               {"spread", spread},
               {"work", arguments.evaluate ? "evaluation" : "training"},
               {"genomes", list}});
    return 0;
  }
  GENET_TRY(Print(
      fmt::format("one {}: {} preset, {}x{}x{} images, batch {}, {} worker(s) of {} thread(s), "
                  "{} arithmetic, {}\n{}memory: {:.1f} MB in all, {:.1f} MB of it each engine's\n",
                  arguments.evaluate ? "evaluation of a batch" : "training step", settings.preset,
                  shape.channels, shape.height, shape.width, batch, arguments.workers,
                  arguments.threads, settings.engine.arithmetic, kernels::TargetName(), text,
                  static_cast<double>(PeakMemoryBytes()) * 1e-6, first.engine_bytes * 1e-6)));
  return 0;
}

}  // namespace

Command AddBenchCommand(CLI::App& root) {
  CLI::App* app = AddCommand(
      root, "bench", "measure the training throughput of this machine",
      {"Times whole training steps (batch assembly, forward, backward, update) on random images "
       "and, in turns with them, the processor's peak of fused multiply-adds for the same SIMD "
       "target. Prints the medians.\n\n"
       "GFLOP/s counts two operations for each multiply-add of convolutions (as computed directly) "
       "and fully-connected layers: forward, weight gradient, and input gradient except where no "
       "layer before learns.",
       "genet bench\n"
       "genet bench --target AVX2 --threads 2 --json\n"
       "genet bench --genomes random:10 --seconds 2\n"
       "genet bench --preset transfer --threads 2 --breakdown"});
  auto arguments = std::make_shared<Arguments>();
  app->add_option("GENOME", arguments->genome,
                  "The genome, as text or by name (default: genet-1).");
  arguments->run.AddTo(*app, {}, {"base", "nodes", "batch", "arithmetic"});
  app->add_option("--genomes", arguments->genomes,
                  "Measure N random genomes (always the same ones) in place of one.")
      ->type_name("random:N");
  app->add_option("--input", arguments->input,
                  "Shape of the images (default: that of the preset's data set).")
      ->type_name("CxHxW");
  app->add_option("--threads", arguments->threads, "Threads inside a network (default: 1).")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  app->add_option("--workers", arguments->workers,
                  "Networks trained side by side, each with its own threads (default: 1).")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  app->add_option("--target", arguments->target,
                  "SIMD target, such as AVX2 (default: the processor's best).")
      ->type_name("NAME");
  app->add_option("--seconds", arguments->seconds, "Time for each genome (default: 5).")
      ->type_name("S")
      ->check(CLI::Range(0.05, 3600.0));
  app->add_flag("--evaluate", arguments->evaluate,
                "Measure the forward pass of evaluation in place of training steps.");
  app->add_flag(
      "--breakdown", arguments->breakdown,
      "Say where the time of a step goes: for each kind of work its time, GFLOP/s, bytes, "
      "and the share of the roofline (the larger of operations at the peak and bytes at "
      "the measured memory bandwidth, over the time).");
  app->add_flag("--json", arguments->json, "Print JSON.");
  return {app, [arguments] { return Bench(*arguments); }};
}

}  // namespace genet::cli
