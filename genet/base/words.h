// Lists of words for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace genet {

// "a, b and c" for the last word "and"; one word stands alone, none are an empty text.
std::string Enumerate(const std::vector<std::string>& words, std::string_view last);

}  // namespace genet
