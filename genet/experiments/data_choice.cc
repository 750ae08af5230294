#include "genet/experiments/data_choice.h"

#include <algorithm>

#include "genet/data/data_kind.h"

namespace genet {
namespace {

bool IsOfPictures(const std::string& data) {
  const DataKind* const kind = FindDataKind(data);
  return kind != nullptr && kind->pictures();
}

// A set that everybody has the same of, such as ImageNet, or pictures of the user's own.
bool IsKnownPictures(const std::string& data) {
  return IsOfPictures(data) && FindDataKind(data)->counts.has_value();
}
bool IsOwnPictures(const std::string& data) { return IsOfPictures(data) && !IsKnownPictures(data); }

}  // namespace

std::vector<std::string> SmallSets(const std::vector<std::string>& data) {
  std::vector<std::string> small = data;
  std::erase_if(small, IsOfPictures);
  return small.empty() ? data : small;
}

std::optional<std::string> LargeSet(const std::vector<std::string>& data) {
  const auto known = std::find_if(data.begin(), data.end(), IsKnownPictures);
  if (known != data.end()) return *known;
  const auto own = std::find_if(data.begin(), data.end(), IsOwnPictures);
  const bool several = std::count_if(data.begin(), data.end(), IsOwnPictures) > 1;
  return own != data.end() && (several || data.size() == 1) ? std::optional(*own) : std::nullopt;
}

std::optional<std::string> Categories(const std::vector<std::string>& data) {
  const auto found = std::find_if(data.rbegin(), data.rend(), IsOwnPictures);
  return found == data.rend() ? std::nullopt : std::optional(*found);
}

std::optional<std::string> CaltechTrainingSet(const std::vector<std::string>& data) {
  const std::optional<std::string> large = LargeSet(data);
  if (large && large != Categories(data)) return large;
  const auto found = std::find_if_not(data.begin(), data.end(), IsOfPictures);
  return found == data.end() ? std::nullopt : std::optional(*found);
}

}  // namespace genet
