// A run folder: its lock, its store, and what is checked before anything of it is trained.
#pragma once

#include <map>

#include "genet/base/error.h"
#include "genet/base/file.h"
#include "genet/data/data_set.h"
#include "genet/execution/progress_file.h"
#include "genet/settings/run_settings.h"
#include "genet/store/run_store.h"

namespace genet {

// Where the store of a run folder lies.
inline fs::path StorePath(const fs::path& run) { return run / "run.db"; }
// Where the files of its tasks lie.
inline fs::path JobsPath(const fs::path& run) { return run / "jobs"; }

// Finds out before the first training what would fail every one of them: a usage error if this
// build has no such engine or one of its `devices` is not there, if the data set cannot be opened,
// no network can be built on it, there are too few images, or too little memory for a batch of the
// largest network in each of `workers`. Returns the data set.
Result<DataSet> CheckBeforeStart(const RunSettings& settings,
                                 const std::vector<std::string>& devices, int workers,
                                 const fs::path& cache_folder);

// Makes the folder if need be. An error if another search holds the lock.
Result<FileLock> LockRun(const fs::path& run);

// A new store that records the settings, this program, this machine and the time. An error if the
// run folder has one.
Result<RunStore> CreateRun(const fs::path& run, const RunSettings& settings);

// What the run was started with.
Result<RunSettings> SettingsOf(RunReader& store, const fs::path& run);

// How far the evaluations are that the search in this run folder is at; none if no search runs
// there.
std::map<EvaluationId, WorkerProgress> RunningIn(const fs::path& run);

// As many workers as this machine's cores hold with `threads` each, at least 1.
int DefaultWorkers(int threads);

}  // namespace genet
