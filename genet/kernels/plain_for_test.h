// What each kernel computes, written as its formula is: double precision, plain loops, one block in
// the kernels' own layout [channel][row][column][16 images]. Meant to be read and trusted.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "genet/kernels/convolution.h"
#include "genet/kernels/dense.h"
#include "genet/kernels/pooling.h"

namespace genet::kernels::plain {

using Values = std::vector<double>;

// max(0, scale z + shift), or the values themselves; summed over the sources.
inline Values Sum(const SourceSum& input, int channels, int pixels) {
  Values sum(size_t(channels) * pixels * kBlock, 0.0);
  for (int s = 0; s < input.count; ++s) {
    const Source& source = input.sources[s];
    for (int c = 0; c < channels; ++c) {
      for (size_t i = c * pixels * kBlock; i < (c + 1) * pixels * kBlock; ++i) {
        const double z = source.values[i];
        sum[i] += source.scale == nullptr
                      ? z
                      : std::max(0.0, double(source.scale[c]) * z + double(source.shift[c]));
      }
    }
  }
  return sum;
}

// Calls visit(output index, weight index, input index) for each product of a convolution of one
// image; the indices of activations are those of image 0.
template <class Visit>
void ForEachProduct(const ConvolutionShape& shape, Visit visit) {
  const int k = shape.kernel, height = shape.out_height(), width = shape.out_width();
  for (int out = 0; out < shape.out_channels; ++out) {
    for (int in = 0; in < shape.in_channels; ++in) {
      for (int ky = 0; ky < k; ++ky) {
        for (int kx = 0; kx < k; ++kx) {
          const size_t weight = ((size_t(out) * shape.in_channels + in) * k + ky) * k + kx;
          for (int y = 0; y < height; ++y) {
            const int from_y = y + ky - shape.padding;
            if (from_y < 0 || from_y >= shape.height) continue;
            for (int x = 0; x < width; ++x) {
              const int from_x = x + kx - shape.padding;
              if (from_x < 0 || from_x >= shape.width) continue;
              visit(((size_t(out) * height + y) * width + x) * kBlock, weight,
                    ((size_t(in) * shape.height + from_y) * shape.width + from_x) * kBlock);
            }
          }
        }
      }
    }
  }
}

inline Values Convolve(const ConvolutionShape& shape, const Values& input, const Values& weights) {
  Values output(size_t(shape.out_channels) * shape.out_height() * shape.out_width() * kBlock, 0.0);
  ForEachProduct(shape, [&](size_t out, size_t weight, size_t in) {
    for (size_t i = 0; i < kBlock; ++i) output[out + i] += weights[weight] * input[in + i];
  });
  return output;
}

// Of sum over outputs of output_gradient output, with respect to the input.
inline Values ConvolveInputGradient(const ConvolutionShape& shape, const Values& output_gradient,
                                    const Values& weights) {
  Values gradient(size_t(shape.in_channels) * shape.height * shape.width * kBlock, 0.0);
  ForEachProduct(shape, [&](size_t out, size_t weight, size_t in) {
    for (size_t i = 0; i < kBlock; ++i) {
      gradient[in + i] += weights[weight] * output_gradient[out + i];
    }
  });
  return gradient;
}

// With respect to the weights; added to `gradient`.
inline void ConvolveWeightGradient(const ConvolutionShape& shape, const Values& output_gradient,
                                   const Values& input, Values& gradient) {
  ForEachProduct(shape, [&](size_t out, size_t weight, size_t in) {
    double sum = 0;
    for (size_t i = 0; i < kBlock; ++i) sum += output_gradient[out + i] * input[in + i];
    gradient[weight] += sum;
  });
}

// [channel][2][16]: sums over pixels of the values and of their squares.
inline Values Moments(const Values& values, int channels) {
  Values sums(size_t(channels) * 2 * kBlock, 0.0);
  const size_t pixels = values.size() / kBlock / channels;
  for (int c = 0; c < channels; ++c) {
    for (size_t i = 0; i < pixels * kBlock; ++i) {
      const double value = values[c * pixels * kBlock + i];
      sums[c * 2 * kBlock + i % kBlock] += value;
      sums[(c * 2 + 1) * kBlock + i % kBlock] += value * value;
    }
  }
  return sums;
}

// g of NormalisedGradient: the summed gradients where the ReLU was open.
inline Values MaskedGradient(const NormalisedGradient& gradient, int channels, int pixels) {
  Values masked(size_t(channels) * pixels * kBlock, 0.0);
  for (size_t i = 0; i < masked.size(); ++i) {
    const size_t c = i / (pixels * kBlock);
    if (double(gradient.scale[c]) * double(gradient.z[i]) + double(gradient.shift[c]) <= 0)
      continue;
    for (int s = 0; s < gradient.count; ++s) masked[i] += double(gradient.gradients[s][i]);
  }
  return masked;
}

inline Values NormalisationSums(const NormalisedGradient& gradient, int channels, int pixels) {
  const Values g = MaskedGradient(gradient, channels, pixels);
  Values sums(size_t(channels) * 2 * kBlock, 0.0);
  for (size_t i = 0; i < g.size(); ++i) {
    const size_t c = i / (pixels * kBlock);
    const double centred = double(gradient.z[i]) - double(gradient.mean[c]);
    sums[c * 2 * kBlock + i % kBlock] += g[i];
    sums[(c * 2 + 1) * kBlock + i % kBlock] += g[i] * centred;
  }
  return sums;
}

// dz of NormalisedGradient; 0 in lanes without an image.
inline Values NormaliseBackward(const NormalisedGradient& gradient, int channels, int pixels) {
  Values dz = MaskedGradient(gradient, channels, pixels);
  for (size_t i = 0; i < dz.size(); ++i) {
    const size_t c = i / (pixels * kBlock);
    const double centred = double(gradient.z[i]) - double(gradient.mean[c]);
    const double mean_part = double(gradient.mean_g[c]) + centred * double(gradient.slope[c]);
    dz[i] = double(gradient.lanes[i % kBlock]) * double(gradient.factor[c]) * (dz[i] - mean_part);
  }
  return dz;
}

// Calls visit(output index, input indices of its window) for image 0, windows clipped.
template <class Visit>
void ForEachWindow(const PoolShape& shape, Visit visit) {
  std::vector<size_t> window;
  for (int c = 0; c < shape.channels; ++c) {
    for (int y = 0; y < shape.out_height; ++y) {
      for (int x = 0; x < shape.out_width; ++x) {
        window.clear();
        for (int ky = 0; ky < shape.kernel; ++ky) {
          for (int kx = 0; kx < shape.kernel; ++kx) {
            const int from_y = y * shape.stride + ky, from_x = x * shape.stride + kx;
            if (from_y >= shape.height || from_x >= shape.width) continue;
            window.push_back(((size_t(c) * shape.height + from_y) * shape.width + from_x) * kBlock);
          }
        }
        visit(((size_t(c) * shape.out_height + y) * shape.out_width + x) * kBlock, window);
      }
    }
  }
}

inline Values Pool(const PoolShape& shape, const Values& input) {
  Values output(size_t(shape.channels) * shape.out_height * shape.out_width * kBlock, 0.0);
  ForEachWindow(shape, [&](size_t out, const std::vector<size_t>& window) {
    for (size_t i = 0; i < kBlock; ++i) {
      double sum = 0, largest = input[window[0] + i];
      for (const size_t in : window) {
        sum += input[in + i];
        largest = std::max(largest, input[in + i]);
      }
      output[out + i] = shape.average ? sum / double(window.size()) : largest;
    }
  });
  return output;
}

inline Values PoolGradient(const PoolShape& shape, const Values& input,
                           const Values& output_gradient) {
  Values gradient(input.size(), 0.0);
  ForEachWindow(shape, [&](size_t out, const std::vector<size_t>& window) {
    for (size_t i = 0; i < kBlock; ++i) {
      const double g = output_gradient[out + i];
      if (shape.average) {
        for (const size_t in : window) gradient[in + i] += g / double(window.size());
        continue;
      }
      size_t first = window[0];
      for (const size_t in : window) {
        if (input[in + i] > input[first + i]) first = in;
      }
      gradient[first + i] += g;
    }
  });
  return gradient;
}

inline Values Multiply(const BlockProduct& product, size_t rows, const DenseBlocks& inputs,
                       size_t blocks) {
  Values output;
  for (size_t block = 0; block < blocks; ++block) {
    const float* input = inputs.values + block * inputs.block_stride;
    for (size_t m = 0; m < rows; ++m) {
      for (size_t i = 0; i < kBlock; ++i) {
        double sum = product.bias == nullptr ? 0.0 : double(product.bias[m]);
        for (size_t k = 0; k < inputs.features; ++k) {
          sum += double(product.matrix[m * product.row_stride + k * product.column_stride]) *
                 double(input[k * kBlock + i]);
        }
        output.push_back(product.relu ? std::max(0.0, sum) : sum);
      }
    }
  }
  return output;
}

}  // namespace genet::kernels::plain
