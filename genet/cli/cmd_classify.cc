#include "genet/cli/command.h"
#include "genet/cli/number_check.h"
#include "genet/features/classify.h"
#include "genet/features/npy.h"
#include "genet/search/fitness.h"
#include "genet/search/statistics.h"

namespace genet::cli {
namespace {

struct Arguments {
  std::string features;
  ClassifyOptions options;
  bool as_they_are = false, json = false, quiet = false;
};

Result<int> ClassifyFeatures(const Arguments& arguments) {
  GENET_ASSIGN(Features features, ReadFeatures(arguments.features));
  ClassifyOptions options = arguments.options;
  options.normalise = !arguments.as_they_are;
  const size_t images = features.size(), dimensions = features.dimensions;
  GENET_ASSIGN(const std::vector<SplitResult> results,
               Classify(std::move(features), options, [&](int split, const SplitResult& result) {
                 if (arguments.quiet) return;
                 fmt::print(stderr, "split {}/{}: C {:g}, mean class accuracy {:.2f} %\n",
                            split + 1, options.splits, result.cost, 100 * result.accuracy);
               }));
  std::vector<double> accuracies, costs;
  for (const SplitResult& result : results) {
    accuracies.push_back(result.accuracy);
    costs.push_back(result.cost);
  }
  const double mean = Mean(accuracies);
  const std::optional<double> deviation = SampleDeviation(accuracies);
  if (arguments.json) {
    nlohmann::json json = {
        {"features", arguments.features}, {"images", images},
        {"dimensions", dimensions},       {"train_per_class", options.train_per_class},
        {"splits", options.splits},       {"seed", options.seed},
        {"accuracies", accuracies},       {"costs", costs},
        {"mean_accuracy", mean}};
    if (deviation) json["standard_deviation"] = *deviation;
    PrintJson(json);
    return 0;
  }
  std::string text =
      fmt::format("{}: mean class accuracy {:.2f} %", arguments.features, 100 * mean);
  if (deviation) {
    text += fmt::format(" over {} splits, std-dev {:.2f}", options.splits, 100 * *deviation);
  }
  GENET_TRY(Print(fmt::format("{} ({} images, {} values each, {} a class to train on)\n", text,
                              images, dimensions, options.train_per_class)));
  return 0;
}

}  // namespace

Command AddClassifyCommand(CLI::App& root) {
  CLI::App* app = AddCommand(
      root, "classify", "train a linear SVM on features and test it",
      {"Trains a linear support vector machine (liblinear) on features that genet features wrote, "
       "by the protocol of section 4.3: of each class some images to train on and the rest to "
       "test, drawn anew for every split; the square root of each value (with its sign), then each "
       "image's values to length 1; the cost C by cross-validation in 5 folds on the training "
       "images. Prints the mean of the classes' accuracies, and its mean over splits.\n\n"
       "The labels are read from FILE.labels.npy. Arrays made by other programs are taken too: "
       "float32 or float64 in C order, labels int32 or int64 from 0.",
       "genet classify fc1.npy --train-per-class 60 --splits 10"});
  auto arguments = std::make_shared<Arguments>();
  ClassifyOptions& options = arguments->options;
  app->add_option("FEATURES", arguments->features, "An array of genet features.")->required();
  app->add_option("--train-per-class", options.train_per_class,
                  "Training images of each class (default: 60).")
      ->type_name("N")
      ->check(Within(1, 1000000));
  app->add_option("--splits", options.splits, "Random splits (default: 10).")
      ->type_name("N")
      ->check(Within(1, 10000));
  app->add_option("--costs", options.costs,
                  "Values of C to choose from (default: 0.1,1,10,100); one alone is taken as it "
                  "is.")
      ->type_name("C,...")
      ->delimiter(',')
      ->check(Within(1e-9, 1e9));
  app->add_option("--seed", options.seed, "Draws the splits (default: 1).")->type_name("N");
  app->add_flag("--raw", arguments->as_they_are,
                "Values as they are: no square root, no length 1.");
  app->add_flag("--json", arguments->json, "Print JSON.");
  app->add_flag("--quiet", arguments->quiet, "No progress.");
  return {app, [arguments] { return ClassifyFeatures(*arguments); }};
}

}  // namespace genet::cli
