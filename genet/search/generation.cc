#include "genet/search/generation.h"

#include <array>

namespace genet {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"initial", "selection", "crossover", "mutation",
                                                    "random"};

}  // namespace

std::string_view Name(Operation operation) { return kNames[static_cast<int>(operation)]; }

std::optional<Operation> OperationOfName(std::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Operation>(i);
  }
  return std::nullopt;
}

}  // namespace genet
