#include "genet/network/base_network.h"

#include <algorithm>

#include "genet/network/notation.h"

namespace genet {
namespace {

using Kind = LayerOperation::Kind;

// Whether the layer's operation is one that can open a stage, whether or not this layer does.
bool MayOpenStage(const BaseLayer& layer) { return TraitsOf(layer.operation.kind).opens_stage; }

// How layers begin, for messages: "C, [C, MP, AP, FC or D", or what may follow a bracket.
std::string Beginnings(bool bracket) {
  std::vector<std::string> list;
  for (const OperationTraits& traits : AllLayerOperations()) {
    if (traits.symbol.empty() || (bracket && !traits.opens_stage)) continue;
    list.emplace_back(traits.symbol);
    if (traits.opens_stage && !bracket) list.push_back("[" + list.back());
  }
  std::string text;
  for (size_t i = 0; i < list.size(); ++i) {
    text += (i == 0 ? "" : i + 1 < list.size() ? ", " : " or ") + list[i];
  }
  return text;
}

Result<BaseLayer> ParseLayer(NotationReader& reader) {
  BaseLayer layer{.operation = {}, .opens_stage = reader.Take("[")};
  for (const OperationTraits& traits : AllLayerOperations()) {
    if (traits.symbol.empty() || (layer.opens_stage && !traits.opens_stage)) continue;
    if (!reader.Take(traits.symbol)) continue;
    layer.operation.kind = traits.kind;
    GENET_TRY(traits.read(reader, layer.operation));
    if (layer.opens_stage) GENET_TRY(reader.Expect("]"));
    return layer;
  }
  return UsageError("base network: expected {} at column {}, found {}",
                    Beginnings(layer.opens_stage), reader.column(), reader.Found());
}

}  // namespace

int BaseNetwork::stages() const {
  return static_cast<int>(std::count_if(layers.begin(), layers.end(),
                                        [](const BaseLayer& layer) { return layer.opens_stage; }));
}

Result<BaseNetwork> ParseBaseNetwork(std::string_view text) {
  BaseNetwork base;
  NotationReader reader(text);
  bool flat = false;  // after a fully-connected layer
  while (true) {
    const int column = reader.column();
    GENET_ASSIGN(const BaseLayer layer, ParseLayer(reader));
    const bool fully_connected = layer.operation.kind == Kind::kFullyConnected;
    if (flat && TraitsOf(layer.operation.kind).needs_rows) {
      return UsageError(
          "base network: {} at column {} follows a fully-connected layer; only FC and D can",
          ToString(layer.operation), column);
    }
    flat = flat || fully_connected;
    base.layers.push_back(layer);
    if (reader.done()) {
      if (!fully_connected) {
        return UsageError(
            "base network: {} at column {} is the last layer; end with FC and the number of "
            "classes",
            ToString(layer.operation), column);
      }
      break;
    }
    GENET_TRY(reader.Expect("-"));
  }
  if (base.stages() == 0) {
    for (BaseLayer& layer : base.layers) layer.opens_stage = MayOpenStage(layer);
  }
  return base;
}

std::string ToString(const BaseNetwork& base) {
  const bool brackets =
      std::any_of(base.layers.begin(), base.layers.end(),
                  [](const BaseLayer& layer) { return MayOpenStage(layer) && !layer.opens_stage; });
  std::string text;
  for (const BaseLayer& layer : base.layers) {
    if (!text.empty()) text += '-';
    const std::string operation = ToString(layer.operation);
    text += brackets && layer.opens_stage ? "[" + operation + "]" : operation;
  }
  return text;
}

}  // namespace genet
