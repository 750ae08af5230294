#include "genet/experiments/reproduce.h"

#include <algorithm>
#include <cmath>

#include "genet/base/check.h"
#include "genet/experiments/history.h"
#include "genet/experiments/paper.h"
#include "genet/experiments/search_tables.h"
#include "genet/experiments/transfer.h"
#include "genet/network/drawing.h"
#include "genet/report/figure.h"

namespace genet {
namespace {

const std::vector<Experiment> kExperiments = {
    {"table1", "4.1.1", "a genetic process, generation by generation", ""},
    {"figure3", "4.1.2", "a random first population beside an all-zero one", ""},
    {"figure4", "4.1.3", "how a child's accuracy follows its parents'", ""},
    {"random", "4.1.3", "random search of as many networks", ""},
    {"dense", "4.1.4", "the all-ones network beside the best", ""},
    {"complexity", "4.1.4", "accuracy and complexity of every network seen", ""},
    {"figure5", "4.1.5", "the best structures of two independent processes", ""},
    {"table2", "4.2", "the bests at full width on CIFAR-10, CIFAR-100, SVHN", ""},
    {"wrn", "4.2", "a search that starts from a 40-layer wide residual network", ""},
    {"table3", "4.3", "GeNet #1 and #2 on ImageNet", "imagenet"},
    {"caltech", "4.3", "features of Table 3's networks on Caltech-256", "images"},
};

// Seeds of the second process, and of trainings that are compared away from the searches' split.
constexpr uint64_t kSecondProcess = 1, kAgain = 100;

// One experiment being done: its searches, and the files of what it found.
class Session {
 public:
  Session(const Reproduction& reproduction, Laboratory& laboratory)
      : r_(reproduction), lab_(laboratory) {}

  Result<RunHistory> Search(const std::string& name, const std::string& label,
                            const RunSettings& settings) {
    GENET_ASSIGN(RunStore store, lab_.Search(name, settings));
    return ReadHistory(store, label, settings);
  }
  Result<RunHistory> Process(int number) {
    GENET_ASSIGN(RunSettings settings, SettingsWithSeed(number == 1 ? 0 : kSecondProcess));
    return Search(fmt::format("genetic-{}", number), fmt::format("process {}", number), settings);
  }
  Result<RunHistory> Naive() {
    GENET_ASSIGN(RunSettings settings, SettingsWithSeed(0));
    settings.search.start = SearchSettings::Start::kAllZeros;
    return Search("naive", "naive start", settings);
  }
  Result<RunHistory> Random() {
    GENET_ASSIGN(RunSettings settings, SettingsWithSeed(0));
    settings.search.strategy = SearchSettings::Strategy::kRandom;
    return Search("random", "random search", settings);
  }
  // One genome trained `repeats` times as a population of its own, on the split of another seed.
  Result<RunHistory> Again(const std::string& name, const std::string& label,
                           const Genome& genome) {
    GENET_ASSIGN(RunSettings settings, SettingsWithSeed(kAgain));
    return Alone(name, label, genome, settings, r_.scale.repeats);
  }
  Result<RunHistory> Alone(const std::string& name, const std::string& label, const Genome& genome,
                           RunSettings settings, int trainings) {
    settings.search.population = trainings;
    settings.search.generations = 0;
    settings.search.start = SearchSettings::Start::kAround;
    settings.search.around_genome = genome.ToString();
    settings.search.around_flips = 0;
    return Search(name, label, settings);
  }

  Status Add(ResultTable table, const std::vector<RunHistory>& histories, bool printed = true) {
    Frame(table, r_.scale.Name(), histories);
    return AddFramed(std::move(table), printed);
  }
  Status AddFramed(ResultTable table, bool printed = true) {
    GENET_TRY(WriteTable(r_.folder, table));
    if (printed) findings_.tables.push_back(std::move(table));
    return {};
  }
  void Draw(const Figure& figure) {
    if (const Status drawn = DrawFigure(r_.folder, figure, r_.gnuplot); !drawn) {
      lab_.Say(drawn.error().message);
    }
  }
  // Of the figure's title.
  std::string Conditions() const {
    return fmt::format("scale {}, {}, seed {}", r_.scale.Name(), r_.data.front(), r_.seed);
  }
  Result<Shape> Input() {
    GENET_ASSIGN(const DataFacts facts, lab_.Inspect(r_.data.front()));
    return facts.input;
  }
  Result<std::vector<SeenGenome>> Seen(const RunHistory& history) {
    GENET_ASSIGN(const DataFacts facts, lab_.Inspect(r_.data.front()));
    return SeenGenomes(history.generations, history.evaluations,
                       WithClasses(history.settings.base, facts.classes), facts.input);
  }

  const Reproduction& r_;
  Laboratory& lab_;
  Findings findings_;

 private:
  Result<RunSettings> SettingsWithSeed(uint64_t seed_offset) {
    GENET_ASSIGN(RunSettings settings,
                 SettingsOf(r_.scale.search, r_.data.front(), r_.seed + seed_offset));
    settings.record_test_accuracy = r_.record_test_accuracy;
    return settings;
  }
};

Status Table1(Session& session) {
  GENET_ASSIGN(const RunHistory process, session.Process(1));
  return session.Add(GenerationTable("table1", process), {process});
}

Status Figure3(Session& session) {
  GENET_ASSIGN(const RunHistory process, session.Process(1));
  GENET_ASSIGN(const RunHistory naive, session.Naive());
  GENET_TRY(session.Add(StartTable(process, naive), {process, naive}));
  session.Draw(
      MeanFigure("figure3", "Figure 3: mean, highest, lowest\n" + session.Conditions(),
                 {{"random start", process.rows}, {"all-zero (naive) start", naive.rows}}));
  return {};
}

Status Figure4(Session& session) {
  GENET_ASSIGN(const RunHistory process, session.Process(1));
  const std::vector<Inheritance> all = InheritanceOf(process.generations, process.evaluations);
  GENET_TRY(session.Add(InheritanceTable(all), {process}));
  GENET_TRY(session.Add(InheritanceData(all), {process}, false));
  std::vector<Inheritance> changed = all;
  std::erase_if(changed, [](const Inheritance& one) { return !one.changed; });
  if (changed.empty()) {
    session.lab_.Say(
        "figure4: no string was changed by crossover or mutation, so there is nothing "
        "to draw; more generations would give some");
    return {};
  }
  session.Draw(InheritanceFigure("figure4", "Figure 4: parents and child\n" + session.Conditions(),
                                 changed));
  return {};
}

Status RandomSearch(Session& session) {
  GENET_ASSIGN(const RunHistory process, session.Process(1));
  GENET_ASSIGN(const RunHistory random, session.Random());
  const Individual* best = nullptr;
  for (size_t t = 0; t < random.generations.size(); ++t) {
    const Individual* one = random.Best(t);
    if (one != nullptr && (best == nullptr || *one->fitness > *best->fitness)) best = one;
  }
  GENET_ASSIGN(const RunHistory again,
               session.Again("again-genetic", "best of process 1 again", process.Best()->genome));
  GENET_ASSIGN(const RunHistory again_random,
               session.Again("again-random", "best of random search again", best->genome));
  return session.Add(RandomTable(process, random, again, again_random),
                     {process, random, again, again_random});
}

Status Dense(Session& session) {
  GENET_ASSIGN(const RunHistory process, session.Process(1));
  GENET_ASSIGN(const RunHistory again,
               session.Again("again-genetic", "best of process 1 again", process.Best()->genome));
  GENET_ASSIGN(const Genome ones, NamedGenome("all-ones", process.settings.space));
  GENET_ASSIGN(const RunHistory dense, session.Again("all-ones", "all-ones network", ones));
  GENET_ASSIGN(std::vector<SeenGenome> networks, session.Seen(again));
  GENET_ASSIGN(const std::vector<SeenGenome> more, session.Seen(dense));
  networks.insert(networks.end(), more.begin(), more.end());
  return session.Add(DenseTable(process, again, dense, networks), {process, again, dense});
}

Status Complexity(Session& session) {
  GENET_ASSIGN(const RunHistory process, session.Process(1));
  GENET_ASSIGN(const std::vector<SeenGenome> seen, session.Seen(process));
  const ResultTable table = ComplexityTable(seen);
  GENET_TRY(session.Add(table, {process}));
  GENET_TRY(session.Add(ComplexityData(seen), {process}, false));
  const auto& ones = table.values["ones"];
  session.Draw(ComplexityFigure(
      "complexity",
      fmt::format("Section 4.1.4: accuracy and complexity; correlation with 1-bits {1}\n{0}",
                  session.Conditions(),
                  ones.is_null() ? "undefined" : fmt::format("{:.3f}", ones.get<double>())),
      seen));
  return {};
}

Status Figure5(Session& session) {
  std::vector<RunHistory> processes;
  for (const int number : {1, 2}) {
    GENET_ASSIGN(RunHistory process, session.Process(number));
    processes.push_back(std::move(process));
  }
  GENET_ASSIGN(const Shape input, session.Input());
  GENET_ASSIGN(ResultTable table, StructureTable(processes, input));
  GENET_TRY(session.Add(std::move(table), processes));
  GENET_TRY(session.Add(GenerationTable("figure5-process2", processes[1]), {processes[1]}));
  const fs::path& folder = session.r_.folder;
  for (size_t i = 0; i < processes.size(); ++i) {
    const Genome& genome = processes[i].Best()->genome;
    const BaseNetwork& base = processes[i].settings.base;
    const std::string stem = (folder / fmt::format("figure5-{}", i + 1)).string();
    session.findings_.drawings.push_back(
        fmt::format("{}: {}\n{}", processes[i].label, genome.ToString(), DrawText(genome, base)));
    GENET_TRY(WriteFileAtomically(stem + ".txt", session.findings_.drawings.back()));
    GENET_TRY(WriteFileAtomically(stem + ".dot", DrawDot(genome, base)));
    const Result<std::string> svg = DrawSvg(genome, base), png = DrawPng(genome, base);
    if (!svg || !png) {
      session.lab_.Say(svg ? png.error().message : svg.error().message);
      continue;
    }
    GENET_TRY(WriteFileAtomically(stem + ".svg", *svg));
    GENET_TRY(WriteFileAtomically(stem + ".png", *png));
  }
  return {};
}

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

Status Table2(Session& session) {
  const Reproduction& r = session.r_;
  TransferRequest request{.table = "table2",
                          .title =
                              "Table 2: test errors of the structures, wider and in full (the "
                              "paper's beside)",
                          .scale = r.scale.Name(),
                          .genomes = {},
                          .data = r.data,
                          .settings_on =
                              [&r](const std::string& data) {
                                return SettingsOf(r.scale.transfer, "transfer", data, r.seed);
                              },
                          .source = "as the paper prints them"};
  if (r.from_own) {
    std::vector<RunHistory> processes;
    for (const int number : {1, 2}) {
      GENET_ASSIGN(RunHistory process, session.Process(number));
      processes.push_back(std::move(process));
    }
    GENET_ASSIGN(request.genomes, BestsOf(processes));
    request.source = fmt::format(
        "this reproduction's processes 1 and 2, seeds {} and {}, searched "
        "on {}",
        r.seed, r.seed + kSecondProcess, r.data.front());
  } else if (r.from) {
    GENET_ASSIGN(request.genomes, BestsOf(r.from->histories));
    request.source = r.from->description;
  } else {
    for (const PaperErrors& row : PaperStructures()) {
      GENET_ASSIGN(Genome genome, Genome::Parse(row.genome));
      request.genomes.push_back({row.label, std::move(genome), row.label});
    }
  }
  GENET_ASSIGN(ResultTable table, Transfer(request, session.lab_));
  return session.AddFramed(std::move(table));
}

Status Wrn(Session& session) {
  const Reproduction& r = session.r_;
  constexpr const char* kName = "wrn-40";
  GENET_ASSIGN(RunSettings settings, SettingsOf(r.scale.wrn, r.data.front(), r.seed));
  GENET_ASSIGN(const Genome wrn, Genome::Parse(kName, settings.space));
  settings.record_test_accuracy = r.record_test_accuracy;
  RunSettings around = settings;
  around.search.start = SearchSettings::Start::kAround;
  around.search.around_genome = wrn.ToString();
  GENET_ASSIGN(const RunHistory search, session.Search("wrn", "search from the WRN", around));
  GENET_ASSIGN(const RunHistory original,
               session.Alone("wrn-original", "the WRN itself", wrn, settings, r.scale.repeats));
  const Genome& best = search.Best()->genome;
  int differing = 0;
  for (int bit = 0; bit < wrn.size(); ++bit) differing += wrn.bit(bit) != best.bit(bit);
  const Spread spread = SpreadOf(original);

  ResultTable table{.name = "wrn",
                    .title = "A search from the 40-layer wide residual network (section 4.2)"};
  table.columns = {{"generation", "Gen"},     {"max_percent", "Max"},
                   {"min_percent", "Min"},    {"mean_percent", "Avg"},
                   {"median_percent", "Med"}, {"std_dev_percent", "Std-D"}};
  for (const TableRow& row : search.rows) {
    const GenerationStatistics& s = row.statistics;
    std::vector<Cell> cells = {Cell(int64_t{row.generation})};
    for (const double value : {s.max, s.min, s.mean, s.median, s.standard_deviation}) {
      cells.push_back(s.count == 0 ? Cell() : Cell(100 * value));
    }
    table.rows.push_back(std::move(cells));
  }
  table.values = {{"original_mean_percent", 100 * spread.mean},
                  {"original_trainings", spread.count},
                  {"best_percent", 100 * *search.Best()->fitness},
                  {"best", best.ToString()},
                  {"differing_bits", differing}};
  table.notes = {
      fmt::format("The network that it starts from: {:.2f} +- {:.2f} over {} trainings on the same "
                  "split. Best of the last generation: {:.2f}.",
                  100 * spread.mean, 100 * spread.standard_deviation, spread.count,
                  100 * *search.Best()->fitness),
      fmt::format("The best differs from it in {} of {} bits: {}", differing, wrn.size(),
                  best.ToString())};
  GENET_TRY(session.Add(std::move(table), {search, original}));

  TransferScale full = r.scale.transfer;
  full.width = r.scale.wrn.width;
  const TransferRequest request{
      .table = "wrn-errors",
      .title = "Test errors of the WRN and of the best found from it (the paper's beside)",
      .scale = r.scale.Name(),
      .genomes = {{"the WRN itself", wrn, "Zagoruyko et.al [42]"},
                  {"best found from it", best, "GeNet from WRN [42]"}},
      .data = r.data,
      .settings_on = [&](const std::string& data) { return SettingsOf(full, kName, data, r.seed); },
      .source = fmt::format("this reproduction's search from the WRN, seed {}", r.seed)};
  GENET_ASSIGN(ResultTable errors, Transfer(request, session.lab_));
  return session.AddFramed(std::move(errors));
}

}  // namespace

const std::vector<Experiment>& Experiments() { return kExperiments; }

Result<std::vector<Experiment>> FindExperiments(std::string_view name) {
  std::string names = "all";
  for (const Experiment& experiment : kExperiments) {
    if (experiment.name == name) return std::vector<Experiment>{experiment};
    names += ", " + experiment.name;
  }
  if (name == "all") return kExperiments;
  return UsageError("'{}' is no experiment; there are {}", name, names);
}

Status CheckNeeds(const Experiment& experiment, const Reproduction& reproduction) {
  if (experiment.needs.empty()) return {};
  const bool given =
      std::any_of(reproduction.data.begin(), reproduction.data.end(),
                  [&](const std::string& data) { return KindOf(data) == experiment.needs; });
  if (!given) {
    return UsageError("{} needs a folder of images: give --data {}:DIR", experiment.name,
                      experiment.needs);
  }
  return UsageError("{}: genet reproduce does not do it on --data {}:DIR yet", experiment.name,
                    experiment.needs);
}

Result<Findings> Reproduce(const Experiment& experiment, const Reproduction& reproduction,
                           Laboratory& laboratory) {
  GENET_CHECK(!reproduction.data.empty());
  struct Work {
    std::string_view name;
    Status (*run)(Session&);
  };
  constexpr Work kWork[] = {
      {"table1", Table1},       {"figure3", Figure3}, {"figure4", Figure4},
      {"random", RandomSearch}, {"dense", Dense},     {"complexity", Complexity},
      {"figure5", Figure5},     {"table2", Table2},   {"wrn", Wrn}};
  Session session(reproduction, laboratory);
  for (const Work& work : kWork) {
    if (work.name != experiment.name) continue;
    GENET_TRY(MakeFolders(reproduction.folder));
    GENET_TRY(work.run(session));
    return std::move(session.findings_);
  }
  GENET_TRY(CheckNeeds(experiment, reproduction));
  return Failure("{}: has no work", experiment.name);
}

}  // namespace genet
