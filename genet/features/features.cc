#include "genet/features/features.h"

#include <algorithm>
#include <numeric>

#include "genet/data/batch_reader.h"
#include "genet/engine/backends/make_engine.h"
#include "genet/network/truncate.h"
#include "genet/training/measure.h"

namespace genet {
namespace {

// The tensors of the layers that are left, and the identity's if there is one.
TensorMap TensorsOf(const TruncatedNetwork& truncated, const TensorMap& tensors) {
  const std::vector<Layer>& layers = truncated.network.layers;
  TensorMap kept;
  for (const auto& named : tensors) {
    const bool wanted = std::any_of(layers.begin(), layers.end(), [&](const Layer& layer) {
      return named.first.starts_with(layer.name + ".");
    });
    if (wanted) kept.insert(named);
  }
  if (truncated.identity) {
    const int64_t size = truncated.network.classes();
    Tensor identity{{size, size}, std::vector<float>(static_cast<size_t>(size * size), 0.0f)};
    for (int64_t i = 0; i < size; ++i) identity.values[static_cast<size_t>(i * size + i)] = 1.0f;
    kept[layers.back().name + ".weight"] = std::move(identity);
    kept[layers.back().name + ".bias"] = {{size},
                                          std::vector<float>(static_cast<size_t>(size), 0.0f)};
  }
  return kept;
}

}  // namespace

Result<Features> ExtractFeatures(const WeightsFile& weights, const ImageList& images,
                                 const FeatureOptions& options) {
  const Shape shape{images.channels(), images.height(), images.width()};
  if (shape != weights.input) {
    return UsageError(
        "the network takes {} images, but the data has {}; folders of pictures have the option "
        "size=N",
        ToString(weights.input), ToString(shape));
  }
  GENET_ASSIGN(const Network network, NetworkOf(weights));
  GENET_ASSIGN(const TruncatedNetwork truncated, TruncateAfter(network, options.layer));
  GENET_ASSIGN(const std::unique_ptr<Engine> engine,
               MakeEngine(truncated.network, NormalisingTransform(weights.normalisation),
                          options.engine, options.resources));
  GENET_TRY(engine->SetState(WithZeroMomentum(TensorsOf(truncated, weights.tensors))));

  Features features;
  features.dimensions = static_cast<size_t>(truncated.network.classes());
  features.values.resize(images.size() * features.dimensions);
  for (size_t i = 0; i < images.size(); ++i) features.labels.push_back(images.label(i));
  // The classes of these images need not be those that the network knows.
  const ImageList unlabelled = images.WithLabels(std::vector<int32_t>(images.size(), 0));
  GENET_TRY(Measure(*engine, unlabelled, engine->max_batch(), features.values));
  if (truncated.relu) {
    for (float& value : features.values) value = std::max(value, 0.0f);
  }
  return features;
}

Result<Features> PixelFeatures(const ImageList& images) {
  Features features;
  features.dimensions = images.image_bytes();
  features.values.reserve(images.size() * features.dimensions);
  std::vector<uint32_t> order(images.size());
  std::iota(order.begin(), order.end(), 0u);
  constexpr size_t kAtOnce = 128;
  BatchReader reader(images, order, kAtOnce);
  while (features.size() < images.size()) {
    GENET_ASSIGN(const auto pixels, reader.Next());
    for (const uint8_t* image : pixels) {
      for (size_t d = 0; d < features.dimensions; ++d) {
        features.values.push_back(static_cast<float>(image[d]) / 255);
      }
      features.labels.push_back(images.label(features.size()));
    }
  }
  return features;
}

}  // namespace genet
