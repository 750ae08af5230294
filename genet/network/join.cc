#include "genet/network/join.h"

#include "genet/base/check.h"

namespace genet {

Shape JoinedShape(Join join, std::span<const Shape> inputs) {
  GENET_CHECK(!inputs.empty());
  switch (join) {
    case Join::kSum:
      for (const Shape& shape : inputs) GENET_CHECK(shape == inputs[0], "a sum of unequal shapes");
      return inputs[0];
  }
  GENET_CHECK(false, "unknown join");
}

const char* Symbol(Join join) {
  switch (join) {
    case Join::kSum:
      return " + ";
  }
  GENET_CHECK(false, "unknown join");
}

}  // namespace genet
