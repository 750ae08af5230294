#include "genet/search/evaluation.h"

#include <utility>

namespace genet {
namespace {

constexpr std::pair<Evaluation::Status, std::string_view> kStatusNames[] = {
    {Evaluation::Status::kFinished, "finished"},
    {Evaluation::Status::kDiverged, "diverged"},
    {Evaluation::Status::kFailed, "failed"}};

}  // namespace

std::string_view Name(Evaluation::Status status) {
  for (const auto& [value, name] : kStatusNames) {
    if (value == status) return name;
  }
  return "";
}

std::optional<Evaluation::Status> StatusOfName(std::string_view name) {
  for (const auto& [value, known] : kStatusNames) {
    if (known == name) return value;
  }
  return std::nullopt;
}

Status CheckEvaluation(const Evaluation& evaluation) {
  const bool finished = evaluation.status == Evaluation::Status::kFinished;
  if (evaluation.measures.accuracy.has_value() != finished) {
    return Failure("a {} evaluation {} accuracy", Name(evaluation.status),
                   finished ? "without" : "with an");
  }
  GENET_TRY(CheckMeasures(evaluation.measures));
  GENET_TRY(CheckCurve(evaluation.curve));
  return CheckCost(evaluation.cost);
}

}  // namespace genet
