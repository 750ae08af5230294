#include "genet/network/width.h"

#include <algorithm>
#include <cmath>

#include "genet/base/check.h"

namespace genet {

BaseNetwork WithWidth(BaseNetwork base, double factor) {
  GENET_CHECK(factor > 0);
  for (size_t i = 0; i + 1 < base.layers.size(); ++i) {
    int& outputs = base.layers[i].operation.outputs;
    if (outputs > 0) outputs = std::max(1, static_cast<int>(std::lround(outputs * factor)));
  }
  return base;
}

}  // namespace genet
