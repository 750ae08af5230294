#include "genet/settings/run_settings.h"

namespace genet {

Status CheckSettings(const RunSettings& settings) {
  if (settings.data.empty()) return UsageError("a data set is needed, such as cifar10:PATH");
  if (settings.base.stages() != settings.space.stages()) {
    return UsageError("the base network has {} stage(s), but nodes are given for {}: --nodes {}",
                      settings.base.stages(), settings.space.stages(), ToString(settings.space));
  }
  if (settings.training.schedule.empty()) return UsageError("the schedule has no epochs");
  GENET_TRY(CheckEngineSettings(settings.engine));
  return CheckSettings(settings.search, settings.space);
}

}  // namespace genet
