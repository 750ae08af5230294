#include "genet/execution/job.h"

#include <gtest/gtest.h>

#include "genet/base/scratch_folder_for_test.h"

namespace genet {
namespace {

Job SampleJob() {
  Job job;
  job.id = {3, 7};
  job.genome = "1-01|0-01-100|0-11-101-0001";
  job.settings = *Preset("smoke");
  job.cache = "/cache";
  job.outcome = "/jobs/a.outcome.json";
  job.checkpoint = "/jobs/a.checkpoint";
  job.progress = "/jobs/a.progress";
  return job;
}

class OutcomeFile : public testing::Test {
 protected:
  nlohmann::json Written(const Outcome& outcome) {
    EXPECT_TRUE(WriteOutcome(path_, outcome));
    return nlohmann::json::parse(*ReadFile(path_));
  }
  bool Reads(const nlohmann::json& json) {
    EXPECT_TRUE(WriteFileAtomically(path_, json.dump()));
    return ReadOutcome(path_).has_value();
  }

  ScratchFolder folder_;
  fs::path path_ = folder_ / "outcome";
  Outcome finished_{"a job",
                    {.status = Evaluation::Status::kFinished,
                     .accuracy = 0.1 + 0.2,
                     .test_accuracy = 1.0 / 3,
                     .details = "{}"}};
};

TEST(Job, ReadsBackFromJson) {
  const nlohmann::json json = ToJson(SampleJob());
  const auto back = JobFromJson(nlohmann::json::parse(json.dump()));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(ToJson(*back), json);
  EXPECT_EQ(back->Fingerprint(), SampleJob().Fingerprint());
}

TEST(Job, JsonIsReadStrictly) {
  const nlohmann::json good = ToJson(SampleJob());
  for (const auto& [key, value] : good.items()) {
    nlohmann::json missing = good, wrong = good;
    missing.erase(key);
    EXPECT_FALSE(JobFromJson(missing)) << key;
    wrong[key] = nlohmann::json::array();
    EXPECT_FALSE(JobFromJson(wrong)) << key;
  }
  for (const auto& [key, value] :
       std::map<std::string, nlohmann::json>{{"threads", 0},
                                             {"threads", 1e9},
                                             {"generation", -1},
                                             {"individual", -1},
                                             {"individual", 1.5},
                                             {"checkpoint_seconds", -1}}) {
    nlohmann::json wrong = good;
    wrong[key] = value;
    EXPECT_FALSE(JobFromJson(wrong)) << key << " " << value;
  }
  nlohmann::json unknown = good;
  unknown["thread"] = 1;
  EXPECT_FALSE(JobFromJson(unknown));
}

TEST(Job, OnlyAnotherDeviceThanTheProcessorIsNamed) {
  Job job = SampleJob();
  EXPECT_FALSE(ToJson(job).contains("device"));
  EXPECT_EQ(JobFromJson(ToJson(job))->device, "cpu");
  job.device = "cuda:1";
  EXPECT_EQ(JobFromJson(ToJson(job))->device, "cuda:1");
}

TEST(Job, TheFingerprintTellsJobsApart) {
  const std::string original = SampleJob().Fingerprint();
  Job job = SampleJob();
  job.genome = "0-01|0-01-100|0-11-101-0001";
  EXPECT_NE(job.Fingerprint(), original);
  job = SampleJob();
  job.id.individual = 8;
  EXPECT_NE(job.Fingerprint(), original);
  job = SampleJob();
  job.settings.seed = 2;
  EXPECT_NE(job.Fingerprint(), original);
  job = SampleJob();
  job.settings.training.weight_decay = 1e-4;
  EXPECT_NE(job.Fingerprint(), original);
  job = SampleJob();
  job.settings.engine.name = "torch";
  EXPECT_NE(job.Fingerprint(), original);
  // What changes no result leaves it as it is.
  job = SampleJob();
  job.threads = 4;
  job.device = "cuda:1";
  job.outcome = "/elsewhere";
  job.settings.search.generations = 99;
  EXPECT_EQ(job.Fingerprint(), original);
}

TEST_F(OutcomeFile, ReadsBackToTheSameBits) {
  Written(finished_);
  const auto back = ReadOutcome(path_);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->fingerprint, "a job");
  EXPECT_EQ(back->evaluation.accuracy, 0.1 + 0.2);
  EXPECT_EQ(back->evaluation.test_accuracy, 1.0 / 3);
}

TEST_F(OutcomeFile, IsReadStrictly) {
  const nlohmann::json good = Written(finished_);
  ASSERT_TRUE(Reads(good));
  for (const auto& [key, value] : good.items()) {
    nlohmann::json missing = good;
    missing.erase(key);
    EXPECT_FALSE(Reads(missing)) << key;
  }
  const auto with = [&good](const char* key, nlohmann::json value) {
    nlohmann::json json = good;
    json[key] = std::move(value);
    return json;
  };
  EXPECT_FALSE(Reads(with("accurcy", 0.5)));
  EXPECT_FALSE(Reads(with("accuracy", nullptr)));
  EXPECT_FALSE(Reads(with("accuracy", 1.5)));
  EXPECT_FALSE(Reads(with("accuracy", "0.5")));
  EXPECT_FALSE(Reads(with("accuracy", true)));
  EXPECT_FALSE(Reads(with("test_accuracy", -0.5)));
  EXPECT_FALSE(Reads(with("test_accuracy", 1.5)));
  EXPECT_FALSE(Reads(with("status", "done")));
  EXPECT_FALSE(Reads(with("status", "diverged")));  // and an accuracy
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
