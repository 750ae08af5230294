// One round of a search: who is in it and where each individual comes from.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "genet/genome/genome.h"

namespace genet {

// The last operator that an individual went through.
enum class Operation {
  kInitial,    // drawn for generation 0
  kSelection,  // copied from its parent
  kCrossover,  // its pair crossed over, though perhaps no stage was swapped
  kMutation,   // it mutated, though perhaps no bit was flipped
  kRandom,     // drawn afresh by a random search
};
// "initial", "selection", "crossover", "mutation", "random".
std::string_view Name(Operation operation);
std::optional<Operation> OperationOfName(std::string_view name);

struct Individual {
  Genome genome;
  Operation operation = Operation::kInitial;
  // The one that the individual was copied from and, after a crossover, the partner. Counted from
  // the first individual of the previous generation, in the order of births: so a number beyond its
  // end is one of the same generation, and a negative one is of an older.
  std::vector<int> parents = {};
  std::vector<int> swapped_stages = {};  // taken from the second parent; from 0, ascending
  std::vector<int> flipped_bits =
      {};  // against the first parent or around_genome; from 0, ascending
  // Once the generation is complete; none if no evaluation of the string has finished.
  std::optional<double> fitness = {};

  friend bool operator==(const Individual&, const Individual&) = default;
};

struct Generation {
  int number = 0;
  std::vector<Individual> individuals = {};
  // Whether the selection that made it was uniform because all fitnesses were equal.
  bool uniform_selection = false;
  // Whether every evaluation is done and the fitnesses stand.
  bool complete = false;

  friend bool operator==(const Generation&, const Generation&) = default;
};

}  // namespace genet
