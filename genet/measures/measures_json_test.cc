#include "genet/measures/measures_json.h"

#include <gmock/gmock.h>

namespace genet {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

const Measures kMeasures{.accuracy = 0.1 + 0.2,
                         .loss = 1.0 / 7,
                         .test_accuracy = 1.0 / 3,
                         .class_hits = {3, 0, 5},
                         .parameters = 1234,
                         .multiply_adds = int64_t{1} << 40};
const Cost kCost{.attempts = 2,
                 .epochs_resumed = 1,
                 .seconds = 1.0 / 9,
                 .images_per_second = 99.5,
                 .train_seconds_per_image = 1e-3,
                 .inference_seconds_per_image = 1e-4,
                 .peak_bytes = int64_t{1} << 33,
                 .finished = "2026-01-01T00:00:00Z",
                 .machine = "host x86_64",
                 .version = "0.1.0"};
const std::vector<EpochRecord> kCurve = {{1, 0.01, 2.0 / 3, 0.1}, {2, 0.001, 2.06e23, 0.2}};

// A value as it comes back from a file.
json Written(const json& value) { return json::parse(value.dump()); }

// Each key missing, each of a wrong type, and one that is unknown.
void ExpectStrict(const json& good, const std::function<bool(const json&)>& reads) {
  ASSERT_TRUE(reads(good));
  EXPECT_FALSE(reads(json::array()));
  EXPECT_FALSE(reads(nullptr));
  for (const auto& [key, value] : good.items()) {
    json missing = good, wrong = good;
    missing.erase(key);
    EXPECT_FALSE(reads(missing)) << key;
    wrong[key] = json::object();
    EXPECT_FALSE(reads(wrong)) << key;
  }
  json unknown = good;
  unknown["acuracy"] = 1;
  EXPECT_FALSE(reads(unknown));
}

TEST(MeasuresJson, ReadsBackToTheSameBits) {
  EXPECT_EQ(*MeasuresFromJson(Written(ToJson(kMeasures))), kMeasures);
  EXPECT_EQ(*CostFromJson(Written(ToJson(kCost))), kCost);
  EXPECT_EQ(*CurveFromJson(Written(CurveToJson(kCurve))), kCurve);
  EXPECT_EQ(*MeasuresFromJson(Written(ToJson(Measures()))), Measures());
  EXPECT_EQ(*CostFromJson(Written(ToJson(Cost()))), Cost());
  EXPECT_TRUE(CurveFromJson(Written(CurveToJson({})))->empty());
}

TEST(MeasuresJson, IsReadStrictly) {
  ExpectStrict(ToJson(kMeasures),
               [](const json& one) { return MeasuresFromJson(one).has_value(); });
  ExpectStrict(ToJson(kCost), [](const json& one) { return CostFromJson(one).has_value(); });
  ExpectStrict(CurveToJson(kCurve)[0],
               [](const json& one) { return CurveFromJson(json::array({one})).has_value(); });
  EXPECT_FALSE(CurveFromJson(json::object()));
}

TEST(MeasuresJson, ValuesThatCannotBeAreRefused) {
  json measures = ToJson(kMeasures), cost = ToJson(kCost), curve = CurveToJson(kCurve);
  measures["accuracy"] = 2;
  EXPECT_THAT(MeasuresFromJson(measures).error().message, HasSubstr("an accuracy is 2"));
  cost["seconds"] = -1;
  EXPECT_THAT(CostFromJson(cost).error().message, HasSubstr("the time is -1"));
  curve.erase(0);
  EXPECT_THAT(CurveFromJson(curve).error().message, HasSubstr("epoch 2 after 0"));
  curve[0]["train_loss"] = "2.3";
  EXPECT_THAT(CurveFromJson(curve).error().message, HasSubstr("curve, record 1: train_loss"));
}

TEST(Details, ReadBackFromTheirText) {
  const auto back = DetailsFromText(ToJson(Details{kCurve, kCost}).dump());
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->curve, kCurve);
  Cost without = kCost;  // what details never held
  without.attempts = 0;
  without.finished = "";
  without.train_seconds_per_image = without.inference_seconds_per_image = {};
  EXPECT_EQ(back->cost, without);
}

TEST(Details, OfAnEvaluationWithoutAnyAreEmptyAndAllElseIsReadStrictly) {
  EXPECT_EQ(DetailsFromText("")->cost, Cost());
  EXPECT_FALSE(DetailsFromText(" "));
  const auto reads = [](const json& one) { return DetailsFromText(one.dump()).has_value(); };
  const json good = ToJson(Details{kCurve, kCost});
  ExpectStrict(good, reads);
  ExpectStrict(good["cost"], [&](const json& one) {
    json details = good;
    details["cost"] = one;
    return reads(details);
  });
}

}  // namespace
}  // namespace genet
