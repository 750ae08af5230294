#include "genet/network/network.h"

#include <algorithm>
#include <map>
#include <utility>

#include "genet/base/check.h"
#include "genet/genome/stage.h"

namespace genet {
namespace {

using Kind = LayerOperation::Kind;

// What the nodes of a stage compute, beside its default input node.
LayerOperation NodeOperation(int channels) {
  return {.kind = Kind::kConvolution, .kernel = 3, .padding = 1, .outputs = channels};
}

// Appends layers one after the other and keeps their names and shapes.
class Builder {
 public:
  explicit Builder(Shape images) {
    network_.layers.push_back({.name = std::string(TraitsOf(Kind::kImages).layer_name),
                               .inputs = {},
                               .operation = {.kind = Kind::kImages},
                               .input = images,
                               .output = images});
  }

  // The index of the new layer.
  Result<int> Add(const LayerOperation& operation, std::string name, std::vector<int> inputs) {
    Layer layer{.name = std::move(name),
                .inputs = std::move(inputs),
                .operation = operation,
                .input = {},
                .output = {}};
    std::vector<Shape> shapes;
    for (const int from : layer.inputs) shapes.push_back(network_.layers[from].output);
    layer.input = JoinedShape(layer.join, shapes);
    GENET_ASSIGN(layer.output, TraitsOf(operation.kind).output(operation, layer.input, layer.name));
    network_.layers.push_back(std::move(layer));
    return last();
  }

  // A layer outside the stages, named by its kind and number.
  Status AddNext(const LayerOperation& operation) {
    const std::string kind(TraitsOf(operation.kind).layer_name);
    GENET_TRY(Add(operation, fmt::format("{}{}", kind, ++count_[kind]), {last()}));
    return {};
  }

  // `first` is the base network's convolution, the stage's default input node.
  Status AddStage(const LayerOperation& first, const StageGraph& graph) {
    const std::string prefix = fmt::format("stage{}.", ++stages_);
    std::vector<int> layer_of(graph.nodes + 2, -1);  // index of each vertex's layer
    GENET_ASSIGN(layer_of[0], Add(first, prefix + "in", {last()}));
    if (graph.single_convolution()) return {};
    std::vector<int> vertices = graph.active;
    vertices.push_back(graph.output());
    for (const int vertex : vertices) {
      std::vector<int> inputs;
      for (const int from : graph.predecessors[vertex]) inputs.push_back(layer_of[from]);
      std::string name =
          prefix + (vertex == graph.output() ? "out" : fmt::format("node{}", vertex));
      GENET_ASSIGN(layer_of[vertex],
                   Add(NodeOperation(first.outputs), std::move(name), std::move(inputs)));
    }
    return {};
  }

  Network Finish() { return std::move(network_); }

 private:
  int last() const { return static_cast<int>(network_.layers.size()) - 1; }

  Network network_;
  int stages_ = 0;
  std::map<std::string, int> count_;  // of layers outside the stages, by name
};

template <class Member>
int64_t Sum(const std::vector<Layer>& layers, Member member) {
  int64_t sum = 0;
  for (const Layer& layer : layers) sum += (layer.*member)();
  return sum;
}

int LastFullyConnected(const BaseNetwork& base) {
  int last = -1;
  for (int i = 0; i < static_cast<int>(base.layers.size()); ++i) {
    if (base.layers[i].operation.kind == Kind::kFullyConnected) last = i;
  }
  GENET_CHECK(last >= 0, "a base network without a fully-connected layer");
  return last;
}

}  // namespace

std::vector<TensorSpec> Layer::tensors() const {
  return TraitsOf(operation.kind).tensors(operation, input);
}

TensorSpec Layer::tensor(std::string_view tensor) const {
  for (TensorSpec& spec : tensors()) {
    if (spec.name == tensor) return std::move(spec);
  }
  GENET_CHECK(false, "layer {} has no tensor {}", name, tensor);
}

int64_t Layer::weights() const {
  int64_t sum = 0;
  for (const TensorSpec& spec : tensors()) {
    if (spec.use == TensorSpec::Use::kWeight) sum += spec.size();
  }
  return sum;
}

int64_t Layer::parameters() const {
  int64_t sum = 0;
  for (const TensorSpec& spec : tensors()) {
    if (spec.learnt()) sum += spec.size();
  }
  return sum;
}

int64_t Layer::multiply_adds() const { return weights() * output.height * output.width; }

int Network::convolutions() const {
  return static_cast<int>(std::count_if(layers.begin(), layers.end(), [](const Layer& layer) {
    return layer.operation.kind == Kind::kConvolution;
  }));
}

int Network::depth() const {
  std::vector<int> longest(layers.size(), 0);
  for (size_t i = 0; i < layers.size(); ++i) {
    for (const int from : layers[i].inputs) longest[i] = std::max(longest[i], longest[from]);
    if (layers[i].weights() > 0) ++longest[i];
  }
  return longest.back();
}

int64_t Network::weights() const { return Sum(layers, &Layer::weights); }
int64_t Network::parameters() const { return Sum(layers, &Layer::parameters); }
int64_t Network::multiply_adds() const { return Sum(layers, &Layer::multiply_adds); }

Result<Network> BuildNetwork(const BaseNetwork& base, const Genome& genome, Shape input,
                             int classes) {
  GENET_CHECK(input.channels > 0 && input.height > 0 && input.width > 0);
  if (base.stages() != genome.space().stages()) {
    return UsageError(
        "network: the genome {} has {} stage(s), the base network {} has {}; give a genome with "
        "one stage for each convolution that opens one",
        genome.ToString(), genome.space().stages(), ToString(base), base.stages());
  }
  const int last = LastFullyConnected(base);
  if (const int outputs = base.layers[last].operation.outputs; classes != 0 && outputs != classes) {
    return UsageError(
        "network: the base network {} ends in FC{}, the data have {} classes; end it with FC{}",
        ToString(base), outputs, classes, classes);
  }
  Builder builder(input);
  int stage = 0;
  for (int i = 0; i < static_cast<int>(base.layers.size()); ++i) {
    LayerOperation operation = base.layers[i].operation;
    operation.relu = operation.kind == Kind::kFullyConnected && i != last;
    if (base.layers[i].opens_stage) {
      GENET_TRY(builder.AddStage(operation, DecodeStage(genome, stage++)));
    } else {
      GENET_TRY(builder.AddNext(operation));
    }
  }
  return builder.Finish();
}

BaseNetwork WithClasses(BaseNetwork base, int classes) {
  base.layers[LastFullyConnected(base)].operation.outputs = classes;
  return base;
}

}  // namespace genet
