#include "genet/network/network.h"

#include <algorithm>
#include <utility>

#include "genet/base/check.h"
#include "genet/genome/stage.h"

namespace genet {
namespace {

using Kind = Layer::Kind;

// Windows along one side in ceil mode. The last window starts inside the image (as in Caffe and
// PyTorch), so that no window is empty.
int PooledSize(int size, int kernel, int stride) {
  int windows = (size - kernel + stride - 1) / stride + 1;
  if ((windows - 1) * stride >= size) --windows;
  return windows;
}

// Appends layers one after the other and keeps their names and shapes.
class Builder {
 public:
  explicit Builder(Shape input) {
    Layer layer;
    layer.kind = Kind::kInput;
    layer.name = "input";
    layer.input = layer.output = input;
    network_.layers.push_back(std::move(layer));
  }

  // The index of the new layer.
  Result<int> Convolution(std::string name, std::vector<int> inputs, int kernel, int padding,
                          int channels) {
    const Shape input = network_.layers[inputs[0]].output;
    for (const int from : inputs) GENET_CHECK(network_.layers[from].output == input);
    if (kernel > std::min(input.height, input.width) + 2 * padding) {
      return UsageError(
          "network: the {0}x{0} window of {1} does not fit its input of {2}x{3} pixels"
          " (padding {4}); take a smaller kernel, more padding or fewer pools",
          kernel, name, input.height, input.width, padding);
    }
    const Shape output = {channels, input.height + 2 * padding - kernel + 1,
                          input.width + 2 * padding - kernel + 1};
    Layer layer;
    layer.kind = Kind::kConvolution;
    layer.kernel = kernel;
    layer.padding = padding;
    return Append(std::move(layer), std::move(name), std::move(inputs), output);
  }

  Result<int> Pool(Kind kind, int kernel, int stride) {
    std::string name = fmt::format("pool{}", ++pools_);
    const Shape input = network_.layers.back().output;
    if (kernel > std::min(input.height, input.width)) {
      return UsageError(
          "network: the {0}x{0} window of {1} does not fit its input of {2}x{3} pixels;"
          " take a smaller window or fewer pools",
          kernel, name, input.height, input.width);
    }
    const Shape output = {input.channels, PooledSize(input.height, kernel, stride),
                          PooledSize(input.width, kernel, stride)};
    Layer layer;
    layer.kind = kind;
    layer.kernel = kernel;
    layer.stride = stride;
    return Append(std::move(layer), std::move(name), {last()}, output);
  }

  void FullyConnected(int features, bool relu) {
    Layer layer;
    layer.kind = Kind::kFullyConnected;
    layer.relu = relu;
    Append(std::move(layer), fmt::format("fc{}", ++fully_connected_), {last()}, {features, 1, 1});
  }

  void Dropout(double rate) {
    Layer layer;
    layer.kind = Kind::kDropout;
    layer.rate = rate;
    Append(std::move(layer), fmt::format("drop{}", ++dropouts_), {last()},
           network_.layers.back().output);
  }

  // `first` is the base network's convolution, the stage's default input node.
  Status Stage(const BaseLayer& first, const StageGraph& graph) {
    const std::string prefix = fmt::format("stage{}.", ++stages_);
    std::vector<int> layer_of(graph.nodes + 2, -1);  // index of each vertex's layer
    GENET_ASSIGN(layer_of[0],
                 Convolution(prefix + "in", {last()}, first.kernel, first.padding, first.outputs));
    if (graph.single_convolution()) return {};
    std::vector<int> vertices = graph.active;
    vertices.push_back(graph.output());
    for (const int vertex : vertices) {
      std::vector<int> inputs;
      for (const int from : graph.predecessors[vertex]) inputs.push_back(layer_of[from]);
      std::string name =
          prefix + (vertex == graph.output() ? "out" : fmt::format("node{}", vertex));
      GENET_ASSIGN(layer_of[vertex],
                   Convolution(std::move(name), std::move(inputs), 3, 1, first.outputs));
    }
    return {};
  }

  Status Stem(const BaseLayer& base) {
    GENET_TRY(Convolution(fmt::format("stem{}", ++stems_), {last()}, base.kernel, base.padding,
                          base.outputs));
    return {};
  }

  Network Finish() { return std::move(network_); }

 private:
  int last() const { return static_cast<int>(network_.layers.size()) - 1; }

  int Append(Layer layer, std::string name, std::vector<int> inputs, Shape output) {
    layer.name = std::move(name);
    layer.input = network_.layers[inputs[0]].output;
    layer.inputs = std::move(inputs);
    layer.output = output;
    network_.layers.push_back(std::move(layer));
    return last();
  }

  Network network_;
  int stages_ = 0, stems_ = 0, pools_ = 0, fully_connected_ = 0, dropouts_ = 0;
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
    if (base.layers[i].kind == BaseLayer::Kind::kFullyConnected) last = i;
  }
  GENET_CHECK(last >= 0, "a base network without a fully-connected layer");
  return last;
}

}  // namespace

int64_t Layer::weights() const {
  if (kind == Kind::kConvolution)
    return int64_t{kernel} * kernel * input.channels * output.channels;
  if (kind == Kind::kFullyConnected) return input.size() * output.channels;
  return 0;
}

int64_t Layer::parameters() const {
  if (kind == Kind::kConvolution) return weights() + 2 * int64_t{output.channels};
  if (kind == Kind::kFullyConnected) return weights() + output.channels;
  return 0;
}

int64_t Layer::multiply_adds() const {
  return kind == Kind::kConvolution ? weights() * output.height * output.width : weights();
}

int Network::convolutions() const {
  return static_cast<int>(std::count_if(layers.begin(), layers.end(), [](const Layer& layer) {
    return layer.kind == Kind::kConvolution;
  }));
}

int Network::depth() const {
  std::vector<int> longest(layers.size(), 0);
  for (size_t i = 0; i < layers.size(); ++i) {
    for (const int from : layers[i].inputs) longest[i] = std::max(longest[i], longest[from]);
    const Kind kind = layers[i].kind;
    if (kind == Kind::kConvolution || kind == Kind::kFullyConnected) ++longest[i];
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
        "network: the genome {} has {} stage(s), the base network {} has {}; give a "
        "genome with one stage for each convolution that opens one",
        genome.ToString(), genome.space().stages(), ToString(base), base.stages());
  }
  const int last = LastFullyConnected(base);
  if (classes != 0 && base.layers[last].outputs != classes) {
    return UsageError(
        "network: the base network {} ends in FC{}, the data have {} classes; end it "
        "with FC{}",
        ToString(base), base.layers[last].outputs, classes, classes);
  }
  Builder builder(input);
  int stage = 0;
  for (int i = 0; i < static_cast<int>(base.layers.size()); ++i) {
    const BaseLayer& layer = base.layers[i];
    switch (layer.kind) {
      case BaseLayer::Kind::kConvolution:
        if (layer.opens_stage) {
          GENET_TRY(builder.Stage(layer, DecodeStage(genome, stage++)));
        } else {
          GENET_TRY(builder.Stem(layer));
        }
        break;
      case BaseLayer::Kind::kMaxPool:
        GENET_TRY(builder.Pool(Kind::kMaxPool, layer.kernel, layer.stride));
        break;
      case BaseLayer::Kind::kAveragePool:
        GENET_TRY(builder.Pool(Kind::kAveragePool, layer.kernel, layer.stride));
        break;
      case BaseLayer::Kind::kFullyConnected:
        builder.FullyConnected(layer.outputs, i != last);
        break;
      case BaseLayer::Kind::kDropout:
        builder.Dropout(layer.rate);
        break;
    }
  }
  return builder.Finish();
}

BaseNetwork WithClasses(BaseNetwork base, int classes) {
  base.layers[LastFullyConnected(base)].outputs = classes;
  return base;
}

}  // namespace genet
