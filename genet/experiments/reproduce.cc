#include "genet/experiments/reproduce.h"

#include "genet/base/check.h"
#include "genet/experiments/data_choice.h"
#include "genet/experiments/experiments.h"

namespace genet {
namespace {

const std::vector<Experiment> kExperiments = {
    {"table1", "4.1.1", "a genetic process, generation by generation", "", Table1},
    {"figure3", "4.1.2", "a random first population beside an all-zero one", "", Figure3},
    {"figure4", "4.1.3", "how a child's accuracy follows its parents'", "", Figure4},
    {"random", "4.1.3", "random search of as many networks", "", RandomSearch},
    {"dense", "4.1.4", "the all-ones network beside the best", "", Dense},
    {"complexity", "4.1.4", "accuracy and complexity of every network seen", "", Complexity},
    {"figure5", "4.1.5", "the best structures of two independent processes", "", Figure5},
    {"table2", "4.2", "the bests at full width on CIFAR-10, CIFAR-100, SVHN", "", Table2},
    {"wrn", "4.2", "a search that starts from a 40-layer wide residual network", "", Wrn},
    {"table3", "4.3", "GeNet #1 and #2 on ImageNet", "imagenet", Table3},
    {"caltech", "4.3", "features of Table 3's networks on Caltech-256", "images", Caltech},
};

}  // namespace

const std::vector<Experiment>& Experiments() { return kExperiments; }

Result<std::vector<Experiment>> FindExperiments(std::string_view name) {
  std::string names = "all";
  for (const Experiment& experiment : kExperiments) {
    if (experiment.name == name) return std::vector<Experiment>{experiment};
    names += ", " + experiment.name;
  }
  if (name == "all") return kExperiments;
  return UsageError("'{}' is no experiment; there are {}", name, names);
}

Status CheckNeeds(const Experiment& experiment, const Reproduction& reproduction) {
  const std::vector<std::string>& data = reproduction.large_data;
  const bool given =
      experiment.small() ||
      (experiment.name == "table3" ? LargeSet(data).has_value() : Categories(data).has_value());
  if (!given) {
    return UsageError("{} needs a folder of images: give --data {}:DIR", experiment.name,
                      experiment.needs);
  }
  if (experiment.name == "caltech" && reproduction.networks.empty() && !CaltechTrainingSet(data)) {
    return UsageError(
        "caltech needs trained networks: give --weights FILE, or a set to train them on (--data "
        "imagenet:DIR beside --data images:DIR), or do table3 in this folder first");
  }
  return {};
}

Status CheckPictures(const Experiment& experiment, const Reproduction& reproduction,
                     ExperimentRunner& runner) {
  if (experiment.small()) return {};
  const std::vector<std::string>& data = reproduction.large_data;
  std::optional<std::string> trained_on = LargeSet(data);
  if (experiment.name == "caltech") {
    GENET_TRY(TrainingPictures(*Categories(data), runner));
    trained_on = CaltechTrainingSet(data);
    if (!reproduction.networks.empty()) return {};
  }
  GENET_ASSIGN(const RunSettings settings,
               SettingsOf(reproduction.scale.large, *trained_on, reproduction.seed));
  GENET_TRY(runner.Inspect(settings.data));
  return {};
}

Result<Findings> Reproduce(const Experiment& experiment, const Reproduction& reproduction,
                           ExperimentRunner& runner) {
  GENET_CHECK(!reproduction.data.empty());
  GENET_TRY(CheckNeeds(experiment, reproduction));
  ExperimentContext context(reproduction, runner);
  GENET_TRY(MakeFolders(reproduction.folder));
  GENET_TRY(experiment.run(context));
  return std::move(context.findings);
}

}  // namespace genet
