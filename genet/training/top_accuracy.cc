#include "genet/training/top_accuracy.h"

#include "genet/base/check.h"

namespace genet {

double TopAccuracy(const ImageList& images, std::span<const float> logits, int k) {
  GENET_CHECK(images.size() > 0 && logits.size() % images.size() == 0);
  const size_t classes = logits.size() / images.size();
  size_t among = 0;
  for (size_t i = 0; i < images.size(); ++i) {
    const std::span<const float> row = logits.subspan(i * classes, classes);
    const size_t label = static_cast<size_t>(images.label(i));
    int before = 0;
    for (size_t c = 0; c < classes; ++c) {
      const bool behind = row[c] < row[label] || (row[c] == row[label] && c >= label);
      before += !behind;
    }
    among += before < k;
  }
  return static_cast<double>(among) / static_cast<double>(images.size());
}

}  // namespace genet
