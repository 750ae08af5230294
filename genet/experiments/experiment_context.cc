#include "genet/experiments/experiment_context.h"

#include <cmath>

#include "genet/experiments/paper.h"
#include "genet/experiments/scale.h"
#include "genet/experiments/search_tables.h"

namespace genet {
namespace {

// Seeds of the second process, and of trainings that are compared away from the searches' split.
constexpr uint64_t kSecondProcess = 1, kAgain = 100;

// The bests of generations 0, 5, 20 and 50 of 50, or of those that stand at the same share of a
// shorter process.
Result<std::vector<TransferGenome>> BestsOf(const std::vector<RunHistory>& processes) {
  std::vector<TransferGenome> genomes;
  const RunHistory& first = processes.front();
  const int last = first.generations.back().number;
  for (const auto& [of_50, paper] : {std::pair{0, "GeNet after G-00"},
                                     {5, "GeNet after G-05"},
                                     {20, "GeNet after G-20"},
                                     {50, "GeNet #1 (G-50)"}}) {
    const int generation = static_cast<int>(std::lround(of_50 * last / 50.0));
    const Individual* best = first.Best(static_cast<size_t>(generation));
    if (best == nullptr) {
      return Failure("{}: generation {} has no individual with a fitness", first.label, generation);
    }
    genomes.push_back(
        {fmt::format("best of G-{:02} of {}", generation, first.label), best->genome, paper});
  }
  if (processes.size() > 1) {
    const RunHistory& second = processes[1];
    genomes.push_back(
        {fmt::format("best of G-{:02} of {}", second.generations.back().number, second.label),
         second.Best()->genome, "GeNet #2 (G-50)"});
  }
  return genomes;
}

}  // namespace

Result<RunHistory> ExperimentContext::Search(const std::string& name, const std::string& label,
                                             const RunSettings& settings) {
  GENET_ASSIGN(RunStore store, runner.Search(name, settings));
  return ReadHistory(store, label, settings);
}

Result<RunHistory> ExperimentContext::Process(int number) {
  GENET_ASSIGN(RunSettings settings, SettingsWithSeed(number == 1 ? 0 : kSecondProcess));
  return Search(fmt::format("genetic-{}", number), fmt::format("process {}", number), settings);
}

Result<RunHistory> ExperimentContext::FromAllZeros() {
  GENET_ASSIGN(RunSettings settings, SettingsWithSeed(0));
  settings.search.start = SearchSettings::Start::kAllZeros;
  return Search("naive", "naive start", settings);
}

Result<RunHistory> ExperimentContext::Random() {
  GENET_ASSIGN(RunSettings settings, SettingsWithSeed(0));
  settings.search.strategy = "random";
  return Search("random", "random search", settings);
}

Result<RunHistory> ExperimentContext::OnAnotherSplit(const std::string& name,
                                                     const std::string& label,
                                                     const Genome& genome) {
  GENET_ASSIGN(RunSettings settings, SettingsWithSeed(kAgain));
  return OneGenome(name, label, genome, settings, request.scale.repeats);
}

Result<RunHistory> ExperimentContext::OneGenome(const std::string& name, const std::string& label,
                                                const Genome& genome, RunSettings settings,
                                                int trainings) {
  settings.search.population = trainings;
  settings.search.generations = 0;
  settings.search.start = SearchSettings::Start::kAround;
  settings.search.around_genome = genome.ToString();
  settings.search.around_flips = 0;
  return Search(name, label, settings);
}

Status ExperimentContext::Add(ResultTable table, const std::vector<RunHistory>& histories,
                              bool printed) {
  Frame(table, request.scale.Name(), histories);
  return AddFramed(std::move(table), printed);
}

Status ExperimentContext::AddFramed(ResultTable table, bool printed) {
  GENET_TRY(WriteTable(request.folder, table));
  if (printed) findings.tables.push_back(std::move(table));
  return {};
}

void ExperimentContext::Draw(const Figure& figure) {
  if (const Status drawn = DrawFigure(request.folder, figure, request.gnuplot); !drawn) {
    runner.Log(drawn.error().message);
  }
}

std::string ExperimentContext::Conditions() const {
  return fmt::format("scale {}, {}, seed {}", request.scale.Name(), request.data.front(),
                     request.seed);
}

Result<Shape> ExperimentContext::Input() {
  GENET_ASSIGN(const DataFacts facts, runner.Inspect(request.data.front()));
  return facts.input;
}

Result<std::vector<SeenGenome>> ExperimentContext::Seen(const RunHistory& history) {
  GENET_ASSIGN(const DataFacts facts, runner.Inspect(request.data.front()));
  return SeenGenomes(history.generations, history.evaluations,
                     WithClasses(history.settings.base, facts.classes), facts.input);
}

Result<RunSettings> ExperimentContext::SettingsWithSeed(uint64_t seed_offset) {
  GENET_ASSIGN(RunSettings settings,
               SettingsOf(request.scale.search, request.data.front(), request.seed + seed_offset));
  settings.record_test_accuracy = request.record_test_accuracy;
  return settings;
}

Result<ExperimentContext::Structures> ExperimentContext::ChooseStructures() {
  Structures structures{.genomes = {}, .source = "as the paper prints them"};
  if (request.from_own) {
    std::vector<RunHistory> processes;
    for (const int number : {1, 2}) {
      GENET_ASSIGN(RunHistory process, Process(number));
      processes.push_back(std::move(process));
    }
    GENET_ASSIGN(structures.genomes, BestsOf(processes));
    structures.source = fmt::format(
        "this reproduction's processes 1 and 2, seeds {} and {}, searched "
        "on {}",
        request.seed, request.seed + kSecondProcess, request.data.front());
  } else if (request.from) {
    GENET_ASSIGN(structures.genomes, BestsOf(request.from->histories));
    structures.source = request.from->description;
  } else {
    for (const PaperErrors& row : PaperStructures()) {
      GENET_ASSIGN(Genome genome, Genome::Parse(row.genome));
      structures.genomes.push_back({row.label, std::move(genome), row.label});
    }
  }
  return structures;
}

}  // namespace genet
