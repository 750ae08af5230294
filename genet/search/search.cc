#include "genet/search/search.h"

#include <map>

#include "genet/base/check.h"
#include "genet/search/fitness.h"
#include "genet/search/operators.h"

namespace genet {
namespace {

// The individuals of generation t, Algorithm 1 from line 2 to line 6.
Generation Populate(const SearchSettings& settings, const SearchSpace& space, RandomKey run_key,
                    int t, const Generation* previous) {
  Generation generation{.number = t};
  // Line 2: the initial individuals.
  if (t == 0) {
    generation.individuals =
        InitialPopulation(settings, space, run_key.Derive("initial").Derive(t));
    return generation;
  }
  if (settings.strategy == SearchSettings::Strategy::kRandom) {
    const RandomKey key = run_key.Derive("initial").Derive(t);
    for (int i = 0; i < settings.population; ++i) {
      generation.individuals.push_back(
          {.genome = RandomGenome(space, key.Derive(i)), .operation = Operation::kRandom});
    }
    return generation;
  }

  // Line 4, selection: Russian roulette on r - r_min of generation t - 1.
  std::vector<std::optional<double>> fitness;
  for (const Individual& individual : previous->individuals) fitness.push_back(individual.fitness);
  const Selection selection =
      SelectByRoulette(fitness, settings.population, run_key.Derive("selection").Derive(t));
  generation.uniform_selection = selection.uniform;
  for (int parent : selection.parents) {
    generation.individuals.push_back({.genome = previous->individuals[parent].genome,
                                      .operation = Operation::kSelection,
                                      .parents = {parent}});
  }
  // Line 5, crossover: neighbours 2n-1 and 2n, p_C a pair, then q_C a stage.
  CrossOver(generation.individuals, settings.crossover_probability, settings.stage_swap_probability,
            run_key.Derive("crossover").Derive(t));
  // Line 6, mutation: individuals that did not cross over, p_M each, then q_M a bit.
  Mutate(generation.individuals, settings.mutation_probability, settings.bit_flip_probability,
         run_key.Derive("mutation").Derive(t));
  return generation;
}

tl::unexpected<Error> Mismatch(const char* what, int t) {
  return Failure(
      "the recorded {} of generation {} differ from those that these settings and seed give; the "
      "run was made with other settings or another version of GeNet: use that version, or start a "
      "new run",
      what, t);
}

// Records a new generation, or holds a recorded one against it. Returns the recorded one.
Result<std::optional<Generation>> Reconcile(const Generation& generation, SearchJournal& journal) {
  GENET_ASSIGN(std::optional<Generation> recorded, journal.RecallGeneration(generation.number));
  if (!recorded) {
    GENET_TRY(journal.RecordGeneration(generation));
    return recorded;
  }
  Generation population = *recorded;
  population.complete = false;
  for (Individual& individual : population.individuals) individual.fitness.reset();
  if (population != generation) return Mismatch("individuals", generation.number);
  return recorded;
}

using Outcomes = std::map<EvaluationId, Evaluation>;

// Line 7, evaluation: recalls what was done before and runs the rest.
Result<Outcomes> EvaluateAll(const Generation& generation,
                             const std::vector<EvaluationRequest>& needed, SearchJournal& journal,
                             Evaluator& evaluator, SearchObserver& observer) {
  Outcomes outcomes;
  std::vector<EvaluationRequest> left;
  for (const EvaluationRequest& request : needed) {
    GENET_ASSIGN(std::optional<Evaluation> recalled, journal.RecallEvaluation(request.id));
    if (recalled) {
      outcomes.emplace(request.id, *std::move(recalled));
    } else {
      left.push_back(request);
    }
  }
  observer.GenerationStarted(generation, static_cast<int>(needed.size()),
                             static_cast<int>(outcomes.size()));
  if (left.empty()) return outcomes;

  const auto finish = [&](const EvaluationRequest& request,
                          const Evaluation& evaluation) -> Status {
    const Status sound = CheckEvaluation(evaluation);
    GENET_CHECK(sound.has_value(), "{}", sound.error().message);
    GENET_CHECK(request.id.generation == generation.number);
    GENET_CHECK(outcomes.emplace(request.id, evaluation).second, "evaluated twice");
    GENET_TRY(journal.RecordEvaluation(request, evaluation));
    observer.EvaluationFinished(request, evaluation);
    return {};
  };
  GENET_TRY(evaluator.Evaluate(left, finish));
  for (const EvaluationRequest& request : left) {
    GENET_CHECK(outcomes.contains(request.id), "individual {} was not evaluated",
                request.id.individual);
  }
  return outcomes;
}

tl::unexpected<Error> NoFitness(int t, const Outcomes& outcomes) {
  int diverged = 0;
  std::string cause;
  for (const auto& [id, evaluation] : outcomes) {
    diverged += evaluation.status == Evaluation::Status::kDiverged;
    if (cause.empty()) cause = evaluation.cause;
  }
  return Failure(
      "generation {}: none of its individuals has an accuracy ({} evaluations diverged, {} failed; "
      "first cause: {}), so there is nothing to select from; mend the cause, often the learning "
      "rate or the memory, and start a new run",
      t, diverged, outcomes.size() - diverged, cause.empty() ? "not recorded" : cause);
}

}  // namespace

Result<SearchResult> RunSearch(const SearchSettings& settings, const SearchSpace& space,
                               RandomKey run_key, SearchJournal& journal, Evaluator& evaluator,
                               SearchObserver& observer) {
  // Line 1: the input.
  GENET_TRY(CheckSettings(settings, space));
  SearchResult result;
  FitnessRecord record(settings.fitness);

  // Lines 2 and 3: the initial population is round 0.
  for (int t = 0; t <= settings.generations; ++t) {
    Generation generation =
        Populate(settings, space, run_key, t, t == 0 ? nullptr : &result.generations.back());
    GENET_ASSIGN(const std::optional<Generation> recorded, Reconcile(generation, journal));

    GENET_ASSIGN(const Outcomes outcomes,
                 EvaluateAll(generation, record.Needed(generation), journal, evaluator, observer));
    // In the order of individuals, not of completion.
    for (const auto& [id, evaluation] : outcomes) {
      record.Add(generation.individuals[id.individual].genome, evaluation);
    }
    for (Individual& individual : generation.individuals) {
      individual.fitness = record.Fitness(individual.genome);
    }
    generation.complete = true;
    result.evaluations += static_cast<int>(outcomes.size());

    if (!recorded || !recorded->complete) {
      GENET_TRY(journal.RecordFitness(generation));
    } else if (*recorded != generation) {
      return Mismatch("fitnesses", t);
    }
    const GenerationStatistics statistics = StatisticsOf(generation);
    observer.GenerationFinished(generation, statistics);
    if (statistics.count == 0) return NoFitness(t, outcomes);
    result.best = statistics.best;
    result.generations.push_back(std::move(generation));
  }
  // Line 9: the individuals of the last generation with their accuracies.
  return result;
}

}  // namespace genet
