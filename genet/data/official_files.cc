#include "genet/data/official_files.h"

#include "genet/base/words.h"
#include "genet/data/data_kind.h"

namespace genet {
namespace {

std::vector<std::string> Names(bool fetchable) {
  std::vector<std::string> names;
  for (const DataKind& kind : DataKinds()) {
    const std::optional<OfficialFiles>& official = kind.official;
    if (official && official->files.empty() != fetchable) names.push_back(official->name);
  }
  return names;
}

}  // namespace

Result<FetchPlan> OfficialPlan(std::string_view name, std::string_view mirror) {
  for (const DataKind& kind : DataKinds()) {
    const std::optional<OfficialFiles>& official = kind.official;
    if (!official || official->name != name) continue;
    if (official->files.empty()) {
      return UsageError("data fetch {}: {}", name, official->instructions);
    }
    std::string address(mirror.empty() ? official->address : mirror);
    if (address.back() != '/') address += '/';
    FetchPlan plan{.data_set = official->name, .files = {}};
    for (const OfficialFile& file : official->files) {
      plan.files.push_back({file.name, address + file.name, file.checksum});
    }
    return plan;
  }
  return UsageError("data fetch {}: unknown data set; known are {}", name,
                    Enumerate(FetchableSets(), "and"));
}

std::vector<std::string> FetchableSets() { return Names(/*fetchable=*/true); }
std::vector<std::string> RestrictedSets() { return Names(/*fetchable=*/false); }

}  // namespace genet
