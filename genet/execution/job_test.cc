#include "genet/execution/job.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "genet/settings/presets.h"

namespace genet {
namespace {

EvaluateJob SampleWork() {
  return {.id = {3, 7},
          .genome = "1-01|0-01-100|0-11-101-0001",
          .settings = *Preset("smoke"),
          .outcome = "/jobs/a.outcome.json",
          .checkpoint = "/jobs/a.checkpoint"};
}

// One of each kind.
std::vector<Job> SampleJobs() {
  const RunSettings settings = *Preset("smoke");
  const FullTraining training{.settings = settings,
                              .genome = *NamedGenome("genet-1", settings.space),
                              .full_training_set = true};
  const ClassifyJob classify{.weights = "/w.safetensors",
                             .weights_checksum = "abc",
                             .layer = "fc1",
                             .untrained = 7,
                             .data = "synthetic",
                             .train_per_class = 60,
                             .splits = 10,
                             .seed = UINT64_MAX,
                             .features = "/f.npy",
                             .outcome = "/f.json"};
  std::vector<Job> jobs;
  for (const auto& work : std::vector<decltype(Job::work)>{
           SampleWork(), TrainJob{training, "/trained/one"}, classify}) {
    jobs.push_back({.work = work, .cache = "/cache", .progress = "/jobs/a.progress"});
  }
  return jobs;
}

TEST(Job, EveryKindReadsBackFromJson) {
  for (const Job& job : SampleJobs()) {
    const nlohmann::json json = ToJson(job);
    const auto back = JobFromJson(nlohmann::json::parse(json.dump()));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->work.index(), job.work.index());
    EXPECT_EQ(ToJson(*back), json);
  }
}

TEST(Job, JsonIsReadStrictly) {
  for (const Job& job : SampleJobs()) {
    const nlohmann::json good = ToJson(job);
    for (const auto& [key, value] : good.items()) {
      nlohmann::json missing = good, wrong = good;
      missing.erase(key);
      EXPECT_FALSE(JobFromJson(missing)) << good["kind"] << " " << key;
      wrong[key] = nlohmann::json::array();
      EXPECT_FALSE(JobFromJson(wrong)) << good["kind"] << " " << key;
    }
    for (const auto& [key, value] :
         std::vector<std::pair<std::string, nlohmann::json>>{{"checkpoint_seconds", -1},
                                                             {"version", 3},
                                                             {"version", 1},
                                                             {"kind", "cook"},
                                                             {"threads", 1}}) {
      nlohmann::json wrong = good;
      wrong[key] = value;
      EXPECT_FALSE(JobFromJson(wrong)) << key << " " << value;
    }
  }
  for (const auto& value : {nlohmann::json(-1), nlohmann::json(1.5), nlohmann::json(1e44)}) {
    for (const char* key : {"generation", "individual"}) {
      nlohmann::json wrong = ToJson(SampleJobs()[0]);
      wrong[key] = value;
      EXPECT_FALSE(JobFromJson(wrong)) << key << " " << value;
    }
  }
}

TEST(Job, OneOfANewerBuildSaysSo) {
  nlohmann::json json = ToJson(SampleJobs()[0]);
  json["version"] = 3;
  EXPECT_EQ(JobFromJson(json).error().message,
            "job: version 3 is of a newer GeNet; this one reads up to 2");
}

TEST(Job, OneOfVersion1IsAnEvaluation) {
  nlohmann::json old = ToJson(SampleJobs()[0]);
  old.erase("version");
  old.erase("kind");
  old["threads"] = 2;
  old["device"] = "cuda:1";
  old["parent"] = 4711;
  const auto job = JobFromJson(old);
  ASSERT_TRUE(job) << job.error().message;
  EXPECT_EQ(std::get<EvaluateJob>(job->work).Fingerprint(), SampleWork().Fingerprint());
  old["thread"] = 2;
  EXPECT_FALSE(JobFromJson(old));
}

TEST(Job, TheFingerprintTellsJobsApart) {
  const std::string original = SampleWork().Fingerprint();
  EvaluateJob job = SampleWork();
  job.genome = "0-01|0-01-100|0-11-101-0001";
  EXPECT_NE(job.Fingerprint(), original);
  job = SampleWork();
  job.id.individual = 8;
  EXPECT_NE(job.Fingerprint(), original);
  job = SampleWork();
  job.settings.seed = 2;
  EXPECT_NE(job.Fingerprint(), original);
  job = SampleWork();
  job.settings.training.weight_decay = 1e-4;
  EXPECT_NE(job.Fingerprint(), original);
  job = SampleWork();
  job.settings.engine.name = "torch";
  EXPECT_NE(job.Fingerprint(), original);
  // What changes no result leaves it as it is.
  job = SampleWork();
  job.outcome = "/elsewhere";
  job.settings.search.generations = 99;
  EXPECT_EQ(job.Fingerprint(), original);
}

}  // namespace
}  // namespace genet
