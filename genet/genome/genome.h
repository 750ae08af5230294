// Genomes: the paper's binary strings (section 3.1).
//
// A stage of K ordered nodes has K(K-1)/2 bits, one for each pair i < j in the order (1,2), (1,3),
// (2,3), (1,4), ...: does node j take the output of node i? The text form writes the bits of one
// node together, nodes apart by '-', stages by '|': "1-01|0-01-100|0-11-101-0001". A stage of one
// node has no bits and is written "." (the paper has no such stage).
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "genet/base/error.h"

namespace genet {

// The numbers of nodes of the stages, such as {3, 4, 5}; each from 1 to kMaxNodes.
struct SearchSpace {
  // Keeps the search for a canonical form quick in the worst case (eight separate pairs of nodes).
  static constexpr int kMaxNodes = 16;

  std::vector<int> nodes;

  int stages() const { return static_cast<int>(nodes.size()); }
  // Number of bits of one stage, of all stages together.
  int stage_bits(int stage) const { return nodes[stage] * (nodes[stage] - 1) / 2; }
  int bits() const;
  // Index of a stage's first bit.
  int first_bit(int stage) const;

  friend bool operator==(const SearchSpace&, const SearchSpace&) = default;
};

// Reads "3,4,5".
Result<SearchSpace> ParseSearchSpace(std::string_view text);
std::string ToString(const SearchSpace& space);

class Genome {
 public:
  // All bits zero.
  explicit Genome(SearchSpace space);

  // Reads the text form; the number of stages and nodes follows from the text. Errors name the
  // column, counted from 1.
  static Result<Genome> Parse(std::string_view text);
  // The same, and the text must fit `space`. Also takes the names of NamedGenome().
  static Result<Genome> Parse(std::string_view text, const SearchSpace& space);

  std::string ToString() const;

  const SearchSpace& space() const { return space_; }
  int size() const { return static_cast<int>(bits_.size()); }
  bool bit(int index) const { return bits_[index] != 0; }
  void set_bit(int index, bool value) { bits_[index] = value; }
  void flip_bit(int index) { bits_[index] ^= 1; }
  // Whether node `to` of `stage` takes the output of node `from`; nodes count from 1, from < to.
  bool connected(int stage, int from, int to) const;
  void connect(int stage, int from, int to, bool value = true);
  int ones() const;

  friend bool operator==(const Genome&, const Genome&) = default;
  // Lexicographic order of the bits, for canonical forms and maps.
  friend bool operator<(const Genome& a, const Genome& b) { return a.bits_ < b.bits_; }

 private:
  SearchSpace space_;
  std::vector<uint8_t> bits_;  // stage after stage
};

// `vgg` (chain), `resnet`, `densenet` (the codes of Figure 2, carried on to any number of nodes),
// `all-ones`, `all-zeros`: any space; `genet-1`, `genet-2` (Figure 5): 3,4,5; `wrn-40`: 11,11,11.
Result<Genome> NamedGenome(std::string_view name, const SearchSpace& space);
std::vector<std::string> GenomeNames();

}  // namespace genet
