#include "genet/search/search.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "genet/search/statistics.h"
#include "genet/search/toy_evaluator_for_test.h"

namespace genet {
namespace {

using Fitness = SearchSettings::Fitness;

const SearchSpace kSpace{{3, 4, 5}};
const Genome kTarget = *Genome::Parse("1-01|0-01-100|0-11-101-0001");

class MemoryJournal : public SearchJournal {
 public:
  // -1: never; otherwise the process "dies" at this write.
  int fail_at_write = -1;
  int writes = 0;
  std::map<int, Generation> generations;
  std::map<EvaluationId, Evaluation> evaluations;

  Result<std::optional<Generation>> RecallGeneration(int number) override {
    const auto found = generations.find(number);
    if (found == generations.end()) return std::nullopt;
    return found->second;
  }
  Result<std::optional<Evaluation>> RecallEvaluation(const EvaluationId& id) override {
    const auto found = evaluations.find(id);
    if (found == evaluations.end()) return std::nullopt;
    return found->second;
  }
  Status RecordBirths(const Generation& generation, size_t first) override {
    if (writes++ == fail_at_write) return Failure("killed");
    EXPECT_FALSE(generation.complete);
    std::vector<Individual>& recorded = generations[generation.number].individuals;
    EXPECT_EQ(recorded.size(), first);
    EXPECT_LT(first, generation.individuals.size());
    EXPECT_TRUE(std::equal(recorded.begin(), recorded.end(), generation.individuals.begin()));
    generations[generation.number] = generation;
    return {};
  }
  Status RecordEvaluation(const EvaluationRequest& request, const Evaluation& evaluation) override {
    if (writes++ == fail_at_write) return Failure("killed");
    EXPECT_EQ(generations.at(request.id.generation).individuals[request.id.individual].genome,
              request.genome);
    EXPECT_TRUE(evaluations.emplace(request.id, evaluation).second);
    return {};
  }
  Status RecordFitness(const Generation& generation) override {
    if (writes++ == fail_at_write) return Failure("killed");
    EXPECT_TRUE(generation.complete);
    generations.at(generation.number) = generation;
    return {};
  }
};

SearchSettings Small() { return {.population = 6, .generations = 4}; }

Result<SearchResult> RunOn(const SearchSettings& settings, SearchJournal& journal,
                           Evaluator& evaluator, uint64_t seed = 1) {
  SearchObserver observer;
  return RunSearch(settings, kSpace, RandomKey(seed), journal, evaluator, observer);
}

SearchResult RunToy(const SearchSettings& settings, uint64_t seed = 1) {
  MemoryJournal journal;
  ToyEvaluator evaluator(kTarget);
  Result<SearchResult> result = RunOn(settings, journal, evaluator, seed);
  EXPECT_TRUE(result.has_value()) << result.error().message;
  return *result;
}

TEST(Search, EvaluatesEveryIndividualOfEveryGeneration) {
  MemoryJournal journal;
  ToyEvaluator evaluator(kTarget);
  const auto result = RunOn(Small(), journal, evaluator);
  ASSERT_TRUE(result.has_value()) << result.error().message;
  EXPECT_EQ(result->generations.size(), 5u);
  EXPECT_EQ(result->evaluations, 30);
  EXPECT_EQ(evaluator.evaluated.size(), 30u);
}

TEST(Search, SameSeedSameHistoryOtherSeedOther) {
  EXPECT_EQ(RunToy(Small(), 1).generations, RunToy(Small(), 1).generations);
  EXPECT_NE(RunToy(Small(), 1).generations, RunToy(Small(), 2).generations);
}

TEST(Search, OrderOfCompletionDoesNotMatter) {
  MemoryJournal journal;
  ToyEvaluator evaluator(kTarget);
  evaluator.Backwards();
  EXPECT_EQ(RunOn(Small(), journal, evaluator)->generations, RunToy(Small()).generations);
}

TEST(Search, MoreGenerationsContinueTheSameHistory) {
  SearchSettings longer = Small();
  longer.generations = 6;
  const auto all = RunToy(longer).generations;
  MemoryJournal journal;
  ToyEvaluator evaluator(kTarget);
  ASSERT_TRUE(RunOn(Small(), journal, evaluator));
  EXPECT_EQ(RunOn(longer, journal, evaluator)->generations, all);
  EXPECT_EQ(evaluator.evaluated.size(), 42u);
}

TEST(Search, DoesNotRepeatItsDrawsInEveryGeneration) {
  // A generator seeded anew each generation would flip the same bits in the same places.
  SearchSettings settings{.population = 20, .generations = 2, .crossover_probability = 0};
  const auto result = RunToy(settings);
  std::vector<std::vector<int>> first;
  std::vector<std::vector<int>> second;
  for (const auto& one : result.generations[1].individuals) first.push_back(one.flipped_bits);
  for (const auto& one : result.generations[2].individuals) second.push_back(one.flipped_bits);
  EXPECT_NE(first, second);
}

TEST(Search, RecordsParentsAndChangesThatExplainEachGenome) {
  SearchSettings settings{.population = 15, .generations = 8, .crossover_probability = 0.5};
  const auto result = RunToy(settings);
  std::map<Operation, int> seen;
  for (size_t t = 1; t < result.generations.size(); ++t) {
    for (const Individual& individual : result.generations[t].individuals) {
      ++seen[individual.operation];
      const auto& parents = result.generations[t - 1].individuals;
      Genome genome = parents[individual.parents[0]].genome;
      ASSERT_EQ(individual.parents.size(), individual.operation == Operation::kCrossover ? 2u : 1u);
      for (int stage : individual.swapped_stages) {
        for (int bit = 0; bit < kSpace.stage_bits(stage); ++bit) {
          const int at = kSpace.first_bit(stage) + bit;
          genome.set_bit(at, parents[individual.parents[1]].genome.bit(at));
        }
      }
      for (int bit : individual.flipped_bits) genome.flip_bit(bit);
      EXPECT_EQ(genome, individual.genome);
    }
  }
  EXPECT_EQ(seen.size(), 3u);  // selection, crossover and mutation all happened
}

TEST(Search, FitnessIsTheMeanOverTheStringsEvaluationsUntilThen) {
  MemoryJournal journal;
  ToyEvaluator evaluator(kTarget);
  SearchSettings settings{.population = 8, .generations = 5, .mutation_probability = 0.2};
  const auto result = RunOn(settings, journal, evaluator);
  ASSERT_TRUE(result.has_value());
  int repeated = 0;
  for (const Generation& generation : result->generations) {
    for (const Individual& individual : generation.individuals) {
      double sum = 0;
      int count = 0;
      for (const auto& [id, evaluation] : journal.evaluations) {
        if (id.generation > generation.number) continue;
        if (result->generations[id.generation].individuals[id.individual].genome !=
            individual.genome) {
          continue;
        }
        sum += *evaluation.measures.accuracy;
        ++count;
      }
      repeated += count > 1;
      EXPECT_NEAR(*individual.fitness, sum / count, 1e-12);
    }
  }
  EXPECT_GT(repeated, 10);
}

TEST(Search, BestIsOfTheLastGeneration) {
  const auto result = RunToy(Small());
  double best = 0;
  for (const auto& individual : result.generations.back().individuals) {
    best = std::max(best, *individual.fitness);
  }
  EXPECT_EQ(*result.best_individual().fitness, best);
}

TEST(Search, GeneticBeatsRandomAtEqualBudgetOnAToyLandscape) {
  SearchSettings genetic{.population = 20, .generations = 20};
  SearchSettings random = genetic;
  random.strategy = "random";
  const auto best_of = [](const SearchResult& result) {
    double best = 0;
    for (const auto& generation : result.generations) {
      best = std::max(best, StatisticsOf(generation).max);
    }
    return best;
  };
  double genetic_sum = 0;
  double random_sum = 0;
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    const SearchResult g = RunToy(genetic, seed);
    const SearchResult r = RunToy(random, seed);
    EXPECT_EQ(g.evaluations, r.evaluations);
    EXPECT_GT(StatisticsOf(g.generations.back()).mean, StatisticsOf(r.generations.back()).mean);
    genetic_sum += best_of(g);
    random_sum += best_of(r);
  }
  EXPECT_GT(genetic_sum / 10, random_sum / 10);
}

TEST(Search, RandomStrategyDrawsAfreshWithoutParents) {
  SearchSettings settings = Small();
  settings.strategy = "random";
  const auto result = RunToy(settings);
  EXPECT_EQ(result.generations[0], RunToy(Small()).generations[0]);  // the same start
  for (const auto& individual : result.generations[3].individuals) {
    EXPECT_EQ(individual.operation, Operation::kRandom);
    EXPECT_TRUE(individual.parents.empty());
  }
  EXPECT_NE(result.generations[3].individuals[0].genome,
            result.generations[4].individuals[0].genome);
}

TEST(Search, ResumedAtEveryPossiblePointHasTheSameHistory) {
  for (Fitness fitness : {Fitness::kMean, Fitness::kReuse, Fitness::kCanonical}) {
    SearchSettings settings = Small();
    settings.fitness = fitness;
    const auto whole = RunToy(settings);
    int points = 0;
    for (int point = 0;; ++point) {
      MemoryJournal journal;
      journal.fail_at_write = point;
      ToyEvaluator evaluator(kTarget);
      if (RunOn(settings, journal, evaluator)) break;
      ++points;
      const auto done = journal.evaluations.size();
      journal.fail_at_write = -1;
      ToyEvaluator other(kTarget);
      if (point % 2 == 0) other.Backwards();
      const auto resumed = RunOn(settings, journal, other);
      ASSERT_TRUE(resumed.has_value()) << resumed.error().message;
      EXPECT_EQ(resumed->generations, whole.generations) << "stopped at write " << point;
      EXPECT_EQ(resumed->evaluations, whole.evaluations);
      EXPECT_EQ(other.evaluated.size() + done, static_cast<size_t>(whole.evaluations));
    }
    EXPECT_EQ(points, whole.evaluations + 10);  // and two writes a generation
  }
}

TEST(Search, StoppedOverAndOverStillEndsTheSame) {
  MemoryJournal journal;
  Result<SearchResult> result = Failure("not begun");
  int starts = 0;
  while (!result) {
    ToyEvaluator evaluator(kTarget);
    evaluator.stop_after = 1;
    result = RunOn(Small(), journal, evaluator);
    ++starts;
    ASSERT_LE(starts, 31);
  }
  EXPECT_EQ(result->generations, RunToy(Small()).generations);
}

// Aging evolution as small as it can be: the fittest of three of the youngest known individuals has
// a child with one other bit, while three others are still evaluated.
constexpr size_t kUnderWay = 3;

size_t AwaitAllButThree(const SearchSettings& settings, size_t born) {
  const auto first = static_cast<size_t>(settings.population);
  return born <= first ? first - kUnderWay : born - kUnderWay;
}

Brood BreedFromTheYoungest(const Breeding& breeding) {
  const SearchHistory& history = breeding.history;
  RandomStream stream(breeding.key.Derive("aging").Derive(history.born()));
  const size_t alive = std::min(history.known(), history.population());
  size_t parent = history.known() - 1;
  for (int draw = 0; draw < 3; ++draw) {
    const size_t other = history.known() - 1 - stream.Below(alive);
    if (history.fitness(other) > history.fitness(parent)) parent = other;
  }
  const int generation = history.id(history.born()).generation;
  const auto first_of_last = static_cast<int>(history.population()) * (generation - 1);
  Individual child{.genome = history.individual(parent).genome,
                   .operation = Operation::kMutation,
                   .parents = {static_cast<int>(parent) - first_of_last}};
  child.flipped_bits = {static_cast<int>(stream.Below(kSpace.bits()))};
  child.genome.flip_bit(child.flipped_bits[0]);
  return {.individuals = {child}};
}

const Strategy kAging{"aging", "a test", AwaitAllButThree, BreedFromTheYoungest};

Result<SearchResult> RunAging(const SearchSettings& settings, SearchJournal& journal,
                              Evaluator& evaluator) {
  SearchObserver observer;
  return RunSearch(kAging, settings, kSpace, RandomKey(1), journal, evaluator, observer);
}

TEST(SteadySearch, BreedsBeforeAGenerationEnds) {
  MemoryJournal journal;
  ToyEvaluator evaluator(kTarget);
  const auto result = RunAging(Small(), journal, evaluator);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(evaluator.calls, 1);  // it was never idle
  EXPECT_EQ(result->evaluations, 30);
  ASSERT_EQ(result->generations.size(), 5u);
  for (const Generation& generation : result->generations) {
    EXPECT_EQ(generation.individuals.size(), 6u);
    EXPECT_TRUE(generation.complete);
  }
  // The parent of the first child was known when three of its generation were not.
  EXPECT_LT(result->generations[1].individuals[0].parents[0], 3);
}

TEST(SteadySearch, HasTheSameHistoryInWhateverOrderEvaluationsEnd) {
  for (const Fitness fitness : {Fitness::kMean, Fitness::kReuse, Fitness::kCanonical}) {
    SearchSettings settings{.population = 6, .generations = 20, .fitness = fitness};
    MemoryJournal journal;
    ToyEvaluator evaluator(kTarget);
    const auto whole = RunAging(settings, journal, evaluator);
    ASSERT_TRUE(whole);
    EXPECT_GT(StatisticsOf(whole->generations.back()).mean,
              StatisticsOf(whole->generations.front()).max);
    for (uint64_t order = 0; order < 20; ++order) {
      MemoryJournal other;
      ToyEvaluator shuffled(kTarget);
      RandomStream chance{RandomKey(order)};
      shuffled.next = [&chance](size_t waiting) { return chance.Below(waiting); };
      EXPECT_EQ(RunAging(settings, other, shuffled)->generations, whole->generations) << order;
    }
  }
}

TEST(SteadySearch, ResumedAtEveryPossiblePointHasTheSameHistory) {
  for (const Fitness fitness : {Fitness::kMean, Fitness::kReuse}) {
    SearchSettings settings = Small();
    settings.fitness = fitness;
    MemoryJournal undisturbed;
    ToyEvaluator evaluator(kTarget);
    const auto whole = RunAging(settings, undisturbed, evaluator);
    int points = 0;
    for (int point = 0;; ++point) {
      MemoryJournal journal;
      journal.fail_at_write = point;
      ToyEvaluator first(kTarget), second(kTarget);
      RandomStream chance{RandomKey(static_cast<uint64_t>(point))};
      first.next = second.next = [&chance](size_t waiting) { return chance.Below(waiting); };
      if (RunAging(settings, journal, first)) break;
      ++points;
      const size_t done = journal.evaluations.size();
      journal.fail_at_write = -1;
      const auto resumed = RunAging(settings, journal, second);
      ASSERT_TRUE(resumed) << resumed.error().message;
      EXPECT_EQ(resumed->generations, whole->generations) << "stopped at write " << point;
      EXPECT_EQ(second.evaluated.size() + done, static_cast<size_t>(whole->evaluations));
    }
    // Each birth after the first six, each evaluation, the first brood and five times fitnesses.
    EXPECT_EQ(points, 24 + whole->evaluations + 1 + 5);
  }
}

TEST(Search, ReuseTrainsEachStringOnce) {
  SearchSettings settings{.population = 10, .generations = 6, .fitness = Fitness::kReuse};
  MemoryJournal journal;
  ToyEvaluator evaluator(kTarget);
  const auto result = RunOn(settings, journal, evaluator);
  std::set<Genome> trained;
  for (const EvaluationId& id : evaluator.evaluated) {
    EXPECT_TRUE(trained.insert(result->generations[id.generation].individuals[id.individual].genome)
                    .second);
  }
  EXPECT_LT(result->evaluations, 70);
}

TEST(Search, FailedAndDivergedIndividualsAreNeverParents) {
  MemoryJournal journal;
  ToyEvaluator evaluator(kTarget);
  evaluator.status = [](const EvaluationRequest& request) {
    if (request.genome.bit(0)) return Evaluation::Status::kDiverged;
    return request.genome.bit(1) ? Evaluation::Status::kFailed : Evaluation::Status::kFinished;
  };
  SearchSettings settings{.population = 21, .generations = 6};
  const auto result = RunOn(settings, journal, evaluator);
  ASSERT_TRUE(result.has_value()) << result.error().message;
  int without = 0;
  for (const auto& generation : result->generations) {
    for (const auto& individual : generation.individuals) {
      EXPECT_EQ(individual.fitness.has_value(),
                !individual.genome.bit(0) && !individual.genome.bit(1));
      without += !individual.fitness;
      for (int parent : individual.parents) {
        EXPECT_TRUE(result->generations[generation.number - 1].individuals[parent].fitness);
      }
    }
  }
  EXPECT_GT(without, 0);
}

TEST(Search, WithoutAnyFitnessSaysSo) {
  MemoryJournal journal;
  ToyEvaluator evaluator(kTarget);
  evaluator.status = [](const EvaluationRequest& request) {
    return request.id.individual == 0 ? Evaluation::Status::kDiverged : Evaluation::Status::kFailed;
  };
  const auto result = RunOn(Small(), journal, evaluator);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, ErrorKind::kFailure);
  EXPECT_THAT(result.error().message,
              testing::HasSubstr("generation 0: none of its individuals has an accuracy (1 "
                                 "evaluations diverged, 5 failed; first cause: chosen to)"));
}

TEST(Search, EqualFitnessesAreRecordedAsUniformSelection) {
  MemoryJournal journal;
  ToyEvaluator evaluator(kTarget);
  evaluator.noise = 0;
  SearchSettings settings = Small();
  settings.start = SearchSettings::Start::kAllZeros;
  const auto result = RunOn(settings, journal, evaluator);
  ASSERT_TRUE(result.has_value());
  EXPECT_TRUE(result->generations[1].uniform_selection);
  EXPECT_FALSE(result->generations[0].uniform_selection);
  EXPECT_FALSE(result->generations[4].uniform_selection);
}

TEST(Search, ARecordThatDoesNotFitIsAnError) {
  MemoryJournal journal;
  ToyEvaluator evaluator(kTarget);
  ASSERT_TRUE(RunOn(Small(), journal, evaluator, 1));
  const auto other_seed = RunOn(Small(), journal, evaluator, 2);
  ASSERT_FALSE(other_seed.has_value());
  EXPECT_THAT(other_seed.error().message,
              testing::HasSubstr("recorded individuals of generation 0 differ"));
  journal.evaluations.at({1, 2}).measures.accuracy = 0.99;
  const auto changed = RunOn(Small(), journal, evaluator, 1);
  ASSERT_FALSE(changed.has_value());
  EXPECT_THAT(changed.error().message,
              testing::HasSubstr("recorded fitnesses of generation 1 differ"));
}

TEST(Search, OddPopulationsAndSinglesWork) {
  for (int population : {1, 2, 3, 7}) {
    SearchSettings settings{.population = population, .generations = 5};
    EXPECT_EQ(RunToy(settings).generations.back().individuals.size(),
              static_cast<size_t>(population));
  }
}

TEST(Search, ObserverSeesEachGenerationWithItsFigures) {
  class Observer : public SearchObserver {
   public:
    void Born(const Generation&, size_t first, int needed, int recalled) override {
      EXPECT_EQ(first, 0u);
      started.push_back({needed, recalled});
    }
    void EvaluationFinished(const EvaluationRequest&, const Evaluation&) override { ++evaluations; }
    void GenerationFinished(const Generation& generation,
                            const GenerationStatistics& statistics) override {
      EXPECT_EQ(statistics.max, *generation.individuals[statistics.best].fitness);
      ++finished;
    }
    std::vector<std::pair<int, int>> started;
    int evaluations = 0;
    int finished = 0;
  } observer;
  MemoryJournal journal;
  ToyEvaluator stopped(kTarget);
  stopped.stop_after = 8;
  ASSERT_FALSE(RunOn(Small(), journal, stopped));
  ToyEvaluator evaluator(kTarget);
  ASSERT_TRUE(RunSearch(Small(), kSpace, RandomKey(1), journal, evaluator, observer));
  EXPECT_THAT(observer.started,
              testing::ElementsAre(std::pair(6, 6), std::pair(6, 2), std::pair(6, 0),
                                   std::pair(6, 0), std::pair(6, 0)));
  EXPECT_EQ(observer.evaluations, 22);
  EXPECT_EQ(observer.finished, 5);
}

TEST(Search, SettingsOutOfRangeAreUsageErrorsThatNameThem) {
  const auto message = [](SearchSettings settings) {
    const Status status = CheckSettings(settings, kSpace);
    if (status) return std::string("accepted");
    EXPECT_EQ(status.error().kind, ErrorKind::kUsage);
    return status.error().message;
  };
  EXPECT_EQ(message({}), "accepted");
  EXPECT_THAT(message({.strategy = "annealed"}),
              testing::HasSubstr("strategy is 'annealed'; there are genetic, random"));
  EXPECT_THAT(message({.population = 0}), testing::HasSubstr("population is 0"));
  EXPECT_THAT(message({.generations = -1}), testing::HasSubstr("generations is -1"));
  EXPECT_THAT(message({.mutation_probability = 1.5}),
              testing::HasSubstr("mutation_probability is 1.5"));
  EXPECT_THAT(message({.crossover_probability = std::numeric_limits<double>::quiet_NaN()}),
              testing::HasSubstr("crossover_probability is nan"));
  EXPECT_THAT(message({.start = SearchSettings::Start::kAround, .around_genome = "1-01"}),
              testing::HasSubstr("around_genome"));
  EXPECT_THAT(
      message(
          {.start = SearchSettings::Start::kAround, .around_genome = "resnet", .around_flips = 20}),
      testing::HasSubstr("around_flips is 20"));
}

TEST(Statistics, AreThoseOfTheTable) {
  Generation generation;
  for (std::optional<double> fitness :
       {std::optional(0.5), std::optional(0.75), std::optional<double>(), std::optional(0.25),
        std::optional(0.75)}) {
    generation.individuals.push_back({.genome = Genome(kSpace), .fitness = fitness});
  }
  const GenerationStatistics statistics = StatisticsOf(generation);
  EXPECT_EQ(statistics.count, 4);
  EXPECT_EQ(statistics.without_fitness, 1);
  EXPECT_EQ(statistics.max, 0.75);
  EXPECT_EQ(statistics.min, 0.25);
  EXPECT_EQ(statistics.mean, 0.5625);
  EXPECT_EQ(statistics.median, 0.625);
  EXPECT_NEAR(statistics.standard_deviation, std::sqrt(0.04296875), 1e-12);
  EXPECT_EQ(statistics.best, 1);
}

TEST(BestOf, OfARandomSearchCountsAStringWithItsLastFitness) {
  const auto generation = [](int number, Operation operation,
                             const std::vector<std::pair<const char*, double>>& fitnesses) {
    Generation made{.number = number, .complete = true};
    for (const auto& [genome, fitness] : fitnesses) {
      made.individuals.push_back(
          {.genome = *Genome::Parse(genome), .operation = operation, .fitness = fitness});
    }
    return made;
  };
  std::vector<Generation> generations = {
      generation(0, Operation::kInitial, {{"1-00", 0.5}, {"1-01", 0.9}}),
      generation(1, Operation::kRandom, {{"0-10", 0.7}, {"0-11", 0.6}}),
      generation(2, Operation::kRandom, {{"1-11", 0.4}, {"1-01", 0.6}})};
  EXPECT_EQ(BestOf(generations), (EvaluationId{1, 0}));  // not 0.9 of one lucky training
  generations[2].complete = false;
  EXPECT_EQ(BestOf(generations), (EvaluationId{0, 1}));
  // The genetic process ends with its last generation.
  generations = {generation(0, Operation::kInitial, {{"1-00", 0.9}}),
                 generation(1, Operation::kSelection, {{"1-00", 0.5}, {"1-01", 0.6}})};
  EXPECT_EQ(BestOf(generations), (EvaluationId{1, 1}));
  EXPECT_EQ(BestOf({}), std::nullopt);
}

}  // namespace
}  // namespace genet
