#include "genet/engine/reference/layer_math.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "genet/base/check.h"
#include "genet/engine/engine.h"

namespace genet::reference {
namespace {

// The part of a pooling window that lies inside the image.
struct Window {
  int first_row, end_row, first_column, end_column;
  int pixels() const { return (end_row - first_row) * (end_column - first_column); }
};

Window ClippedWindow(const Layer& layer, int row, int column) {
  const int top = row * layer.operation.stride, left = column * layer.operation.stride;
  Window window{top, std::min(top + layer.operation.kernel, layer.input.height), left,
                std::min(left + layer.operation.kernel, layer.input.width)};
  GENET_CHECK(window.first_row < window.end_row && window.first_column < window.end_column,
              "{}: window {},{} lies outside the image", layer.name, row, column);
  return window;
}

// Calls visit(output row, first output column, count, input row, first input column, kernel row,
// kernel column) for each run of output pixels that a kernel position reaches inside the image.
template <class Visit>
void ForEachRun(const Layer& layer, Visit visit) {
  for (int row = 0; row < layer.output.height; ++row) {
    for (int kernel_row = 0; kernel_row < layer.operation.kernel; ++kernel_row) {
      const int input_row = row + kernel_row - layer.operation.padding;
      if (input_row < 0 || input_row >= layer.input.height) continue;
      for (int kernel_column = 0; kernel_column < layer.operation.kernel; ++kernel_column) {
        const int offset = kernel_column - layer.operation.padding;
        const int first = std::max(0, -offset);
        const int end = std::min(layer.output.width, layer.input.width - offset);
        if (first < end) {
          visit(row, first, end - first, input_row, first + offset, kernel_row, kernel_column);
        }
      }
    }
  }
}

size_t WeightIndex(const Layer& layer, int out, int in, int kernel_row, int kernel_column) {
  return ((size_t(out) * layer.input.channels + in) * layer.operation.kernel + kernel_row) *
             layer.operation.kernel +
         kernel_column;
}

}  // namespace

Activation Convolve(const Layer& layer, const Activation& input, std::span<const double> weight) {
  Activation output(input.images, layer.output);
  for (int n = 0; n < input.images; ++n) {
    for (int out = 0; out < layer.output.channels; ++out) {
      for (int in = 0; in < layer.input.channels; ++in) {
        ForEachRun(layer, [&](int row, int column, int count, int input_row, int input_column,
                              int kernel_row, int kernel_column) {
          const double w = weight[WeightIndex(layer, out, in, kernel_row, kernel_column)];
          const double* x = &input.values[input.index(n, in, input_row, input_column)];
          double* y = &output.values[output.index(n, out, row, column)];
          for (int i = 0; i < count; ++i) y[i] += w * x[i];
        });
      }
    }
  }
  return output;
}

void ConvolveBackward(const Layer& layer, const Activation& input, std::span<const double> weight,
                      const Activation& output_gradient, Activation& input_gradient,
                      std::span<double> weight_gradient) {
  for (int n = 0; n < input.images; ++n) {
    for (int out = 0; out < layer.output.channels; ++out) {
      for (int in = 0; in < layer.input.channels; ++in) {
        ForEachRun(layer, [&](int row, int column, int count, int input_row, int input_column,
                              int kernel_row, int kernel_column) {
          const size_t at = WeightIndex(layer, out, in, kernel_row, kernel_column);
          const size_t input_at = input.index(n, in, input_row, input_column);
          const double* x = &input.values[input_at];
          double* dx = &input_gradient.values[input_at];
          const double* dy = &output_gradient.values[output_gradient.index(n, out, row, column)];
          const double w = weight[at];
          double dw = 0;
          for (int i = 0; i < count; ++i) {
            dx[i] += w * dy[i];
            dw += x[i] * dy[i];
          }
          weight_gradient[at] += dw;
        });
      }
    }
  }
}

ChannelMoments MeasureMoments(const Activation& input) {
  const int channels = input.shape.channels, pixels = input.shape.height * input.shape.width;
  const double count = double(input.images) * pixels;
  ChannelMoments moments{std::vector<double>(channels), std::vector<double>(channels)};
  for (int c = 0; c < channels; ++c) {
    double sum = 0;
    for (int n = 0; n < input.images; ++n) {
      const double* x = &input.values[input.index(n, c, 0, 0)];
      for (int i = 0; i < pixels; ++i) sum += x[i];
    }
    const double mean = sum / count;
    double squares = 0;
    for (int n = 0; n < input.images; ++n) {
      const double* x = &input.values[input.index(n, c, 0, 0)];
      for (int i = 0; i < pixels; ++i) squares += (x[i] - mean) * (x[i] - mean);
    }
    moments.mean[c] = mean;
    moments.variance[c] = squares / count;
  }
  return moments;
}

Activation Normalise(const Activation& input, const ChannelMoments& moments) {
  const int pixels = input.shape.height * input.shape.width;
  Activation output(input.images, input.shape);
  for (int n = 0; n < input.images; ++n) {
    for (int c = 0; c < input.shape.channels; ++c) {
      const double scale = 1 / std::sqrt(moments.variance[c] + kBatchNormEpsilon);
      const size_t at = input.index(n, c, 0, 0);
      for (int i = 0; i < pixels; ++i) {
        output.values[at + i] = (input.values[at + i] - moments.mean[c]) * scale;
      }
    }
  }
  return output;
}

Activation NormaliseBackward(const Activation& normalised, const ChannelMoments& moments,
                             const Activation& output_gradient) {
  // With z the normalised values: dx = (dz - mean(dz) - z * mean(dz * z)) / deviation.
  const int pixels = normalised.shape.height * normalised.shape.width;
  const double count = double(normalised.images) * pixels;
  Activation input_gradient(normalised.images, normalised.shape);
  for (int c = 0; c < normalised.shape.channels; ++c) {
    double sum = 0, product_sum = 0;
    for (int n = 0; n < normalised.images; ++n) {
      const size_t at = normalised.index(n, c, 0, 0);
      for (int i = 0; i < pixels; ++i) {
        sum += output_gradient.values[at + i];
        product_sum += output_gradient.values[at + i] * normalised.values[at + i];
      }
    }
    const double scale = 1 / std::sqrt(moments.variance[c] + kBatchNormEpsilon);
    for (int n = 0; n < normalised.images; ++n) {
      const size_t at = normalised.index(n, c, 0, 0);
      for (int i = 0; i < pixels; ++i) {
        input_gradient.values[at + i] = scale * (output_gradient.values[at + i] - sum / count -
                                                 normalised.values[at + i] * product_sum / count);
      }
    }
  }
  return input_gradient;
}

void Relu(std::span<double> values) {
  for (double& x : values) x = std::max(x, 0.0);
}

void ReluBackward(std::span<const double> output, std::span<double> gradient) {
  for (size_t i = 0; i < output.size(); ++i) {
    if (!(output[i] > 0)) gradient[i] = 0;
  }
}

Activation MaxPool(const Layer& layer, const Activation& input, std::vector<size_t>& chosen) {
  Activation output(input.images, layer.output);
  chosen.assign(output.values.size(), 0);
  for (int n = 0; n < input.images; ++n) {
    for (int c = 0; c < layer.output.channels; ++c) {
      for (int row = 0; row < layer.output.height; ++row) {
        for (int column = 0; column < layer.output.width; ++column) {
          const Window window = ClippedWindow(layer, row, column);
          size_t best = input.index(n, c, window.first_row, window.first_column);
          for (int r = window.first_row; r < window.end_row; ++r) {
            for (int k = window.first_column; k < window.end_column; ++k) {
              const size_t at = input.index(n, c, r, k);
              if (input.values[at] > input.values[best]) best = at;
            }
          }
          const size_t at = output.index(n, c, row, column);
          chosen[at] = best;
          output.values[at] = input.values[best];
        }
      }
    }
  }
  return output;
}

void MaxPoolBackward(std::span<const size_t> chosen, const Activation& output_gradient,
                     Activation& input_gradient) {
  for (size_t i = 0; i < chosen.size(); ++i) {
    input_gradient.values[chosen[i]] += output_gradient.values[i];
  }
}

double SmallestMaxPoolGap(const Layer& layer, const Activation& input) {
  std::vector<size_t> chosen;
  const Activation output = MaxPool(layer, input, chosen);
  double smallest = std::numeric_limits<double>::infinity();
  for (int n = 0; n < input.images; ++n) {
    for (int c = 0; c < layer.output.channels; ++c) {
      for (int row = 0; row < layer.output.height; ++row) {
        for (int column = 0; column < layer.output.width; ++column) {
          const Window window = ClippedWindow(layer, row, column);
          for (int r = window.first_row; r < window.end_row; ++r) {
            for (int k = window.first_column; k < window.end_column; ++k) {
              const double gap = output.at(n, c, row, column) - input.at(n, c, r, k);
              if (gap > 0) smallest = std::min(smallest, gap);
            }
          }
        }
      }
    }
  }
  return smallest;
}

Activation AveragePool(const Layer& layer, const Activation& input) {
  Activation output(input.images, layer.output);
  for (int n = 0; n < input.images; ++n) {
    for (int c = 0; c < layer.output.channels; ++c) {
      for (int row = 0; row < layer.output.height; ++row) {
        for (int column = 0; column < layer.output.width; ++column) {
          const Window window = ClippedWindow(layer, row, column);
          double sum = 0;
          for (int r = window.first_row; r < window.end_row; ++r) {
            for (int k = window.first_column; k < window.end_column; ++k) {
              sum += input.at(n, c, r, k);
            }
          }
          output.at(n, c, row, column) = sum / window.pixels();
        }
      }
    }
  }
  return output;
}

void AveragePoolBackward(const Layer& layer, const Activation& output_gradient,
                         Activation& input_gradient) {
  for (int n = 0; n < output_gradient.images; ++n) {
    for (int c = 0; c < layer.output.channels; ++c) {
      for (int row = 0; row < layer.output.height; ++row) {
        for (int column = 0; column < layer.output.width; ++column) {
          const Window window = ClippedWindow(layer, row, column);
          const double share = output_gradient.at(n, c, row, column) / window.pixels();
          for (int r = window.first_row; r < window.end_row; ++r) {
            for (int k = window.first_column; k < window.end_column; ++k) {
              input_gradient.at(n, c, r, k) += share;
            }
          }
        }
      }
    }
  }
}

Activation FullyConnect(const Layer& layer, const Activation& input, std::span<const double> weight,
                        std::span<const double> bias) {
  Activation output(input.images, layer.output);
  const size_t features = layer.input.size();
  for (int n = 0; n < input.images; ++n) {
    const std::span<const double> x = input.image(n);
    const std::span<double> y = output.image(n);
    for (size_t out = 0; out < y.size(); ++out) {
      y[out] = bias[out];
      for (size_t in = 0; in < features; ++in) y[out] += weight[out * features + in] * x[in];
    }
  }
  return output;
}

void FullyConnectBackward(const Activation& input, std::span<const double> weight,
                          const Activation& output_gradient, Activation& input_gradient,
                          std::span<double> weight_gradient, std::span<double> bias_gradient) {
  const size_t features = input.shape.size();
  for (int n = 0; n < input.images; ++n) {
    const std::span<const double> x = input.image(n);
    const std::span<const double> dy = output_gradient.image(n);
    const std::span<double> dx = input_gradient.image(n);
    for (size_t out = 0; out < dy.size(); ++out) {
      bias_gradient[out] += dy[out];
      for (size_t in = 0; in < features; ++in) {
        weight_gradient[out * features + in] += x[in] * dy[out];
        dx[in] += weight[out * features + in] * dy[out];
      }
    }
  }
}

std::vector<double> DropoutFactors(const Layer& layer, int images, RandomKey key, int ordinal) {
  const int64_t features = layer.output.size();
  const RandomKey layer_key = key.Derive(static_cast<uint64_t>(ordinal));
  const auto threshold = static_cast<uint32_t>(layer.operation.rate * 4294967296.0);
  std::vector<double> factors;
  factors.reserve(images * features);
  for (int64_t n = 0; n < images; ++n) {
    for (int64_t f = 0; f < features; ++f) {
      const uint32_t bits = layer_key.Bits(n * ((features + 3) / 4) + f / 4)[f % 4];
      factors.push_back(bits >= threshold ? 1 / (1 - layer.operation.rate) : 0);
    }
  }
  return factors;
}

CrossEntropy SoftmaxCrossEntropy(const Activation& logits, std::span<const int32_t> labels,
                                 Activation* gradient) {
  if (gradient) *gradient = Activation(logits.images, logits.shape);
  CrossEntropy result;
  for (int n = 0; n < logits.images; ++n) {
    const std::span<const double> z = logits.image(n);
    const size_t label = labels[n];
    GENET_CHECK(label < z.size(), "label {} of {} classes", labels[n], z.size());
    const auto largest = std::max_element(z.begin(), z.end());
    result.correct += size_t(largest - z.begin()) == label;
    double sum = 0;
    for (double x : z) sum += std::exp(x - *largest);
    result.loss += std::log(sum) - (z[label] - *largest);
    if (!gradient) continue;
    for (size_t k = 0; k < z.size(); ++k) {
      gradient->image(n)[k] =
          (std::exp(z[k] - *largest) / sum - (k == label ? 1 : 0)) / logits.images;
    }
  }
  return result;
}

}  // namespace genet::reference
