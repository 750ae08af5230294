// Local contrast normalisation, the preprocessing of the paper's SVHN experiments.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace genet {

// Normalises images of one size. Not thread-safe: it holds scratch memory.
//
// 1. The image, all channels together, gets mean 0 and deviation 1.
// 2. Each channel by itself: the mean under a 7 x 7 Gaussian window (sigma 2) is subtracted.
// 3. It is divided by the larger of the deviation under the same window (the root of the window's
//    mean of squares of step 2's values) and that deviation's mean over the channel, at least 1e-4.
// Outside an image is 0.
class ContrastNormaliser {
 public:
  ContrastNormaliser(int channels, int height, int width);

  // channels * height * width values each.
  void Normalise(std::span<const uint8_t> pixels, std::span<float> values);
  // The same, rounded to bytes by ContrastByte.
  void Normalise(std::span<const uint8_t> pixels, std::span<uint8_t> bytes);

 private:
  void Window(const float* values, float* means);

  int channels_, height_, width_;
  std::vector<float> centred_, means_, rows_, padded_, values_;
};

// Step 3 cannot give more than 1 / sqrt(weight of the window's centre) = 4.63, for the pixel itself
// is part of its window's deviation. So 27 steps a unit hold every value in a byte without
// clipping: 0 is 128, and rounding is off by 1/54 at most (docs/data.md has what was measured).
inline constexpr float kContrastSteps = 27;
uint8_t ContrastByte(float value);

}  // namespace genet
