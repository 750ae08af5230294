// For tests: a runner in which accuracies follow from the genome in no time.
#pragma once

#include <unistd.h>

#include <map>
#include <string>
#include <vector>

#include "genet/experiments/experiment_runner.h"
#include "genet/search/toy_evaluator_for_test.h"
#include "genet/settings/json.h"

namespace genet {

class FakeExperimentRunner : public ExperimentRunner {
 public:
  explicit FakeExperimentRunner(fs::path folder) : folder_(std::move(folder)) {}

  std::vector<std::string> searches, said;
  std::map<std::string, RunSettings> settings_of;
  std::vector<TrainingPlan> plans;
  std::vector<FeaturePlan> features;
  size_t smallest_class = 80;

  Result<DataFacts> Inspect(const std::string& data) override {
    if (data == "missing") return UsageError("--data missing: unknown data set");
    return DataFacts{.input = {3, 32, 32},
                     .classes = data.starts_with("cifar100:") ? 100 : 10,
                     .train_images = 1000,
                     .smallest_class = smallest_class};
  }
  Result<RunStore> Search(const std::string& name, const RunSettings& settings) override {
    searches.push_back(name);
    settings_of[name] = settings;
    const fs::path path = folder_ / (name + ".db");
    if (RunStore::Exists(path)) return RunStore::Open(path);
    GENET_ASSIGN(RunStore store, RunStore::Create(path, {.settings = ToJson(settings).dump(),
                                                         .version = "0",
                                                         .machine = "{}",
                                                         .created = "2026-01-01"}));
    Genome target(settings.space);
    for (int bit = 0; bit < target.size(); bit += 2) target.set_bit(bit, true);
    ToyEvaluator evaluator(target);
    SearchObserver observer;
    GENET_TRY(RunSearch(settings.search, settings.space, RandomKey(settings.seed), store, evaluator,
                        observer));
    return store;
  }
  Result<std::vector<TrainingResult>> Train(const std::vector<TrainingPlan>& asked) override {
    plans.insert(plans.end(), asked.begin(), asked.end());
    std::vector<TrainingResult> results;
    for (const TrainingPlan& plan : asked) {
      if (plan.genome.ones() == 0) {
        results.push_back({.cause = "diverged"});
      } else {
        results.push_back({.test_accuracy = 0.5 + 0.01 * plan.genome.ones(),
                           .test_top5_accuracy = 0.8,
                           .weights = plan.name + "/weights.safetensors",
                           .train_images = 10,
                           .seconds = 2});
      }
    }
    return results;
  }
  Result<std::vector<FeatureResult>> Classify(const std::vector<FeaturePlan>& asked) override {
    features.insert(features.end(), asked.begin(), asked.end());
    std::vector<FeatureResult> results;
    for (const FeaturePlan& plan : asked) {
      const double middle = plan.weights.empty() ? 0.4 : plan.untrained ? 0.5 : 0.6;
      results.push_back({.accuracies = {middle - 0.01, middle + 0.01},
                         .images = 1920,
                         .dimensions = 512,
                         .seconds = 3});
    }
    return results;
  }
  void Log(const std::string& line) override { said.push_back(line); }

 private:
  fs::path folder_;
};

}  // namespace genet
