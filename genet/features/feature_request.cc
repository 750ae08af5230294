#include "genet/features/feature_request.h"

#include <utility>

#include "genet/base/random.h"
#include "genet/data/data_set.h"

namespace genet {
namespace {

Result<WeightsFile> WeightsOf(const FeatureRequest& request) {
  GENET_ASSIGN(WeightsFile weights, ReadWeights(request.weights));
  if (!request.untrained) return weights;
  GENET_ASSIGN(const Network network, NetworkOf(weights));
  weights.tensors =
      InitialState(network, RandomKey(*request.untrained).Derive("untrained features"));
  std::erase_if(weights.tensors,
                [](const auto& named) { return named.first.starts_with("momentum."); });
  return weights;
}

}  // namespace

Result<FeatureSet> MakeFeatures(const FeatureRequest& request, const fs::path& cache) {
  std::optional<WeightsFile> weights;
  if (!request.weights.empty()) {
    GENET_ASSIGN(weights, WeightsOf(request));
  }
  FeatureSet set;
  set.data = request.data.empty() && weights ? weights->data : request.data;
  GENET_ASSIGN(const DataSet data, OpenDataSet(set.data, cache));
  set.class_names = data.class_names;
  Features& all = set.features;
  for (const auto& [part, images] : {std::pair("train", &data.train), {"test", &data.test}}) {
    if (request.part != "all" && request.part != part) continue;
    const Result<Features> features =
        weights ? ExtractFeatures(*weights, *images, request.options) : PixelFeatures(*images);
    if (!features) {
      Error error = features.error();
      if (weights) error.message = fmt::format("{}: {}", request.weights, error.message);
      return tl::unexpected(error);
    }
    all.dimensions = features->dimensions;
    all.values.insert(all.values.end(), features->values.begin(), features->values.end());
    all.labels.insert(all.labels.end(), features->labels.begin(), features->labels.end());
  }
  return set;
}

}  // namespace genet
