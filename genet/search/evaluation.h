// The seam of a search: a genome goes in, an accuracy comes out.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "genet/genome/genome.h"

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
  std::optional<double> accuracy = {};       // in [0, 1]
  std::optional<double> test_accuracy = {};  // if it was asked for; selection never reads it
  std::string cause = {};                    // of a divergence or failure
  int attempts = 0;
  // For reports; JSON text: training curve, seconds, images a second, machine.
  std::string details = {};
};

// "finished", "diverged", "failed".
std::string_view Name(Evaluation::Status status);
std::optional<Evaluation::Status> StatusOfName(std::string_view name);

// What everything that reads an evaluation demands: an accuracy exactly if it is finished, and each
// accuracy in [0, 1].
Status CheckAccuracies(const Evaluation& evaluation);

// Runs evaluations, several at once if it can. `finished` is called on the calling thread, once a
// request, as each one ends, in no particular order. An error means that the search must stop
// (asked to, or the disk is full); evaluations reported until then count.
class Evaluator {
 public:
  virtual ~Evaluator() = default;
  virtual Status Evaluate(
      const std::vector<EvaluationRequest>& requests,
      const std::function<Status(const EvaluationRequest&, const Evaluation&)>& finished) = 0;
};

}  // namespace genet
