// How the inputs of a layer become one.
#pragma once

#include <span>

#include "genet/network/shape.h"

namespace genet {

//   kSum   element by element; all inputs have the same shape
enum class Join { kSum };

// The shape of the joined inputs, of which there is at least one.
Shape JoinedShape(Join join, std::span<const Shape> inputs);

// What stands between the names of the inputs, for people: "node1 + node2".
const char* Symbol(Join join);

}  // namespace genet
