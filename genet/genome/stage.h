// Decoding of one stage into a graph (section 3.1.1) and the canonical form of genomes.
#pragma once

#include <vector>

#include "genet/genome/genome.h"

namespace genet {

// The graph of a stage after default nodes are added and isolated nodes dropped.
//
// Vertices are numbered as in the paper: 0 is the default input node, 1..K the ordinary nodes,
// K + 1 the default output node. A stage without connections has no active ordinary node and is a
// single convolution, the default input node, which is then the stage's output as well.
struct StageGraph {
  int nodes = 0;                               // K
  std::vector<int> active;                     // ordinary nodes that are not isolated, ascending
  std::vector<std::vector<int>> predecessors;  // for each vertex 0..K+1, ascending; isolated: empty

  bool single_convolution() const { return active.empty(); }
  int convolutions() const {
    return single_convolution() ? 1 : static_cast<int>(active.size()) + 2;
  }
  // Convolutions on the longest path through the stage.
  int depth() const;
  // 0 for a single convolution, K + 1 otherwise.
  int output() const { return single_convolution() ? 0 : nodes + 1; }
};

StageGraph DecodeStage(const Genome& genome, int stage);

// The genome that stands for all whose network is the same, that is, whose graphs of active nodes
// are isomorphic stage by stage: isolated nodes come last, and among the topological orders of the
// active nodes it has the one with the smallest bits.
Genome Canonical(const Genome& genome);

}  // namespace genet
