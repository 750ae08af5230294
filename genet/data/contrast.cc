#include "genet/data/contrast.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "genet/base/check.h"

namespace genet {
namespace {

constexpr int kReach = 3;  // of the window, in pixels to each side

// exp(-x^2 / 8) for x = 0 to 3, over its sum from -3 to 3: products of one constant instead of
// std::exp, whose last bit depends on the C library.
std::array<float, 2 * kReach + 1> WindowWeights() {
  constexpr double a = 0.8824969025845955;  // exp(-1 / 8)
  constexpr double a4 = (a * a) * (a * a), a9 = (a4 * a4) * a;
  constexpr double sum = 1 + 2 * (a + a4 + a9);
  return {float(a9 / sum), float(a4 / sum), float(a / sum), float(1 / sum),
          float(a / sum),  float(a4 / sum), float(a9 / sum)};
}

}  // namespace

ContrastNormaliser::ContrastNormaliser(int channels, int height, int width)
    : channels_(channels), height_(height), width_(width) {
  const size_t plane = size_t(height) * width;
  centred_.resize(plane);
  means_.resize(plane);
  rows_.resize((size_t(height) + 2 * kReach) * width);
  padded_.resize(size_t(width) + 2 * kReach);  // borders stay 0
  values_.resize(size_t(channels) * plane);
}

// The window's weights are a product of a row's and a column's.
void ContrastNormaliser::Window(const float* values, float* means) {
  static const auto weights = WindowWeights();
  float* const rows = rows_.data();  // height + 2 * kReach rows, the first and last ones 0
  std::fill_n(rows, size_t(height_ + 2 * kReach) * width_, 0.0f);
  for (int y = 0; y < height_; ++y) {
    std::copy_n(values + size_t(y) * width_, width_, padded_.begin() + kReach);
    float* row = rows + size_t(y + kReach) * width_;
    for (int k = 0; k < 2 * kReach + 1; ++k) {
      for (int x = 0; x < width_; ++x) row[x] += weights[k] * padded_[size_t(x) + k];
    }
  }
  std::fill_n(means, size_t(height_) * width_, 0.0f);
  for (int y = 0; y < height_; ++y) {
    float* to = means + size_t(y) * width_;
    for (int k = 0; k < 2 * kReach + 1; ++k) {
      const float* row = rows + size_t(y + k) * width_;
      for (int x = 0; x < width_; ++x) to[x] += weights[k] * row[x];
    }
  }
}

void ContrastNormaliser::Normalise(std::span<const uint8_t> pixels, std::span<float> values) {
  const size_t plane = size_t(height_) * width_;
  GENET_CHECK(pixels.size() == channels_ * plane && values.size() == pixels.size());

  uint64_t sum = 0, squares = 0;
  for (const uint8_t pixel : pixels) {
    sum += pixel;
    squares += uint64_t(pixel) * pixel;
  }
  const double count = static_cast<double>(pixels.size());
  const double mean = static_cast<double>(sum) / count;
  const double spread = static_cast<double>(pixels.size() * squares - sum * sum);
  const double scale = 1 / std::max(std::sqrt(spread) / count, 1e-8);
  for (size_t i = 0; i < pixels.size(); ++i) {
    values[i] = static_cast<float>((pixels[i] - mean) * scale);
  }

  for (int c = 0; c < channels_; ++c) {
    float* channel = values.data() + c * plane;
    Window(channel, means_.data());
    for (size_t i = 0; i < plane; ++i) channel[i] -= means_[i];
    for (size_t i = 0; i < plane; ++i) centred_[i] = channel[i] * channel[i];
    Window(centred_.data(), means_.data());
    double total = 0;
    for (size_t i = 0; i < plane; ++i) {
      means_[i] = std::sqrt(means_[i]);
      total += means_[i];
    }
    const float least = std::max(static_cast<float>(total / static_cast<double>(plane)), 1e-4f);
    for (size_t i = 0; i < plane; ++i) channel[i] /= std::max(means_[i], least);
  }
}

void ContrastNormaliser::Normalise(std::span<const uint8_t> pixels, std::span<uint8_t> bytes) {
  Normalise(pixels, std::span<float>(values_));
  for (size_t i = 0; i < values_.size(); ++i) bytes[i] = ContrastByte(values_[i]);
}

uint8_t ContrastByte(float value) {
  // Cutting off rounds to the nearest, for all lie above 0.
  return static_cast<uint8_t>(128.5f + value * kContrastSteps);
}

}  // namespace genet
