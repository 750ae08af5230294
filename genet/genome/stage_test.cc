#include "genet/genome/stage.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "genet/base/random.h"

namespace genet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Lists = std::vector<std::vector<int>>;

Genome Parse(std::string_view text) { return *Genome::Parse(text); }
StageGraph Decode(std::string_view text, int stage = 0) { return DecodeStage(Parse(text), stage); }

Genome FromNumber(int nodes, int number) {
  Genome genome(SearchSpace{{nodes}});
  for (int i = 0; i < genome.size(); ++i) genome.set_bit(i, (number >> i & 1) != 0);
  return genome;
}

Genome RandomGenome(const SearchSpace& space, double density, RandomStream& stream) {
  Genome genome(space);
  for (int i = 0; i < genome.size(); ++i) genome.set_bit(i, stream.Bernoulli(density));
  return genome;
}

// The same stage under a random topological numbering of its nodes, isolated ones anywhere.
Genome Renumbered(const Genome& genome, RandomStream& stream) {
  const int nodes = genome.space().nodes[0];
  std::vector<int> number(nodes + 1, 0);
  for (int next = 1; next <= nodes; ++next) {
    std::vector<int> ready;
    for (int node = 1; node <= nodes; ++node) {
      bool is_ready = number[node] == 0;
      for (int from = 1; from < node; ++from) {
        if (genome.connected(0, from, node) && number[from] == 0) is_ready = false;
      }
      if (is_ready) ready.push_back(node);
    }
    number[ready[stream.Below(ready.size())]] = next;
  }
  Genome renumbered(genome.space());
  for (int to = 2; to <= nodes; ++to) {
    for (int from = 1; from < to; ++from) {
      if (genome.connected(0, from, to)) renumbered.connect(0, number[from], number[to]);
    }
  }
  return renumbered;
}

// The active nodes' edges with the nodes numbered 0, 1, ... in their order, and the number of them.
struct Compact {
  int nodes = 0;
  std::set<std::pair<int, int>> edges;
  auto operator<=>(const Compact&) const = default;
};

Compact Compacted(const Genome& genome) {
  const StageGraph graph = DecodeStage(genome, 0);
  Compact compact{.nodes = static_cast<int>(graph.active.size()), .edges = {}};
  for (int a = 0; a < compact.nodes; ++a) {
    for (int b = a + 1; b < compact.nodes; ++b) {
      if (genome.connected(0, graph.active[a], graph.active[b])) compact.edges.emplace(a, b);
    }
  }
  return compact;
}

// Smallest edge set under all permutations: an isomorphism class by brute force.
Compact BruteForceClass(const Compact& graph) {
  std::vector<int> order(graph.nodes);
  std::iota(order.begin(), order.end(), 0);
  Compact best = graph;
  do {
    Compact permuted{.nodes = graph.nodes, .edges = {}};
    for (const auto& [a, b] : graph.edges) permuted.edges.emplace(order[a], order[b]);
    best = std::min(best, permuted);
  } while (std::next_permutation(order.begin(), order.end()));
  return best;
}

TEST(DecodeStage, Figure1Stage1) {
  const StageGraph graph = Decode("1-00-111");
  EXPECT_THAT(graph.active, ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(graph.predecessors, (Lists{{}, {0}, {1}, {0}, {1, 2, 3}, {4}}));
  EXPECT_EQ(graph.convolutions(), 6);
  EXPECT_EQ(graph.depth(), 5);
  EXPECT_EQ(graph.output(), 5);
}

TEST(DecodeStage, Figure1Stage2DropsTheIsolatedNode) {
  const StageGraph graph = Decode("0-10-000-0011");
  EXPECT_THAT(graph.active, ElementsAre(1, 3, 4, 5));
  EXPECT_EQ(graph.predecessors, (Lists{{}, {0}, {}, {1}, {0}, {3, 4}, {5}}));
  EXPECT_EQ(graph.convolutions(), 6);
  EXPECT_EQ(graph.depth(), 5);
}

TEST(DecodeStage, Figure2) {
  EXPECT_EQ(Decode("1-01-001").predecessors, (Lists{{}, {0}, {1}, {2}, {3}, {4}}));
  EXPECT_EQ(Decode("1-01-101").predecessors, (Lists{{}, {0}, {1}, {2}, {1, 3}, {4}}));
  EXPECT_EQ(Decode("1-11-111").predecessors, (Lists{{}, {0}, {1}, {1, 2}, {1, 2, 3}, {4}}));
}

TEST(DecodeStage, Figure5) {
  const std::string genet1 = "1-01|0-01-100|0-11-101-0001";
  EXPECT_EQ(Decode(genet1, 0).predecessors, (Lists{{}, {0}, {1}, {2}, {3}}));
  EXPECT_EQ(Decode(genet1, 1).predecessors, (Lists{{}, {0}, {0}, {2}, {1}, {3, 4}}));
  EXPECT_EQ(Decode(genet1, 2).predecessors, (Lists{{}, {0}, {0}, {1, 2}, {1, 3}, {4}, {5}}));
  EXPECT_EQ(Decode(genet1, 0).depth() + Decode(genet1, 1).depth() + Decode(genet1, 2).depth(), 15);

  const std::string genet2 = "1-01|1-01-100|0-10-000-1011";
  EXPECT_EQ(Decode(genet2, 1).predecessors, (Lists{{}, {0}, {1}, {2}, {1}, {3, 4}}));
  EXPECT_EQ(Decode(genet2, 2).predecessors, (Lists{{}, {0}, {}, {1}, {0}, {1, 3, 4}, {5}}));
}

TEST(DecodeStage, AllZerosIsOneConvolution) {
  for (const char* text : {".", "0", "0-00", "0-00-000-0000"}) {
    const StageGraph graph = Decode(text);
    EXPECT_TRUE(graph.single_convolution());
    EXPECT_THAT(graph.active, IsEmpty());
    EXPECT_EQ(graph.convolutions(), 1);
    EXPECT_EQ(graph.depth(), 1);
    EXPECT_EQ(graph.output(), 0);
    for (const auto& predecessors : graph.predecessors) EXPECT_THAT(predecessors, IsEmpty());
  }
}

TEST(DecodeStage, AllOnesIsNotEmpty) {
  const StageGraph graph = Decode("1-11-111-1111");
  EXPECT_FALSE(graph.single_convolution());
  EXPECT_EQ(graph.convolutions(), 7);
  EXPECT_EQ(graph.depth(), 7);
}

TEST(DecodeStage, IsolatedNodesAreNeitherFedNorSummed) {
  const StageGraph graph = Decode("0-00-010");  // only 2 -> 4
  EXPECT_EQ(graph.predecessors, (Lists{{}, {}, {0}, {}, {2}, {4}}));
  EXPECT_EQ(graph.convolutions(), 4);
}

TEST(Census, StringsGraphsAndIsomorphismClasses) {
  const std::map<int, std::vector<size_t>> expected = {
      {3, {8, 6, 6}}, {4, {64, 47, 31}}, {5, {1024, 815, 302}}};
  for (const auto& [nodes, counts] : expected) {
    const int strings = 1 << (nodes * (nodes - 1) / 2);
    std::set<Compact> graphs;
    std::set<Genome> canonical;
    std::map<Compact, Genome> of_class;
    for (int number = 0; number < strings; ++number) {
      const Genome genome = FromNumber(nodes, number);
      const Compact graph = Compacted(genome);
      const Genome form = Canonical(genome);
      graphs.insert(graph);
      canonical.insert(form);
      // One canonical genome a class, found independently, and it is in that class.
      const auto [entry, is_new] = of_class.emplace(BruteForceClass(graph), form);
      EXPECT_EQ(entry->second, form) << genome.ToString();
      EXPECT_EQ(BruteForceClass(Compacted(form)), entry->first) << genome.ToString();
    }
    EXPECT_EQ(static_cast<size_t>(strings), counts[0]);
    EXPECT_EQ(graphs.size(), counts[1]);
    EXPECT_EQ(of_class.size(), counts[2]);
    EXPECT_EQ(canonical.size(), counts[2]);
  }
}

TEST(Census, ConvolutionsOfFiveNodes) {
  std::map<int, int> strings;
  for (int number = 0; number < 1024; ++number) {
    ++strings[DecodeStage(FromNumber(5, number), 0).convolutions()];
  }
  EXPECT_EQ(strings, (std::map<int, int>{{1, 1}, {4, 10}, {5, 40}, {6, 205}, {7, 768}}));
}

TEST(Canonical, IsTheSmallestTopologicalNumberingOfTheActiveNodes) {
  for (int number = 0; number < 1024; ++number) {
    const Genome genome = FromNumber(5, number);
    const Compact graph = Compacted(genome);
    std::vector<int> order(graph.nodes);
    std::iota(order.begin(), order.end(), 1);
    std::set<Genome> candidates;
    do {
      Genome candidate(genome.space());
      bool topological = true;
      for (const auto& [a, b] : graph.edges) {
        topological = topological && order[a] < order[b];
        if (topological) candidate.connect(0, order[a], order[b]);
      }
      if (topological) candidates.insert(candidate);
    } while (std::next_permutation(order.begin(), order.end()));
    EXPECT_EQ(Canonical(genome), *candidates.begin()) << genome.ToString();
  }
}

TEST(Canonical, ExactCases) {
  EXPECT_EQ(Canonical(Parse("0-01")).ToString(), "1-00");
  EXPECT_EQ(Canonical(Parse("1-01|0-01-100")).ToString(), "1-01|0-01-100");
  EXPECT_EQ(Canonical(Parse("1-00-001")).ToString(), "0-01-100");
  EXPECT_EQ(Canonical(Parse("0-00-000|.")).ToString(), "0-00-000|.");
  EXPECT_EQ(Canonical(Parse("1-11-111")).ToString(), "1-11-111");
}

TEST(Canonical, IsIdempotentAndTheSameForEveryNumbering) {
  RandomStream stream(RandomKey(1).Derive("canonical test"));
  for (const int nodes : {2, 6, 8, 11, SearchSpace::kMaxNodes}) {
    for (const double density : {0.1, 0.2, 0.5, 0.9}) {
      for (int repeat = 0; repeat < 20; ++repeat) {
        const Genome genome = RandomGenome(SearchSpace{{nodes}}, density, stream);
        const Genome form = Canonical(genome);
        EXPECT_EQ(Canonical(form), form) << genome.ToString();
        EXPECT_EQ(Canonical(Renumbered(genome, stream)), form) << genome.ToString();
        EXPECT_EQ(form.ones(), genome.ones());
        EXPECT_EQ(DecodeStage(form, 0).convolutions(), DecodeStage(genome, 0).convolutions());
        EXPECT_EQ(DecodeStage(form, 0).depth(), DecodeStage(genome, 0).depth());
      }
    }
  }
}

// The most symmetric graphs are the ones with most numberings to compare.
TEST(Canonical, IsQuickOnSymmetricGraphs) {
  RandomStream stream(RandomKey(2).Derive("canonical test"));
  const int nodes = SearchSpace::kMaxNodes;
  Genome pairs(SearchSpace{{nodes}}), star(SearchSpace{{nodes}}), halves(SearchSpace{{nodes}});
  for (int i = 1; i <= nodes / 2; ++i) {
    pairs.connect(0, 2 * i - 1, 2 * i);
    for (int j = nodes / 2 + 1; j <= nodes; ++j) halves.connect(0, i, j);
  }
  for (int i = 1; i < nodes; ++i) star.connect(0, i, nodes);
  for (const Genome& genome : {pairs, star, halves}) {
    EXPECT_EQ(Canonical(genome), Canonical(Renumbered(genome, stream)));
  }
}

}  // namespace
}  // namespace genet
