// Rows of the signature: named hashes, and how those of several SIMD targets become one.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/hash.h"

namespace genet {

// What a target's rows end with: ".fma", or ".plain" where a multiply-add rounds twice.
std::string RoundingOf(std::string_view target);

// Selects each of `targets` in turn, computes, and names the hashes PART.NAME.ROUNDING. Targets
// that round alike have one row, those with fused multiply-add first; an error names the first row
// that depends on the target. The best target is in use afterwards.
Result<std::vector<NamedHash>> RowsOnEachTarget(
    std::string_view part, const std::vector<std::string>& targets,
    const std::function<Result<std::vector<NamedHash>>(const std::string& target)>& compute);

// One hash of all rows that belong to a rounding: its own and those without one.
uint64_t HashOfRows(const std::vector<NamedHash>& rows, std::string_view rounding);

// "0123456789abcdef".
std::string ToText(uint64_t hash);

}  // namespace genet
