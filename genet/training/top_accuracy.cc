#include "genet/training/top_accuracy.h"

#include "genet/base/check.h"

namespace genet {
namespace {

size_t ClassesOf(const ImageList& images, std::span<const float> logits) {
  GENET_CHECK(images.size() > 0 && logits.size() % images.size() == 0);
  return logits.size() / images.size();
}

// How many classes are likelier than the label; all if the label's logit is no number.
int LikelierThan(size_t label, std::span<const float> row) {
  int likelier = 0;
  for (size_t c = 0; c < row.size(); ++c) {
    const bool behind = row[c] < row[label] || (row[c] == row[label] && c >= label);
    likelier += !behind;
  }
  return likelier;
}

}  // namespace

double TopAccuracy(const ImageList& images, std::span<const float> logits, int k) {
  const size_t classes = ClassesOf(images, logits);
  size_t among = 0;
  for (size_t i = 0; i < images.size(); ++i) {
    const auto label = static_cast<size_t>(images.label(i));
    among += LikelierThan(label, logits.subspan(i * classes, classes)) < k;
  }
  return static_cast<double>(among) / static_cast<double>(images.size());
}

std::vector<int64_t> ClassHits(const ImageList& images, std::span<const float> logits) {
  const size_t classes = ClassesOf(images, logits);
  std::vector<int64_t> hits(classes);
  for (size_t i = 0; i < images.size(); ++i) {
    const auto label = static_cast<size_t>(images.label(i));
    hits[label] += LikelierThan(label, logits.subspan(i * classes, classes)) == 0;
  }
  return hits;
}

}  // namespace genet
