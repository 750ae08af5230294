#include "genet/training/checkpoint.h"

#include "genet/base/json_reader.h"
#include "genet/measures/measures_json.h"
#include "genet/training/safetensors.h"

namespace genet {
namespace {

constexpr char kFormat[] = "genet checkpoint 2";

nlohmann::json ToJson(const EpochPart& part) {
  return {{"steps", part.steps}, {"loss", part.loss}, {"correct", part.correct}};
}

Result<EpochPart> PartFromJson(const nlohmann::json& json) {
  EpochPart part;
  JsonReader reader(json, "epoch begun");
  reader.Get("steps", part.steps, {0});
  reader.Get("loss", part.loss);
  reader.Get("correct", part.correct);
  GENET_TRY(reader.Finish());
  return part;
}

}  // namespace

Status WriteCheckpoint(const fs::path& path, const Checkpoint& checkpoint) {
  TensorFile file;
  file.tensors = checkpoint.state;
  file.metadata = {{"format", kFormat},
                   {"fingerprint", checkpoint.fingerprint},
                   {"curve", CurveToJson(checkpoint.curve).dump()},
                   {"begun", ToJson(checkpoint.begun).dump()}};
  return WriteSafetensors(path, file);
}

Result<std::optional<Checkpoint>> ReadCheckpoint(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return std::nullopt;
  GENET_ASSIGN(TensorFile file, ReadSafetensors(path));
  if (file.metadata["format"] != kFormat) {
    return Failure("{}: not a checkpoint of this version", path.string());
  }
  const nlohmann::json curve = nlohmann::json::parse(file.metadata["curve"], nullptr, false);
  Result<std::vector<EpochRecord>> records = CurveFromJson(curve);
  if (!records) return Failure("{}: {}", path.string(), records.error().message);
  const nlohmann::json begun = nlohmann::json::parse(file.metadata["begun"], nullptr, false);
  const Result<EpochPart> part = PartFromJson(begun);
  if (!part) return Failure("{}: {}", path.string(), part.error().message);
  return Checkpoint{.fingerprint = file.metadata["fingerprint"],
                    .curve = std::move(*records),
                    .begun = *part,
                    .state = std::move(file.tensors)};
}

}  // namespace genet
