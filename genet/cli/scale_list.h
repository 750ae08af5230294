// genet reproduce --list: what each scale fixes, and what each experiment costs at it.
#pragma once

#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/experiments/scale.h"

namespace genet::cli {

struct ScaleListOptions {
  int workers = 1;  // beside the costs of one worker
  int cores = 1;    // as fast as this machine's; workers share them
  bool json = false;
};
// Measures training steps for as long as it takes, within some minutes.
Result<std::string> ListScales(const std::vector<Scale>& scales, const ScaleListOptions& options);

}  // namespace genet::cli
