// What the numbers of the settings may be: for flags, config files, job files and run stores alike.
#pragma once

#include <cstddef>
#include <limits>

#include "genet/base/limits.h"

namespace genet {

inline constexpr Limits<int> kBatchLimits{1, 65536};
inline constexpr Limits<int> kMicroBatchLimits{0, 65536};
inline constexpr Limits<int> kPopulationLimits{1, 1000000};
inline constexpr Limits<int> kGenerationsLimits{0, 1000000};
inline constexpr Limits<int> kFlipsLimits{0, std::numeric_limits<int>::max()};
inline constexpr Limits<size_t> kTrainImagesLimits{0, std::numeric_limits<size_t>::max()};
inline constexpr Limits<size_t> kValidationImagesLimits{1, std::numeric_limits<size_t>::max()};
inline constexpr Limits<double> kProbabilityLimits{0, 1};
inline constexpr Limits<double> kMomentumLimits{0, 1, true};
inline constexpr Limits<double> kWeightDecayLimits{0, 1};
inline constexpr Limits<double> kFcDeviationLimits{0, 10};

}  // namespace genet
