#include "genet/training/measure.h"

#include <gtest/gtest.h>

#include <cmath>

#include "genet/training/images_for_test.h"
#include "genet/training/softmax_engine_for_test.h"

namespace genet {
namespace {

TEST(Measure, SeesEveryImageOnceTheLastBatchWithWhatIsLeft) {
  SoftmaxEngine engine(kPixels, kClasses, 8);
  ASSERT_TRUE(Measure(engine, Images(21), 8));
  EXPECT_EQ(engine.evaluated, (std::vector<int>{8, 8, 5}));
}

TEST(Measure, GivesEachImageItsLogits) {
  SoftmaxEngine engine(kPixels, kClasses, 8);
  std::vector<float> logits(21 * kClasses, -1);
  const auto measurement = Measure(engine, Images(21), 8, logits);
  ASSERT_TRUE(measurement);
  EXPECT_EQ(logits, std::vector<float>(21 * kClasses, 0));
  EXPECT_NEAR(measurement->loss, std::log(3.0), 1e-12);
  EXPECT_NEAR(measurement->accuracy, 1.0 / 3, 1e-12);
}

TEST(Measure, ADamagedPictureIsAnErrorWithItsName) {
  SoftmaxEngine engine(kPixels, kClasses, 8);
  const auto decoder = std::make_shared<FakePictures>(2);
  decoder->damaged = 17;
  const auto measured = Measure(engine, Streamed(decoder, 50), 8);
  ASSERT_FALSE(measured);
  EXPECT_EQ(measured.error().message, "picture 17: damaged");
}

TEST(NormalisingTransform, SubtractsTheMeanAndDividesByTheDeviation) {
  const InputTransform transform = NormalisingTransform({{0.5, 0.2}, {0.25, 0}});
  EXPECT_FLOAT_EQ(transform.scale[0] * 255 + transform.offset[0], 2);
  EXPECT_FLOAT_EQ(transform.offset[0], -2);
  EXPECT_FLOAT_EQ(transform.scale[1], 1.0f / 255);
}

}  // namespace
}  // namespace genet
