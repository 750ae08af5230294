#include "genet/experiments/reproduce.h"

#include <algorithm>
#include <cmath>

#include "genet/base/check.h"
#include "genet/data/data_set.h"
#include "genet/experiments/history.h"
#include "genet/experiments/paper.h"
#include "genet/experiments/search_tables.h"
#include "genet/experiments/table3.h"
#include "genet/experiments/trainings.h"
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
  GENET_ASSIGN(const RunHistory again,
               session.Again("again-genetic", "best of process 1 again", process.Best()->genome));
  GENET_ASSIGN(const RunHistory again_random,
               session.Again("again-random", "best of random search again", random.Best()->genome));
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

struct Structures {
  std::vector<TransferGenome> genomes;
  std::string source;
};
// Of Table 2: this reproduction's own bests, those of another search, or those that are printed.
Result<Structures> StructuresOf(Session& session) {
  const Reproduction& r = session.r_;
  Structures structures{.genomes = {}, .source = "as the paper prints them"};
  if (r.from_own) {
    std::vector<RunHistory> processes;
    for (const int number : {1, 2}) {
      GENET_ASSIGN(RunHistory process, session.Process(number));
      processes.push_back(std::move(process));
    }
    GENET_ASSIGN(structures.genomes, BestsOf(processes));
    structures.source = fmt::format(
        "this reproduction's processes 1 and 2, seeds {} and {}, searched "
        "on {}",
        r.seed, r.seed + kSecondProcess, r.data.front());
  } else if (r.from) {
    GENET_ASSIGN(structures.genomes, BestsOf(r.from->histories));
    structures.source = r.from->description;
  } else {
    for (const PaperErrors& row : PaperStructures()) {
      GENET_ASSIGN(Genome genome, Genome::Parse(row.genome));
      structures.genomes.push_back({row.label, std::move(genome), row.label});
    }
  }
  return structures;
}

Status Table2(Session& session) {
  const Reproduction& r = session.r_;
  GENET_ASSIGN(Structures structures, StructuresOf(session));
  const TransferRequest request{
      .table = "table2",
      .title =
          "Table 2: test errors of the structures, wider and in full (the "
          "paper's beside)",
      .scale = r.scale.Name(),
      .genomes = std::move(structures.genomes),
      .data = r.data,
      .settings_on =
          [&r](const std::string& data) {
            return SettingsOf(r.scale.transfer, "transfer", data, r.seed);
          },
      .source = std::move(structures.source)};
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

// Section 4.3 trains the two final structures: "GeNet #1" where Table 2 says "GeNet #1 (G-50)".
constexpr size_t kFinalLabel = std::string_view("GeNet #1").size();
bool IsFinal(std::string_view label) { return label.starts_with("GeNet #"); }

Result<LargeScaleRequest> LargeRequest(Session& session, const std::string& data) {
  const Reproduction& r = session.r_;
  GENET_ASSIGN(Structures structures, StructuresOf(session));
  std::erase_if(structures.genomes,
                [](const TransferGenome& one) { return !IsFinal(one.paper_label); });
  for (TransferGenome& one : structures.genomes) {
    one.paper_label.resize(kFinalLabel);
    if (IsFinal(one.label)) one.label.resize(kFinalLabel);
  }
  GENET_ASSIGN(RunSettings settings, SettingsOf(r.scale.large, data, r.seed));
  return LargeScaleRequest{.scale = r.scale.Name(),
                           .genomes = std::move(structures.genomes),
                           .settings = std::move(settings),
                           .source = std::move(structures.source)};
}

Status Table3(Session& session) {
  GENET_ASSIGN(const LargeScaleRequest request,
               LargeRequest(session, *LargeSet(session.r_.large_data)));
  GENET_ASSIGN(const std::vector<LargeNetwork> networks, TrainLargeNetworks(request, session.lab_));
  GENET_ASSIGN(ResultTable table, LargeScaleTable(request, networks, session.lab_));
  return session.AddFramed(std::move(table));
}

Status Caltech(Session& session) {
  const Reproduction& r = session.r_;
  CaltechRequest request{.scale = r.scale.Name(),
                         .categories = *Categories(r.large_data),
                         .networks = r.networks,
                         .splits = r.scale.large.splits,
                         .seed = r.seed};
  if (request.networks.empty()) {
    GENET_ASSIGN(const LargeScaleRequest large,
                 LargeRequest(session, *CaltechTrainingSet(r.large_data)));
    GENET_ASSIGN(const DataFacts facts, session.lab_.Inspect(large.settings.data));
    GENET_ASSIGN(const std::vector<LargeNetwork> trained, TrainLargeNetworks(large, session.lab_));
    for (const LargeNetwork& one : trained) {
      if (one.result.test_accuracy) {
        request.networks.push_back({.label = one.structure.label,
                                    .paper_label = one.structure.paper_label,
                                    .genome = one.plan.genome,
                                    .input = facts.input,
                                    .weights = one.result.weights,
                                    .data = one.plan.settings.data});
      } else {
        request.notes.push_back(fmt::format("{} is not there, for its training has no result: {}",
                                            one.structure.label, one.result.cause));
      }
    }
  }
  GENET_ASSIGN(ResultTable table, ClassifyCategories(request, session.lab_));
  return session.AddFramed(std::move(table));
}

}  // namespace

std::vector<std::string> SmallSets(const std::vector<std::string>& data) {
  std::vector<std::string> small = data;
  std::erase_if(small, IsOfPictures);
  return small.empty() ? data : small;
}

std::optional<std::string> LargeSet(const std::vector<std::string>& data) {
  std::vector<std::string> images;
  for (const std::string& one : data) {
    if (KindOf(one) == "imagenet") return one;
    if (KindOf(one) == "images") images.push_back(one);
  }
  if (images.size() > 1 || (images.size() == 1 && data.size() == 1)) return images.front();
  return std::nullopt;
}

std::optional<std::string> Categories(const std::vector<std::string>& data) {
  const auto found = std::find_if(data.rbegin(), data.rend(),
                                  [](const std::string& one) { return KindOf(one) == "images"; });
  return found == data.rend() ? std::nullopt : std::optional(*found);
}

std::optional<std::string> CaltechTrainingSet(const std::vector<std::string>& data) {
  const std::optional<std::string> large = LargeSet(data);
  if (large && large != Categories(data)) return large;
  const auto found = std::find_if_not(data.begin(), data.end(), IsOfPictures);
  return found == data.end() ? std::nullopt : std::optional(*found);
}

TrainedNetwork NamedNetwork(const std::string& file, const WeightsFile& weights) {
  TrainedNetwork network{.label = file,
                         .paper_label = "",
                         .genome = weights.genome,
                         .input = weights.input,
                         .weights = file,
                         .data = weights.data};
  for (const PaperErrors& row : PaperStructures()) {
    if (IsFinal(row.label) && row.genome == weights.genome.ToString()) {
      network.label = network.paper_label = row.label.substr(0, kFinalLabel);
    }
  }
  return network;
}

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
  const std::vector<std::string>& data = reproduction.large_data;
  const bool given =
      experiment.small() ||
      (experiment.name == "table3" ? LargeSet(data).has_value() : Categories(data).has_value());
  if (!given) {
    return UsageError("{} needs a folder of images: give --data {}:DIR", experiment.name,
                      experiment.needs);
  }
  if (experiment.name == "caltech" && reproduction.networks.empty() && !CaltechTrainingSet(data)) {
    return UsageError(
        "caltech needs trained networks: give --weights FILE, or a set to train them on (--data "
        "imagenet:DIR beside --data images:DIR), or do table3 in this folder first");
  }
  return {};
}

Status CheckPictures(const Experiment& experiment, const Reproduction& reproduction,
                     Laboratory& laboratory) {
  if (experiment.small()) return {};
  const std::vector<std::string>& data = reproduction.large_data;
  std::optional<std::string> trained_on = LargeSet(data);
  if (experiment.name == "caltech") {
    GENET_TRY(TrainingPictures(*Categories(data), laboratory));
    trained_on = CaltechTrainingSet(data);
    if (!reproduction.networks.empty()) return {};
  }
  GENET_ASSIGN(const RunSettings settings,
               SettingsOf(reproduction.scale.large, *trained_on, reproduction.seed));
  GENET_TRY(laboratory.Inspect(settings.data));
  return {};
}

Result<Findings> Reproduce(const Experiment& experiment, const Reproduction& reproduction,
                           Laboratory& laboratory) {
  GENET_CHECK(!reproduction.data.empty());
  GENET_TRY(CheckNeeds(experiment, reproduction));
  struct Work {
    std::string_view name;
    Status (*run)(Session&);
  };
  constexpr Work kWork[] = {
      {"table1", Table1},       {"figure3", Figure3}, {"figure4", Figure4},
      {"random", RandomSearch}, {"dense", Dense},     {"complexity", Complexity},
      {"figure5", Figure5},     {"table2", Table2},   {"wrn", Wrn},
      {"table3", Table3},       {"caltech", Caltech}};
  Session session(reproduction, laboratory);
  for (const Work& work : kWork) {
    if (work.name != experiment.name) continue;
    GENET_TRY(MakeFolders(reproduction.folder));
    GENET_TRY(work.run(session));
    return std::move(session.findings_);
  }
  return Failure("{}: has no work", experiment.name);
}

}  // namespace genet
