// What was meant by a word that is unknown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace genet {

// The nearest of `candidates` by edit distance, or "" if none is near enough to be meant.
std::string Nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace genet
