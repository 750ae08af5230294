#include "genet/search/objective.h"

namespace genet {

std::optional<double> AccuracyOf(const Evaluation& evaluation) {
  return evaluation.measures.accuracy;
}

}  // namespace genet
