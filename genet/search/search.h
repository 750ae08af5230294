// A search: individuals are born as its strategy says (strategy.h), evaluated, and recorded.
//
// A search is a function of its settings and its key: whatever order evaluations end in, and
// however often the process was stopped, the history is the same. It resumes by replay: generations
// are computed again from the evaluations that the journal recalls, which are not run again.
#pragma once

#include <optional>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/random.h"
#include "genet/search/evaluation.h"
#include "genet/search/generation.h"
#include "genet/search/settings.h"
#include "genet/search/statistics.h"
#include "genet/search/strategy.h"

namespace genet {

// Where a search keeps its history. Each Record must be durable before it returns, and is called
// once for each matter that was not recalled.
class SearchJournal {
 public:
  virtual ~SearchJournal() = default;
  virtual Result<std::optional<Generation>> RecallGeneration(int number) = 0;
  virtual Result<std::optional<Evaluation>> RecallEvaluation(const EvaluationId& id) = 0;
  // The individuals of the newest generation from place `first` on, before any evaluation of
  // theirs.
  virtual Status RecordBirths(const Generation& generation, size_t first) = 0;
  virtual Status RecordEvaluation(const EvaluationRequest& request,
                                  const Evaluation& evaluation) = 0;
  // The fitnesses of a complete generation.
  virtual Status RecordFitness(const Generation& generation) = 0;
};

// Told what happens, for progress and tables. Called on the thread of RunSearch().
class SearchObserver {
 public:
  virtual ~SearchObserver() = default;
  // The individuals of a generation from place `first` on. They need `evaluations` in all, of which
  // `recalled` were done before.
  virtual void Born(const Generation& /*generation*/, size_t /*first*/, int /*evaluations*/,
                    int /*recalled*/) {}
  // Only of evaluations that run now. It is in the journal already.
  virtual void EvaluationFinished(const EvaluationRequest& /*request*/,
                                  const Evaluation& /*evaluation*/) {}
  virtual void GenerationFinished(const Generation& /*generation*/,
                                  const GenerationStatistics& /*statistics*/) {}
};

struct SearchResult {
  std::vector<Generation> generations;  // 0 to T, complete
  // The individual with the highest fitness in the last generation, the paper's result.
  int best = 0;
  int evaluations = 0;  // recalled ones included

  const Individual& best_individual() const { return generations.back().individuals[best]; }
};

// An error of `journal` or `evaluator` ends the search at once; what was recorded counts when it is
// run again.
Result<SearchResult> RunSearch(const SearchSettings& settings, const SearchSpace& space,
                               RandomKey run_key, SearchJournal& journal, Evaluator& evaluator,
                               SearchObserver& observer);
// The same with a strategy that need not be in the list. The settings must have passed
// CheckSettings(); settings.strategy does not count.
Result<SearchResult> RunSearch(const Strategy& strategy, const SearchSettings& settings,
                               const SearchSpace& space, RandomKey run_key, SearchJournal& journal,
                               Evaluator& evaluator, SearchObserver& observer);

}  // namespace genet
