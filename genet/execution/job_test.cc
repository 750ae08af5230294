#include "genet/execution/job.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace genet
