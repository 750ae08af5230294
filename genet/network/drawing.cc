#include "genet/network/drawing.h"

#include <graphviz/gvc.h>

#include <algorithm>
#include <mutex>
#include <vector>

#include "genet/base/check.h"
#include "genet/genome/stage.h"

namespace genet {
namespace {

void CheckStages(const Genome& genome, const BaseNetwork& base) {
  GENET_CHECK(base.stages() == genome.space().stages(), "{} stages on a base network of {}",
              genome.space().stages(), base.stages());
}

// The code of one stage, such as "1-01".
std::string StageCode(const Genome& genome, int stage) {
  Genome alone(SearchSpace{{genome.space().nodes[stage]}});
  for (int i = 0; i < alone.size(); ++i) {
    alone.set_bit(i, genome.bit(genome.space().first_bit(stage) + i));
  }
  return alone.ToString();
}

std::vector<int> Isolated(const StageGraph& graph) {
  std::vector<int> isolated;
  for (int node = 1; node <= graph.nodes; ++node) {
    if (!std::binary_search(graph.active.begin(), graph.active.end(), node)) {
      isolated.push_back(node);
    }
  }
  return isolated;
}

// The vertices that are convolutions, in topological order.
std::vector<int> Vertices(const StageGraph& graph) {
  std::vector<int> vertices = {0};
  vertices.insert(vertices.end(), graph.active.begin(), graph.active.end());
  if (!graph.single_convolution()) vertices.push_back(graph.output());
  return vertices;
}

std::string VertexName(const StageGraph& graph, int vertex) {
  if (vertex == 0) return "in";
  return vertex == graph.nodes + 1 ? "out" : fmt::format("{}", vertex);
}

// One line per vertex. Columns are four characters wide, one for each vertex's output.
std::string Staircase(const StageGraph& graph) {
  const std::vector<int> vertices = Vertices(graph);
  std::vector<int> last_use(graph.nodes + 2, 0);
  for (const int to : vertices) {
    for (const int from : graph.predecessors[to]) last_use[from] = to;
  }
  std::string text;
  for (size_t row = 0; row < vertices.size(); ++row) {
    const std::vector<int>& taken = graph.predecessors[vertices[row]];
    text += "  ";
    bool inside = false;  // right of the first output taken
    for (size_t column = 0; column < row; ++column) {
      const int from = vertices[column];
      const bool takes = std::binary_search(taken.begin(), taken.end(), from);
      const bool passes = last_use[from] >= vertices[row];
      inside = inside || takes;
      text += takes ? "●" : passes ? "│" : inside ? "─" : " ";
      text += !inside ? "   " : column + 1 < row ? "───" : "── ";
    }
    text += VertexName(graph, vertices[row]) + "\n";
  }
  return text;
}

// A staged network in Graphviz's language: layers outside the stages in a chain, stages in boxes.
class DotWriter {
 public:
  explicit DotWriter(const std::string& title) {
    text_ = fmt::format(
        "digraph genet {{\n"
        "  graph [label=\"{}\", labelloc=t, fontname=\"sans-serif\", fontsize=11];\n"
        "  node [fontname=\"sans-serif\", fontsize=10, shape=box, style=\"rounded,filled\", "
        "fillcolor=\"#f0f0f0\", height=0.3, margin=\"0.1,0.03\"];\n"
        "  edge [arrowsize=0.6, color=\"#404040\"];\n"
        "  input [label=\"images\", shape=plaintext, style=\"\"];\n",
        title);
  }

  void Layer(const std::string& name, const std::string& label) {
    text_ += fmt::format("  {} [label=\"{}\"];\n", name, label);
    Edge(last_, name);
    last_ = name;
  }

  void Stage(int number, const StageGraph& graph, const std::string& code,
             const std::string& layer) {
    const auto id = [number, &graph](int vertex) {
      return fmt::format("s{}_{}", number, VertexName(graph, vertex));
    };
    text_ += fmt::format(
        "  subgraph cluster_stage{} {{\n"
        "    label=\"stage {}: {}\"; labeljust=l; fontsize=10; color=\"#a0a0a0\"; style=rounded;\n"
        "    {} [label=\"in  {}\", fillcolor=\"#f6c6b8\"];\n",
        number, number, code, id(0), layer);
    for (const int node : graph.active) {
      text_ += fmt::format(
          "    {} [label=\"{}\", shape=circle, style=filled, "
          "fillcolor=\"#bcd7f0\", margin=0, width=0.32, fixedsize=true];\n",
          id(node), node);
    }
    for (const int node : Isolated(graph)) {
      text_ += fmt::format(
          "    {} [label=\"{}\", shape=circle, style=dashed, color=\"#909090\", "
          "fontcolor=\"#909090\", margin=0, width=0.32, fixedsize=true];\n",
          id(node), node);
    }
    if (!graph.single_convolution()) {
      text_ += fmt::format("    {} [label=\"out\", fillcolor=\"#bfe3c0\"];\n", id(graph.output()));
    }
    text_ += "  }\n";
    Edge(last_, id(0));
    for (const int to : Vertices(graph)) {
      for (const int from : graph.predecessors[to]) Edge(id(from), id(to));
    }
    last_ = id(graph.output());
  }

  std::string Finish() { return text_ + "}\n"; }

 private:
  void Edge(const std::string& from, const std::string& to) {
    text_ += fmt::format("  {} -> {};\n", from, to);
  }

  std::string text_;
  std::string last_ = "input";
};

tl::unexpected<Error> CannotLayOut(const Genome& genome) {
  return Failure(
      "drawing: Graphviz cannot lay out {}; install the package graphviz and run dot -c, or draw "
      "it "
      "as text or DOT",
      genome.ToString());
}

// The drawing in one of Graphviz's formats.
Result<std::string> Render(const Genome& genome, const BaseNetwork& base, const char* format) {
  // Graphviz keeps global state; one context serves the whole process.
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  static GVC_t* const context = gvContext();

  Agraph_t* const graph = agmemread(DrawDot(genome, base).c_str());
  GENET_CHECK(graph != nullptr, "Graphviz cannot read the drawing of {}", genome.ToString());
  std::string drawing;
  if (gvLayout(context, graph, "dot") == 0) {
    char* data = nullptr;
    unsigned int length = 0;
    if (gvRenderData(context, graph, format, &data, &length) == 0 && data != nullptr) {
      drawing.assign(data, length);
      gvFreeRenderData(data);
    }
    gvFreeLayout(context, graph);
  }
  agclose(graph);
  if (drawing.empty()) return CannotLayOut(genome);
  return drawing;
}

}  // namespace

std::string DrawText(const Genome& genome, const BaseNetwork& base) {
  CheckStages(genome, base);
  std::string text;
  int stage = 0;
  for (const BaseLayer& layer : base.layers) {
    text += ToString(layer.operation);
    if (layer.opens_stage) {
      const StageGraph graph = DecodeStage(genome, stage);
      const int convolutions = graph.convolutions();
      text += fmt::format("   stage {}   {}   {} convolution{}, depth {}", stage + 1,
                          StageCode(genome, stage), convolutions, convolutions == 1 ? "" : "s",
                          graph.depth());
      const std::vector<int> isolated = Isolated(graph);
      if (!isolated.empty()) text += fmt::format("; isolated: {}", fmt::join(isolated, ", "));
      text += "\n" + Staircase(graph);
      ++stage;
    } else {
      text += "\n";
    }
  }
  return text;
}

std::string DrawDot(const Genome& genome, const BaseNetwork& base) {
  CheckStages(genome, base);
  DotWriter writer(genome.ToString());
  int stage = 0;
  for (size_t i = 0; i < base.layers.size(); ++i) {
    const BaseLayer& layer = base.layers[i];
    if (layer.opens_stage) {
      writer.Stage(stage + 1, DecodeStage(genome, stage), StageCode(genome, stage),
                   ToString(layer.operation));
      ++stage;
    } else {
      writer.Layer(fmt::format("layer{}", i + 1), ToString(layer.operation));
    }
  }
  return writer.Finish();
}

Result<std::string> DrawSvg(const Genome& genome, const BaseNetwork& base) {
  Result<std::string> svg = Render(genome, base, "svg");
  if (svg && svg->find("</svg>") == std::string::npos) return CannotLayOut(genome);
  // Equal drawings shall have equal bytes: Graphviz names its version in a comment.
  constexpr std::string_view kEnd = "-->\n";
  if (svg) {
    const size_t begin = svg->find("<!-- Generated by"), end = svg->find(kEnd, begin);
    if (begin != std::string::npos && end != std::string::npos) {
      svg->erase(begin, end + kEnd.size() - begin);
    }
  }
  return svg;
}

Result<std::string> DrawPng(const Genome& genome, const BaseNetwork& base) {
  Result<std::string> png = Render(genome, base, "png");
  if (png && png->rfind("\x89PNG", 0) != 0) return CannotLayOut(genome);
  return png;
}

}  // namespace genet
