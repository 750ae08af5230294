#include "genet/network/shape.h"

#include "genet/base/parse.h"

namespace genet {

std::string ToString(const Shape& shape) {
  return fmt::format("{}x{}x{}", shape.channels, shape.height, shape.width);
}

Result<Shape> ParseShape(std::string_view text, int largest) {
  const size_t first = text.find('x');
  const size_t second = first == std::string_view::npos ? first : text.find('x', first + 1);
  if (second != std::string_view::npos) {
    const Limits<int> limits{1, largest};
    const auto channels = ParseNumber<int>(text.substr(0, first), limits);
    const auto height = ParseNumber<int>(text.substr(first + 1, second - first - 1), limits);
    const auto width = ParseNumber<int>(text.substr(second + 1), limits);
    if (channels && height && width) return Shape{*channels, *height, *width};
  }
  return UsageError("'{}' is not CHANNELSxROWSxCOLUMNS such as 3x32x32", text);
}

}  // namespace genet
