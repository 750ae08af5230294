#include "genet/execution/worker.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "genet/base/duration.h"
#include "genet/base/memory.h"
#include "genet/base/note.h"
#include "genet/base/version.h"
#include "genet/execution/outcome.h"
#include "genet/execution/task.h"
#include "genet/training/curve.h"
#include "genet/training/make_engine.h"
#include "genet/training/trainer.h"

namespace genet {
namespace {

// "host x86_64", "host x86_64, LibTorch 1.13.1 on cuda:0".
std::string MachineName(const Job& job) {
  utsname name{};
  ::uname(&name);
  std::string text = fmt::format("{} {}", name.nodename, name.machine);
  const std::string library = LibraryOf(job.settings.engine);
  if (!library.empty()) text += fmt::format(", {} on {}", library, job.device);
  return text;
}

// The progress file is only looked at: plain writes, no flush to the disk.
class ProgressFile {
 public:
  ProgressFile(fs::path path, int64_t images) : path_(std::move(path)), images_(images) {}

  Status Images(int64_t done) {
    done_ = done;
    if (first_ < 0) {
      first_ = done;
      start_ = written_ = Clock::now();
      return Write(0);
    }
    if (SecondsSince(written_) <= 0.5) return {};
    written_ = Clock::now();
    return Write(Rate());
  }
  double Rate() const {
    const double seconds = SecondsSince(start_);
    return first_ >= 0 && seconds > 0 ? static_cast<double>(done_ - first_) / seconds : 0;
  }

 private:
  Status Write(double rate) {
    const fs::path temporary = path_.string() + ".tmp";
    errno = 0;
    std::ofstream file(temporary);
    file << static_cast<double>(done_) / static_cast<double>(images_) << ' ' << rate << '\n';
    file.close();
    if (file && std::rename(temporary.c_str(), path_.c_str()) == 0) return {};
    return Failure("cannot write {}: {}", path_.string(), std::strerror(errno));
  }

  fs::path path_;
  int64_t images_;
  int64_t first_ = -1, done_ = 0;
  Clock::time_point start_, written_;
};

}  // namespace

Status RunWorker(const Job& job, const std::function<bool()>& stop) {
  const Clock::time_point start = Clock::now();
  const std::string fingerprint = job.Fingerprint();
  if (const auto earlier = ReadOutcome(job.outcome);
      earlier && earlier->fingerprint == fingerprint) {
    return {};
  }
  const RunSettings& settings = job.settings;
  GENET_ASSIGN(const Genome genome, Genome::Parse(job.genome, settings.space));
  GENET_ASSIGN(const TrainingTask task, OpenTask(settings, genome, job.cache));
  GENET_ASSIGN(
      const std::unique_ptr<Engine> engine,
      MakeEngine(task.network, NormalisingTransform(MeasureChannels(task.train)), settings.engine,
                 {settings.training.images_at_once(), job.threads, job.device}));
  // Every evaluation has its own draws, also of the same string in another place (section 3.2.4).
  const RandomKey key = RandomKey(settings.seed)
                            .Derive("training")
                            .Derive(uint64_t(job.id.generation))
                            .Derive(uint64_t(job.id.individual));
  GENET_TRY(engine->SetState(
      InitialState(task.network, key.Derive("initialisation"), settings.training.fc_deviation)));

  const int64_t per_epoch =
      static_cast<int64_t>(task.train.size()) / settings.training.batch * settings.training.batch;
  ProgressFile progress(job.progress, std::max<int64_t>(1, per_epoch * settings.training.epochs()));
  const auto orphaned = [&] { return job.parent != 0 && ::getppid() != job.parent; };
  TrainingCallbacks callbacks;
  Status written;
  callbacks.progress = [&](int, int64_t images) {
    written = progress.Images(images);
    return !written || stop() || orphaned();
  };
  callbacks.log = [](const std::string& line) { Note("{}\n", line); };
  GENET_ASSIGN(const TrainingOutcome trained,
               Train(*engine, settings.training, task.train, task.measured, key.Derive("epochs"),
                     {job.checkpoint, job.checkpoint_seconds, fingerprint}, callbacks));
  GENET_TRY(written);
  if (trained.status == TrainingOutcome::Status::kStopped) return Failure("stopped");

  Outcome outcome{fingerprint, {}};
  Evaluation& evaluation = outcome.evaluation;
  if (trained.status == TrainingOutcome::Status::kDiverged) {
    evaluation.status = Evaluation::Status::kDiverged;
    evaluation.cause = trained.cause;
  } else {
    evaluation.status = Evaluation::Status::kFinished;
    evaluation.accuracy = trained.accuracy;
    if (settings.record_test_accuracy) {
      GENET_ASSIGN(const Measurement test, Measure(*engine, task.data.test, engine->max_batch()));
      evaluation.test_accuracy = test.accuracy;
    }
  }
  evaluation.details = nlohmann::json{
      {"curve", CurveToJson(trained.curve)},
      {"cost",
       {{"seconds", SecondsSince(start)},
        {"images_per_second", progress.Rate()},
        {"epochs_resumed", trained.epochs_resumed},
        {"peak_bytes", PeakMemoryBytes()}}},
      {"machine", MachineName(job)},
      {"version",
       Version()}}.dump();
  return WriteOutcome(job.outcome, outcome);
}

}  // namespace genet
