#include "genet/report/comparison.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "genet/measures/measures_json.h"
#include "genet/report/accuracies.h"
#include "genet/report/analysis.h"
#include "genet/search/fitness.h"

namespace genet {
namespace {

std::vector<double> Ranks(const std::vector<double>& values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(),
            [&values](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (size_t begin = 0; begin < order.size();) {
    size_t end = begin + 1;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    const double shared = static_cast<double>(begin + end - 1) / 2;
    for (; begin < end; ++begin) ranks[order[begin]] = shared;
  }
  return ranks;
}

Result<std::map<Genome, double>> MeanAccuracies(RunReader& store) {
  GENET_ASSIGN(const std::vector<Generation> generations, store.Generations());
  GENET_ASSIGN(const std::vector<EvaluationRow> evaluations, store.Evaluations());
  std::map<Genome, double> means;
  for (const auto& [genome, measured] : AccuraciesByGenome(generations, evaluations)) {
    means[genome] = Mean(measured.validation);
  }
  return means;
}

std::string Text(const std::optional<double>& value) {
  return value ? fmt::format("{:.2f}", *value) : "undefined";
}

}  // namespace

std::optional<double> RankCorrelation(const std::vector<double>& x, const std::vector<double>& y) {
  return Correlation(Ranks(x), Ranks(y));
}

Result<Comparison> Compare(RunReader& first, RunReader& second) {
  using Means = std::map<Genome, double>;
  GENET_ASSIGN(const Means ours, MeanAccuracies(first));
  GENET_ASSIGN(const Means theirs, MeanAccuracies(second));
  Comparison comparison;
  for (const auto& [genome, accuracy] : ours) {
    const auto other = theirs.find(genome);
    if (other != theirs.end()) comparison.genomes.push_back({genome, accuracy, other->second});
  }
  if (comparison.genomes.empty()) return Failure("the runs have trained no string in common");
  std::vector<double> x, y;
  for (const ComparedGenome& one : comparison.genomes) {
    x.push_back(one.first);
    y.push_back(one.second);
  }
  comparison.correlation = Correlation(x, y);
  comparison.rank_correlation = RankCorrelation(x, y);
  std::stable_sort(comparison.genomes.begin(), comparison.genomes.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  return comparison;
}

std::string ToText(const Comparison& comparison, const std::string& first,
                   const std::string& second) {
  const int width = comparison.genomes.front().genome.ToString().size();
  std::string text =
      fmt::format("A: {}\nB: {}\n{:<{}}      A %      B %\n", first, second, "Genome", width);
  for (const ComparedGenome& one : comparison.genomes) {
    text += fmt::format("{:<{}}  {:7.2f}  {:7.2f}\n", one.genome.ToString(), width, 100 * one.first,
                        100 * one.second);
  }
  return text + fmt::format("{} strings in common: rank correlation (Spearman) {}, Pearson {}\n",
                            comparison.genomes.size(), Text(comparison.rank_correlation),
                            Text(comparison.correlation));
}

nlohmann::json ToJson(const Comparison& comparison) {
  nlohmann::json genomes = nlohmann::json::array();
  for (const ComparedGenome& one : comparison.genomes) {
    genomes.push_back(
        {{"genome", one.genome.ToString()}, {"first", one.first}, {"second", one.second}});
  }
  return {{"genomes", genomes},
          {"rank_correlation", JsonOf(comparison.rank_correlation)},
          {"correlation", JsonOf(comparison.correlation)}};
}

}  // namespace genet
