#include "genet/measures/measures.h"

#include <gmock/gmock.h>

#include <limits>

namespace genet {
namespace {

using ::testing::HasSubstr;

const double kNan = std::numeric_limits<double>::quiet_NaN();
const double kInfinity = std::numeric_limits<double>::infinity();

std::string Complaint(const Status& status) { return status ? "none" : status.error().message; }

TEST(CheckMeasures, TakesWhatIsAbsentAndTheEndsOfEachRange) {
  EXPECT_TRUE(CheckMeasures({}));
  EXPECT_TRUE(CheckMeasures({.accuracy = 0, .loss = 0, .test_accuracy = 1, .class_hits = {0, 9}}));
}

TEST(CheckMeasures, NamesTheValueThatCannotBe) {
  EXPECT_THAT(Complaint(CheckMeasures({.accuracy = 1.01})),
              HasSubstr("an accuracy is 1.01, not from 0 to 1"));
  EXPECT_THAT(Complaint(CheckMeasures({.accuracy = kNan})), HasSubstr("an accuracy is nan"));
  EXPECT_THAT(Complaint(CheckMeasures({.loss = kInfinity})), HasSubstr("a loss is inf"));
  EXPECT_THAT(Complaint(CheckMeasures({.test_accuracy = -1})), HasSubstr("a test accuracy is -1"));
  EXPECT_THAT(Complaint(CheckMeasures({.class_hits = {1, -1}})), HasSubstr("hits is -1"));
  EXPECT_THAT(Complaint(CheckMeasures({.parameters = -1})), HasSubstr("parameters is -1"));
  EXPECT_THAT(Complaint(CheckMeasures({.multiply_adds = -1})), HasSubstr("multiply-adds is -1"));
}

TEST(CheckCost, NamesTheValueThatCannotBe) {
  EXPECT_TRUE(CheckCost({}));
  EXPECT_THAT(Complaint(CheckCost({.attempts = -1})), HasSubstr("attempts is -1"));
  EXPECT_THAT(Complaint(CheckCost({.epochs_resumed = -1})), HasSubstr("epochs resumed is -1"));
  EXPECT_THAT(Complaint(CheckCost({.seconds = -0.5})), HasSubstr("the time is -0.5"));
  EXPECT_THAT(Complaint(CheckCost({.images_per_second = kNan})), HasSubstr("the speed is nan"));
  EXPECT_THAT(Complaint(CheckCost({.train_seconds_per_image = kInfinity})),
              HasSubstr("the training time per image is inf"));
  EXPECT_THAT(Complaint(CheckCost({.inference_seconds_per_image = -1})),
              HasSubstr("the inference time per image is -1"));
  EXPECT_THAT(Complaint(CheckCost({.peak_bytes = -1})), HasSubstr("the peak memory is -1"));
}

TEST(CheckCurve, WantsEveryEpochOnceAndInOrder) {
  EXPECT_TRUE(CheckCurve({}));
  EXPECT_TRUE(CheckCurve({{1, 0.1, 2.3, 0.1}, {2, 0.1, 1e30, 1}}));
  EXPECT_THAT(Complaint(CheckCurve({{0, 0.1, 2.3, 0.1}})), HasSubstr("epoch 0 after 0"));
  EXPECT_THAT(Complaint(CheckCurve({{1, 0.1, 2.3, 0.1}, {1, 0.1, 2.3, 0.1}})),
              HasSubstr("epoch 1 after 1"));
  EXPECT_THAT(Complaint(CheckCurve({{1, -0.1, 2.3, 0.1}})), HasSubstr("a learning rate is -0.1"));
  EXPECT_THAT(Complaint(CheckCurve({{1, 0.1, kNan, 0.1}})), HasSubstr("a training loss is nan"));
  EXPECT_THAT(Complaint(CheckCurve({{1, 0.1, 2.3, 2}})), HasSubstr("a training accuracy is 2"));
}

}  // namespace
}  // namespace genet
