// An evaluator whose accuracies follow from the genome in no time.
#pragma once

#include <functional>
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
  // Of those that it was asked for and that wait, which ends next; the first if it says nothing.
  std::function<size_t(size_t waiting)> next = [](size_t) { return size_t{0}; };
  // The last first.
  void Backwards() {
    next = [](size_t waiting) { return waiting - 1; };
  }
  std::function<Evaluation::Status(const EvaluationRequest&)> status =
      [](const EvaluationRequest&) { return Evaluation::Status::kFinished; };
  double noise = 0.02;
  std::vector<EvaluationId> evaluated;
  int calls = 0;  // of Evaluate

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
    const double accuracy = 0.1 + 0.8 * agree / target_.size() + noise * stream.Uniform();
    evaluation.measures = {.accuracy = accuracy, .loss = 1 - accuracy};
    evaluation.curve = {{1, 0.01, 1 - accuracy, accuracy}};
    evaluation.cost.seconds = 0.5;
    evaluation.cost.version = "toy";
    return evaluation;
  }

  Status Evaluate(const std::vector<EvaluationRequest>& requests, const Ended& ended) override {
    ++calls;
    std::vector<EvaluationRequest> waiting = requests;
    while (!waiting.empty()) {
      if (stop_after == static_cast<int>(evaluated.size())) return Failure("stopped");
      const auto one = waiting.begin() + static_cast<std::ptrdiff_t>(next(waiting.size()));
      const EvaluationRequest request = *one;
      waiting.erase(one);
      evaluated.push_back(request.id);
      GENET_ASSIGN(const std::vector<EvaluationRequest> born, ended(request, Outcome(request)));
      waiting.insert(waiting.end(), born.begin(), born.end());
    }
    return {};
  }

 private:
  Genome target_;
};

}  // namespace genet
