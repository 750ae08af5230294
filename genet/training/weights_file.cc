#include "genet/training/weights_file.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "genet/training/safetensors.h"

namespace genet {
namespace {

using Json = nlohmann::json;

constexpr char kFormat[] = "genet weights 1";
constexpr std::string_view kMomentum = "momentum.";

template <class T>
std::optional<std::vector<T>> ParseList(const std::string& text) {
  try {
    return Json::parse(text).get<std::vector<T>>();
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace

Status WriteWeights(const fs::path& path, const WeightsFile& weights) {
  TensorFile file;
  for (const auto& [name, tensor] : weights.tensors) {
    if (!name.starts_with(kMomentum)) file.tensors[name] = tensor;
  }
  const auto list = [](const auto& values) {
    return Json(values).dump(-1, ' ', false, Json::error_handler_t::replace);
  };
  file.metadata = {{"format", kFormat},
                   {"genome", weights.genome.ToString()},
                   {"base_network", ToString(weights.base)},
                   {"input", ToString(weights.input)},
                   {"classes", std::to_string(weights.class_names.size())},
                   {"class_names", list(weights.class_names)},
                   {"mean", list(weights.normalisation.mean)},
                   {"deviation", list(weights.normalisation.deviation)},
                   {"preset", weights.preset},
                   {"data", weights.data}};
  return WriteSafetensors(path, file);
}

Result<WeightsFile> ReadWeights(const fs::path& path) {
  GENET_ASSIGN(TensorFile file, ReadSafetensors(path));
  std::map<std::string, std::string>& metadata = file.metadata;
  if (metadata["format"] != kFormat) {
    return Failure("{}: no weights file of GeNet: its metadata lacks format \"{}\"", path.string(),
                   kFormat);
  }
  const auto wrong = [&path](const char* key, const std::string& why) {
    return Failure("{}: metadata {}: {}", path.string(), key, why);
  };
  for (const char* key : {"genome", "base_network", "input", "classes", "class_names", "mean",
                          "deviation", "preset", "data"}) {
    if (!metadata.contains(key)) return wrong(key, "missing");
  }
  WeightsFile weights;
  Result<Genome> genome = Genome::Parse(metadata["genome"]);
  if (!genome) return wrong("genome", genome.error().message);
  weights.genome = std::move(*genome);
  Result<BaseNetwork> base = ParseBaseNetwork(metadata["base_network"]);
  if (!base) return wrong("base_network", base.error().message);
  weights.base = std::move(*base);
  const Result<Shape> input = ParseShape(metadata["input"]);
  if (!input) return wrong("input", "not of the form 3x32x32");
  weights.input = *input;
  auto class_names = ParseList<std::string>(metadata["class_names"]);
  if (!class_names) return wrong("class_names", "not a JSON array of texts");
  weights.class_names = std::move(*class_names);
  if (metadata["classes"] != std::to_string(weights.class_names.size())) {
    return wrong("classes", "differs from the number of class names");
  }
  auto mean = ParseList<double>(metadata["mean"]);
  auto deviation = ParseList<double>(metadata["deviation"]);
  const size_t channels = static_cast<size_t>(input->channels);
  if (!mean || mean->size() != channels) return wrong("mean", "not a number for each channel");
  if (!deviation || deviation->size() != channels) {
    return wrong("deviation", "not a number for each channel");
  }
  for (const double value : *deviation) {
    if (!(value > 0) || !std::isfinite(value)) return wrong("deviation", "not above 0");
  }
  weights.normalisation = {std::move(*mean), std::move(*deviation)};
  weights.preset = metadata["preset"];
  weights.data = metadata["data"];
  weights.tensors = std::move(file.tensors);
  const Result<Network> network = NetworkOf(weights);
  if (!network) return wrong("base_network", network.error().message);
  return weights;
}

Result<Network> NetworkOf(const WeightsFile& weights) {
  return BuildNetwork(weights.base, weights.genome, weights.input,
                      static_cast<int>(weights.class_names.size()));
}

TensorMap WithZeroMomentum(TensorMap weights) {
  TensorMap momentum;
  for (const auto& [name, tensor] : weights) {
    const bool statistics = name.ends_with(".bn.mean") || name.ends_with(".bn.variance");
    if (statistics || name.starts_with(kMomentum)) continue;
    momentum[std::string(kMomentum) + name] =
        Tensor{tensor.shape, std::vector<float>(tensor.values.size(), 0.0f)};
  }
  weights.merge(momentum);
  return weights;
}

}  // namespace genet
