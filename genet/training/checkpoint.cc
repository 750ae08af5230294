#include "genet/training/checkpoint.h"

#include "genet/training/curve.h"
#include "genet/training/safetensors.h"

namespace genet {
namespace {

constexpr char kFormat[] = "genet checkpoint 1";

}  // namespace

Status WriteCheckpoint(const fs::path& path, const Checkpoint& checkpoint) {
  TensorFile file;
  file.tensors = checkpoint.state;
  file.metadata = {{"format", kFormat},
                   {"fingerprint", checkpoint.fingerprint},
                   {"curve", CurveToJson(checkpoint.curve).dump()}};
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
  return Checkpoint{.fingerprint = file.metadata["fingerprint"],
                    .curve = std::move(*records),
                    .state = std::move(file.tensors)};
}

}  // namespace genet
