#include "genet/execution/task.h"

#include "genet/data/split.h"

namespace genet {

Result<TrainingTask> OpenTask(const RunSettings& settings, const Genome& genome,
                              const fs::path& cache_folder, bool whole,
                              const OpenOptions& options) {
  TrainingTask task;
  GENET_ASSIGN(task.data, OpenDataSet(settings.data, cache_folder, options));
  const ImageList& images = task.data.train;
  if (whole) {
    task.train = images;
    task.measured = task.data.test;
  } else {
    GENET_ASSIGN(const Split split,
                 SplitDataSet(task.data, settings.train_images, settings.validation_images,
                              RandomKey(settings.seed).Derive("split")));
    task.train = images.Select(split.train);
    task.measured = images.Select(split.validation);
  }
  task.base = WithClasses(settings.base, task.data.classes());
  GENET_ASSIGN(task.network,
               BuildNetwork(task.base, genome, {images.channels(), images.height(), images.width()},
                            task.data.classes()));
  return task;
}

}  // namespace genet
