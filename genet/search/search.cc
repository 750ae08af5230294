#include "genet/search/search.h"

#include <map>
#include <set>
#include <utility>

#include "genet/base/check.h"
#include "genet/search/operators.h"
#include "genet/search/search_history.h"
#include "genet/search/strategy.h"

namespace genet {
namespace {

using Requests = std::vector<EvaluationRequest>;

tl::unexpected<Error> Mismatch(const char* what, int t) {
  return Failure(
      "the recorded {} of generation {} differ from those that these settings and seed give; the "
      "run was made with other settings or another version of GeNet: use that version, or start a "
      "new run",
      what, t);
}

// One call of RunSearch.
class Search {
 public:
  Search(const Strategy& strategy, const SearchSettings& settings, const SearchSpace& space,
         RandomKey run_key, SearchJournal& journal, Evaluator& evaluator, SearchObserver& observer)
      : strategy_(strategy),
        settings_(settings),
        space_(space),
        run_key_(run_key),
        journal_(journal),
        evaluator_(evaluator),
        observer_(observer),
        history_(settings.population, settings.fitness, strategy.objectives),
        last_born_(history_.population() * (static_cast<size_t>(settings.generations) + 1)) {}

  Result<SearchResult> Run() {
    while (true) {
      GENET_ASSIGN(const Requests requests, Advance());
      if (requests.empty()) break;
      GENET_TRY(evaluator_.Evaluate(
          requests, [this](const EvaluationRequest& request, const Evaluation& evaluation) {
            return Ended(request, evaluation);
          }));
      GENET_CHECK(awaited_.empty(), "individual {} was not evaluated",
                  awaited_.begin()->individual);
    }
    result_.generations = std::move(history_.generations());
    return std::move(result_);
  }

 private:
  // Lets the time of the search (search_history.h) go on as far as it can. Returns the evaluations
  // that the newborn need; none if the search is at its end or waits for evaluations that run.
  Result<Requests> Advance() {
    Requests requests;
    GENET_TRY(Breed(requests));
    while (history_.known() < history_.born()) {
      const EvaluationId id = history_.id(history_.known());
      if (awaited_.contains(id)) break;
      const auto outcome = outcomes_.find(id);
      history_.Learn(outcome == outcomes_.end() ? nullptr : &outcome->second);
      if (history_.known() % history_.population() == 0) GENET_TRY(Complete(id.generation));
      GENET_TRY(Breed(requests));
    }
    return requests;
  }

  // Everybody who can be born by what is known now.
  Status Breed(Requests& requests) {
    while (history_.born() < last_born_) {
      if (history_.born() == 0) {
        // Line 2: the initial individuals.
        GENET_TRY(Bear({.individuals = InitialPopulation(settings_, space_,
                                                         run_key_.Derive("initial").Derive(0))},
                       requests));
        continue;
      }
      if (strategy_.awaits(settings_, history_.born()) > history_.known()) break;
      GENET_TRY(Bear(strategy_.breed({settings_, space_, run_key_, history_}), requests));
    }
    return {};
  }

  // Records a brood, or holds a recorded one against it, and recalls what was evaluated before.
  Status Bear(Brood brood, Requests& requests) {
    const size_t first = history_.born() % history_.population();
    GENET_CHECK(!brood.individuals.empty() &&
                first + brood.individuals.size() <= history_.population());
    std::vector<EvaluationRequest> needed;
    for (Individual& individual : brood.individuals) {
      const EvaluationId id = history_.id(history_.born());
      Genome genome = individual.genome;
      if (history_.Bear(std::move(individual))) needed.push_back({id, std::move(genome)});
    }
    Generation& generation = history_.newest();
    if (first == 0) {
      generation.uniform_selection = brood.uniform_selection;
      GENET_ASSIGN(recorded_[generation.number], journal_.RecallGeneration(generation.number));
    }
    GENET_TRY(Reconcile(generation, first));

    int recalled = 0;
    for (EvaluationRequest& request : needed) {
      GENET_ASSIGN(std::optional<Evaluation> evaluation, journal_.RecallEvaluation(request.id));
      if (evaluation) {
        outcomes_.emplace(request.id, *std::move(evaluation));
        ++recalled;
      } else {
        awaited_.insert(request.id);
        requests.push_back(std::move(request));
      }
    }
    result_.evaluations += static_cast<int>(needed.size());
    observer_.Born(generation, first, static_cast<int>(needed.size()), recalled);
    return {};
  }

  Status Reconcile(const Generation& generation, size_t first) {
    const std::optional<Generation>& recorded = recorded_[generation.number];
    const auto& individuals = generation.individuals;
    if (!recorded || recorded->individuals.size() <= first) {
      return journal_.RecordBirths(generation, first);
    }
    if (recorded->individuals.size() < individuals.size() ||
        recorded->individuals.size() > history_.population() ||
        recorded->uniform_selection != generation.uniform_selection) {
      return Mismatch("individuals", generation.number);
    }
    for (size_t i = first; i < individuals.size(); ++i) {
      Individual born = recorded->individuals[i];
      born.fitness.reset();
      if (born != individuals[i]) return Mismatch("individuals", generation.number);
    }
    return {};
  }

  // The evaluator calls this, and evaluates what it returns besides. While nothing else runs, the
  // next round begins when the evaluator has returned.
  Result<Requests> Ended(const EvaluationRequest& request, const Evaluation& evaluation) {
    const Status sound = CheckEvaluation(evaluation);
    GENET_CHECK(sound.has_value(), "{}", sound.error().message);
    GENET_CHECK(awaited_.erase(request.id) == 1, "evaluated twice, or without being asked");
    outcomes_.emplace(request.id, evaluation);
    GENET_TRY(journal_.RecordEvaluation(request, evaluation));
    observer_.EvaluationFinished(request, evaluation);
    if (awaited_.empty()) return Requests();
    return Advance();
  }

  // Line 7 is done for all of generation t.
  Status Complete(int t) {
    Generation& generation = history_.generations()[static_cast<size_t>(t)];
    const size_t first = static_cast<size_t>(t) * history_.population();
    for (size_t i = 0; i < generation.individuals.size(); ++i) {
      generation.individuals[i].fitness = history_.fitness(first + i);
    }
    generation.complete = true;
    const std::optional<Generation>& recorded = recorded_[t];
    if (!recorded || !recorded->complete) {
      GENET_TRY(journal_.RecordFitness(generation));
    } else if (*recorded != generation) {
      return Mismatch("fitnesses", t);
    }
    recorded_.erase(t);

    const GenerationStatistics statistics = StatisticsOf(generation);
    observer_.GenerationFinished(generation, statistics);
    if (statistics.count == 0) return NoFitness(t);
    result_.best = statistics.best;
    std::erase_if(outcomes_, [t](const auto& outcome) { return outcome.first.generation == t; });
    return {};
  }

  Status NoFitness(int t) const {
    int diverged = 0, failed = 0;
    std::string cause;
    for (const auto& [id, evaluation] : outcomes_) {
      if (id.generation != t) continue;
      ++(evaluation.status == Evaluation::Status::kDiverged ? diverged : failed);
      if (cause.empty()) cause = evaluation.cause;
    }
    return Failure(
        "generation {}: none of its individuals has an accuracy ({} evaluations diverged, {} "
        "failed; "
        "first cause: {}), so there is nothing to select from; mend the cause, often the learning "
        "rate or the memory, and start a new run",
        t, diverged, failed, cause.empty() ? "not recorded" : cause);
  }

  const Strategy& strategy_;
  const SearchSettings& settings_;
  const SearchSpace& space_;
  const RandomKey run_key_;
  SearchJournal& journal_;
  Evaluator& evaluator_;
  SearchObserver& observer_;

  SearchHistory history_;
  const size_t last_born_;
  std::map<int, std::optional<Generation>> recorded_;  // before this call; of generations under way
  std::map<EvaluationId, Evaluation> outcomes_;        // of generations under way
  std::set<EvaluationId> awaited_;                     // asked of the evaluator
  SearchResult result_;
};

}  // namespace

Result<SearchResult> RunSearch(const SearchSettings& settings, const SearchSpace& space,
                               RandomKey run_key, SearchJournal& journal, Evaluator& evaluator,
                               SearchObserver& observer) {
  // Line 1: the input.
  GENET_TRY(CheckSettings(settings, space));
  return RunSearch(*FindStrategy(settings.strategy), settings, space, run_key, journal, evaluator,
                   observer);
}

Result<SearchResult> RunSearch(const Strategy& strategy, const SearchSettings& settings,
                               const SearchSpace& space, RandomKey run_key, SearchJournal& journal,
                               Evaluator& evaluator, SearchObserver& observer) {
  return Search(strategy, settings, space, run_key, journal, evaluator, observer).Run();
}

}  // namespace genet
