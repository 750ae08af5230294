#include "genet/genome/stage.h"

#include <algorithm>
#include <bit>
#include <set>
#include <utility>

namespace genet {
namespace {

using NodeSet = uint32_t;  // bit i: ordinary node i + 1
static_assert(SearchSpace::kMaxNodes <= 32);

struct StageSets {
  std::vector<NodeSet> predecessors;  // of each ordinary node
  NodeSet active = 0;
};

StageSets Sets(const Genome& genome, int stage) {
  const int nodes = genome.space().nodes[stage];
  StageSets sets;
  sets.predecessors.resize(nodes);
  for (int to = 2; to <= nodes; ++to) {
    for (int from = 1; from < to; ++from) {
      if (!genome.connected(stage, from, to)) continue;
      sets.predecessors[to - 1] |= NodeSet{1} << (from - 1);
      sets.active |= NodeSet{1} << (from - 1) | NodeSet{1} << (to - 1);
    }
  }
  return sets;
}

// The topological orders that an ordered partition of nodes into cells stands for: the nodes of a
// cell, which all have the same predecessors, may still be numbered in any order.
using Cells = std::vector<NodeSet>;

// The bits of a next node with these predecessors, most significant first, when the nodes of each
// cell are numbered to make them smallest: predecessors last.
uint32_t SmallestRow(const Cells& cells, NodeSet predecessors) {
  uint32_t row = 0;
  for (const NodeSet cell : cells) {
    const uint32_t ones = (uint32_t{1} << std::popcount(cell & predecessors)) - 1;
    row = row << std::popcount(cell) | ones;
  }
  return row;
}

// The numberings that give that row, followed by `node`. A node with the same predecessors as the
// last cell's nodes joins that cell.
Cells Extended(const Cells& cells, int node, const std::vector<NodeSet>& predecessors) {
  Cells extended;
  for (const NodeSet cell : cells) {
    if (const NodeSet part = cell & ~predecessors[node]) extended.push_back(part);
    if (const NodeSet part = cell & predecessors[node]) extended.push_back(part);
  }
  const bool joins =
      !extended.empty() && predecessors[std::countr_zero(extended.back())] == predecessors[node];
  if (!joins) extended.push_back(0);
  extended.back() |= NodeSet{1} << node;
  return extended;
}

// The rows of the canonical numbering: row p has p bits. The orders that share the smallest rows so
// far are kept as a set of ordered partitions, and each step extends them by every node that has
// the smallest possible next row.
std::vector<uint32_t> CanonicalRows(const StageSets& sets) {
  std::vector<uint32_t> rows;
  std::set<Cells> orders = {{}};
  for (int left = std::popcount(sets.active); left > 0; --left) {
    uint32_t smallest = ~uint32_t{0};
    std::set<Cells> extended;
    for (const Cells& cells : orders) {
      NodeSet placed = 0;
      for (const NodeSet cell : cells) placed |= cell;
      for (NodeSet rest = sets.active & ~placed; rest != 0; rest &= rest - 1) {
        const int node = std::countr_zero(rest);
        if ((sets.predecessors[node] & ~placed) != 0) continue;
        const uint32_t row = SmallestRow(cells, sets.predecessors[node]);
        if (row > smallest) continue;
        if (row < smallest) extended.clear();
        smallest = row;
        extended.insert(Extended(cells, node, sets.predecessors));
      }
    }
    rows.push_back(smallest);
    orders = std::move(extended);
  }
  return rows;
}

}  // namespace

int StageGraph::depth() const {
  std::vector<int> longest(predecessors.size(), 1);
  for (size_t vertex = 0; vertex < predecessors.size(); ++vertex) {
    for (const int from : predecessors[vertex]) {
      longest[vertex] = std::max(longest[vertex], longest[from] + 1);
    }
  }
  return longest[output()];
}

StageGraph DecodeStage(const Genome& genome, int stage) {
  const StageSets sets = Sets(genome, stage);
  StageGraph graph;
  graph.nodes = genome.space().nodes[stage];
  graph.predecessors.resize(graph.nodes + 2);
  NodeSet has_successor = 0;
  for (const NodeSet predecessors : sets.predecessors) has_successor |= predecessors;
  for (int node = 1; node <= graph.nodes; ++node) {
    const NodeSet bit = NodeSet{1} << (node - 1);
    if ((sets.active & bit) == 0) continue;
    graph.active.push_back(node);
    const NodeSet predecessors = sets.predecessors[node - 1];
    if (predecessors == 0) graph.predecessors[node].push_back(0);
    for (NodeSet rest = predecessors; rest != 0; rest &= rest - 1) {
      graph.predecessors[node].push_back(std::countr_zero(rest) + 1);
    }
    if ((has_successor & bit) == 0) graph.predecessors[graph.nodes + 1].push_back(node);
  }
  return graph;
}

Genome Canonical(const Genome& genome) {
  Genome canonical(genome.space());
  for (int stage = 0; stage < genome.space().stages(); ++stage) {
    const std::vector<uint32_t> rows = CanonicalRows(Sets(genome, stage));
    for (int to = 2; to <= static_cast<int>(rows.size()); ++to) {
      for (int from = 1; from < to; ++from) {
        canonical.connect(stage, from, to, (rows[to - 1] >> (to - 1 - from) & 1) != 0);
      }
    }
  }
  return canonical;
}

}  // namespace genet
