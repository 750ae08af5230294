#include "genet/kernels/dense.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "genet/kernels/plain_for_test.h"
#include "genet/kernels/targets_for_test.h"

namespace genet::kernels {
namespace {

TEST(MultiplyBlocks, IsThePlainMatrixProduct) {
  RandomStream stream(RandomKey(31));
  int n = 0;
  for (const size_t rows : {1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33}) {
    for (const size_t columns : {1, 2, 3, 5, 8, 16, 17, 33, 256}) {
      ++n;
      const size_t blocks = n % 4 == 0 ? 11 : n % 4, input_stride = (columns + n % 3) * kBlock;
      const bool with_bias = n % 2 == 0, relu = n % 3 == 0, transposed = n % 5 < 2;
      // Longer than a row or column, so that the gap must be stepped over.
      const size_t stride = (transposed ? rows : columns) + n % 3;
      SCOPED_TRACE(fmt::format("{} by {}, {} blocks{}{}{}", rows, columns, blocks,
                               transposed ? " transposed" : "", with_bias ? " with bias" : "",
                               relu ? " with ReLU" : ""));
      const Floats matrix = RandomFloats(stream, stride * (transposed ? columns : rows));
      const Floats bias = RandomFloats(stream, rows);
      const Floats values = RandomFloats(stream, blocks * input_stride);
      const DenseBlocks inputs{values.data(), columns, input_stride};
      const BlockProduct product{.matrix = matrix.data(),
                                 .row_stride = transposed ? 1 : stride,
                                 .column_stride = transposed ? stride : 1,
                                 .bias = with_bias ? bias.data() : nullptr,
                                 .relu = relu};
      ExpectOnEveryTarget(
          {{"output", plain::Multiply(product, rows, inputs, blocks), kTolerance}}, [&] {
            std::vector<Floats> results;
            results.emplace_back(blocks * rows * kBlock);
            // In two parts, as threads share it.
            for (const auto& [begin, end] : {std::pair(size_t{0}, rows / 2), {rows / 2, rows}}) {
              MultiplyBlocks(product, begin, end, inputs, blocks, results[0].data(), rows * kBlock);
            }
            return results;
          });
      if (HasFailure()) return;
    }
  }
}

TEST(WeightGradient, SumsBlocksAndImages) {
  RandomStream stream(RandomKey(32));
  int n = 0;
  for (const size_t outputs : {1, 2, 3, 4, 5, 8, 10, 17}) {
    for (const size_t inputs : {1, 3, 4, 5, 16, 33}) {
      ++n;
      const size_t blocks = 1 + n % 4;
      const size_t output_stride = (outputs + n % 2) * kBlock;
      const size_t input_stride = (inputs + n % 3) * kBlock;
      SCOPED_TRACE(fmt::format("{} outputs, {} inputs, {} blocks", outputs, inputs, blocks));
      const Floats y = RandomFloats(stream, blocks * output_stride);
      const Floats x = RandomFloats(stream, blocks * input_stride);
      plain::Values want(outputs * inputs, 0.0);
      for (size_t b = 0; b < blocks; ++b) {
        for (size_t o = 0; o < outputs; ++o) {
          for (size_t i = 0; i < inputs; ++i) {
            for (size_t image = 0; image < kBlock; ++image) {
              want[o * inputs + i] += double(y[b * output_stride + o * kBlock + image]) *
                                      double(x[b * input_stride + i * kBlock + image]);
            }
          }
        }
      }
      ExpectOnEveryTarget({{"gradient", want, kTolerance}}, [&] {
        std::vector<Floats> results;
        results.emplace_back(outputs * inputs);
        for (const auto& [begin, end] :
             {std::pair(size_t{0}, outputs / 3), {outputs / 3, outputs}}) {
          WeightGradient({y.data(), outputs, output_stride}, {x.data(), inputs, input_stride},
                         blocks, begin, end, results[0].data());
        }
        return results;
      });
      if (HasFailure()) return;
    }
  }
}

// MultiplyBlocks forward; its transposed and WeightGradient back.
TEST(Dense, GradientsAreTheCentralDifferences) {
  constexpr size_t kOutputs = 5, kInputs = 7;
  RandomStream stream(RandomKey(33));
  const Floats weights = RandomFloats(stream, kOutputs * kInputs);
  const Floats input = RandomFloats(stream, kInputs * kBlock);
  const Floats r = RandomFloats(stream, kOutputs * kBlock);
  plain::Values w = weights.Doubles(), x = input.Doubles();
  const auto loss = [&] {
    double sum = 0;
    for (size_t o = 0; o < kOutputs; ++o) {
      for (size_t i = 0; i < kInputs; ++i) {
        for (size_t image = 0; image < kBlock; ++image) {
          sum += double(r[o * kBlock + image]) * w[o * kInputs + i] * x[i * kBlock + image];
        }
      }
    }
    return sum;
  };
  const auto differences = [&](plain::Values& values) {
    constexpr double kStep = 1e-4;  // any: the loss is linear in each value
    plain::Values result;
    for (double& value : values) {
      const double before = value;
      value = before + kStep;
      const double above = loss();
      value = before - kStep;
      result.push_back((above - loss()) / (2 * kStep));
      value = before;
    }
    return result;
  };
  const std::vector<Expected> expected = {{"weights", differences(w), kTolerance},
                                          {"input", differences(x), kTolerance}};
  ExpectOnEveryTarget(expected, [&] {
    std::vector<Floats> results;
    results.emplace_back(kOutputs * kInputs);
    results.emplace_back(kInputs * kBlock);
    WeightGradient({r.data(), kOutputs, kOutputs * kBlock},
                   {input.data(), kInputs, kInputs * kBlock}, 1, 0, kOutputs, results[0].data());
    const BlockProduct back{.matrix = weights.data(), .row_stride = 1, .column_stride = kInputs};
    MultiplyBlocks(back, 0, kInputs, {r.data(), kOutputs, kOutputs * kBlock}, 1, results[1].data(),
                   kInputs * kBlock);
    return results;
  });
}

TEST(SumSources, IsThePlainSum) {
  RandomStream stream(RandomKey(34));
  int n = 0;
  for (const int channels : {1, 3, 4, 5, 8, 9, 16, 17}) {
    for (const int pixels : {1, 2, 5, 9, 33}) {
      ++n;
      const size_t count = size_t(channels) * pixels * kBlock;
      const Floats scale = RandomFloats(stream, channels), shift = RandomFloats(stream, channels);
      std::vector<Floats> values;
      std::vector<Source> sources;
      for (int s = 0; s < 1 + n % 4; ++s) {
        values.push_back(RandomFloats(stream, count));
        sources.push_back({values.back().data(), nullptr, nullptr});
        if (n >> s & 1) sources.back() = {values.back().data(), scale.data(), shift.data()};
      }
      const SourceSum input{sources.data(), static_cast<int>(sources.size())};
      SCOPED_TRACE(
          fmt::format("{} sources, {} channels, {} pixels", input.count, channels, pixels));
      ExpectOnEveryTarget({{"sum", plain::Sum(input, channels, pixels), kTolerance}}, [&] {
        std::vector<Floats> results;
        results.emplace_back(count);
        SumSources(input, channels, pixels, results[0].data());
        return results;
      });
      if (HasFailure()) return;
    }
  }
}

TEST(AssembleBlock, PutsImagesInLanesAndZeroWhereThereIsNone) {
  RandomStream stream(RandomKey(35));
  for (const int images : {1, 2, 7, 8, 15, 16}) {
    for (const auto& [channels, pixels] :
         {std::pair{1, 28 * 28}, std::pair{3, 33}, std::pair{3, 1}}) {
      SCOPED_TRACE(fmt::format("{} images of {} channels, {} pixels", images, channels, pixels));
      std::vector<std::vector<uint8_t>> bytes(images);
      const uint8_t* pointers[kBlock] = {};
      for (int i = 0; i < images; ++i) {
        for (int at = 0; at < channels * pixels; ++at) {
          bytes[i].push_back(static_cast<uint8_t>(at == 0 ? 255 * (i % 2) : stream.Below(256)));
        }
        // Lanes without an image need not be the last ones.
        pointers[(i * 5 + 3) % kBlock] = bytes[i].data();
      }
      const Floats scale = RandomFloats(stream, channels), offset = RandomFloats(stream, channels);
      plain::Values want;
      for (int at = 0; at < channels * pixels; ++at) {
        const int c = at / pixels;
        for (const uint8_t* image : pointers) {
          want.push_back(image == nullptr ? 0.0 : double(scale[c]) * image[at] + double(offset[c]));
        }
      }
      ExpectOnEveryTarget({{"block", want, kTolerance}}, [&] {
        std::vector<Floats> results;
        results.emplace_back(want.size());
        AssembleBlock(pointers, channels, pixels, scale.data(), offset.data(), results[0].data());
        for (size_t at = 0; at < want.size(); ++at) {
          if (pointers[at % kBlock] == nullptr) {
            EXPECT_EQ(results[0][at], 0.0f) << at;
          }
        }
        return results;
      });
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace genet::kernels
