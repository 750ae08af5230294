// What a trained network makes of images (section 4.3): the activation of one of its layers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/data/data_set.h"
#include "genet/engine/backend.h"
#include "genet/training/weights_file.h"

namespace genet {

// Row by row, one an image.
struct Features {
  size_t dimensions = 0;
  std::vector<float> values;  // labels.size() x dimensions
  std::vector<int32_t> labels;

  size_t size() const { return labels.size(); }
};

struct FeatureOptions {
  // "fc1": after its ReLU; "pool3", "input", ...: flattened in the order channel, row, column.
  std::string layer = "fc1";
  EngineSettings engine = {};
  EngineResources resources{.batch = 128};
};

// In evaluation mode. A usage error if the images do not have the shape that the network takes, or
// if it has no such layer.
Result<Features> ExtractFeatures(const WeightsFile& weights, const ImageList& images,
                                 const FeatureOptions& options);

// The pixels themselves, from 0 to 1, in the order channel, row, column.
Result<Features> PixelFeatures(const ImageList& images);

}  // namespace genet
