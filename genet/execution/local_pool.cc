#include "genet/execution/local_pool.h"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <deque>
#include <fstream>
#include <list>
#include <thread>

#include "genet/base/process.h"
#include "genet/execution/job.h"

namespace genet {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

constexpr auto kPollInterval = std::chrono::milliseconds(20);
constexpr double kGraceSeconds = 1;  // between SIGTERM and SIGKILL

struct Files {
  Files(const fs::path& folder, const EvaluationId& id) {
    const std::string stem =
        (folder / fmt::format("g{:03}-i{:03}", id.generation, id.individual)).string();
    job = stem + ".job.json";
    outcome = stem + ".outcome.json";
    checkpoint = stem + ".checkpoint.safetensors";
    progress = stem + ".progress";
    log = stem + ".log";
  }
  void Remove() const {
    for (const fs::path& path : {job, outcome, checkpoint, progress, log}) {
      std::error_code ignored;
      fs::remove(path, ignored);
    }
  }
  fs::path job, outcome, checkpoint, progress, log;
};

struct Running {
  const EvaluationRequest* request;
  int attempt;
  Files files;
  std::string fingerprint;
  ChildProcess process;
  Clock::time_point start = Clock::now(), moved = start, looked = start;
  std::string progress = {};
  std::string killed_because = {};
};

std::string LastLine(const fs::path& log) {
  std::ifstream file(log);
  std::string line, last;
  while (std::getline(file, line)) {
    if (!line.empty()) last = line;
  }
  return last;
}

}  // namespace

Status LocalPool::Evaluate(
    const std::vector<EvaluationRequest>& requests,
    const std::function<Status(const EvaluationRequest&, const Evaluation&)>& finished) {
  GENET_TRY(MakeFolders(options_.jobs));
  struct Waiting {
    const EvaluationRequest* request;
    int attempt;
  };
  std::deque<Waiting> waiting;
  for (const EvaluationRequest& request : requests) waiting.push_back({&request, 1});
  std::list<Running> running;

  const auto job_of = [&](const EvaluationRequest& request, const Files& files) {
    return Job{request.id,
               request.genome.ToString(),
               settings_,
               options_.cache,
               files.outcome,
               files.checkpoint,
               files.progress,
               options_.threads,
               options_.checkpoint_seconds,
               static_cast<int>(::getpid())};
  };
  // An outcome of this very job, if there is one.
  const auto outcome_of = [](const Files& files,
                             const std::string& fingerprint) -> Result<Evaluation> {
    GENET_ASSIGN(const Outcome outcome, ReadOutcome(files.outcome));
    if (outcome.fingerprint != fingerprint) {
      return Failure("{}: belongs to another job", files.outcome.string());
    }
    return outcome.evaluation;
  };
  const auto report = [&](const EvaluationRequest& request, Evaluation evaluation, int attempt,
                          const Files& files) -> Status {
    evaluation.attempts = attempt;
    GENET_TRY(finished(request, evaluation));
    files.Remove();
    return {};
  };
  const auto stop_all = [&] {
    for (Running& r : running) r.process.Signal(SIGTERM);
    const Clock::time_point start = Clock::now();
    while (!running.empty() && SecondsSince(start) < kGraceSeconds) {
      running.remove_if([](Running& r) { return r.process.Poll().has_value(); });
      std::this_thread::sleep_for(kPollInterval);
    }
    running.clear();  // kills what is left
  };

  while (!waiting.empty() || !running.empty()) {
    if (options_.stop && options_.stop()) {
      stop_all();
      return Failure("stopped");
    }
    while (!waiting.empty() && static_cast<int>(running.size()) < options_.workers) {
      const auto [request, attempt] = waiting.front();
      waiting.pop_front();
      const Files files(options_.jobs, request->id);
      const Job job = job_of(*request, files);
      // Done by a search that was killed before it could record it?
      if (const auto earlier = outcome_of(files, job.Fingerprint())) {
        GENET_TRY(report(*request, *earlier, attempt, files));
        continue;
      }
      std::error_code ignored;
      fs::remove(files.progress, ignored);
      GENET_TRY(WriteFileAtomically(files.job, ToJson(job).dump(1) + "\n"));
      GENET_ASSIGN(ChildProcess process,
                   ChildProcess::Start({.executable = options_.program,
                                        .arguments = {"genet", "worker", files.job.string()},
                                        .log = files.log}));
      running.push_back({request, attempt, files, job.Fingerprint(), std::move(process)});
    }
    for (auto it = running.begin(); it != running.end();) {
      Running& r = *it;
      const std::optional<ProcessEnd> end = r.process.Poll();
      if (!end) {
        if (SecondsSince(r.looked) > 0.5) {
          r.looked = Clock::now();
          std::ifstream file(r.files.progress);
          std::string line;
          if (std::getline(file, line) && line != r.progress) {
            r.progress = line;
            r.moved = r.looked;
            double fraction = 0, rate = 0;
            if (options_.running && std::sscanf(line.c_str(), "%lf %lf", &fraction, &rate) == 2) {
              options_.running(r.request->id, rate, fraction);
            }
          }
        }
        if (options_.time_limit_seconds > 0 &&
            SecondsSince(r.start) > options_.time_limit_seconds) {
          r.killed_because =
              fmt::format("over the time limit of {:g} s", options_.time_limit_seconds);
        } else if (SecondsSince(r.moved) > options_.hang_seconds) {
          r.killed_because = fmt::format("no progress for {:g} s", options_.hang_seconds);
        }
        if (!r.killed_because.empty()) r.process.Signal(SIGKILL);
        ++it;
        continue;
      }
      const auto outcome = outcome_of(r.files, r.fingerprint);
      if (end->success() && outcome) {
        GENET_TRY(report(*r.request, *outcome, r.attempt, r.files));
      } else {
        std::string cause = !r.killed_because.empty() ? r.killed_because : end->ToString();
        if (const std::string line = LastLine(r.files.log); !line.empty()) cause += ": " + line;
        if (end->success()) cause = outcome.error().message;
        std::error_code ignored;
        fs::remove(r.files.outcome, ignored);
        if (r.attempt < options_.attempts) {
          if (options_.say) {
            options_.say(fmt::format("worker of {} in generation {} ended ({}); trying again",
                                     r.request->genome.ToString(), r.request->id.generation,
                                     cause));
          }
          waiting.push_front({r.request, r.attempt + 1});
        } else {
          Evaluation failed;
          failed.status = Evaluation::Status::kFailed;
          failed.cause = cause;
          GENET_TRY(report(*r.request, failed, r.attempt, r.files));
        }
      }
      it = running.erase(it);
    }
    std::this_thread::sleep_for(kPollInterval);
  }
  return {};
}

}  // namespace genet
