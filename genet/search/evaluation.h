// The seam of a search: a genome goes in, measures come out.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "genet/genome/genome.h"
#include "genet/measures/measures.h"

namespace genet {

// Where an evaluation belongs; also the address of its random numbers.
struct EvaluationId {
  int generation = 0;
  int individual = 0;  // from 0
  friend auto operator<=>(const EvaluationId&, const EvaluationId&) = default;
};

struct EvaluationRequest {
  EvaluationId id;
  Genome genome;
};

// What became of an evaluation. Only kFinished has an accuracy.
struct Evaluation {
  enum class Status {
    kFinished,
    kDiverged,  // the loss was not finite
    kFailed,    // crashed, hung or was killed at every attempt
  };
  Status status = Status::kFailed;
  Measures measures = {};
  std::string cause = {};  // of a divergence or failure
  std::vector<EpochRecord> curve = {};
  Cost cost = {};

  friend bool operator==(const Evaluation&, const Evaluation&) = default;
};

// "finished", "diverged", "failed".
std::string_view Name(Evaluation::Status status);
std::optional<Evaluation::Status> StatusOfName(std::string_view name);

// What everything that takes an evaluation from outside demands: an accuracy exactly if it is
// finished, and what the checks of measures.h demand.
Status CheckEvaluation(const Evaluation& evaluation);

// Runs evaluations, several at once if it can.
class Evaluator {
 public:
  // Called on the thread that called Evaluate, once for each evaluation as it ends, in no
  // particular order. Returns what shall be evaluated besides, now that this much is known.
  using Ended = std::function<Result<std::vector<EvaluationRequest>>(const EvaluationRequest&,
                                                                     const Evaluation&)>;

  virtual ~Evaluator() = default;
  // Returns when all that it was asked for has ended. An error means that the search must stop
  // (asked to, or the disk is full); evaluations reported until then count. An error of `ended` is
  // one of those.
  virtual Status Evaluate(const std::vector<EvaluationRequest>& requests, const Ended& ended) = 0;
};

}  // namespace genet
