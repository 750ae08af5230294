#include "genet/training/settings.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "genet/base/check.h"

namespace genet {
namespace {

constexpr int kMaxEpochs = 1'000'000;

// The shortest text that reads back to the same number, with an exponent: "1e-2".
std::string RateText(double rate) {
  char buffer[32];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, rate, std::chars_format::scientific).ptr;
  const std::string text(buffer, end);
  const size_t e = text.find('e');
  if (e == std::string::npos) return text;
  const int exponent = std::stoi(text.substr(e + 1));
  return exponent == 0 ? text.substr(0, e) : fmt::format("{}e{}", text.substr(0, e), exponent);
}

}  // namespace

Result<std::vector<SchedulePhase>> ParseSchedule(std::string_view text) {
  std::vector<SchedulePhase> schedule;
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto column = [&text](const char* position) { return position - text.data() + 1; };
  int total = 0;
  while (true) {
    SchedulePhase phase;
    const char* const epochs_at = at;
    auto [after, error] = std::from_chars(at, end, phase.epochs);
    if (error != std::errc() || phase.epochs < 1 || phase.epochs > kMaxEpochs - total) {
      return UsageError(
          "schedule \"{}\": expected a number of epochs from 1 to {} in all at column {}", text,
          kMaxEpochs, column(epochs_at));
    }
    total += phase.epochs;
    at = after;
    if (at == end || *at != '@') {
      return UsageError("schedule \"{}\": expected @ and a learning rate at column {}", text,
                        column(at));
    }
    const char* const rate_at = ++at;
    const auto rate = std::from_chars(at, end, phase.learning_rate);
    if (rate.ec != std::errc() || !std::isfinite(phase.learning_rate) || phase.learning_rate <= 0) {
      return UsageError("schedule \"{}\": expected a learning rate above 0 at column {}", text,
                        column(rate_at));
    }
    at = rate.ptr;
    schedule.push_back(phase);
    if (at == end) return schedule;
    if (*at != ',') {
      return UsageError("schedule \"{}\": expected , or the end at column {}", text, column(at));
    }
    ++at;
  }
}

std::string ToString(const std::vector<SchedulePhase>& schedule) {
  std::string text;
  for (const SchedulePhase& phase : schedule) {
    if (!text.empty()) text += ',';
    text += fmt::format("{}@{}", phase.epochs, RateText(phase.learning_rate));
  }
  return text;
}

int TrainingSettings::images_at_once() const {
  return micro_batch == 0 ? batch : std::min(micro_batch, batch);
}

int TrainingSettings::epochs() const {
  int sum = 0;
  for (const SchedulePhase& phase : schedule) sum += phase.epochs;
  return sum;
}

double TrainingSettings::learning_rate(int epoch) const {
  for (const SchedulePhase& phase : schedule) {
    if (epoch < phase.epochs) return phase.learning_rate;
    epoch -= phase.epochs;
  }
  GENET_CHECK(false, "epoch past the end of the schedule");
  return 0;
}

}  // namespace genet
