// How a network is trained.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "genet/base/error.h"

namespace genet {

struct SchedulePhase {
  int epochs = 0;
  double learning_rate = 0;
  friend bool operator==(const SchedulePhase&, const SchedulePhase&) = default;
};

// Reads "120@1e-2,60@1e-3".
Result<std::vector<SchedulePhase>> ParseSchedule(std::string_view text);
std::string ToString(const std::vector<SchedulePhase>& schedule);

struct TrainingSettings {
  std::vector<SchedulePhase> schedule;
  int batch = 32;
  int micro_batch = 0;  // images that pass the network together; 0: the whole batch
  double momentum = 0.9;
  double weight_decay = 5e-4;
  double fc_deviation = 0.01;   // of fully-connected weights at the start; 0: He normal
  bool augment_shift = false;   // pad 4, random crop
  bool augment_mirror = false;  // random horizontal flip

  int images_at_once() const;  // never more than the batch
  int epochs() const;
  double learning_rate(int epoch) const;  // epoch counts from 0
};

}  // namespace genet
