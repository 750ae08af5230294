#include "genet/execution/worker.h"

#include <sys/utsname.h>
#include <unistd.h>

#include "genet/base/date.h"
#include "genet/base/duration.h"
#include "genet/base/memory.h"
#include "genet/base/print_error.h"
#include "genet/base/version.h"
#include "genet/engine/backends/make_engine.h"
#include "genet/execution/classification.h"
#include "genet/execution/outcome.h"
#include "genet/execution/progress_file.h"
#include "genet/features/classify.h"
#include "genet/features/feature_request.h"
#include "genet/features/npy.h"

namespace genet {
namespace {

// "host x86_64", "host x86_64, LibTorch 1.13.1 on cuda:0".
std::string MachineName(const EngineSettings& engine, const std::string& device) {
  utsname name{};
  ::uname(&name);
  std::string text = fmt::format("{} {}", name.nodename, name.machine);
  const std::string library = LibraryOf(engine);
  if (!library.empty()) text += fmt::format(", {} on {}", library, device);
  return text;
}

// The common part of all kinds of work.
class WorkerRun {
 public:
  WorkerRun(const Job& job, const WorkerResources& resources, const std::function<bool()>& stop)
      : job_(job), resources_(resources), stop_(stop), progress_(job.progress) {}

  Status operator()(const EvaluateJob& work) {
    const std::string fingerprint = work.Fingerprint();
    if (const auto earlier = ReadOutcome(work.outcome);
        earlier && earlier->fingerprint == fingerprint) {
      return {};
    }
    GENET_ASSIGN(const Genome genome, Genome::Parse(work.genome, work.settings.space));
    // Every evaluation has its own draws, also of the same string in another place (section 3.2.4).
    const RandomKey key = RandomKey(work.settings.seed)
                              .Derive("training")
                              .Derive(uint64_t(work.id.generation))
                              .Derive(uint64_t(work.id.individual));
    const Result<TrainingRun> trained =
        RunTraining({.settings = work.settings,
                     .genome = genome,
                     .measure_test = work.settings.record_test_accuracy,
                     .key = key,
                     .checkpoint = {work.checkpoint, job_.checkpoint_seconds, fingerprint}},
                    Resources(), Observer());
    // What cannot be now could be when the search began: the machine has changed.
    if (!trained) return Failure("{}", trained.error().message);
    if (trained->outcome.status == TrainingOutcome::Status::kStopped) return Failure("stopped");
    return WriteOutcome(work.outcome, {fingerprint, EvaluationOf(*trained, work.settings.engine)});
  }

  Status operator()(const TrainJob& work) {
    GENET_ASSIGN(const auto earlier, ReadTrainingResult(work.folder, work.training));
    if (earlier) return {};
    TrainingObserver observer = Observer();
    observer.epoch = [epochs = work.training.settings.training.epochs()](const EpochRecord& e) {
      PrintError("epoch {}/{}: rate {:g}, loss {:.4f}, training accuracy {:.2f} %\n", e.epoch,
                 epochs, e.learning_rate, e.train_loss, e.train_accuracy * 100);
    };
    GENET_ASSIGN(const auto result, TrainInFolder(work.folder, work.training, Resources(),
                                                  job_.checkpoint_seconds, observer));
    return result ? Status() : Failure("stopped");
  }

  Status operator()(const ClassifyJob& work) {
    const nlohmann::json identity = work.Identity();
    if (ReadClassification(work.outcome, identity)) return {};
    const Clock::time_point start = Clock::now();
    FeatureRequest request{.weights = work.weights, .data = work.data, .untrained = work.untrained};
    request.options.layer = work.layer;
    request.options.resources.threads = resources_.threads;
    GENET_ASSIGN(FeatureSet set, MakeFeatures(request, job_.cache));
    GENET_TRY(WriteFeatures(work.features, set.features));
    Classification result{.images = set.features.size(), .dimensions = set.features.dimensions};
    const ClassifyOptions options{
        .train_per_class = work.train_per_class, .splits = work.splits, .seed = work.seed};
    if (const auto splits = Classify(std::move(set.features), options)) {
      for (const SplitResult& split : *splits) {
        result.accuracies.push_back(split.accuracy);
        result.costs.push_back(split.cost);
      }
    } else {
      result.cause = splits.error().message;  // another attempt would find the same
    }
    result.seconds = SecondsSince(start);
    return WriteClassification(work.outcome, identity, result);
  }

 private:
  TrainingResources Resources() const {
    return {.threads = resources_.threads, .device = resources_.device, .cache = job_.cache};
  }

  TrainingObserver Observer() {
    TrainingObserver observer;
    observer.step = [this](const TrainingMoment& moment) {
      return progress_.Write(moment.fraction(), moment.images_per_second);
    };
    observer.log = [](const std::string& line) { PrintError("{}\n", line); };
    observer.stop = [this] {
      const bool orphaned = resources_.parent != 0 && ::getppid() != resources_.parent;
      return orphaned || stop_();
    };
    return observer;
  }

  Evaluation EvaluationOf(const TrainingRun& trained, const EngineSettings& engine) const {
    const TrainingOutcome& outcome = trained.outcome;
    const Network& network = trained.setup.network;
    Evaluation evaluation{
        .measures = {.class_hits = trained.class_hits,
                     .parameters = network.parameters(),
                     .multiply_adds = network.multiply_adds()},
        .curve = outcome.curve,
        .cost = {.epochs_resumed = outcome.epochs_resumed,
                 .seconds = trained.seconds,
                 .images_per_second = trained.images_per_second,
                 .train_seconds_per_image = outcome.train_seconds_per_image,
                 .inference_seconds_per_image = outcome.inference_seconds_per_image,
                 .peak_bytes = PeakMemoryBytes(),
                 .finished = UtcNow(),
                 .machine = MachineName(engine, resources_.device),
                 .version = Version()}};
    if (outcome.status == TrainingOutcome::Status::kDiverged) {
      evaluation.status = Evaluation::Status::kDiverged;
      evaluation.cause = outcome.cause;
    } else {
      evaluation.status = Evaluation::Status::kFinished;
      evaluation.measures.accuracy = outcome.accuracy;
      evaluation.measures.loss = outcome.loss;
      if (trained.test) evaluation.measures.test_accuracy = trained.test->accuracy;
    }
    return evaluation;
  }

  const Job& job_;
  const WorkerResources& resources_;
  const std::function<bool()>& stop_;
  ProgressWriter progress_;
};

}  // namespace

Status RunWorker(const Job& job, const WorkerResources& resources,
                 const std::function<bool()>& stop) {
  return std::visit(WorkerRun(job, resources, stop), job.work);
}

}  // namespace genet
