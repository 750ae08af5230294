#include "genet/execution/training_folder.h"

#include "genet/base/json_reader.h"
#include "genet/base/version.h"
#include "genet/measures/measures_json.h"
#include "genet/settings/json.h"
#include "genet/training/top_accuracy.h"
#include "genet/training/weights_file.h"

namespace genet {
namespace {

using Json = nlohmann::json;

fs::path SettingsPath(const fs::path& folder) { return folder / "settings.json"; }

Json ResultOf(const TrainingRun& trained, const Json& identity, const fs::path& folder) {
  Json result = {{"genome", identity["genome"]},
                 {"settings", identity},
                 {"train_images", trained.setup.train.size()},
                 {"version", Version()},
                 {"cost",
                  {{"seconds", trained.seconds},
                   {"images_per_second", trained.images_per_second},
                   {"epochs_resumed", trained.outcome.epochs_resumed}}}};
  if (trained.outcome.status == TrainingOutcome::Status::kDiverged) {
    result["diverged"] = trained.outcome.cause;
    return result;
  }
  result["validation_accuracy"] = nullptr;
  if (!identity["whole"]) result["validation_accuracy"] = trained.outcome.accuracy;
  result["test_accuracy"] = trained.test->accuracy;
  result["test_top5_accuracy"] = TopAccuracy(trained.setup.data.test, trained.test_logits, 5);
  result["curve"] = CurveToJson(trained.outcome.curve);
  result["weights"] = WeightsPath(folder).string();
  return result;
}

Status WriteWeightsOf(const TrainingRun& trained, const FullTraining& training,
                      const fs::path& path) {
  return WriteWeights(path, {.genome = training.genome,
                             .base = trained.setup.base,
                             .input = trained.setup.network.layers[0].output,
                             .class_names = trained.setup.data.class_names,
                             .normalisation = trained.normalisation,
                             .preset = training.settings.preset,
                             .data = training.settings.data,
                             .tensors = trained.engine->State()});
}

}  // namespace

Json IdentityOf(const FullTraining& training) {
  Json identity = ToJson(training.settings);
  identity.erase("search");
  identity["genome"] = training.genome.ToString();
  identity["whole"] = training.full_training_set;
  return identity;
}

Status CheckTrainingFolder(const fs::path& folder, const FullTraining& training) {
  const fs::path path = SettingsPath(folder);
  std::error_code error;
  if (!fs::exists(path, error)) return {};
  const Result<Json> stored = ReadJson(path);
  if (!stored) return Failure("{}; move it away to train here", stored.error().message);
  for (const Json& change : Json::diff(*stored, IdentityOf(training))) {
    return UsageError(
        "{}: holds a training with other settings (first difference: {}); give the same ones, or "
        "another --out",
        folder.string(), change["path"].get<std::string>());
  }
  return {};
}

Result<std::optional<Json>> ReadTrainingResult(const fs::path& folder,
                                               const FullTraining& training) {
  const fs::path path = ResultPath(folder);
  std::error_code error;
  if (!fs::exists(path, error)) return std::optional<Json>();
  const Result<Json> result = ReadJson(path);
  if (!result) return Failure("{}; delete it to train again", result.error().message);
  if (!result->is_object() || result->value("settings", Json()) != IdentityOf(training)) {
    return Failure("{}: is the result of another training; delete it to train again",
                   path.string());
  }
  return *result;
}

Result<std::optional<Json>> TrainInFolder(const fs::path& folder, const FullTraining& training,
                                          const TrainingResources& resources,
                                          double checkpoint_seconds, TrainingObserver observer) {
  const Json identity = IdentityOf(training);
  std::optional<FileLock> lock;
  const auto begun = [&, user = observer.begun](const TrainingSetup& setup) -> Status {
    // Only now: a mistake shall not leave a folder behind that refuses the corrected settings.
    GENET_TRY(MakeFolders(folder));
    GENET_ASSIGN(lock, FileLock::Take(folder / "lock"));
    GENET_TRY(CheckTrainingFolder(folder, training));  // another may have begun meanwhile
    GENET_TRY(WriteFileAtomically(SettingsPath(folder), identity.dump(2) + "\n"));
    return user ? user(setup) : Status();
  };
  observer.begun = begun;
  const TrainingJob job{.settings = training.settings,
                        .genome = training.genome,
                        .full_training_set = training.full_training_set,
                        .measure_test = true,
                        .key = RandomKey(training.settings.seed).Derive("full training"),
                        .checkpoint = {.file = CheckpointPath(folder),
                                       .seconds_between = checkpoint_seconds,
                                       .identity = identity.dump()}};
  GENET_ASSIGN(const TrainingRun trained, RunTraining(job, resources, observer));
  if (trained.outcome.status == TrainingOutcome::Status::kStopped) return std::optional<Json>();
  if (trained.outcome.status == TrainingOutcome::Status::kFinished) {
    GENET_TRY(WriteWeightsOf(trained, training, WeightsPath(folder)));
  }
  Json result = ResultOf(trained, identity, folder);
  GENET_TRY(WriteFileAtomically(ResultPath(folder), result.dump(2) + "\n"));
  std::error_code ignored;
  fs::remove(CheckpointPath(folder), ignored);  // what it was for is done; a leftover does no harm
  return result;
}

}  // namespace genet
