// Named settings that a run starts from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "genet/base/error.h"
#include "genet/network/network.h"
#include "genet/settings/run_settings.h"

namespace genet {

// `iccv`, `arxiv-cifar`, `arxiv-mnist`, `transfer`, `imagenet`, `wrn-40` (the paper's) and `quick`,
// `smoke` (ours: `iccv` at a reduced schedule). An error lists the names.
Result<RunSettings> Preset(std::string_view name);

struct PresetDescription {
  std::string name;
  std::string summary;        // one line
  Shape input = {3, 32, 32};  // of the images that it is for
};
std::vector<PresetDescription> Presets();

}  // namespace genet
