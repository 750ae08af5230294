#include "genet/network/layer_operation.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "genet/base/check.h"

namespace genet {
namespace {

using Kind = LayerOperation::Kind;
using Start = TensorSpec::Start;
using Use = TensorSpec::Use;

// Bounds that keep every size and count far inside 64 bits.
constexpr int kMaxKernel = 255;
constexpr int kMaxOutputs = 1 << 20;

Result<Shape> SameShape(const LayerOperation&, Shape input, std::string_view) { return input; }
std::vector<TensorSpec> NoTensors(const LayerOperation&, Shape) { return {}; }
std::string NoText(const LayerOperation&) { return ""; }

Status ReadNothing(NotationReader&, LayerOperation&) { return {}; }

// C<kernel>[(P<padding>)]@<channels>
Status ReadConvolution(NotationReader& reader, LayerOperation& convolution) {
  const int column = reader.column();
  GENET_ASSIGN(convolution.kernel, reader.Integer("kernel size", 1, kMaxKernel));
  if (convolution.kernel % 2 == 0) {
    return UsageError(
        "base network: the kernel size {} at column {} is even; convolutions have odd ones",
        convolution.kernel, column);
  }
  if (reader.Take("(")) {
    GENET_TRY(reader.Expect("P"));
    GENET_ASSIGN(convolution.padding, reader.Integer("padding", 0, convolution.kernel - 1));
    GENET_TRY(reader.Expect(")"));
  }
  GENET_TRY(reader.Expect("@"));
  GENET_ASSIGN(convolution.outputs, reader.Integer("number of channels", 1, kMaxOutputs));
  return {};
}

std::string WriteConvolution(const LayerOperation& convolution) {
  const std::string padding =
      convolution.padding == 0 ? "" : fmt::format("(P{})", convolution.padding);
  return fmt::format("{}{}@{}", convolution.kernel, padding, convolution.outputs);
}

std::string ConvolutionDetails(const LayerOperation& convolution) {
  return fmt::format("{0}x{0}, pad {1}", convolution.kernel, convolution.padding);
}

Result<Shape> ConvolutionOutput(const LayerOperation& convolution, Shape input,
                                std::string_view layer) {
  const int kernel = convolution.kernel, padding = convolution.padding;
  if (kernel > std::min(input.height, input.width) + 2 * padding) {
    return UsageError(
        "network: the {0}x{0} window of {1} does not fit its input of {2}x{3} pixels"
        " (padding {4}); take a smaller kernel, more padding or fewer pools",
        kernel, layer, input.height, input.width, padding);
  }
  return Shape{convolution.outputs, input.height + 2 * padding - kernel + 1,
               input.width + 2 * padding - kernel + 1};
}

std::vector<TensorSpec> ConvolutionTensors(const LayerOperation& convolution, Shape input) {
  const int64_t outputs = convolution.outputs, kernel = convolution.kernel;
  return {{"weight", {outputs, input.channels, kernel, kernel}, Use::kWeight, Start::kHeNormal},
          {"bn.scale", {outputs}, Use::kParameter, Start::kOne},
          {"bn.shift", {outputs}, Use::kParameter, Start::kZero},
          {"bn.mean", {outputs}, Use::kStatistic, Start::kZero},
          {"bn.variance", {outputs}, Use::kStatistic, Start::kOne}};
}

// MP<kernel>[(S<stride>)], AP<kernel>[(S<stride>)]
Status ReadPool(NotationReader& reader, LayerOperation& pool) {
  GENET_ASSIGN(pool.kernel, reader.Integer("kernel size", 1, kMaxKernel));
  pool.stride = pool.kernel;
  if (reader.Take("(")) {
    GENET_TRY(reader.Expect("S"));
    GENET_ASSIGN(pool.stride, reader.Integer("stride", 1, kMaxKernel));
    GENET_TRY(reader.Expect(")"));
  }
  return {};
}

// Max pooling always shows its stride, average pooling only where it is not the kernel size: so the
// paper and the presets write them.
std::string WriteMaxPool(const LayerOperation& pool) {
  return fmt::format("{}(S{})", pool.kernel, pool.stride);
}
std::string WriteAveragePool(const LayerOperation& pool) {
  return pool.stride == pool.kernel ? fmt::format("{}", pool.kernel) : WriteMaxPool(pool);
}

std::string PoolDetails(const LayerOperation& pool) {
  return fmt::format("{0}x{0}, stride {1}", pool.kernel, pool.stride);
}

// Windows along one side in ceil mode. The last window starts inside the image (as in Caffe and
// PyTorch), so that no window is empty.
int PooledSize(int size, int kernel, int stride) {
  int windows = (size - kernel + stride - 1) / stride + 1;
  if ((windows - 1) * stride >= size) --windows;
  return windows;
}

Result<Shape> PoolOutput(const LayerOperation& pool, Shape input, std::string_view layer) {
  if (pool.kernel > std::min(input.height, input.width)) {
    return UsageError(
        "network: the {0}x{0} window of {1} does not fit its input of {2}x{3} pixels;"
        " take a smaller window or fewer pools",
        pool.kernel, layer, input.height, input.width);
  }
  return Shape{input.channels, PooledSize(input.height, pool.kernel, pool.stride),
               PooledSize(input.width, pool.kernel, pool.stride)};
}

// FC<features>
Status ReadFullyConnected(NotationReader& reader, LayerOperation& layer) {
  GENET_ASSIGN(layer.outputs, reader.Integer("number of features", 1, kMaxOutputs));
  return {};
}

std::string WriteFullyConnected(const LayerOperation& layer) {
  return fmt::format("{}", layer.outputs);
}

Result<Shape> FullyConnectedOutput(const LayerOperation& layer, Shape, std::string_view) {
  return Shape{layer.outputs, 1, 1};
}

std::vector<TensorSpec> FullyConnectedTensors(const LayerOperation& layer, Shape input) {
  return {{"weight", {layer.outputs, input.size()}, Use::kWeight, Start::kNormal},
          {"bias", {layer.outputs}, Use::kParameter, Start::kZero}};
}

// D<rate>
Status ReadDropout(NotationReader& reader, LayerOperation& dropout) {
  GENET_ASSIGN(dropout.rate, reader.Rate());
  return {};
}

// The shortest digits that read back to the same number, never with an exponent.
std::string WriteDropout(const LayerOperation& dropout) {
  std::array<char, 400> digits;
  const auto end =
      std::to_chars(digits.begin(), digits.end(), dropout.rate, std::chars_format::fixed).ptr;
  return {digits.data(), end};
}

std::string DropoutDetails(const LayerOperation& dropout) {
  return fmt::format("rate {}", dropout.rate);
}

// In the order of the kinds.
constexpr OperationTraits kTable[] = {
    {.kind = Kind::kImages,
     .name = "images",
     .layer_name = "input",
     .symbol = "",
     .opens_stage = false,
     .needs_rows = false,
     .offered = true,
     .read = ReadNothing,
     .write = NoText,
     .details = NoText,
     .output = SameShape,
     .tensors = NoTensors},
    {.kind = Kind::kConvolution,
     .name = "convolution",
     .layer_name = "stem",
     .symbol = "C",
     .opens_stage = true,
     .needs_rows = true,
     .offered = false,
     .read = ReadConvolution,
     .write = WriteConvolution,
     .details = ConvolutionDetails,
     .output = ConvolutionOutput,
     .tensors = ConvolutionTensors},
    {.kind = Kind::kMaxPool,
     .name = "max pooling",
     .layer_name = "pool",
     .symbol = "MP",
     .opens_stage = false,
     .needs_rows = true,
     .offered = true,
     .read = ReadPool,
     .write = WriteMaxPool,
     .details = PoolDetails,
     .output = PoolOutput,
     .tensors = NoTensors},
    {.kind = Kind::kAveragePool,
     .name = "average pooling",
     .layer_name = "pool",
     .symbol = "AP",
     .opens_stage = false,
     .needs_rows = true,
     .offered = true,
     .read = ReadPool,
     .write = WriteAveragePool,
     .details = PoolDetails,
     .output = PoolOutput,
     .tensors = NoTensors},
    {.kind = Kind::kFullyConnected,
     .name = "fully connected",
     .layer_name = "fc",
     .symbol = "FC",
     .opens_stage = false,
     .needs_rows = false,
     .offered = true,
     .read = ReadFullyConnected,
     .write = WriteFullyConnected,
     .details = NoText,
     .output = FullyConnectedOutput,
     .tensors = FullyConnectedTensors},
    {.kind = Kind::kDropout,
     .name = "dropout",
     .layer_name = "drop",
     .symbol = "D",
     .opens_stage = false,
     .needs_rows = false,
     .offered = false,
     .read = ReadDropout,
     .write = WriteDropout,
     .details = DropoutDetails,
     .output = SameShape,
     .tensors = NoTensors},
};

}  // namespace

int64_t TensorSpec::size() const {
  int64_t size = 1;
  for (const int64_t extent : shape) size *= extent;
  return size;
}

const OperationTraits& TraitsOf(LayerOperation::Kind kind) {
  const auto row = static_cast<size_t>(kind);
  GENET_CHECK(row < std::size(kTable) && kTable[row].kind == kind, "no row for this operation");
  return kTable[row];
}

std::span<const OperationTraits> AllLayerOperations() { return kTable; }

std::string ToString(const LayerOperation& operation) {
  const OperationTraits& traits = TraitsOf(operation.kind);
  return std::string(traits.symbol) + traits.write(operation);
}

}  // namespace genet
