#include "genet/signature/rows.h"

#include "genet/kernels/target.h"

namespace genet {
namespace {

constexpr const char* kRoundings[] = {".fma", ".plain"};

bool IsOf(const NamedHash& row, std::string_view rounding) { return row.name.ends_with(rounding); }

}  // namespace

std::string RoundingOf(std::string_view target) {
  return kernels::FusesMultiplyAdd(target) ? kRoundings[0] : kRoundings[1];
}

Result<std::vector<NamedHash>> RowsOnEachTarget(
    std::string_view part, const std::vector<std::string>& targets,
    const std::function<Result<std::vector<NamedHash>>(const std::string& target)>& compute) {
  std::vector<NamedHash> rows;
  for (const std::string_view rounding : kRoundings) {
    std::string first_target;
    size_t first_row = 0;
    for (const std::string& target : targets) {
      if (RoundingOf(target) != rounding) continue;
      if (!kernels::SelectTarget(target)) return Failure("this machine has no {}", target);
      auto computed = compute(target);
      kernels::SelectTarget("best");
      if (!computed) return tl::unexpected(computed.error());
      for (NamedHash& row : *computed) {
        row.name = fmt::format("{}{}{}{}", part, row.name.empty() ? "" : ".", row.name, rounding);
      }
      if (first_target.empty()) {
        first_target = target;
        first_row = rows.size();
        rows.insert(rows.end(), computed->begin(), computed->end());
        continue;
      }
      for (size_t i = 0; i < computed->size(); ++i) {
        if ((*computed)[i] == rows[first_row + i]) continue;
        return Failure(
            "{}: {} gives {} and {} gives {}, though they round alike; results depend "
            "on the processor",
            (*computed)[i].name, first_target, ToText(rows[first_row + i].hash), target,
            ToText((*computed)[i].hash));
      }
    }
  }
  return rows;
}

uint64_t HashOfRows(const std::vector<NamedHash>& rows, std::string_view rounding) {
  Hash hash;
  for (const NamedHash& row : rows) {
    if (!IsOf(row, rounding) && (IsOf(row, kRoundings[0]) || IsOf(row, kRoundings[1]))) continue;
    hash.Add(std::string_view(row.name));
    hash.Add(row.hash);
  }
  return hash.value();
}

std::string ToText(uint64_t hash) { return fmt::format("{:016x}", hash); }

}  // namespace genet
