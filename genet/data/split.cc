#include "genet/data/split.h"

#include <algorithm>
#include <numeric>

#include "genet/base/check.h"

namespace genet {
namespace {

// One class: how many images it has and how many go into each part.
struct Share {
  size_t images = 0;
  size_t validation = 0;
  size_t train = 0;

  size_t spare() const { return images - validation - train; }
};

// Splits `wanted` over the classes in proportion to their sizes: every class gets its exact share
// rounded down, and those with the largest remainders one more, if they have an image left.
// Returns how many could not be placed that way.
size_t Apportion(std::vector<Share>& shares, size_t Share::*part, size_t wanted, size_t total) {
  std::vector<size_t> order(shares.size());
  std::iota(order.begin(), order.end(), 0);
  std::vector<uint64_t> remainder(shares.size());
  size_t left = wanted;
  for (size_t c = 0; c < shares.size(); ++c) {
    const uint64_t product = uint64_t(wanted) * shares[c].images;
    shares[c].*part = product / total;
    remainder[c] = product % total;
    left -= shares[c].*part;
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return remainder[a] > remainder[b]; });
  for (const size_t c : order) {
    if (left == 0) break;
    if (remainder[c] == 0 || shares[c].spare() == 0) continue;
    ++(shares[c].*part);
    --left;
  }
  return left;
}

// Rounding both parts can ask more of a class than it has. Then a validation image moves from such
// a class to one with images to spare, which keeps both within one image of their shares.
void PlaceRest(std::vector<Share>& shares, size_t rest, size_t train, size_t validation,
               size_t total) {
  const auto below_share = [&](const Share& s, size_t count, size_t wanted) {
    return uint64_t(count) * total < uint64_t(wanted) * s.images;
  };
  for (; rest > 0; --rest) {
    const auto full = std::find_if(shares.begin(), shares.end(), [&](const Share& s) {
      return s.spare() == 0 && s.validation > 0 && below_share(s, s.train, train) &&
             !below_share(s, s.validation, validation);
    });
    const auto roomy = std::find_if(shares.begin(), shares.end(), [&](const Share& s) {
      return s.spare() > 0 && below_share(s, s.validation, validation);
    });
    if (full != shares.end() && roomy != shares.end()) {
      --full->validation;
      ++full->train;
      ++roomy->validation;
      continue;
    }
    const auto any =
        std::find_if(shares.begin(), shares.end(), [](const Share& s) { return s.spare() > 0; });
    GENET_CHECK(any != shares.end());
    ++any->train;
  }
}

}  // namespace

Result<Split> StratifiedSplit(const ImageList& images, int classes, size_t train_images,
                              size_t validation_images, RandomKey key) {
  const size_t total = images.size();
  if (validation_images > total || train_images > total - validation_images) {
    return UsageError(
        "split: {} training and {} validation images wanted, but the set has {}; ask for fewer",
        train_images, validation_images, total);
  }
  if (train_images == 0) train_images = total - validation_images;
  if (train_images == 0) {
    return UsageError("split: {} validation images leave none of {} to train on; ask for fewer",
                      validation_images, total);
  }

  std::vector<std::vector<uint32_t>> members(static_cast<size_t>(classes));
  for (size_t i = 0; i < total; ++i) {
    const int label = images.label(i);
    GENET_CHECK(label >= 0 && label < classes, "label {} of {} classes", label, classes);
    members[static_cast<size_t>(label)].push_back(static_cast<uint32_t>(i));
  }

  std::vector<Share> shares(members.size());
  for (size_t c = 0; c < members.size(); ++c) shares[c].images = members[c].size();
  Apportion(shares, &Share::validation, validation_images, total);
  const size_t rest = Apportion(shares, &Share::train, train_images, total);
  PlaceRest(shares, rest, train_images, validation_images, total);

  Split split;
  for (size_t c = 0; c < members.size(); ++c) {
    RandomStream stream(key.Derive(c));
    Shuffle(stream, std::span(members[c]));
    const auto validation_end = members[c].begin() + static_cast<ptrdiff_t>(shares[c].validation);
    const auto train_end = validation_end + static_cast<ptrdiff_t>(shares[c].train);
    split.validation.insert(split.validation.end(), members[c].begin(), validation_end);
    split.train.insert(split.train.end(), validation_end, train_end);
  }
  std::sort(split.train.begin(), split.train.end());
  std::sort(split.validation.begin(), split.validation.end());
  return split;
}

namespace {

// Draws `wanted` of each class from images [begin, end) into `validation`.
Status DrawFromSource(const DataSet& set, const ValidationSource& source, size_t begin,
                      size_t wanted, RandomKey key, std::vector<uint32_t>& validation) {
  std::vector<std::vector<uint32_t>> members(static_cast<size_t>(set.classes()));
  for (size_t i = begin; i < begin + source.images; ++i) {
    members[static_cast<size_t>(set.train.label(i))].push_back(static_cast<uint32_t>(i));
  }
  for (size_t c = 0; c < members.size(); ++c) {
    if (members[c].size() < wanted) {
      return UsageError(
          "split: {} validation images of class {} wanted from {}, which has {}; ask for fewer",
          wanted, set.class_names[c], source.name, members[c].size());
    }
    RandomStream stream(key.Derive(c));
    Shuffle(stream, std::span(members[c]));
    validation.insert(validation.end(), members[c].begin(),
                      members[c].begin() + static_cast<ptrdiff_t>(wanted));
  }
  return {};
}

}  // namespace

Result<Split> SplitDataSet(const DataSet& set, size_t train_images, size_t validation_images,
                           RandomKey key) {
  if (set.validation_sources.empty()) {
    return StratifiedSplit(set.train, set.classes(), train_images, validation_images, key);
  }
  size_t usual = 0;
  for (const ValidationSource& source : set.validation_sources) {
    usual += source.held_out_per_class * static_cast<size_t>(set.classes());
  }
  for (const ValidationSource& source : set.validation_sources) {
    if (validation_images > set.train.size() ||
        validation_images * source.held_out_per_class % usual != 0) {
      return UsageError(
          "split: {} validation images cannot be drawn from {}, equally many of each class and the "
          "share of each file; the usual number is {} (--validation-images)",
          validation_images, set.name, usual);
    }
  }
  Split split;
  size_t begin = 0;
  for (const ValidationSource& source : set.validation_sources) {
    GENET_TRY(DrawFromSource(set, source, begin,
                             validation_images * source.held_out_per_class / usual,
                             key.Derive(source.name), split.validation));
    begin += source.images;
  }
  GENET_CHECK(begin == set.train.size());
  std::sort(split.validation.begin(), split.validation.end());

  std::vector<uint32_t> rest;
  size_t held = 0;
  for (uint32_t i = 0; i < set.train.size(); ++i) {
    if (held < split.validation.size() && split.validation[held] == i) {
      ++held;
    } else {
      rest.push_back(i);
    }
  }
  GENET_ASSIGN(const Split chosen, StratifiedSplit(set.train.Select(rest), set.classes(),
                                                   train_images, 0, key.Derive("train")));
  for (const uint32_t i : chosen.train) split.train.push_back(rest[i]);
  return split;
}

}  // namespace genet
