#include "genet/network/truncate.h"

namespace genet {
namespace {

constexpr int64_t kMostValues = 8192;  // the identity has its square

}  // namespace

Result<TruncatedNetwork> TruncateAfter(const Network& network, std::string_view layer) {
  std::string names;
  TruncatedNetwork truncated;
  for (const Layer& one : network.layers) {
    truncated.network.layers.push_back(one);
    if (one.name == layer) break;
    // Nodes inside a stage may be taken too, but are not what one looks for.
    if (one.kind != Layer::Kind::kConvolution && one.kind != Layer::Kind::kDropout) {
      names += (names.empty() ? "" : ", ") + one.name;
    }
  }
  Layer& last = truncated.network.layers.back();
  if (last.name != layer) {
    return UsageError("the network has no layer '{}'; there are {}", layer, names);
  }
  if (last.kind == Layer::Kind::kFullyConnected) {
    truncated.relu = last.relu;
    last.relu = false;
    return truncated;
  }
  if (last.output.size() > kMostValues) {
    return UsageError("layer '{}' gives {} values an image, more than {}; take a later layer",
                      layer, last.output.size(), kMostValues);
  }
  Layer identity;
  identity.kind = Layer::Kind::kFullyConnected;
  identity.name = last.name + ".features";
  identity.inputs = {static_cast<int>(truncated.network.layers.size()) - 1};
  identity.input = last.output;
  identity.output = {static_cast<int>(last.output.size()), 1, 1};
  truncated.network.layers.push_back(std::move(identity));
  truncated.identity = true;
  return truncated;
}

}  // namespace genet
