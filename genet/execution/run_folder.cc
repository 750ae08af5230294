#include "genet/execution/run_folder.h"

#include <sys/utsname.h>

#include <algorithm>
#include <thread>

#include "genet/base/date.h"
#include "genet/base/version.h"
#include "genet/data/split.h"
#include "genet/engine/backends/make_engine.h"
#include "genet/execution/evaluation_queue.h"
#include "genet/genome/genome.h"
#include "genet/network/network.h"
#include "genet/settings/json.h"

namespace genet {
namespace {

// What a reader of the record may want to know of the machine.
nlohmann::json Machine() {
  nlohmann::json machine = {{"cores", std::thread::hardware_concurrency()}};
  struct utsname name {};
  if (::uname(&name) == 0) {
    machine["host"] = name.nodename;
    machine["system"] = fmt::format("{} {} {}", name.sysname, name.release, name.machine);
  }
  if (const Result<std::string> cpu = ReadFile("/proc/cpuinfo")) {
    constexpr std::string_view kKey = "model name\t: ";
    if (const size_t at = cpu->find(kKey); at != std::string::npos) {
      machine["processor"] = cpu->substr(at + kKey.size(), cpu->find('\n', at) - at - kKey.size());
    }
  }
  return machine;
}

fs::path LockPath(const fs::path& run) { return run / "lock"; }

}  // namespace

Result<DataSet> CheckBeforeStart(const RunSettings& settings,
                                 const std::vector<std::string>& devices, int workers,
                                 const fs::path& cache_folder) {
  GENET_TRY(CheckEngine(settings.engine, devices));
  GENET_ASSIGN(DataSet data, OpenDataSet(settings.data, cache_folder));
  const Shape input{data.train.channels(), data.train.height(), data.train.width()};
  GENET_ASSIGN(const Genome largest, Genome::Parse("all-ones", settings.space));
  const auto network =
      BuildNetwork(WithClasses(settings.base, data.classes()), largest, input, data.classes());
  if (!network) return UsageError("{}", network.error().message);
  const auto split =
      SplitDataSet(data, settings.train_images, settings.validation_images, RandomKey(0));
  if (!split) return UsageError("{}", split.error().message);
  if (split->train.size() < static_cast<size_t>(settings.training.batch)) {
    return UsageError("--batch: {} images are more than the {} to train on",
                      settings.training.batch, split->train.size());
  }
  const int images = settings.training.images_at_once();
  const int networks = std::min(workers, settings.search.population);
  GENET_TRY(CheckMemory(networks * LeastMemoryBytes(*network, settings.engine, images), images,
                        networks));
  return data;
}

Result<FileLock> LockRun(const fs::path& run) {
  GENET_TRY(MakeFolders(run));
  Result<FileLock> lock = FileLock::Take(LockPath(run));
  if (!lock) {
    return Failure(
        "{}; another search is using the run folder: wait for it, stop it, or give "
        "another --run",
        lock.error().message);
  }
  return lock;
}

Result<RunStore> CreateRun(const fs::path& run, const RunSettings& settings) {
  return RunStore::Create(StorePath(run), {.settings = ToJson(settings).dump(),
                                           .version = Version(),
                                           .machine = Machine().dump(),
                                           .created = UtcNow()});
}

Result<RunSettings> SettingsOf(RunReader& store, const fs::path& run) {
  GENET_ASSIGN(const RunRecord record, store.Run());
  const auto json = nlohmann::json::parse(record.settings, nullptr, false);
  if (json.is_discarded()) {
    return Failure("{}: its settings are not JSON; the store is damaged", StorePath(run).string());
  }
  return RunSettingsFromJson(json);
}

std::map<EvaluationId, WorkerProgress> RunningIn(const fs::path& run) {
  const fs::path lock = LockPath(run);
  if (!FileLock::IsHeld(lock)) return {};
  std::error_code error;
  const auto start = fs::last_write_time(lock, error);  // taking the lock writes into it
  return error ? std::map<EvaluationId, WorkerProgress>() : ProgressIn(JobsPath(run), start);
}

int DefaultWorkers(int threads) {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / threads);
}

}  // namespace genet
