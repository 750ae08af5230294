#include "genet/measures/measures.h"

#include <cmath>
#include <utility>

namespace genet {
namespace {

// Comparisons are written so that a NaN fails.
Status CheckShare(const char* name, double value) {
  if (value >= 0 && value <= 1) return {};
  return Failure("{} is {}, not from 0 to 1", name, value);
}

Status CheckFinite(const char* name, double value) {
  if (std::isfinite(value)) return {};
  return Failure("{} is {}, not finite", name, value);
}

Status CheckAmount(const char* name, double value) {
  if (value >= 0 && std::isfinite(value)) return {};
  return Failure("{} is {}, not a finite number from 0 on", name, value);
}

Status CheckCount(const char* name, int64_t value) {
  if (value >= 0) return {};
  return Failure("{} is {}, below 0", name, value);
}

}  // namespace

Status CheckMeasures(const Measures& measures) {
  if (measures.accuracy) GENET_TRY(CheckShare("an accuracy", *measures.accuracy));
  if (measures.loss) GENET_TRY(CheckFinite("a loss", *measures.loss));
  if (measures.test_accuracy) GENET_TRY(CheckShare("a test accuracy", *measures.test_accuracy));
  for (const int64_t hits : measures.class_hits) GENET_TRY(CheckCount("a class's hits", hits));
  if (measures.parameters) GENET_TRY(CheckCount("the number of parameters", *measures.parameters));
  if (measures.multiply_adds) {
    GENET_TRY(CheckCount("the number of multiply-adds", *measures.multiply_adds));
  }
  return {};
}

Status CheckCost(const Cost& cost) {
  GENET_TRY(CheckCount("the number of attempts", cost.attempts));
  GENET_TRY(CheckCount("the number of epochs resumed", cost.epochs_resumed));
  for (const auto& [name, value] :
       {std::pair{"the time", cost.seconds}, std::pair{"the speed", cost.images_per_second},
        std::pair{"the training time per image", cost.train_seconds_per_image},
        std::pair{"the inference time per image", cost.inference_seconds_per_image}}) {
    if (value) GENET_TRY(CheckAmount(name, *value));
  }
  if (cost.peak_bytes) GENET_TRY(CheckCount("the peak memory", *cost.peak_bytes));
  return {};
}

Status CheckCurve(const std::vector<EpochRecord>& curve) {
  int last = 0;
  for (const EpochRecord& record : curve) {
    if (record.epoch != last + 1) {
      return Failure("the training curve has epoch {} after {}", record.epoch, last);
    }
    last = record.epoch;
    GENET_TRY(CheckAmount("a learning rate", record.learning_rate));
    GENET_TRY(CheckFinite("a training loss", record.train_loss));
    GENET_TRY(CheckShare("a training accuracy", record.train_accuracy));
  }
  return {};
}

}  // namespace genet
