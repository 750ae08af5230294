#include "genet/genome/genome.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <utility>

#include "genet/base/check.h"

namespace genet {
namespace {

// Index of the bit (from, to) within its stage: the bits of nodes 2 .. to - 1 come first.
int PairIndex(int from, int to) { return (to - 1) * (to - 2) / 2 + from - 1; }

struct ParsedStage {
  int nodes = 1;
  std::vector<uint8_t> bits;
  int column = 1;  // of its first character
};

// How an error message shows a character of the input.
std::string Shown(char c) {
  if (c >= 0x20 && c < 0x7f) return fmt::format("'{}'", c);
  return fmt::format("byte 0x{:02x}", static_cast<unsigned char>(c));
}

// Reads one stage, "1-01-100" or ".", whose first character stands in `column`.
Result<ParsedStage> ParseStage(std::string_view text, int column) {
  ParsedStage stage;
  stage.column = column;
  if (text == ".") return stage;
  int bits_of_node = 0;
  const auto finish_node = [&](int at) -> Status {
    const int expected = stage.nodes;  // node k + 1 has k bits
    if (bits_of_node != expected) {
      return UsageError(
          "genome: node {} of a stage needs {} bit{} before column {}, found {}; write it like "
          "1-01|0-01-100",
          expected + 1, expected, expected == 1 ? "" : "s", at, bits_of_node);
    }
    ++stage.nodes;
    bits_of_node = 0;
    if (stage.nodes > SearchSpace::kMaxNodes) {
      return UsageError(
          "genome: the stage at column {} has more than {} nodes, the most there can be", column,
          SearchSpace::kMaxNodes);
    }
    return {};
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const int at = column + static_cast<int>(i);
    const char c = text[i];
    if (c == '-') {
      GENET_TRY(finish_node(at));
    } else if (c == '0' || c == '1') {
      stage.bits.push_back(c == '1');
      ++bits_of_node;
      if (bits_of_node > stage.nodes) {
        return UsageError("genome: bit too many at column {}: node {} of a stage has {} bit{}", at,
                          stage.nodes + 1, stage.nodes, stage.nodes == 1 ? "" : "s");
      }
    } else {
      return UsageError("genome: expected 0, 1, - or | at column {}, found {}", at, Shown(c));
    }
  }
  GENET_TRY(finish_node(column + static_cast<int>(text.size())));
  return stage;
}

Result<std::vector<ParsedStage>> ParseStages(std::string_view text) {
  if (text.empty())
    return UsageError("genome: empty text at column 1; write it like 1-01|0-01-100");
  std::vector<ParsedStage> stages;
  size_t begin = 0;
  while (true) {
    const size_t end = std::min(text.find('|', begin), text.size());
    GENET_ASSIGN(ParsedStage stage,
                 ParseStage(text.substr(begin, end - begin), static_cast<int>(begin) + 1));
    stages.push_back(std::move(stage));
    if (end == text.size()) return stages;
    begin = end + 1;
  }
}

Genome Assemble(const std::vector<ParsedStage>& stages) {
  SearchSpace space;
  for (const ParsedStage& stage : stages) space.nodes.push_back(stage.nodes);
  Genome genome(space);
  int index = 0;
  for (const ParsedStage& stage : stages) {
    for (const uint8_t bit : stage.bits) genome.set_bit(index++, bit != 0);
  }
  return genome;
}

constexpr std::array<std::string_view, 8> kNames = {"vgg",     "resnet", "densenet", "genet-1",
                                                    "genet-2", "wrn-40", "all-ones", "all-zeros"};

}  // namespace

int SearchSpace::bits() const { return first_bit(stages()); }

int SearchSpace::first_bit(int stage) const {
  int sum = 0;
  for (int i = 0; i < stage; ++i) sum += stage_bits(i);
  return sum;
}

Result<SearchSpace> ParseSearchSpace(std::string_view text) {
  SearchSpace space;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* at = begin;
  while (true) {
    int nodes = 0;
    const auto [next, error] = std::from_chars(at, end, nodes);
    if (error != std::errc() || nodes < 1 || nodes > SearchSpace::kMaxNodes) {
      return UsageError(
          "search space: expected a number of nodes from 1 to {} at column {}; write it like 3,4,5",
          SearchSpace::kMaxNodes, at - begin + 1);
    }
    space.nodes.push_back(nodes);
    if (next == end) return space;
    if (*next != ',') {
      return UsageError("search space: expected , at column {}, found {}; write it like 3,4,5",
                        next - begin + 1, Shown(*next));
    }
    at = next + 1;
  }
}

std::string ToString(const SearchSpace& space) {
  return fmt::format("{}", fmt::join(space.nodes, ","));
}

Genome::Genome(SearchSpace space) : space_(std::move(space)) {
  for (const int nodes : space_.nodes) {
    GENET_CHECK(nodes >= 1 && nodes <= SearchSpace::kMaxNodes, "{} nodes", nodes);
  }
  bits_.resize(space_.bits());
}

Result<Genome> Genome::Parse(std::string_view text) {
  GENET_ASSIGN(const auto stages, ParseStages(text));
  return Assemble(stages);
}

Result<Genome> Genome::Parse(std::string_view text, const SearchSpace& space) {
  if (std::find(kNames.begin(), kNames.end(), text) != kNames.end()) {
    return NamedGenome(text, space);
  }
  // A word is a misspelt name rather than a bad bit string.
  if (!text.empty() && ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z'))) {
    return NamedGenome(text, space);
  }
  GENET_ASSIGN(const auto stages, ParseStages(text));
  for (int i = 0; i < static_cast<int>(stages.size()); ++i) {
    if (i >= space.stages()) {
      return UsageError("genome: stage {} at column {} is one too many: the search space {} has {}",
                        i + 1, stages[i].column, genet::ToString(space), space.stages());
    }
    if (stages[i].nodes != space.nodes[i]) {
      return UsageError(
          "genome: stage {} at column {} has {} nodes, the search space {} wants {} ({} bits)",
          i + 1, stages[i].column, stages[i].nodes, genet::ToString(space), space.nodes[i],
          space.stage_bits(i));
    }
  }
  if (static_cast<int>(stages.size()) < space.stages()) {
    return UsageError("genome: ends at column {} after {} of the {} stages of the search space {}",
                      text.size() + 1, stages.size(), space.stages(), genet::ToString(space));
  }
  return Assemble(stages);
}

std::string Genome::ToString() const {
  std::string text;
  for (int stage = 0; stage < space_.stages(); ++stage) {
    if (stage > 0) text += '|';
    if (space_.nodes[stage] == 1) text += '.';
    for (int to = 2; to <= space_.nodes[stage]; ++to) {
      if (to > 2) text += '-';
      for (int from = 1; from < to; ++from) text += connected(stage, from, to) ? '1' : '0';
    }
  }
  return text;
}

bool Genome::connected(int stage, int from, int to) const {
  GENET_CHECK(
      0 <= stage && stage < space_.stages() && 1 <= from && from < to && to <= space_.nodes[stage],
      "stage {} edge {} to {}", stage, from, to);
  return bit(space_.first_bit(stage) + PairIndex(from, to));
}

void Genome::connect(int stage, int from, int to, bool value) {
  GENET_CHECK(
      0 <= stage && stage < space_.stages() && 1 <= from && from < to && to <= space_.nodes[stage],
      "stage {} edge {} to {}", stage, from, to);
  set_bit(space_.first_bit(stage) + PairIndex(from, to), value);
}

int Genome::ones() const { return std::accumulate(bits_.begin(), bits_.end(), 0); }

Result<Genome> NamedGenome(std::string_view name, const SearchSpace& space) {
  if (name == "genet-1" || name == "genet-2") {
    if (space.nodes != std::vector<int>{3, 4, 5}) {
      return UsageError("genome: {} exists in the search space 3,4,5 only, not in {}", name,
                        ToString(space));
    }
    return Genome::Parse(name == "genet-1" ? "1-01|0-01-100|0-11-101-0001"
                                           : "1-01|1-01-100|0-10-000-1011");
  }
  if (name == "wrn-40" && space.nodes != std::vector<int>{11, 11, 11}) {
    return UsageError("genome: wrn-40 exists in the search space 11,11,11 only, not in {}",
                      ToString(space));
  }
  if (std::find(kNames.begin(), kNames.end(), name) == kNames.end()) {
    return UsageError("genome: no genome is named '{}'; the names are {}", name,
                      fmt::join(kNames, ", "));
  }
  const auto connected = [name](int from, int to) {
    if (name == "vgg") return from == to - 1;
    // Blocks of two convolutions: an even node adds up the ends of all blocks before it, which is
    // the running sum; an odd node ends the block that the even node before it begins.
    if (name == "resnet" || name == "wrn-40") return to % 2 == 0 ? from % 2 == 1 : from == to - 1;
    return name != "all-zeros";
  };
  Genome genome(space);
  for (int stage = 0; stage < space.stages(); ++stage) {
    for (int to = 2; to <= space.nodes[stage]; ++to) {
      for (int from = 1; from < to; ++from) genome.connect(stage, from, to, connected(from, to));
    }
  }
  return genome;
}

std::vector<std::string> GenomeNames() { return {kNames.begin(), kNames.end()}; }

}  // namespace genet
