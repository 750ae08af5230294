#include "genet/experiments/caltech.h"

#include <algorithm>

#include "genet/base/duration.h"
#include "genet/data/data_spec.h"
#include "genet/experiments/paper.h"
#include "genet/experiments/trainings.h"
#include "genet/features/classify.h"
#include "genet/search/fitness.h"
#include "genet/search/statistics.h"

namespace genet {
namespace {

constexpr const char* kLayer = "fc1";  // the first fully-connected layer, after its ReLU

// Larger ones add little and cost the machine hours.
constexpr int kPixelsSide = 16;

Cell TextCell(const std::string& text) { return text.empty() ? Cell() : Cell(text); }

// What is classified, and its row.
struct Subject {
  std::string label, paper_label, genome, trained_on;
  FeaturePlan plan;
};

std::vector<Subject> SubjectsOf(const CaltechRequest& request, int train_per_class) {
  const auto plan = [&](std::string name, std::string data) {
    return FeaturePlan{.name = std::move(name) + "-" + ShortHash(data),
                       .data = data,
                       .train_per_class = train_per_class,
                       .splits = request.splits,
                       .seed = request.seed};
  };
  std::vector<Subject> subjects;
  for (const bool untrained : {false, true}) {
    for (const TrainedNetwork& network : request.networks) {
      FeaturePlan own = plan(fmt::format("{}{}-{}", untrained ? "untrained-" : "",
                                         FileNameOf(network.genome), ShortHash(network.weights)),
                             WithPictureSize(request.categories, network.input.height));
      own.weights = network.weights;
      own.layer = kLayer;
      if (untrained) own.untrained = request.seed;
      subjects.push_back({network.label + (untrained ? ", untrained" : ""),
                          untrained ? "" : network.paper_label, network.genome.ToString(),
                          untrained ? "" : network.data, std::move(own)});
    }
  }
  subjects.push_back({fmt::format("pixels, {0} x {0}", kPixelsSide), "", "", "",
                      plan("pixels", WithPictureSize(request.categories, kPixelsSide))});
  return subjects;
}

}  // namespace

Result<int> TrainingPictures(const std::string& categories, ExperimentRunner& runner) {
  const std::string data = WithPictureSize(categories, kPixelsSide);
  GENET_ASSIGN(const DataFacts facts, runner.Inspect(data));
  const int count = static_cast<int>(std::min<size_t>(60, facts.smallest_class * 4 / 5));
  if (const int folds = ClassifyOptions().folds; count < folds) {
    return UsageError(
        "{}: a category has {} pictures only, too few for cross-validation in {} folds; remove it, "
        "or add some",
        categories, facts.smallest_class, folds);
  }
  return count;
}

Result<ResultTable> ClassifyCategories(const CaltechRequest& request, ExperimentRunner& runner) {
  GENET_ASSIGN(const int train_per_class, TrainingPictures(request.categories, runner));
  const std::vector<Subject> subjects = SubjectsOf(request, train_per_class);
  std::vector<FeaturePlan> plans;
  for (const Subject& subject : subjects) plans.push_back(subject.plan);
  GENET_ASSIGN(const std::vector<FeatureResult> results, runner.Classify(plans));

  ResultTable table{.name = "caltech",
                    .title =
                        "Section 4.3: categories told apart by a linear SVM on features of "
                        "networks trained on another set"};
  table.columns = {{"features", "Features of"},      {"genome", "Genome"},
                   {"trained_on", "Trained on"},     {"values", "Values"},
                   {"accuracy_percent", "Accuracy"}, {"std_dev_percent", "Std-D"},
                   {"paper_row", "| Paper's row"},   {"paper_caltech256_percent", "Caltech-256"}};
  table.notes = request.notes;
  std::vector<std::string> shown;
  double seconds = 0;
  size_t pictures = 0;
  for (size_t i = 0; i < subjects.size(); ++i) {
    const Subject& subject = subjects[i];
    const FeatureResult& result = results[i];
    seconds += result.seconds;
    pictures = std::max(pictures, result.images);
    std::vector<Cell> row = {Cell(subject.label), TextCell(subject.genome),
                             TextCell(subject.trained_on)};
    row.resize(table.columns.size());
    if (result.accuracies.empty()) {
      table.notes.push_back(fmt::format("{} has no result: {}", subject.label, result.cause));
    } else {
      row[3] = Cell(static_cast<int64_t>(result.dimensions));
      row[4] = Cell(100 * Mean(result.accuracies));
      const std::optional<double> deviation = SampleDeviation(result.accuracies);
      if (deviation) row[5] = Cell(100 * *deviation);
    }
    for (const PaperLargeScale& paper : PaperTable3()) {
      if (paper.label != subject.paper_label || !paper.caltech) continue;
      row[6] = Cell(paper.label);
      row[7] = Cell(*paper.caltech);
      shown.push_back(paper.label);
    }
    table.rows.push_back(std::move(row));
  }
  for (const PaperLargeScale& paper : PaperTable3()) {
    if (!paper.caltech || std::find(shown.begin(), shown.end(), paper.label) != shown.end()) {
      continue;
    }
    std::vector<Cell> row(table.columns.size());
    row[6] = Cell(paper.label);
    row[7] = Cell(*paper.caltech);
    table.rows.push_back(std::move(row));
  }
  table.conditions = {
      {"scale", request.scale},
      {"data", fmt::format("{} ({} pictures)", request.categories, pictures)},
      {"seed", std::to_string(request.seed)},
      {"features",
       fmt::format("{} after ReLU; square root of each value, each picture to length 1", kLayer)},
      {"machine",
       fmt::format("linear SVM, C by cross-validation; {} pictures of each category to train on, "
                   "the rest to test, {} random splits",
                   train_per_class, request.splits)},
      {"accuracy",
       "mean of the categories' accuracies, %, its mean and deviation over the splits"}};
  table.notes.push_back(
      "The paper's figures are of networks trained on ImageNet and of 257 categories: they say "
      "how far apart structures are, not what to reach here.");
  table.cost = {
      {"cost", fmt::format("{} of one worker, trainings not counted", HumanDuration(seconds))}};
  return table;
}

}  // namespace genet
