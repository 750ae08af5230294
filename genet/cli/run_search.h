// A search with its workers and its progress on standard error, as `search` and `reproduce` run it.
#pragma once

#include <string>

#include "genet/cli/resource_flags.h"
#include "genet/data/data_set.h"
#include "genet/settings/run_settings.h"
#include "genet/store/run_store.h"

namespace genet::cli {

// Runs the search of `store`, the store of the run folder `run`, to its end; what the store holds
// is not done again. `data` is the data set of the settings. `opening` is the first line of the
// progress. Ends with the error "stopped" if StopSignal() says so.
Result<SearchResult> RunWithProgress(const RunSettings& settings, const fs::path& run,
                                     const DataSet& data, RunStore& store,
                                     const Resources& resources, const std::string& opening);

}  // namespace genet::cli
