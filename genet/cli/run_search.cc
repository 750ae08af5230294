#include "genet/cli/run_search.h"

#include <unistd.h>

#include "genet/base/version.h"
#include "genet/cli/command.h"
#include "genet/cli/make_executor.h"
#include "genet/cli/progress.h"
#include "genet/cli/stop.h"
#include "genet/execution/evaluation_queue.h"
#include "genet/execution/run_folder.h"
#include "genet/search/search.h"

namespace genet::cli {

Result<SearchResult> RunWithProgress(const RunSettings& settings, const fs::path& run,
                                     const DataSet& data, RunStore& store,
                                     const Resources& resources, const std::string& opening) {
  CatchStopSignals();
  SearchProgress progress(settings.search, {.quiet = resources.quiet,
                                            .terminal = ::isatty(STDERR_FILENO) != 0,
                                            .classes = data.classes(),
                                            .validation_images = settings.validation_images});
  progress.Log(opening);
  for (const std::string& note : data.notes) progress.Log("note: " + note);
  GENET_ASSIGN(const RunRecord record, store.Run());
  if (record.version != Version()) {
    progress.Log(fmt::format(
        "note: genet {} started this run and genet {} goes on with it; if they round differently, "
        "the history is neither's alone",
        record.version, Version()));
  }
  const std::unique_ptr<Executor> executor = MakeExecutor(resources);
  EvaluationQueue evaluations(settings, *executor,
                              {.jobs = JobsPath(run),
                               .cache = CacheFolder(),
                               .checkpoint_seconds = resources.checkpoint_seconds,
                               .running =
                                   [&](const EvaluationId& id, const WorkerProgress& moment) {
                                     progress.Running(id, moment.images_per_second,
                                                      moment.fraction);
                                   }},
                              {.time_limit_seconds = resources.time_limit_seconds,
                               .stop = [] { return StopSignal() != 0; },
                               .log = [&](const std::string& line) { progress.Log(line); }});
  Result<SearchResult> result = RunSearch(settings.search, settings.space, RandomKey(settings.seed),
                                          store, evaluations, progress);
  progress.Clear();
  return result;
}

}  // namespace genet::cli
