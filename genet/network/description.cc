#include "genet/network/description.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "genet/base/check.h"
#include "genet/genome/stage.h"

namespace genet {
namespace {

nlohmann::json Edges(const StageGraph& graph) {
  const auto name = [&graph](int vertex) -> nlohmann::json {
    if (vertex == 0) return "in";
    if (vertex == graph.nodes + 1) return "out";
    return vertex;
  };
  nlohmann::json edges = nlohmann::json::array();
  for (int to = 1; to <= graph.nodes + 1; ++to) {
    for (const int from : graph.predecessors[to]) {
      edges.push_back(nlohmann::json::array({name(from), name(to)}));
    }
  }
  return edges;
}

// 12345678 as "12,345,678".
std::string Grouped(int64_t number) {
  std::string digits = fmt::format("{}", number);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) digits.insert(at, 1, ',');
  return digits;
}

// Columns as wide as their widest cell, two spaces apart; `right` holds the columns of numbers.
std::string Table(const std::vector<std::vector<std::string>>& rows,
                  const std::vector<bool>& right) {
  std::vector<size_t> widths(right.size(), 0);
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line += "  ";
      const std::string fill(widths[i] - row[i].size(), ' ');
      line += right[i] ? fill + row[i] : row[i] + fill;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace

Result<nlohmann::json> Describe(const Genome& genome, const BaseNetwork& base, Shape input,
                                int classes) {
  GENET_ASSIGN(const Network network, BuildNetwork(base, genome, input, classes));
  std::vector<BaseLayer> openers;
  std::copy_if(base.layers.begin(), base.layers.end(), std::back_inserter(openers),
               [](const BaseLayer& layer) { return layer.opens_stage; });

  nlohmann::json stages = nlohmann::json::array();
  for (int stage = 0; stage < genome.space().stages(); ++stage) {
    const StageGraph graph = DecodeStage(genome, stage);
    Genome alone(SearchSpace{{graph.nodes}});
    for (int i = 0; i < alone.size(); ++i) {
      alone.set_bit(i, genome.bit(genome.space().first_bit(stage) + i));
    }
    stages.push_back({{"nodes", graph.nodes},
                      {"active", graph.active},
                      {"edges", Edges(graph)},
                      {"code", alone.ToString()},
                      {"channels", openers[stage].operation.outputs},
                      {"convolutions", graph.convolutions()},
                      {"depth", graph.depth()}});
  }
  return nlohmann::json{{"genome", genome.ToString()},
                        {"canonical", Canonical(genome).ToString()},
                        {"base", ToString(base)},
                        {"input", {input.channels, input.height, input.width}},
                        {"bits", genome.size()},
                        {"convolutions", network.convolutions()},
                        {"depth", network.depth()},
                        {"weights", network.weights()},
                        {"parameters", network.parameters()},
                        {"multiply_adds", network.multiply_adds()},
                        {"stages", std::move(stages)}};
}

Result<std::string> DescribeText(const Genome& genome, const BaseNetwork& base, Shape input,
                                 int classes) {
  GENET_ASSIGN(const Network network, BuildNetwork(base, genome, input, classes));
  const std::string summary = Table(
      {{"genome", genome.ToString()},
       {"canonical", Canonical(genome).ToString()},
       {"base network", ToString(base)},
       {"bits", fmt::format("{} ({} of them 1)", genome.size(), genome.ones())},
       {"convolutions", fmt::format("{}", network.convolutions())},
       {"depth", fmt::format("{} (convolutions on the longest path and fully-connected layers)",
                             network.depth())},
       {"parameters", fmt::format("{} ({} without biases and batch normalisation)",
                                  Grouped(network.parameters()), Grouped(network.weights()))},
       {"multiply-adds", Grouped(network.multiply_adds()) + " an image, forward"}},
      {false, false});

  std::vector<std::vector<std::string>> rows = {
      {"layer", "kind", "window", "output", "parameters", "multiply-adds", "takes"}};
  for (const Layer& layer : network.layers) {
    std::vector<std::string> takes;
    for (const int from : layer.inputs) takes.push_back(network.layers[from].name);
    const OperationTraits& traits = TraitsOf(layer.operation.kind);
    const bool learns = layer.parameters() > 0;
    rows.push_back({layer.name, std::string(traits.name), traits.details(layer.operation),
                    ToString(layer.output), learns ? Grouped(layer.parameters()) : "",
                    learns ? Grouped(layer.multiply_adds()) : "",
                    fmt::format("{}", fmt::join(takes, Symbol(layer.join)))});
  }
  return summary + "\n" + Table(rows, {false, false, false, true, true, true, false});
}

}  // namespace genet
