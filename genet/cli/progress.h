// What a person sees while a search runs: a live line on a terminal, plain lines elsewhere, a row
// of the paper's Table 1 as each generation ends, and warnings where a population looks wrong.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "genet/base/duration.h"
#include "genet/cli/terminal.h"
#include "genet/search/search.h"
#include "genet/search/settings.h"

namespace genet::cli {

// What may be wrong with a complete generation. `classes` and `validation_images` tell what chance
// looks like.
struct Warning {
  std::string finding;  // "every network is at chance level (10 % of 10 classes)"
  std::string advice;   // likely causes and what to do
};
std::vector<Warning> Warnings(const Generation& generation, const GenerationStatistics& statistics,
                              int classes, size_t validation_images);

struct ProgressOptions {
  bool quiet = false;
  bool terminal = false;  // a line that is overwritten
  int classes = 10;
  size_t validation_images = 0;
};

// Writes to standard error. Its functions may be called from several threads.
class SearchProgress : public SearchObserver {
 public:
  SearchProgress(const SearchSettings& settings, const ProgressOptions& options);

  void Born(const Generation& generation, size_t first, int evaluations, int recalled) override;
  void EvaluationFinished(const EvaluationRequest& request, const Evaluation& evaluation) override;
  void GenerationFinished(const Generation& generation,
                          const GenerationStatistics& statistics) override;

  // Latest speed of the worker that evaluates `id`; shown as the mean over running workers.
  // `fraction` of the evaluation is done.
  void Running(const EvaluationId& id, double images_per_second, double fraction);
  // A line of its own, such as why a worker is started again.
  void Log(const std::string& line);
  // Ends the live line before other output.
  void Clear();

 private:
  struct Worker {
    double images_per_second = 0, fraction = 0;
  };

  void DrawLine(bool force);
  double SecondsLeft() const;

  const SearchSettings settings_;
  const ProgressOptions options_;
  const LiveLine live_;
  std::mutex mutex_;
  bool heading_printed_ = false;
  int generation_ = 0, needed_ = 0, done_ = 0;
  bool recalled_ = false;  // the generation needs no evaluation that was not done before
  std::vector<std::string> last_findings_;  // of the generation before
  double best_ = 0, sum_ = 0;
  int measured_ = 0;
  int done_here_ = 0;  // evaluations that ended in this process
  std::map<EvaluationId, Worker> running_;
  Clock::time_point start_, drawn_;
};

}  // namespace genet::cli
