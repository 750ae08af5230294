// What a training works on: the images and the network that settings and a genome stand for.
#pragma once

#include "genet/data/data_set.h"
#include "genet/network/network.h"
#include "genet/settings/run_settings.h"

namespace genet {

struct TrainingTask {
  DataSet data;
  ImageList train;
  ImageList measured;  // held out of the training set; with `whole`, the test set
  BaseNetwork base;    // with the data set's number of classes
  Network network;
};

// `whole`: train on the whole training set instead of the part that a search trains on.
Result<TrainingTask> OpenTask(const RunSettings& settings, const Genome& genome,
                              const fs::path& cache_folder, bool whole = false,
                              const OpenOptions& options = {});

}  // namespace genet
