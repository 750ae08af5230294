#include "genet/execution/run_training.h"

#include "genet/base/duration.h"
#include "genet/data/split.h"
#include "genet/engine/backends/make_engine.h"
#include "genet/training/top_accuracy.h"
#include "genet/training/trainer.h"

namespace genet {
namespace {

// Images per second of this process, of which a resumed training has done only a part.
class RateMeter {
 public:
  void Count(int64_t images_done) {
    if (first_ < 0) {
      first_ = images_done;
      start_ = Clock::now();
    }
    done_ = images_done;
  }
  double Rate() const {
    const double seconds = SecondsSince(start_);
    return first_ >= 0 && seconds > 0 ? static_cast<double>(done_ - first_) / seconds : 0;
  }

 private:
  int64_t first_ = -1, done_ = 0;
  Clock::time_point start_ = Clock::now();
};

}  // namespace

Result<TrainingSetup> OpenTrainingSetup(const RunSettings& settings, const Genome& genome,
                                        bool full_training_set, const fs::path& cache,
                                        int loader_threads) {
  TrainingSetup setup;
  GENET_ASSIGN(setup.data, OpenDataSet(settings.data, cache, {.loader_threads = loader_threads}));
  const ImageList& images = setup.data.train;
  if (full_training_set) {
    setup.train = images;
    setup.held_out = setup.data.test;
  } else {
    GENET_ASSIGN(const Split split,
                 SplitDataSet(setup.data, settings.train_images, settings.validation_images,
                              RandomKey(settings.seed).Derive("split")));
    setup.train = images.Select(split.train);
    setup.held_out = images.Select(split.validation);
  }
  setup.base = WithClasses(settings.base, setup.data.classes());
  GENET_ASSIGN(setup.network, BuildNetwork(setup.base, genome,
                                           {images.channels(), images.height(), images.width()},
                                           setup.data.classes()));
  return setup;
}

Result<TrainingRun> RunTraining(const TrainingJob& job, const TrainingResources& resources,
                                const TrainingObserver& observer) {
  const Clock::time_point start = Clock::now();
  const TrainingSettings& training = job.settings.training;
  TrainingRun trained;
  GENET_ASSIGN(trained.setup, OpenTrainingSetup(job.settings, job.genome, job.full_training_set,
                                                resources.cache, resources.loader_threads));
  const TrainingSetup& setup = trained.setup;
  const int at_once = training.images_at_once();
  GENET_TRY(CheckMemory(LeastMemoryBytes(setup.network, job.settings.engine, at_once), at_once));
  if (observer.begun) GENET_TRY(observer.begun(setup));

  trained.normalisation = MeasureChannels(setup.train);
  GENET_ASSIGN(trained.engine,
               MakeEngine(setup.network, NormalisingTransform(trained.normalisation),
                          job.settings.engine, {at_once, resources.threads, resources.device}));
  Engine& engine = *trained.engine;
  GENET_TRY(engine.SetState(
      InitialState(setup.network, job.key.Derive("initialisation"), training.fc_deviation)));

  const int64_t per_epoch =
      static_cast<int64_t>(setup.train.size()) / training.batch * training.batch;
  RateMeter meter;
  Status stepped;
  TrainingMoment moment{.images = per_epoch * training.epochs()};
  const auto must_stop = [&] {
    if (observer.step) stepped = observer.step(moment);
    return !stepped || (observer.stop && observer.stop());
  };
  const auto progress = [&](int epoch, int64_t images_done) {
    meter.Count(images_done);
    moment = {epoch, images_done, moment.images, meter.Rate()};
    return must_stop();
  };
  const TrainingCallbacks callbacks{
      .epoch = observer.epoch, .progress = progress, .measuring = must_stop, .log = observer.log};
  const auto classes = static_cast<size_t>(setup.network.classes());
  std::vector<float> logits(setup.held_out.size() * classes);
  GENET_ASSIGN(trained.outcome, Train(engine, training, setup.train, setup.held_out,
                                      job.key.Derive("epochs"), job.checkpoint, callbacks, logits));
  GENET_TRY(stepped);
  if (trained.outcome.status == TrainingOutcome::Status::kFinished) {
    trained.class_hits = ClassHits(setup.held_out, logits);
    if (job.full_training_set) {
      trained.test = {trained.outcome.accuracy, trained.outcome.loss};
      trained.test_logits = std::move(logits);
    } else if (job.measure_test) {
      const ImageList& test = setup.data.test;
      trained.test_logits.resize(test.size() * classes);
      bool stopped = false;
      const auto measured = Measure(engine, test, engine.max_batch(), trained.test_logits,
                                    [&] { return stopped = must_stop(); });
      GENET_TRY(stepped);
      if (stopped) {
        trained.outcome.status = TrainingOutcome::Status::kStopped;
      } else {
        GENET_ASSIGN(trained.test, measured);
      }
    }
  }
  trained.images_per_second = meter.Rate();
  trained.seconds = SecondsSince(start);
  return trained;
}

}  // namespace genet
