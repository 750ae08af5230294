#include <algorithm>
#include <charconv>

#include "genet/base/memory.h"
#include "genet/base/random.h"
#include "genet/cli/breakdown.h"
#include "genet/cli/command.h"
#include "genet/cli/throughput.h"
#include "genet/data/data_set.h"
#include "genet/engine/cpu/cpu_engine.h"
#include "genet/engine/engine.h"
#include "genet/kernels/target.h"
#include "genet/network/network.h"
#include "genet/search/operators.h"
#include "genet/search/statistics.h"
#include "genet/training/make_engine.h"

namespace genet::cli {
namespace {

struct Arguments {
  RunFlags run;
  std::string genome, genomes, target = "best", input;
  int threads = 1, workers = 1;
  double seconds = 5;
  bool evaluate = false, breakdown = false, json = false;
};

// The one that is named, else GeNet #1 where the space has it.
Result<Genome> MainGenome(const std::string& text, const SearchSpace& space) {
  if (!text.empty()) return Genome::Parse(text, space);
  if (Result<Genome> genet = Genome::Parse("genet-1", space)) return genet;
  return Genome::Parse("all-ones", space);
}

// N genomes for "random:N".
Result<std::vector<Genome>> RandomGenomes(std::string_view text, const SearchSpace& space) {
  constexpr std::string_view kRandom = "random:";
  std::string_view number = text;
  int count = 0;
  if (number.starts_with(kRandom)) {
    number.remove_prefix(kRandom.size());
    std::from_chars(number.data(), number.data() + number.size(), count);
  }
  if (count < 1 || count > 10000 || std::to_string(count) != number) {
    return UsageError("--genomes: '{}' is not random:N", text);
  }
  std::vector<Genome> genomes;
  for (int i = 0; i < count; ++i) {
    genomes.push_back(RandomGenome(space, RandomKey(1).Derive("bench genomes").Derive(i)));
  }
  return genomes;
}

Result<int> Bench(const Arguments& arguments) {
  // Rates of different presets compare at one batch, whatever they train with.
  GENET_ASSIGN(const RunSettings settings, arguments.run.Resolve());
  if (!kernels::SelectTarget(arguments.target)) {
    std::string names = "best";
    for (const std::string& name : kernels::SupportedTargets()) names += ", " + name;
    return UsageError("--target: '{}' is none of {}, which this processor has", arguments.target,
                      names);
  }
  GENET_ASSIGN(const Shape shape, InputShape(arguments.input, settings.preset));
  GENET_ASSIGN(const Genome genome, MainGenome(arguments.genome, settings.space));
  std::vector<Genome> genomes = {genome};
  const bool compared = !arguments.genomes.empty();
  if (compared) {
    GENET_ASSIGN(genomes, RandomGenomes(arguments.genomes, settings.space));
  }
  GENET_ASSIGN(const Network network, BuildNetwork(settings.base, genome, shape));
  const int batch = settings.training.batch;
  const double reference_bytes = LeastMemoryBytes(network, settings.engine, batch);
  GENET_TRY(CheckMemory(arguments.workers * reference_bytes, batch, arguments.workers));
  const ImageList images = RandomImages(shape, network.classes(), size_t(batch) * 4);
  const CpuEngineOptions engine =
      CpuOptions(settings.engine, {.batch = batch, .threads = arguments.threads});

  if (arguments.breakdown) {
    GENET_ASSIGN(
        const Breakdown breakdown,
        MeasureBreakdown(network, images, batch, engine, arguments.evaluate, arguments.seconds));
    if (arguments.json) {
      PrintJson(ToJson(breakdown));
      return 0;
    }
    GENET_TRY(Print(ToText(breakdown)));
    return 0;
  }

  nlohmann::json list = nlohmann::json::array();
  std::string text;
  std::vector<double> rates, gflops, peaks, ratios;
  size_t engine_bytes = 0;
  for (const Genome& measured : genomes) {
    GENET_ASSIGN(const Network candidate, BuildNetwork(settings.base, measured, shape));
    if (compared) {
      const double bytes = LeastMemoryBytes(candidate, settings.engine, batch) + reference_bytes;
      GENET_TRY(CheckMemory(arguments.workers * bytes, batch, 2 * arguments.workers));
    }
    GENET_ASSIGN(const Throughput found,
                 MeasureThroughput(candidate, compared ? &network : nullptr, images,
                                   {.batch = batch,
                                    .workers = arguments.workers,
                                    .engine = engine,
                                    .evaluate = arguments.evaluate,
                                    .seconds = arguments.seconds}));
    if (rates.empty()) engine_bytes = found.engine_bytes;
    rates.push_back(found.images_per_second);
    gflops.push_back(found.gflops);
    peaks.push_back(found.peak_gflops);
    ratios.push_back(found.to_reference);
    list.push_back({{"genome", measured.ToString()},
                    {"images_per_second", found.images_per_second},
                    {"gflops", found.gflops},
                    {"peak_gflops", found.peak_gflops},
                    {"fraction_of_peak", found.fraction_of_peak()},
                    {"fastest_images_per_second", found.fastest_images_per_second},
                    {"fastest_fraction_of_peak", found.fastest_fraction_of_peak()},
                    {"flops_per_image", found.flops_per_image},
                    {"engine_bytes", found.engine_bytes}});
    text += fmt::format(
        "{:<28} {:8.{}f} images/s {:8.1f} GFLOP/s of {:7.1f} peak = {:.3f}, {:.3f} in the fastest "
        "step",
        measured.ToString(), found.images_per_second, found.images_per_second < 10 ? 2 : 0,
        found.gflops, found.peak_gflops, found.fraction_of_peak(),
        found.fastest_fraction_of_peak());
    if (compared) {
      list.back()["to_reference"] = found.to_reference;
      text += fmt::format(", {:.2f} of the reference", found.to_reference);
    }
    text += "\n";
  }
  const double peak = Median(peaks);
  nlohmann::json spread = nlohmann::json::object();
  if (compared) {
    const auto [least, most] = std::minmax_element(gflops.begin(), gflops.end());
    const auto [lowest, highest] = std::minmax_element(ratios.begin(), ratios.end());
    spread = {{"reference", genome.ToString()},  {"least_gflops", *least},
              {"median_gflops", Median(gflops)}, {"most_gflops", *most},
              {"least_to_reference", *lowest},   {"median_to_reference", Median(ratios)},
              {"most_to_reference", *highest}};
    text += fmt::format(
        "spread over {} genomes: {:.1f} to {:.1f} GFLOP/s, median {:.1f}; {:.2f} to {:.2f} of the "
        "rate of {} in turns with them, median {:.2f}\n",
        genomes.size(), *least, *most, Median(gflops), *lowest, *highest, genome.ToString(),
        Median(ratios));
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
               {"engine_bytes", engine_bytes},
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
                  static_cast<double>(PeakMemoryBytes()) * 1e-6, engine_bytes * 1e-6)));
  return 0;
}

}  // namespace

Command AddBenchCommand(CLI::App& root) {
  CLI::App* app = AddCommand(
      root, "bench", "measure the training throughput of this machine",
      {"Times whole training steps (batch assembly, forward, backward, update) on random images "
       "and, in turns with them, the processor's peak of fused multiply-adds for the same SIMD "
       "target. Prints the medians, and the share of the peak in the fastest step: what a step "
       "takes while no neighbour disturbs it.\n\n"
       "GFLOP/s counts two operations for each multiply-add of convolutions (as computed directly) "
       "and fully-connected layers: forward, weight gradient, and input gradient except where no "
       "layer before learns.",
       "genet bench\n"
       "genet bench --target AVX2 --threads 2 --json\n"
       "genet bench --genomes random:10 --seconds 2\n"
       "genet bench --preset transfer --threads 2 --breakdown"});
  auto arguments = std::make_shared<Arguments>();
  app->add_option("GENOME", arguments->genome,
                  "The genome, as text or by name (default: genet-1, or all-ones where the search "
                  "space has no genet-1).");
  arguments->run.AddTo(*app, {{"batch", {"128", "--batch"}}});
  app->add_option("--genomes", arguments->genomes,
                  "Measure N random genomes (always the same ones), each in turns with GENOME, and "
                  "print their rates over its rate.")
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
