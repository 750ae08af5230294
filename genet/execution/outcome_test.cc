#include "genet/execution/outcome.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "genet/base/scratch_folder_for_test.h"

namespace genet {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

// As builds before version 2 wrote it.
const json kVersion1 = {
    {"fingerprint", "a job"},
    {"status", "finished"},
    {"accuracy", 0.1 + 0.2},
    {"test_accuracy", nullptr},
    {"cause", ""},
    {"details",
     R"text({"cost":{"epochs_resumed":1,"images_per_second":3391.25,"peak_bytes":218669056,)text"
     R"text("seconds":1.5},"curve":[{"epoch":1,"learning_rate":0.03,"train_accuracy":0.5,)text"
     R"text("train_loss":2.4985775783003663}],"machine":"vm x86_64",)text"
     R"text("version":"0.1.0 (29f4ac5d0c83)"})text"}};

class OutcomeFile : public testing::Test {
 protected:
  json Written(const Outcome& outcome) {
    EXPECT_TRUE(WriteOutcome(path_, outcome));
    return json::parse(*ReadFile(path_));
  }
  // What is wrong with the file; empty if it reads well.
  std::string Complaint(const json& content) {
    EXPECT_TRUE(WriteFileAtomically(path_, content.dump()));
    const auto outcome = ReadOutcome(path_);
    if (outcome) return "";
    EXPECT_THAT(outcome.error().message, HasSubstr(path_.string()));
    return outcome.error().message;
  }

  ScratchFolder folder_;
  fs::path path_ = folder_ / "outcome";
  const Outcome finished_{"a job",
                          {.status = Evaluation::Status::kFinished,
                           .measures = {.accuracy = 0.1 + 0.2,
                                        .loss = 1.0 / 7,
                                        .test_accuracy = 1.0 / 3,
                                        .class_hits = {3, 0, 5},
                                        .parameters = 1234,
                                        .multiply_adds = 5'000'000'000},
                           .curve = {{1, 0.01, 2.3, 0.1}, {2, 0.001, 1.0 / 3, 0.2}},
                           .cost = {.epochs_resumed = 1,
                                    .seconds = 12.5,
                                    .images_per_second = 99.5,
                                    .train_seconds_per_image = 1e-3,
                                    .inference_seconds_per_image = 1e-4,
                                    .peak_bytes = int64_t{1} << 40,
                                    .finished = "2026-01-01T00:00:00Z",
                                    .machine = "host x86_64",
                                    .version = "0.1.0"}}};
};

TEST_F(OutcomeFile, ReadsBackToTheSameBits) {
  Written(finished_);
  const auto back = ReadOutcome(path_);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->fingerprint, "a job");
  EXPECT_EQ(back->evaluation, finished_.evaluation);
}

TEST_F(OutcomeFile, OfADivergenceHasACauseAndNoAccuracy) {
  const Outcome diverged{"a job",
                         {.status = Evaluation::Status::kDiverged,
                          .measures = {.parameters = 1},
                          .cause = "loss is not finite in epoch 3, step 17"}};
  Written(diverged);
  EXPECT_EQ(ReadOutcome(path_)->evaluation, diverged.evaluation);
}

TEST_F(OutcomeFile, OfVersion1IsStillRead) {
  ASSERT_EQ(Complaint(kVersion1), "");
  const Evaluation evaluation = ReadOutcome(path_)->evaluation;
  EXPECT_EQ(evaluation, (Evaluation{.status = Evaluation::Status::kFinished,
                                    .measures = {.accuracy = 0.1 + 0.2},
                                    .curve = {{1, 0.03, 2.4985775783003663, 0.5}},
                                    .cost = {.epochs_resumed = 1,
                                             .seconds = 1.5,
                                             .images_per_second = 3391.25,
                                             .peak_bytes = 218669056,
                                             .machine = "vm x86_64",
                                             .version = "0.1.0 (29f4ac5d0c83)"}}));
}

TEST_F(OutcomeFile, IsReadStrictlyInBothVersions) {
  for (const json& good : {Written(finished_), kVersion1}) {
    ASSERT_EQ(Complaint(good), "");
    for (const auto& [key, value] : good.items()) {
      json missing = good, wrong = good;
      missing.erase(key);
      EXPECT_NE(Complaint(missing), "") << key;
      wrong[key] = json::object();
      EXPECT_NE(Complaint(wrong), "") << key;
    }
    json unknown = good;
    unknown["accurcy"] = 0.5;
    EXPECT_NE(Complaint(unknown), "");
    json status = good;
    for (const char* name : {"done", "failed", "diverged"}) {  // the last has no accuracy
      status["status"] = name;
      EXPECT_NE(Complaint(status), "") << name;
    }
  }
  json newer = Written(finished_);
  newer["version"] = 3;
  EXPECT_THAT(Complaint(newer), HasSubstr("version is 3"));
}

TEST_F(OutcomeFile, ValuesThatCannotBeAreRefused) {
  const json good = Written(finished_);
  const std::vector<std::pair<const char*, json>> wrong = {
      {"/measures/accuracy", nullptr}, {"/measures/accuracy", 1.5},
      {"/measures/accuracy", "0.5"},   {"/measures/accuracy", true},
      {"/measures/loss", "nan"},       {"/measures/test_accuracy", -0.5},
      {"/measures/class_hits/0", -1},  {"/measures/parameters", 0.5},
      {"/curve/1/epoch", 3},           {"/curve/1/train_accuracy", 2},
      {"/curve/0", json::array()},     {"/cost/seconds", -1},
      {"/cost/peak_bytes", -1},        {"/cost/machine", 7}};
  for (const auto& [place, value] : wrong) {
    json content = good;
    content[json::json_pointer(place)] = value;
    EXPECT_NE(Complaint(content), "") << place << " " << value;
  }
  json old = kVersion1;
  old["accuracy"] = 1.5;
  EXPECT_THAT(Complaint(old), HasSubstr("an accuracy is 1.5, not from 0 to 1"));
  old = kVersion1;
  old["details"] = "no JSON";
  EXPECT_THAT(Complaint(old), HasSubstr("details: not JSON"));
}

TEST_F(OutcomeFile, EveryTruncationIsAnError) {
  Written(finished_);
  const std::string text = *ReadFile(path_);
  for (size_t size = 0; size + 2 < text.size(); size += 3) {
    ASSERT_TRUE(WriteFileAtomically(path_, text.substr(0, size)));
    EXPECT_FALSE(ReadOutcome(path_)) << size;
  }
}

}  // namespace
}  // namespace genet
