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

// Which engine trains, and what of it decides results.
struct EngineSettings {
  std::string name = "cpu";             // or "torch": LibTorch
  std::string arithmetic = "winograd";  // of cpu; or "direct"
  bool channels_last = false;           // of torch, and the next (torch_engine.h)
  bool bfloat16 = false;
};

// "cpu", "cpu, direct", "torch, channels-last, bfloat16".
std::string ToString(const EngineSettings& settings);

// A usage error if a value is unknown or belongs to another engine.
Status CheckEngineSettings(const EngineSettings& settings);

}  // namespace genet
