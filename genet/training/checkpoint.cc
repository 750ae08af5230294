#include "genet/training/checkpoint.h"

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
  try {
    json.at("steps").get_to(part.steps);
    json.at("loss").get_to(part.loss);
    json.at("correct").get_to(part.correct);
  } catch (const nlohmann::json::exception& e) {
    return Failure("epoch begun: {}", e.what());
  }
  if (part.steps < 0) return Failure("epoch begun: steps are below 0");
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
