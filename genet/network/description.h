// What `genet show` says about a genome on a base network, for programs and for people.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "genet/base/error.h"
#include "genet/genome/genome.h"
#include "genet/network/base_network.h"
#include "genet/network/network.h"

namespace genet {

// An object with the keys
//   genome, canonical   text forms
//   base, input         base network as text; [channels, height, width]
//   bits                number of bits of the genome
//   convolutions, depth, weights, parameters, multiply_adds   as in network.h
//   stages              for each: nodes (K), active (ordinary nodes that are not isolated), edges
//                       ([from, to] of node numbers, "in" and "out"; none if the stage is a single
//                       convolution), code, channels, convolutions, depth
// Fails as BuildNetwork() does.
Result<nlohmann::json> Describe(const Genome& genome, const BaseNetwork& base, Shape input,
                                int classes = 0);

// Likewise for people: a summary and a table with one line per layer.
Result<std::string> DescribeText(const Genome& genome, const BaseNetwork& base, Shape input,
                                 int classes = 0);

}  // namespace genet
