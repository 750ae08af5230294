#include "genet/signature/rows.h"

#include "genet/kernels/target.h"

namespace genet {
namespace {

constexpr const char* kRoundings[] = {".fma", ".plain"};

bool IsOf(const NamedHash& row, std::string_view rounding) { return row.name.ends_with(rounding); }

// The targets of a rounding, in their order.
std::vector<std::string> TargetsOf(const std::vector<std::string>& targets,
                                   std::string_view rounding) {
  std::vector<std::string> alike = targets;
  std::erase_if(alike, [&](const std::string& target) { return RoundingOf(target) != rounding; });
  return alike;
}

}  // namespace

std::string RoundingOf(std::string_view target) {
  return kernels::FusesMultiplyAdd(target) ? kRoundings[0] : kRoundings[1];
}

Result<std::vector<NamedHash>> RowsOnEachTarget(
    std::string_view part, const std::vector<std::string>& targets,
    const std::function<Result<std::vector<NamedHash>>(const std::string& target)>& compute) {
  std::vector<NamedHash> rows;
  for (const std::string_view rounding : kRoundings) {
    const std::vector<std::string> alike = TargetsOf(targets, rounding);
    std::vector<NamedHash> first;
    for (const std::string& target : alike) {
      if (!kernels::SelectTarget(target)) return Failure("this machine has no {}", target);
      auto computed = compute(target);
      kernels::SelectTarget("best");
      if (!computed) return tl::unexpected(computed.error());
      if (target == alike.front()) first = *computed;
      for (size_t i = 0; i < first.size(); ++i) {
        if (computed->at(i) == first[i]) continue;
        return Failure(
            "{}.{}{}: {} gives {} and {} gives {}, though they round alike; results depend on the "
            "processor",
            part, first[i].name, rounding, alike.front(), ToText(first[i].hash), target,
            ToText(computed->at(i).hash));
      }
    }
    for (const NamedHash& row : first) {
      rows.push_back(
          {fmt::format("{}{}{}{}", part, row.name.empty() ? "" : ".", row.name, rounding),
           row.hash});
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
