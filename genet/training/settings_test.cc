#include "genet/training/settings.h"

#include <gtest/gtest.h>

namespace genet {
namespace {

TEST(Schedule, ReadsAndPrintsTheSameText) {
  for (const char* text : {"120@1e-2,60@1e-3,40@1e-4,20@1e-5", "1@2.5e-2", "3@1"}) {
    const auto schedule = ParseSchedule(text);
    ASSERT_TRUE(schedule) << schedule.error().message;
    EXPECT_EQ(ToString(*schedule), text);
  }
  EXPECT_EQ(ToString(*ParseSchedule("2@0.01,1@0.001")), "2@1e-2,1@1e-3");
}

TEST(Schedule, ErrorsNameTheColumn) {
  const auto column = [](const char* text) {
    const auto schedule = ParseSchedule(text);
    if (schedule) return std::string("no error");
    EXPECT_EQ(schedule.error().kind, ErrorKind::kUsage);
    return schedule.error().message.substr(schedule.error().message.find_last_of(' ') + 1);
  };
  EXPECT_EQ(column(""), "1");
  EXPECT_EQ(column("0@1e-2"), "1");
  EXPECT_EQ(column("-1@1e-2"), "1");
  EXPECT_EQ(column("12"), "3");
  EXPECT_EQ(column("12@"), "4");
  EXPECT_EQ(column("12@0"), "4");
  EXPECT_EQ(column("12@-1"), "4");
  EXPECT_EQ(column("12@inf"), "4");
  EXPECT_EQ(column("12@1e999"), "4");
  EXPECT_EQ(column("12@1e-2 "), "8");
  EXPECT_EQ(column("12@1e-2,"), "9");
  EXPECT_EQ(column("99999999999@1"), "1");
  EXPECT_EQ(column("999999@1,2@1"), "10");
}

TEST(Schedule, GivesEachEpochItsLearningRate) {
  TrainingSettings settings;
  settings.schedule = *ParseSchedule("2@1e-2,1@1e-3");
  EXPECT_EQ(settings.epochs(), 3);
  EXPECT_EQ(settings.learning_rate(0), 1e-2);
  EXPECT_EQ(settings.learning_rate(1), 1e-2);
  EXPECT_EQ(settings.learning_rate(2), 1e-3);
}

}  // namespace
}  // namespace genet
