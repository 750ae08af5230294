#include "genet/training/measure.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "genet/base/check.h"
#include "genet/data/batch_reader.h"

namespace genet {

Result<Measurement> Measure(Engine& engine, const ImageList& images, int batch,
                            std::span<float> logits) {
  GENET_CHECK(images.size() > 0 && batch >= 1 && batch <= engine.max_batch());
  Measurement sum;
  int64_t correct = 0;
  std::vector<InputImage> inputs;
  std::vector<int32_t> labels;
  std::vector<uint32_t> order(images.size());
  std::iota(order.begin(), order.end(), 0u);
  BatchReader reader(images, order, static_cast<size_t>(batch));
  const size_t classes = logits.size() / images.size();
  GENET_CHECK(logits.size() == images.size() * classes);
  for (size_t begin = 0; begin < images.size(); begin += static_cast<size_t>(batch)) {
    const size_t end = std::min(images.size(), begin + static_cast<size_t>(batch));
    inputs.clear();
    labels.clear();
    GENET_ASSIGN(const auto pixels, reader.Next());
    for (size_t i = begin; i < end; ++i) {
      inputs.push_back({.pixels = pixels[i - begin]});
      labels.push_back(images.label(i));
    }
    const BatchResult result =
        engine.Evaluate({inputs, labels}, logits.subspan(begin * classes, (end - begin) * classes));
    sum.loss += result.loss;
    correct += result.correct;
  }
  const double count = static_cast<double>(images.size());
  sum.loss /= count;
  sum.accuracy = static_cast<double>(correct) / count;
  return sum;
}

InputTransform NormalisingTransform(const ChannelStatistics& statistics) {
  InputTransform transform;
  for (size_t c = 0; c < statistics.mean.size(); ++c) {
    // A channel of one value only has nothing to scale.
    const double deviation = statistics.deviation[c] > 0 ? statistics.deviation[c] : 1;
    transform.scale.push_back(static_cast<float>(1 / (255 * deviation)));
    transform.offset.push_back(static_cast<float>(-statistics.mean[c] / deviation));
  }
  return transform;
}

}  // namespace genet
