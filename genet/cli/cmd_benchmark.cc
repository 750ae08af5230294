#include <algorithm>
#include <charconv>

#include "genet/base/memory.h"
#include "genet/base/random.h"
#include "genet/benchmark/breakdown.h"
#include "genet/benchmark/throughput.h"
#include "genet/cli/command.h"
#include "genet/cli/number_check.h"
#include "genet/data/data_set.h"
#include "genet/engine/backends/backends.h"
#include "genet/engine/backends/make_engine.h"
#include "genet/kernels/target.h"
#include "genet/network/network.h"
#include "genet/search/operators.h"
#include "genet/search/statistics.h"

namespace genet::cli {
namespace {

using nlohmann::json;

struct Arguments {
  RunFlags run;
  std::string genome, genomes, target = "best", input, device = kProcessor;
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

Status SelectTarget(const std::string& target) {
  if (kernels::SelectTarget(target)) return {};
  std::string names = "best";
  for (const std::string& name : kernels::SupportedTargets()) names += ", " + name;
  return UsageError("--target: '{}' is none of {}, which this processor has", target, names);
}

// What is measured.
struct Plan {
  RunSettings settings;
  Shape shape;                  // of the images
  Genome genome;                // GENOME
  Network network;              // its own
  std::vector<Genome> genomes;  // those of --genomes, each in turns with GENOME
  ImageList images;
  StepLoopOptions loop;
};

Result<Plan> MakePlan(const Arguments& arguments) {
  // Rates of different presets compare at one batch, whatever they train with.
  GENET_ASSIGN(RunSettings settings, arguments.run.Resolve());
  GENET_TRY(CheckEngine(settings.engine, {arguments.device}));
  GENET_TRY(SelectTarget(arguments.target));
  GENET_ASSIGN(const Shape shape, InputShape(arguments.input, settings.preset));
  GENET_ASSIGN(Genome genome, MainGenome(arguments.genome, settings.space));
  GENET_ASSIGN(Network network, BuildNetwork(settings.base, genome, shape));
  std::vector<Genome> genomes;
  if (!arguments.genomes.empty()) {
    GENET_ASSIGN(genomes, RandomGenomes(arguments.genomes, settings.space));
  }
  const int batch = settings.training.batch;
  GENET_TRY(CheckMemory(arguments.workers * LeastMemoryBytes(network, settings.engine, batch),
                        batch, arguments.workers));
  ImageList images = RandomImages(shape, network.classes(), size_t(batch) * 4);
  const StepLoopOptions loop{
      .engine = settings.engine,
      .resources = {.batch = batch, .threads = arguments.threads, .device = arguments.device},
      .evaluate = arguments.evaluate};
  return Plan{.settings = std::move(settings),
              .shape = shape,
              .genome = std::move(genome),
              .network = std::move(network),
              .genomes = std::move(genomes),
              .images = std::move(images),
              .loop = loop};
}

Result<int> PrintBreakdown(const Plan& plan, const Arguments& arguments) {
  GENET_ASSIGN(const Breakdown breakdown,
               MeasureBreakdown(plan.network, plan.images, plan.loop, arguments.seconds));
  if (arguments.json) {
    PrintJson(genet::ToJson(breakdown));
  } else {
    GENET_TRY(Print(genet::ToText(breakdown)));
  }
  return 0;
}

struct Measured {
  Genome genome;
  Throughput rate;
};

Result<std::vector<Measured>> MeasureGenomes(const Plan& plan, const Arguments& arguments) {
  const ThroughputOptions options{
      .loop = plan.loop, .workers = arguments.workers, .seconds = arguments.seconds};
  std::vector<Measured> measured;
  if (plan.genomes.empty()) {
    GENET_ASSIGN(const Throughput rate,
                 MeasureThroughput(plan.network, nullptr, plan.images, options));
    measured.push_back({plan.genome, rate});
    return measured;
  }
  const int batch = plan.loop.resources.batch;
  const double reference_bytes = LeastMemoryBytes(plan.network, plan.loop.engine, batch);
  for (const Genome& genome : plan.genomes) {
    GENET_ASSIGN(const Network network, BuildNetwork(plan.settings.base, genome, plan.shape));
    const double bytes = LeastMemoryBytes(network, plan.loop.engine, batch) + reference_bytes;
    GENET_TRY(CheckMemory(arguments.workers * bytes, batch, 2 * arguments.workers));
    GENET_ASSIGN(const Throughput rate,
                 MeasureThroughput(network, &plan.network, plan.images, options));
    measured.push_back({genome, rate});
  }
  return measured;
}

// One field of all genomes, in order of size.
std::vector<double> Sorted(const std::vector<Measured>& measured, double Throughput::*field) {
  std::vector<double> values;
  for (const Measured& one : measured) values.push_back(one.rate.*field);
  std::sort(values.begin(), values.end());
  return values;
}

// A value that needs the processor's peak.
json OfPeak(const Throughput& rate, double value) { return rate.has_peak() ? json(value) : json(); }

json ToJson(const Measured& measured, bool compared) {
  const Throughput& rate = measured.rate;
  json one = {{"genome", measured.genome.ToString()},
              {"images_per_second", rate.images_per_second},
              {"gflops", rate.gflops},
              {"peak_gflops", OfPeak(rate, rate.peak_gflops)},
              {"fraction_of_peak", OfPeak(rate, rate.fraction_of_peak())},
              {"fastest_images_per_second", rate.fastest_images_per_second},
              {"fastest_fraction_of_peak", OfPeak(rate, rate.fastest_fraction_of_peak())},
              {"flops_per_image", rate.flops_per_image},
              {"engine_bytes", rate.engine_bytes}};
  if (compared) one["to_reference"] = rate.to_reference;
  return one;
}

json ToJson(const Plan& plan, const Arguments& arguments, const std::vector<Measured>& measured) {
  const bool compared = !plan.genomes.empty();
  const std::vector<double> gflops = Sorted(measured, &Throughput::gflops);
  const std::vector<double> ratios = Sorted(measured, &Throughput::to_reference);
  const double peak = Median(Sorted(measured, &Throughput::peak_gflops));
  const Throughput& first = measured.front().rate;
  json genomes = json::array(), spread = json::object();
  for (const Measured& one : measured) genomes.push_back(ToJson(one, compared));
  if (compared) {
    spread = {{"reference", plan.genome.ToString()},  {"least_gflops", gflops.front()},
              {"median_gflops", Median(gflops)},      {"most_gflops", gflops.back()},
              {"least_to_reference", ratios.front()}, {"median_to_reference", Median(ratios)},
              {"most_to_reference", ratios.back()}};
  }
  return {{"images_per_second", Median(Sorted(measured, &Throughput::images_per_second))},
          {"gflops", Median(gflops)},
          {"peak_gflops", OfPeak(first, peak)},
          {"fraction_of_peak", OfPeak(first, Median(gflops) / peak)},
          {"target", kernels::TargetName()},
          {"threads", arguments.threads},
          {"workers", arguments.workers},
          {"batch", plan.loop.resources.batch},
          {"engine", plan.loop.engine.name},
          {"device", arguments.device},
          {"arithmetic", plan.loop.engine.arithmetic},
          {"preset", plan.settings.preset},
          {"peak_bytes", PeakMemoryBytes()},
          {"engine_bytes", first.engine_bytes},
          {"spread", spread},
          {"work", arguments.evaluate ? "evaluation" : "training"},
          {"genomes", genomes}};
}

std::string Line(const Measured& measured, bool compared) {
  const Throughput& rate = measured.rate;
  std::string line =
      fmt::format("{:<28} {:8.{}f} images/s {:8.1f} GFLOP/s", measured.genome.ToString(),
                  rate.images_per_second, rate.images_per_second < 10 ? 2 : 0, rate.gflops);
  if (rate.has_peak()) {
    line += fmt::format(" of {:7.1f} peak = {:.3f}, {:.3f} in the fastest step", rate.peak_gflops,
                        rate.fraction_of_peak(), rate.fastest_fraction_of_peak());
  }
  if (compared) line += fmt::format(", {:.2f} of the reference", rate.to_reference);
  return line + "\n";
}

std::string ToText(const Plan& plan, const Arguments& arguments,
                   const std::vector<Measured>& measured) {
  const bool compared = !plan.genomes.empty();
  std::string text = fmt::format(
      "one {}: {} preset, {} images, batch {}, {} worker(s) of {} thread(s), engine {} on {}, {}\n",
      arguments.evaluate ? "evaluation of a batch" : "training step", plan.settings.preset,
      ToString(plan.shape), plan.loop.resources.batch, arguments.workers, arguments.threads,
      ToString(plan.loop.engine), arguments.device, kernels::TargetName());
  for (const Measured& one : measured) text += Line(one, compared);
  if (compared) {
    const std::vector<double> gflops = Sorted(measured, &Throughput::gflops);
    const std::vector<double> ratios = Sorted(measured, &Throughput::to_reference);
    text += fmt::format(
        "spread over {} genomes: {:.1f} to {:.1f} GFLOP/s, median {:.1f}; {:.2f} to {:.2f} of the "
        "rate of {} in turns with them, median {:.2f}\n",
        measured.size(), gflops.front(), gflops.back(), Median(gflops), ratios.front(),
        ratios.back(), plan.genome.ToString(), Median(ratios));
  }
  return text + fmt::format("memory: {:.1f} MB in all, {:.1f} MB of it each engine's\n",
                            static_cast<double>(PeakMemoryBytes()) * 1e-6,
                            static_cast<double>(measured.front().rate.engine_bytes) * 1e-6);
}

Result<int> Bench(const Arguments& arguments) {
  GENET_ASSIGN(const Plan plan, MakePlan(arguments));
  if (arguments.breakdown) return PrintBreakdown(plan, arguments);
  GENET_ASSIGN(const std::vector<Measured> measured, MeasureGenomes(plan, arguments));
  if (arguments.json) {
    PrintJson(ToJson(plan, arguments, measured));
  } else {
    GENET_TRY(Print(ToText(plan, arguments, measured)));
  }
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
       "layer before learns. For a device that is not the processor there is no peak to compare "
       "with.",
       "genet bench\n"
       "genet bench --target AVX2 --threads 2 --json\n"
       "genet bench --genomes random:10 --seconds 2\n"
       "genet bench --preset transfer --threads 2 --breakdown\n"
       "genet bench --engine torch"});
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
      ->check(Within(1, 1024));
  app->add_option("--device", arguments->device,
                  fmt::format("Device of the engine, such as {} (default: {}).", DescribeDevices(),
                              kProcessor))
      ->type_name("NAME");
  app->add_option("--workers", arguments->workers,
                  "Networks trained side by side, each with its own threads (default: 1).")
      ->type_name("N")
      ->check(Within(1, 1024));
  app->add_option(
         "--target", arguments->target,
         "SIMD target of engine cpu and of the peak, such as AVX2 (default: the processor's "
         "best).")
      ->type_name("NAME");
  app->add_option("--seconds", arguments->seconds, "Time for each genome (default: 5).")
      ->type_name("S")
      ->check(Within(0.05, 3600.0));
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
