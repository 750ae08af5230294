// Forward and backward of every layer kind, written as the formulas are: double precision, plain
// loops, arrays in the order [image][channel][row][column]. Meant to be read and trusted, not to be
// fast. A backward function adds to the gradients it is given.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "genet/base/random.h"
#include "genet/network/network.h"

namespace genet::reference {

struct Activation {
  Activation() = default;
  Activation(int image_count, Shape image_shape)
      : images(image_count), shape(image_shape), values(image_count * image_shape.size()) {}

  size_t index(int image, int channel, int row, int column) const {
    return ((size_t(image) * shape.channels + channel) * shape.height + row) * shape.width + column;
  }
  double& at(int image, int channel, int row, int column) {
    return values[index(image, channel, row, column)];
  }
  double at(int image, int channel, int row, int column) const {
    return values[index(image, channel, row, column)];
  }
  std::span<double> image(int n) {
    return std::span(values).subspan(n * shape.size(), shape.size());
  }
  std::span<const double> image(int n) const {
    return std::span(values).subspan(n * shape.size(), shape.size());
  }

  int images = 0;
  Shape shape;
  std::vector<double> values;
};

// weight [out, in, row, column]; stride 1, zero padding.
Activation Convolve(const Layer& layer, const Activation& input, std::span<const double> weight);
void ConvolveBackward(const Layer& layer, const Activation& input, std::span<const double> weight,
                      const Activation& output_gradient, Activation& input_gradient,
                      std::span<double> weight_gradient);

// One entry a channel.
struct ChannelMoments {
  std::vector<double> mean;
  std::vector<double> variance;  // biased: divided by the number of values
};
ChannelMoments MeasureMoments(const Activation& input);
// (x - mean) / sqrt(variance + epsilon)
Activation Normalise(const Activation& input, const ChannelMoments& moments);
// Of Normalise with the moments of the input itself.
Activation NormaliseBackward(const Activation& normalised, const ChannelMoments& moments,
                             const Activation& output_gradient);

void Relu(std::span<double> values);
// Zeroes the gradient where the ReLU's output is 0.
void ReluBackward(std::span<const double> output, std::span<double> gradient);

// `chosen` receives, for each output value, the index of the input value that it is: the first
// maximum in row-column order.
Activation MaxPool(const Layer& layer, const Activation& input, std::vector<size_t>& chosen);
void MaxPoolBackward(std::span<const size_t> chosen, const Activation& output_gradient,
                     Activation& input_gradient);

// The smallest difference, over all windows, between the largest and the second largest value that
// differs from it.
double SmallestMaxPoolGap(const Layer& layer, const Activation& input);

Activation AveragePool(const Layer& layer, const Activation& input);
void AveragePoolBackward(const Layer& layer, const Activation& output_gradient,
                         Activation& input_gradient);

// weight [out, in]; no ReLU.
Activation FullyConnect(const Layer& layer, const Activation& input, std::span<const double> weight,
                        std::span<const double> bias);
void FullyConnectBackward(const Activation& input, std::span<const double> weight,
                          const Activation& output_gradient, Activation& input_gradient,
                          std::span<double> weight_gradient, std::span<double> bias_gradient);

// What every value of the network's `ordinal`-th dropout layer is multiplied by: 0 or
// 1 / (1 - rate). Feature f of image n is decided by 32 bits at the address
// (key, ordinal, n * ceil(F / 4) + f / 4, f % 4), so by nothing that an engine may order freely.
std::vector<double> DropoutFactors(const Layer& layer, int images, RandomKey key, int ordinal);

// Sum over the images; `gradient`, if not null, receives that of the mean over the images.
struct CrossEntropy {
  double loss = 0;
  int correct = 0;  // images whose first largest logit is the label's
};
CrossEntropy SoftmaxCrossEntropy(const Activation& logits, std::span<const int32_t> labels,
                                 Activation* gradient);

}  // namespace genet::reference
