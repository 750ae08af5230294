// Drawings of a genome on a base network: for a terminal, as DOT, as SVG and as PNG.
//
// The genome must have one stage for each convolution of the base network that opens one, which
// BuildNetwork() checks. Nothing here depends on the size of the images.
#pragma once

#include <string>

#include "genet/base/error.h"
#include "genet/genome/genome.h"
#include "genet/network/base_network.h"

namespace genet {

// One line per layer, UTF-8, each ended by a newline. A stage is a staircase: below each node runs
// its output, and a dot on a node's line is an output that the node takes.
//
//   C3(P1)@8   stage 1   0-10-000-0011   6 convolutions, depth 5; isolated: 2
//     in
//     ●── 1
//     │   ●── 3
//     ●───────│── 4
//             ●───●── 5
//                     ●── out
//   MP3(S2)
std::string DrawText(const Genome& genome, const BaseNetwork& base);

// The graph in Graphviz's language. Isolated nodes are drawn dashed and unconnected.
std::string DrawDot(const Genome& genome, const BaseNetwork& base);

// The same graph as an SVG document, laid out by Graphviz. Safe to call from any thread. Graphviz
// may mirror or shift symmetrical parts from one call to the next, so do not compare the bytes of
// two drawings. An error if Graphviz cannot lay it out, such as when its plug-ins are missing.
Result<std::string> DrawSvg(const Genome& genome, const BaseNetwork& base);
// Likewise as a PNG file.
Result<std::string> DrawPng(const Genome& genome, const BaseNetwork& base);

}  // namespace genet
