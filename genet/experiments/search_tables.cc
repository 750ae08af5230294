#include "genet/experiments/search_tables.h"

#include <algorithm>
#include <cmath>

#include "genet/base/check.h"
#include "genet/base/duration.h"
#include "genet/experiments/paper.h"
#include "genet/experiments/scale.h"
#include "genet/genome/stage.h"
#include "genet/measures/measures_json.h"

namespace genet {
namespace {

double Percent(double fraction) { return 100 * fraction; }

Cell PercentCell(const std::optional<double>& fraction) {
  return fraction ? Cell(Percent(*fraction)) : Cell();
}
Cell NumberCell(const std::optional<double>& number) { return number ? Cell(*number) : Cell(); }
Cell Whole(int64_t number) { return Cell(number); }

// Max, Min, Avg, Med, Std-D of a generation.
void AddStatistics(std::vector<Cell>& row, const GenerationStatistics& s) {
  for (const double value : {s.max, s.min, s.mean, s.median, s.standard_deviation}) {
    row.push_back(s.count == 0 ? Cell() : Cell(Percent(value)));
  }
}

// The share of equal bits.
double Agreement(const Genome& a, const Genome& b) {
  int equal = 0;
  for (int bit = 0; bit < a.size(); ++bit) equal += a.bit(bit) == b.bit(bit);
  return static_cast<double>(equal) / a.size();
}

}  // namespace

void Frame(ResultTable& table, const std::string& scale, const std::vector<RunHistory>& histories) {
  GENET_CHECK(!histories.empty());
  const RunSettings& first = histories.front().settings;
  std::string seeds;
  SearchCost cost;
  int unfinished = 0;
  for (const RunHistory& history : histories) {
    GENET_CHECK(history.settings.data == first.data, "a table of two data sets");
    seeds +=
        fmt::format("{}{} ({})", seeds.empty() ? "" : ", ", history.settings.seed, history.label);
    const SearchCost own = CostOf(history);
    cost.evaluations += own.evaluations;
    cost.seconds += own.seconds;
    for (const EvaluationRow& row : history.evaluations)
      unfinished += !row.evaluation.measures.accuracy;
  }
  table.conditions.insert(
      table.conditions.end(),
      {{"scale", scale},
       {"data", first.data},
       {"seeds", seeds},
       {"search", fmt::format("{} individuals, {} generations after the first",
                              first.search.population, first.search.generations)},
       {"networks", Describe(first)},
       {"accuracy", fmt::format("on {} images held out of the training set (validation), %; not "
                                "the test set unless a column says so",
                                first.validation_images)}});
  table.cost.push_back({"cost", fmt::format("{} evaluations, {} of one worker", cost.evaluations,
                                            HumanDuration(cost.seconds))});
  if (unfinished > 0) {
    table.notes.push_back(fmt::format(
        "{} evaluations diverged or failed; they have no accuracy and count nowhere.", unfinished));
  }
}

ResultTable GenerationTable(const std::string& name, const RunHistory& history) {
  const bool test = history.settings.record_test_accuracy;
  ResultTable table{
      .name = name,
      .title = fmt::format("Table 1: the generations of {}, the paper's beside", history.label)};
  table.columns = {{"generation", "Gen"},     {"max_percent", "Max"},
                   {"min_percent", "Min"},    {"mean_percent", "Avg"},
                   {"median_percent", "Med"}, {"std_dev_percent", "Std-D"},
                   {"best", "Best structure"}};
  if (test) table.columns.push_back({"best_test_percent", "Best: test"});
  for (const Column& column :
       {Column{"paper_max_percent", "| Max"}, Column{"paper_min_percent", "Min"},
        Column{"paper_mean_percent", "Avg"}, Column{"paper_median_percent", "Med"},
        Column{"paper_std_dev_percent", "Std-D"}, Column{"paper_best", "Paper's best structure"}}) {
    table.columns.push_back(column);
  }
  const int last = history.generations.back().number;
  bool last_shown = false;
  const auto add = [&](int generation, const PaperGeneration* paper) {
    std::vector<Cell> row = {Whole(generation)};
    if (generation <= last) {
      const TableRow& ours = history.rows[static_cast<size_t>(generation)];
      AddStatistics(row, ours.statistics);
      row.push_back(ours.best.empty() ? Cell() : Cell(ours.best));
      if (test) {
        const Individual* best = history.Best(static_cast<size_t>(generation));
        row.push_back(best ? PercentCell(history.TestAccuracy(best->genome, generation)) : Cell());
      }
      last_shown = last_shown || generation == last;
    } else {
      row.resize(test ? 8 : 7);
    }
    if (paper != nullptr) {
      for (const double value :
           {paper->max, paper->min, paper->mean, paper->median, paper->standard_deviation}) {
        row.push_back(Cell(value));
      }
      row.push_back(Cell(paper->best));
    } else {
      row.resize(table.columns.size());
    }
    table.rows.push_back(std::move(row));
  };
  for (const PaperGeneration& paper : PaperTable1()) {
    if (!last_shown && last < paper.generation) add(last, nullptr);
    add(paper.generation, &paper);
  }
  if (!last_shown) add(last, nullptr);

  const GenerationStatistics& begin = history.rows.front().statistics;
  const GenerationStatistics& end = history.rows.back().statistics;
  table.values = {{"mean_gain_percent", Percent(end.mean - begin.mean)},
                  {"max_gain_percent", Percent(end.max - begin.max)},
                  {"paper_mean_gain_percent", 2.19},
                  {"paper_max_gain_percent", 1.23}};
  table.notes = {
      fmt::format(
          "From generation 0 to {} the mean changes by {:+.2f} and the best by {:+.2f} (the "
          "paper's, from 0 to 50: +2.19 and +1.23).",
          last, Percent(end.mean - begin.mean), Percent(end.max - begin.max)),
      "The paper's caption says testing set, its section 4.1 says validation; ours is validation."};
  if (test) {
    table.notes.push_back(
        "Best: test is the mean test accuracy of the best string's trainings so far; selection "
        "never reads it.");
  }
  return table;
}

ResultTable StartTable(const RunHistory& bernoulli, const RunHistory& naive) {
  ResultTable table{
      .name = "figure3",
      .title = "Figure 3: generations from random strings and from all zeros (naive)"};
  table.columns = {{"generation", "Gen"},
                   {"bernoulli_mean_percent", "Random: Avg"},
                   {"bernoulli_min_percent", "Min"},
                   {"bernoulli_max_percent", "Max"},
                   {"naive_mean_percent", "Naive: Avg"},
                   {"naive_min_percent", "Min"},
                   {"naive_max_percent", "Max"}};
  std::optional<int> caught_up;
  const double start = bernoulli.rows.front().statistics.mean;
  for (size_t t = 0; t < std::min(bernoulli.rows.size(), naive.rows.size()); ++t) {
    std::vector<Cell> row = {Whole(bernoulli.rows[t].generation)};
    for (const RunHistory* history : {&bernoulli, &naive}) {
      const GenerationStatistics& s = history->rows[t].statistics;
      for (const double value : {s.mean, s.min, s.max}) {
        row.push_back(s.count == 0 ? Cell() : Cell(Percent(value)));
      }
    }
    const GenerationStatistics& s = naive.rows[t].statistics;
    if (!caught_up && s.count > 0 && s.mean >= start) caught_up = naive.rows[t].generation;
    table.rows.push_back(std::move(row));
  }
  const double difference =
      Percent(bernoulli.rows.back().statistics.mean - naive.rows.back().statistics.mean);
  table.values = {{"naive_reaches_random_start", caught_up ? nlohmann::json(*caught_up) : nullptr},
                  {"final_mean_difference_percent", difference}};
  table.notes = {
      (caught_up ? fmt::format("The naive population's mean reaches the random one's first mean in "
                               "generation {}",
                               *caught_up)
                 : std::string("The naive population's mean does not reach the random one's first "
                               "mean")) +
          " (the paper: about 5).",
      fmt::format(
          "After the last generation the means differ by {:+.2f} (random - naive; the paper: "
          "almost none after about 30).",
          difference)};
  return table;
}

ResultTable InheritanceTable(const std::vector<Inheritance>& inheritance) {
  ResultTable table{.name = "figure4",
                    .title = "Figure 4: a child's accuracy and that of its parents"};
  table.columns = {{"operation", "Operation"},
                   {"occurrences", "Occurrences"},
                   {"correlation", "Correlation", 3},
                   {"mean_change_percent", "Mean change"},
                   {"improved", "Better than parents"}};
  const auto add = [&](const std::string& label, const std::string& key, const auto& wanted) {
    std::vector<double> parents, children;
    double change = 0;
    int64_t improved = 0;
    for (const Inheritance& one : inheritance) {
      if (!wanted(one)) continue;
      parents.push_back(one.parents());
      children.push_back(one.child);
      change += one.child - one.parents();
      improved += one.child > one.parents();
    }
    const std::optional<double> correlation = Correlation(parents, children);
    const auto count = static_cast<int64_t>(parents.size());
    table.rows.push_back({Cell(label), Whole(count), NumberCell(correlation),
                          count > 0 ? Cell(Percent(change / static_cast<double>(count))) : Cell(),
                          Whole(improved)});
    table.values[key] = JsonOf(correlation);
    return correlation;
  };
  using I = Inheritance;
  add("mutation, string changed", "mutation", [](const I& i) { return !i.crossover && i.changed; });
  add("crossover, string changed", "crossover",
      [](const I& i) { return i.crossover && i.changed; });
  const auto both = add("both, string changed", "both", [](const I& i) { return i.changed; });
  add("nothing changed (trained again)", "unchanged", [](const I& i) { return !i.changed; });
  table.notes = {
      fmt::format("Correlation coefficient of parents and child where the string changed: {}.",
                  both ? fmt::format("{:.3f}", *both) : "undefined (too few or equal values)"),
      "A parent's accuracy is its fitness; of a crossover it is the mean of the two. A child's is "
      "that of its own training alone, so no training counts on both sides.",
      "The paper prints no coefficient; it reads a positive one out of its figure. Strings that an "
      "operation left as they were show what training noise leaves of the relation."};
  return table;
}

ResultTable InheritanceData(const std::vector<Inheritance>& inheritance) {
  ResultTable table{.name = "figure4-occurrences",
                    .title = "Figure 4: every occurrence of mutation and crossover"};
  table.columns = {{"generation", "Gen"},        {"individual", "Individual"},
                   {"operation", "Operation"},   {"changed", "Changed"},
                   {"parent_percent", "Parent"}, {"partner_percent", "Partner"},
                   {"child_percent", "Child"}};
  for (const Inheritance& one : inheritance) {
    table.rows.push_back({Whole(one.generation), Whole(one.individual),
                          Cell(std::string(one.crossover ? "crossover" : "mutation")),
                          Cell(std::string(one.changed ? "yes" : "no")), Cell(Percent(one.parent)),
                          one.crossover ? Cell(Percent(one.partner)) : Cell(),
                          Cell(Percent(one.child))});
  }
  return table;
}

ResultTable RandomTable(const RunHistory& genetic, const RunHistory& random,
                        const RunHistory& again_genetic, const RunHistory& again_random) {
  ResultTable table{.name = "random",
                    .title = "Random search beside the genetic process (section 4.1.3)"};
  table.columns = {{"networks", "Networks"},
                   {"genetic_max_percent", "Genetic: Max"},
                   {"genetic_mean_percent", "Avg"},
                   {"genetic_best_so_far_percent", "Best so far"},
                   {"random_max_percent", "Random: Max"},
                   {"random_mean_percent", "Avg"},
                   {"random_best_so_far_percent", "Best so far"}};
  double best[2] = {0, 0};
  int64_t networks = 0;
  for (size_t t = 0; t < std::min(genetic.rows.size(), random.rows.size()); ++t) {
    networks += static_cast<int64_t>(genetic.generations[t].individuals.size());
    std::vector<Cell> row = {Whole(networks)};
    for (const int which : {0, 1}) {
      const GenerationStatistics& s = (which == 0 ? genetic : random).rows[t].statistics;
      if (s.count > 0) best[which] = std::max(best[which], s.max);
      row.push_back(s.count == 0 ? Cell() : Cell(Percent(s.max)));
      row.push_back(s.count == 0 ? Cell() : Cell(Percent(s.mean)));
      row.push_back(Cell(Percent(best[which])));
    }
    table.rows.push_back(std::move(row));
  }
  const double last = genetic.rows.back().statistics.max;
  const Spread a = SpreadOf(again_genetic), b = SpreadOf(again_random);
  table.values = {{"networks", networks},
                  {"genetic_best_percent", Percent(last)},
                  {"random_best_percent", Percent(best[1])},
                  {"paper_genetic_best_percent", kPaperBest},
                  {"paper_random_best_percent", kPaperRandomSearch},
                  {"genetic_again_mean_percent", Percent(a.mean)},
                  {"random_again_mean_percent", Percent(b.mean)},
                  {"again_trainings", a.count}};
  table.notes = {
      fmt::format(
          "Best of the last generation {:.2f}, best of {} random networks {:.2f} (the paper: "
          "{:.2f} and {:.2f} of 1,020).",
          Percent(last), networks, Percent(best[1]), kPaperBest, kPaperRandomSearch),
      fmt::format(
          "Both bests trained again, {} and {} times on another split: genetic {:.2f} +- "
          "{:.2f}, random {:.2f} +- {:.2f} (mean and standard deviation). The first figures "
          "were picked for being high, random search's mostly out of single trainings; these "
          "were not.",
          a.count, b.count, Percent(a.mean), Percent(a.standard_deviation), Percent(b.mean),
          Percent(b.standard_deviation))};
  return table;
}

ResultTable DenseTable(const RunHistory& genetic, const RunHistory& again_genetic,
                       const RunHistory& all_ones, const std::vector<SeenGenome>& networks) {
  ResultTable table{.name = "dense",
                    .title =
                        "The all-ones network beside the best of the genetic process (section "
                        "4.1.4)"};
  table.columns = {{"network", "Network"},
                   {"genome", "Genome"},
                   {"ones", "1-bits"},
                   {"parameters", "Parameters"},
                   {"multiply_adds", "Multiply-adds"},
                   {"trainings", "Trainings"},
                   {"mean_percent", "Avg"},
                   {"std_dev_percent", "Std-D"},
                   {"min_percent", "Min"},
                   {"max_percent", "Max"},
                   {"paper_percent", "Paper"}};
  const auto add = [&](const std::string& label, const RunHistory& history, double paper) {
    const Genome& genome = history.generations.front().individuals.front().genome;
    const Spread spread = SpreadOf(history);
    const auto facts = std::find_if(networks.begin(), networks.end(),
                                    [&](const SeenGenome& one) { return one.genome == genome; });
    const bool known = facts != networks.end() && spread.count > 0;
    table.rows.push_back({Cell(label), Cell(genome.ToString()), Whole(genome.ones()),
                          known ? Whole(facts->parameters) : Cell(),
                          known ? Whole(facts->multiply_adds) : Cell(), Whole(spread.count),
                          known ? Cell(Percent(spread.mean)) : Cell(),
                          known ? Cell(Percent(spread.standard_deviation)) : Cell(),
                          known ? Cell(Percent(spread.min)) : Cell(),
                          known ? Cell(Percent(spread.max)) : Cell(), Cell(paper)});
    return spread.mean;
  };
  const double best = add("best of the search", again_genetic, kPaperBest);
  const double dense = add("all ones", all_ones, kPaperAllOnes);
  table.values = {{"difference_percent", Percent(best - dense)},
                  {"paper_difference_percent", kPaperBest - kPaperAllOnes},
                  {"genetic_best_fitness_percent", Percent(genetic.rows.back().statistics.max)}};
  table.notes = {
      fmt::format(
          "Best - all ones: {:+.2f} (the paper: {:+.2f}). Both are trained afresh on the same "
          "other split, so neither profits from having been picked.",
          Percent(best - dense), kPaperBest - kPaperAllOnes),
      fmt::format("The search itself gave its best {:.2f}.",
                  Percent(genetic.rows.back().statistics.max))};
  return table;
}

ResultTable ComplexityTable(const std::vector<SeenGenome>& seen) {
  ResultTable table{.name = "complexity",
                    .title = "Accuracy and complexity of every network seen (section 4.1.4)"};
  table.columns = {{"measure", "Measure"},
                   {"least", "Least"},
                   {"mean", "Mean", 1},
                   {"greatest", "Greatest"},
                   {"correlation", "Correlation with accuracy", 3}};
  std::vector<double> accuracies;
  for (const SeenGenome& one : seen) accuracies.push_back(one.accuracy);
  const auto add = [&](const std::string& label, const std::string& key, const auto& value_of) {
    std::vector<double> values;
    for (const SeenGenome& one : seen) values.push_back(static_cast<double>(value_of(one)));
    const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
    double sum = 0;
    for (const double value : values) sum += value;
    const std::optional<double> correlation = Correlation(values, accuracies);
    table.rows.push_back({Cell(label), Whole(std::llround(*least)),
                          Cell(sum / static_cast<double>(values.size())),
                          Whole(std::llround(*greatest)), NumberCell(correlation)});
    table.values[key] = JsonOf(correlation);
  };
  add("1-bits", "ones", [](const SeenGenome& one) { return one.ones; });
  add("isolated nodes", "isolated", [](const SeenGenome& one) { return one.isolated; });
  add("parameters", "parameters", [](const SeenGenome& one) { return one.parameters; });
  add("multiply-adds an image", "multiply_adds",
      [](const SeenGenome& one) { return one.multiply_adds; });
  const auto with = std::count_if(seen.begin(), seen.end(),
                                  [](const SeenGenome& one) { return one.isolated > 0; });
  const auto best = std::max_element(
      seen.begin(), seen.end(),
      [](const SeenGenome& a, const SeenGenome& b) { return a.accuracy < b.accuracy; });
  table.values["strings"] = seen.size();
  table.values["with_isolated_nodes"] = with;
  table.notes = {
      fmt::format(
          "{} different strings, {} of them with isolated nodes (the paper: isolation rarely "
          "happens). The most accurate has {} 1-bits of {}.",
          seen.size(), with, best->ones, best->genome.size()),
      "A string's accuracy is the mean of its own trainings. A search sees more of what it "
      "selects, "
      "so these networks are no random sample."};
  return table;
}

ResultTable ComplexityData(const std::vector<SeenGenome>& seen) {
  ResultTable table{.name = "complexity-individuals",
                    .title = "Every network seen (section 4.1.4)"};
  const bool test = std::any_of(seen.begin(), seen.end(), [](const SeenGenome& one) {
    return one.test_accuracy.has_value();
  });
  table.columns = {{"genome", "Genome"},
                   {"isolated", "Isolated"},
                   {"ones", "1-bits"},
                   {"parameters", "Parameters"},
                   {"multiply_adds", "Multiply-adds"},
                   {"trainings", "Trainings"},
                   {"accuracy_percent", "Accuracy"}};
  if (test) table.columns.push_back({"test_percent", "Test"});
  for (const SeenGenome& one : seen) {
    table.rows.push_back({Cell(one.genome.ToString()), Whole(one.isolated), Whole(one.ones),
                          Whole(one.parameters), Whole(one.multiply_adds), Whole(one.evaluations),
                          Cell(Percent(one.accuracy))});
    if (test) table.rows.back().push_back(PercentCell(one.test_accuracy));
  }
  return table;
}

Result<ResultTable> StructureTable(const std::vector<RunHistory>& processes, Shape input) {
  ResultTable table{.name = "figure5",
                    .title = "Figure 5: the best structures of independent genetic processes"};
  table.columns = {{"process", "Process"},       {"seed", "Seed"},
                   {"genome", "Best structure"}, {"canonical", "Canonical form"},
                   {"depth", "Depth"},           {"parameters", "Parameters"},
                   {"ones", "1-bits"},           {"accuracy_percent", "Accuracy"}};
  const auto add = [&](const std::string& label, Cell seed, const Genome& genome, Cell accuracy,
                       const BaseNetwork& base) -> Status {
    GENET_ASSIGN(const Network network, BuildNetwork(base, genome, input));
    table.rows.push_back({Cell(label), std::move(seed), Cell(genome.ToString()),
                          Cell(Canonical(genome).ToString()), Whole(network.depth()),
                          Whole(network.parameters()), Whole(genome.ones()), std::move(accuracy)});
    return {};
  };
  for (const RunHistory& history : processes) {
    const Individual& best = *history.Best();
    GENET_TRY(add(history.label, Whole(static_cast<int64_t>(history.settings.seed)), best.genome,
                  PercentCell(best.fitness), history.settings.base));
  }
  const BaseNetwork& base = processes.front().settings.base;
  const SearchSpace& space = processes.front().settings.space;
  for (const char* name : {"genet-1", "genet-2"}) {
    const Result<Genome> genome = NamedGenome(name, space);
    if (!genome) continue;  // another search space than the paper's
    const bool first = std::string_view(name) == "genet-1";
    GENET_TRY(add(first ? "the paper's GeNet #1" : "the paper's GeNet #2", Cell(), *genome,
                  first ? Cell(kPaperBest) : Cell(), base));
  }
  if (processes.size() >= 2) {
    const double agreement = Agreement(processes[0].Best()->genome, processes[1].Best()->genome);
    table.values["equal_bits"] = agreement;
    std::string paper;
    const Result<Genome> one = NamedGenome("genet-1", space), two = NamedGenome("genet-2", space);
    if (one && two) paper = fmt::format("the paper's two: {:.0f} %; ", 100 * Agreement(*one, *two));
    table.notes.push_back(
        fmt::format("The two bests agree in {:.0f} % of their bits ({}strings drawn at random: 50 "
                    "% on average). "
                    "The paper calls its two somewhat similar.",
                    100 * agreement, paper));
  }
  return table;
}

}  // namespace genet
