// What a strategy makes better.
#pragma once

#include <optional>

#include "genet/search/evaluation.h"

namespace genet {

// One number of an evaluation, of which more is better: of what should be small, such as
// multiply-adds, an objective is the negative. None if the evaluation does not have it.
using Objective = std::optional<double> (*)(const Evaluation& evaluation);

// On the held-out images; of a finished evaluation.
std::optional<double> AccuracyOf(const Evaluation& evaluation);

}  // namespace genet
