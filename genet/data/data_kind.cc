#include "genet/data/data_kind.h"

#include <algorithm>

#include "genet/base/check.h"
#include "genet/data/kinds.h"

namespace genet {

const std::vector<DataKind>& DataKinds() {
  static const std::vector<DataKind> kinds = {SyntheticKind(), Cifar10Kind(), Cifar100Kind(),
                                              MnistKind(),     SvhnKind(),    ImagesKind(),
                                              ImageNetKind()};
  return kinds;
}

const DataOption* DataKind::FindOption(std::string_view option) const {
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const DataOption& one) { return one.name == option; });
  return found == options.end() ? nullptr : &*found;
}

size_t DataKind::usual_train_images() const {
  GENET_CHECK(counts.has_value(), "{} has no official files", name);
  size_t images = counts->train;
  for (const HeldOutPart& part : held_out) {
    images -= part.per_class * static_cast<size_t>(counts->classes);
  }
  return images;
}

const DataKind* FindDataKind(std::string_view spec) {
  const std::string_view name = spec.substr(0, spec.find(':'));
  for (const DataKind& kind : DataKinds()) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

const DataKind& KindNamed(std::string_view name) {
  const DataKind* const kind = FindDataKind(name);
  GENET_CHECK(kind != nullptr, "no kind of data sets is named '{}'", name);
  return *kind;
}

std::vector<std::string> NeverMirrored() {
  std::vector<std::string> titles;
  for (const DataKind& kind : DataKinds()) {
    if (!kind.mirrored) titles.push_back(kind.title);
  }
  return titles;
}

}  // namespace genet
