#include "genet/experiments/data_choice.h"

#include <algorithm>

#include "genet/data/data_set.h"
#include "genet/experiments/trainings.h"

namespace genet {

std::vector<std::string> SmallSets(const std::vector<std::string>& data) {
  std::vector<std::string> small = data;
  std::erase_if(small, IsOfPictures);
  return small.empty() ? data : small;
}

std::optional<std::string> LargeSet(const std::vector<std::string>& data) {
  std::vector<std::string> images;
  for (const std::string& one : data) {
    if (KindOf(one) == "imagenet") return one;
    if (KindOf(one) == "images") images.push_back(one);
  }
  if (images.size() > 1 || (images.size() == 1 && data.size() == 1)) return images.front();
  return std::nullopt;
}

std::optional<std::string> Categories(const std::vector<std::string>& data) {
  const auto found = std::find_if(data.rbegin(), data.rend(),
                                  [](const std::string& one) { return KindOf(one) == "images"; });
  return found == data.rend() ? std::nullopt : std::optional(*found);
}

std::optional<std::string> CaltechTrainingSet(const std::vector<std::string>& data) {
  const std::optional<std::string> large = LargeSet(data);
  if (large && large != Categories(data)) return large;
  const auto found = std::find_if_not(data.begin(), data.end(), IsOfPictures);
  return found == data.end() ? std::nullopt : std::optional(*found);
}

}  // namespace genet
