// For tests: an evaluator whose accuracies follow from the genome in no time.
#pragma once

#include <algorithm>
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "genet/base/random.h"
#include "genet/search/evaluation.h"

namespace genet {

// Accuracy grows with the bits that agree with `target`, with a little noise that differs from one
// evaluation of a string to the next. It can end evaluations in any order, stop like a killed
// process after some of them, and let chosen ones fail.
class ToyEvaluator : public Evaluator {
 public:
  explicit ToyEvaluator(Genome target) : target_(std::move(target)) {}

  int stop_after = -1;  // evaluations; -1: never
  bool backwards = false;
  std::function<Evaluation::Status(const EvaluationRequest&)> status =
      [](const EvaluationRequest&) { return Evaluation::Status::kFinished; };
  double noise = 0.02;
  std::vector<EvaluationId> evaluated;

  Evaluation Outcome(const EvaluationRequest& request) const {
    Evaluation evaluation{.status = status(request)};
    evaluation.cost.attempts = 1;
    if (evaluation.status != Evaluation::Status::kFinished) {
      evaluation.cause = "chosen to";
      return evaluation;
    }
    int agree = 0;
    for (int bit = 0; bit < target_.size(); ++bit) {
      agree += request.genome.bit(bit) == target_.bit(bit);
    }
    RandomStream stream(RandomKey(7).Derive(request.id.generation).Derive(request.id.individual));
    evaluation.measures.accuracy = 0.1 + 0.8 * agree / target_.size() + noise * stream.Uniform();
    evaluation.measures.loss = 1 - *evaluation.measures.accuracy;
    evaluation.curve = {{1, 0.01, *evaluation.measures.loss, *evaluation.measures.accuracy}};
    evaluation.cost.seconds = 0.5;
    evaluation.cost.version = "toy";
    return evaluation;
  }

  Status Evaluate(
      const std::vector<EvaluationRequest>& requests,
      const std::function<Status(const EvaluationRequest&, const Evaluation&)>& finished) override {
    std::vector<EvaluationRequest> order = requests;
    if (backwards) std::reverse(order.begin(), order.end());
    for (const EvaluationRequest& request : order) {
      if (stop_after == static_cast<int>(evaluated.size())) return Failure("stopped");
      evaluated.push_back(request.id);
      GENET_TRY(finished(request, Outcome(request)));
    }
    return {};
  }

 private:
  Genome target_;
};

}  // namespace genet
