// The experiments of section 4.1.
#include "genet/experiments/experiments.h"
#include "genet/experiments/search_tables.h"
#include "genet/network/drawing.h"

namespace genet {

Status Table1(ExperimentContext& context) {
  GENET_ASSIGN(const RunHistory process, context.Process(1));
  return context.Add(GenerationTable("table1", process), {process});
}

Status Figure3(ExperimentContext& context) {
  GENET_ASSIGN(const RunHistory process, context.Process(1));
  GENET_ASSIGN(const RunHistory naive, context.FromAllZeros());
  GENET_TRY(context.Add(StartTable(process, naive), {process, naive}));
  context.Draw(
      MeanFigure("figure3", "Figure 3: mean, highest, lowest\n" + context.Conditions(),
                 {{"random start", process.rows}, {"all-zero (naive) start", naive.rows}}));
  return {};
}

Status Figure4(ExperimentContext& context) {
  GENET_ASSIGN(const RunHistory process, context.Process(1));
  const std::vector<Inheritance> all = InheritanceOf(process.generations, process.evaluations);
  GENET_TRY(context.Add(InheritanceTable(all), {process}));
  GENET_TRY(context.Add(InheritanceData(all), {process}, false));
  std::vector<Inheritance> changed = all;
  std::erase_if(changed, [](const Inheritance& one) { return !one.changed; });
  if (changed.empty()) {
    context.runner.Log(
        "figure4: no string was changed by crossover or mutation, so there is nothing "
        "to draw; more generations would give some");
    return {};
  }
  context.Draw(InheritanceFigure("figure4", "Figure 4: parents and child\n" + context.Conditions(),
                                 changed));
  return {};
}

Status RandomSearch(ExperimentContext& context) {
  GENET_ASSIGN(const RunHistory process, context.Process(1));
  GENET_ASSIGN(const RunHistory random, context.Random());
  GENET_ASSIGN(
      const RunHistory again,
      context.OnAnotherSplit("again-genetic", "best of process 1 again", process.Best()->genome));
  GENET_ASSIGN(
      const RunHistory again_random,
      context.OnAnotherSplit("again-random", "best of random search again", random.Best()->genome));
  return context.Add(RandomTable(process, random, again, again_random),
                     {process, random, again, again_random});
}

Status Dense(ExperimentContext& context) {
  GENET_ASSIGN(const RunHistory process, context.Process(1));
  GENET_ASSIGN(
      const RunHistory again,
      context.OnAnotherSplit("again-genetic", "best of process 1 again", process.Best()->genome));
  GENET_ASSIGN(const Genome ones, NamedGenome("all-ones", process.settings.space));
  GENET_ASSIGN(const RunHistory dense,
               context.OnAnotherSplit("all-ones", "all-ones network", ones));
  GENET_ASSIGN(std::vector<SeenGenome> networks, context.Seen(again));
  GENET_ASSIGN(const std::vector<SeenGenome> more, context.Seen(dense));
  networks.insert(networks.end(), more.begin(), more.end());
  return context.Add(DenseTable(process, again, dense, networks), {process, again, dense});
}

Status Complexity(ExperimentContext& context) {
  GENET_ASSIGN(const RunHistory process, context.Process(1));
  GENET_ASSIGN(const std::vector<SeenGenome> seen, context.Seen(process));
  const ResultTable table = ComplexityTable(seen);
  GENET_TRY(context.Add(table, {process}));
  GENET_TRY(context.Add(ComplexityData(seen), {process}, false));
  const auto& ones = table.values["ones"];
  context.Draw(ComplexityFigure(
      "complexity",
      fmt::format("Section 4.1.4: accuracy and complexity; correlation with 1-bits {1}\n{0}",
                  context.Conditions(),
                  ones.is_null() ? "undefined" : fmt::format("{:.3f}", ones.get<double>())),
      seen));
  return {};
}

Status Figure5(ExperimentContext& context) {
  std::vector<RunHistory> processes;
  for (const int number : {1, 2}) {
    GENET_ASSIGN(RunHistory process, context.Process(number));
    processes.push_back(std::move(process));
  }
  GENET_ASSIGN(const Shape input, context.Input());
  GENET_ASSIGN(ResultTable table, StructureTable(processes, input));
  GENET_TRY(context.Add(std::move(table), processes));
  GENET_TRY(context.Add(GenerationTable("figure5-process2", processes[1]), {processes[1]}));
  const fs::path& folder = context.request.folder;
  for (size_t i = 0; i < processes.size(); ++i) {
    const Genome& genome = processes[i].Best()->genome;
    const BaseNetwork& base = processes[i].settings.base;
    const std::string stem = (folder / fmt::format("figure5-{}", i + 1)).string();
    context.findings.drawings.push_back(
        fmt::format("{}: {}\n{}", processes[i].label, genome.ToString(), DrawText(genome, base)));
    GENET_TRY(WriteFileAtomically(stem + ".txt", context.findings.drawings.back()));
    GENET_TRY(WriteFileAtomically(stem + ".dot", DrawDot(genome, base)));
    const Result<std::string> svg = DrawSvg(genome, base), png = DrawPng(genome, base);
    if (!svg || !png) {
      context.runner.Log(svg ? png.error().message : svg.error().message);
      continue;
    }
    GENET_TRY(WriteFileAtomically(stem + ".svg", *svg));
    GENET_TRY(WriteFileAtomically(stem + ".png", *png));
  }
  return {};
}

}  // namespace genet
