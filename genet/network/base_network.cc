#include "genet/network/base_network.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "genet/base/check.h"

namespace genet {
namespace {

// Bounds that keep every size and count far inside 64 bits.
constexpr int kMaxKernel = 255;
constexpr int kMaxOutputs = 1 << 20;

// A cursor over the text of a base network.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool done() const { return at_ == text_.size(); }
  int column() const { return static_cast<int>(at_) + 1; }

  bool Take(std::string_view token) {
    if (text_.substr(at_, token.size()) != token) return false;
    at_ += token.size();
    return true;
  }

  Status Expect(std::string_view token) {
    if (Take(token)) return {};
    return UsageError("base network: expected {} at column {}, found {}", token, column(), Found());
  }

  Result<int> Integer(std::string_view what, int least, int most) {
    int value = 0;
    const auto [next, error] = std::from_chars(begin(), end(), value);
    if (error != std::errc() || value < least || value > most) {
      return UsageError("base network: expected a {} from {} to {} at column {}, found {}", what,
                        least, most, column(), Found());
    }
    at_ += next - begin();
    return value;
  }

  // A dropout rate: digits with a point, no exponent, so that '-' stays a separator.
  Result<double> Rate() {
    double value = 0;
    const auto [next, error] = std::from_chars(begin(), end(), value, std::chars_format::fixed);
    if (error != std::errc() || *begin() == '-' || !(value >= 0 && value < 1)) {
      return UsageError(
          "base network: expected a dropout rate of at least 0 and below 1 at column "
          "{}, found {}",
          column(), Found());
    }
    at_ += next - begin();
    return value;
  }

  // The rest of the current layer, for messages.
  std::string Found() const {
    if (done()) return "the end";
    std::string shown = "'";
    for (const char c : text_.substr(at_, 12)) {
      if (c == '-' && shown.size() > 1) break;
      shown += c >= 0x20 && c < 0x7f ? c : '?';
    }
    return shown + "'";
  }

 private:
  const char* begin() const { return text_.data() + at_; }
  const char* end() const { return text_.data() + text_.size(); }

  std::string_view text_;
  size_t at_ = 0;
};

Result<BaseLayer> ParseConvolution(Reader& reader) {
  BaseLayer layer;
  layer.kind = BaseLayer::Kind::kConvolution;
  const int column = reader.column();
  GENET_ASSIGN(layer.kernel, reader.Integer("kernel size", 1, kMaxKernel));
  if (layer.kernel % 2 == 0) {
    return UsageError(
        "base network: the kernel size {} at column {} is even; convolutions have odd "
        "ones",
        layer.kernel, column);
  }
  if (reader.Take("(")) {
    GENET_TRY(reader.Expect("P"));
    GENET_ASSIGN(layer.padding, reader.Integer("padding", 0, layer.kernel - 1));
    GENET_TRY(reader.Expect(")"));
  }
  GENET_TRY(reader.Expect("@"));
  GENET_ASSIGN(layer.outputs, reader.Integer("number of channels", 1, kMaxOutputs));
  return layer;
}

Result<BaseLayer> ParsePool(Reader& reader, BaseLayer::Kind kind) {
  BaseLayer layer;
  layer.kind = kind;
  GENET_ASSIGN(layer.kernel, reader.Integer("kernel size", 1, kMaxKernel));
  layer.stride = layer.kernel;
  if (reader.Take("(")) {
    GENET_TRY(reader.Expect("S"));
    GENET_ASSIGN(layer.stride, reader.Integer("stride", 1, kMaxKernel));
    GENET_TRY(reader.Expect(")"));
  }
  return layer;
}

Result<BaseLayer> ParseLayer(Reader& reader) {
  if (reader.Take("[")) {
    GENET_TRY(reader.Expect("C"));
    GENET_ASSIGN(BaseLayer layer, ParseConvolution(reader));
    GENET_TRY(reader.Expect("]"));
    layer.opens_stage = true;
    return layer;
  }
  if (reader.Take("C")) return ParseConvolution(reader);
  if (reader.Take("MP")) return ParsePool(reader, BaseLayer::Kind::kMaxPool);
  if (reader.Take("AP")) return ParsePool(reader, BaseLayer::Kind::kAveragePool);
  BaseLayer layer;
  if (reader.Take("FC")) {
    layer.kind = BaseLayer::Kind::kFullyConnected;
    GENET_ASSIGN(layer.outputs, reader.Integer("number of features", 1, kMaxOutputs));
    return layer;
  }
  if (reader.Take("D")) {
    layer.kind = BaseLayer::Kind::kDropout;
    GENET_ASSIGN(layer.rate, reader.Rate());
    return layer;
  }
  return UsageError("base network: expected C, [C, MP, AP, FC or D at column {}, found {}",
                    reader.column(), reader.Found());
}

bool IsConvolution(const BaseLayer& layer) { return layer.kind == BaseLayer::Kind::kConvolution; }

}  // namespace

int BaseNetwork::stages() const {
  return static_cast<int>(std::count_if(layers.begin(), layers.end(),
                                        [](const BaseLayer& layer) { return layer.opens_stage; }));
}

Result<BaseNetwork> ParseBaseNetwork(std::string_view text) {
  BaseNetwork base;
  Reader reader(text);
  bool flat = false;  // after a fully-connected layer
  while (true) {
    const int column = reader.column();
    GENET_ASSIGN(const BaseLayer layer, ParseLayer(reader));
    const bool fully_connected = layer.kind == BaseLayer::Kind::kFullyConnected;
    if (flat && !fully_connected && layer.kind != BaseLayer::Kind::kDropout) {
      return UsageError(
          "base network: {} at column {} follows a fully-connected layer; only FC and "
          "D can",
          ToString(layer), column);
    }
    flat = flat || fully_connected;
    base.layers.push_back(layer);
    if (reader.done()) {
      if (!fully_connected) {
        return UsageError(
            "base network: {} at column {} is the last layer; end with FC and the "
            "number of classes",
            ToString(layer), column);
      }
      break;
    }
    GENET_TRY(reader.Expect("-"));
  }
  if (base.stages() == 0) {
    for (BaseLayer& layer : base.layers) layer.opens_stage = IsConvolution(layer);
  }
  return base;
}

std::string ToString(const BaseLayer& layer) {
  switch (layer.kind) {
    case BaseLayer::Kind::kConvolution:
      return layer.padding == 0
                 ? fmt::format("C{}@{}", layer.kernel, layer.outputs)
                 : fmt::format("C{}(P{})@{}", layer.kernel, layer.padding, layer.outputs);
    case BaseLayer::Kind::kMaxPool:
      return fmt::format("MP{}(S{})", layer.kernel, layer.stride);
    case BaseLayer::Kind::kAveragePool:
      return layer.stride == layer.kernel ? fmt::format("AP{}", layer.kernel)
                                          : fmt::format("AP{}(S{})", layer.kernel, layer.stride);
    case BaseLayer::Kind::kFullyConnected:
      return fmt::format("FC{}", layer.outputs);
    case BaseLayer::Kind::kDropout: {
      // Shortest digits that read back to the same number, never with an exponent.
      std::array<char, 400> digits;
      const auto end =
          std::to_chars(digits.begin(), digits.end(), layer.rate, std::chars_format::fixed).ptr;
      return "D" + std::string(digits.data(), end);
    }
  }
  GENET_CHECK(false, "unknown kind of layer");
  return "";
}

std::string ToString(const BaseNetwork& base) {
  const bool brackets = std::any_of(
      base.layers.begin(), base.layers.end(),
      [](const BaseLayer& layer) { return IsConvolution(layer) && !layer.opens_stage; });
  std::string text;
  for (const BaseLayer& layer : base.layers) {
    if (!text.empty()) text += '-';
    text += brackets && layer.opens_stage ? "[" + ToString(layer) + "]" : ToString(layer);
  }
  return text;
}

}  // namespace genet
