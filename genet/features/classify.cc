#include "genet/features/classify.h"

#include <linear.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "genet/base/random.h"

namespace genet {
namespace {

using Rows = std::vector<uint32_t>;

void Normalise(Features& features) {
  for (size_t i = 0; i < features.size(); ++i) {
    float* row = features.values.data() + i * features.dimensions;
    double squares = 0;
    for (size_t d = 0; d < features.dimensions; ++d) {
      row[d] = std::copysign(std::sqrt(std::abs(row[d])), row[d]);
      squares += double{row[d]} * row[d];
    }
    const float scale = squares > 0 ? static_cast<float>(1 / std::sqrt(squares)) : 0.0f;
    for (size_t d = 0; d < features.dimensions; ++d) row[d] *= scale;
  }
}

// liblinear's form of an image: its values that are not 0, with a constant as the last feature.
class Nodes {
 public:
  explicit Nodes(const Features& features) : begins_{0} {
    for (size_t i = 0; i < features.size(); ++i) {
      const float* row = features.values.data() + i * features.dimensions;
      for (size_t d = 0; d < features.dimensions; ++d) {
        if (row[d] != 0) nodes_.push_back({static_cast<int>(d) + 1, row[d]});
      }
      nodes_.push_back({static_cast<int>(features.dimensions) + 1, 1.0});
      nodes_.push_back({-1, 0});
      begins_.push_back(nodes_.size());
    }
  }
  feature_node* of(uint32_t row) { return nodes_.data() + begins_[row]; }

 private:
  std::vector<feature_node> nodes_;
  std::vector<size_t> begins_;
};

struct FreeModel {
  void operator()(model* m) const { free_and_destroy_model(&m); }
};
using Model = std::unique_ptr<model, FreeModel>;

Model Train(const Features& features, Nodes& nodes, const Rows& rows, double cost) {
  std::vector<double> labels;
  std::vector<feature_node*> images;
  for (const uint32_t row : rows) {
    labels.push_back(features.labels[row]);
    images.push_back(nodes.of(row));
  }
  problem p{};
  p.l = static_cast<int>(rows.size());
  p.n = static_cast<int>(features.dimensions) + 1;
  p.y = labels.data();
  p.x = images.data();
  p.bias = 1;  // the constant that Nodes appends
  parameter settings{};
  settings.solver_type = L2R_L2LOSS_SVC;
  settings.eps = 0.01;  // liblinear's own default
  settings.C = cost;
  return Model(train(&p, &settings));
}

// Mean of the accuracies of the classes that `rows` has.
double MeanClassAccuracy(const Features& features, Nodes& nodes, const Rows& rows,
                         const model& trained, int classes) {
  std::vector<int> count(classes), right(classes);
  for (const uint32_t row : rows) {
    const int label = features.labels[row];
    ++count[label];
    right[label] += static_cast<int>(predict(&trained, nodes.of(row))) == label;
  }
  double sum = 0;
  int seen = 0;
  for (int c = 0; c < classes; ++c) {
    if (count[c] == 0) continue;
    sum += static_cast<double>(right[c]) / count[c];
    ++seen;
  }
  return sum / seen;
}

// `train` holds each class's images one after the other in drawn order: every folds-th is held out.
double CrossValidate(const Features& features, Nodes& nodes, const Rows& train_rows, double cost,
                     int folds, int classes) {
  double sum = 0;
  for (int fold = 0; fold < folds; ++fold) {
    Rows kept, held_out;
    for (size_t i = 0; i < train_rows.size(); ++i) {
      (static_cast<int>(i % folds) == fold ? held_out : kept).push_back(train_rows[i]);
    }
    const Model trained = Train(features, nodes, kept, cost);
    sum += MeanClassAccuracy(features, nodes, held_out, *trained, classes);
  }
  return sum / folds;
}

}  // namespace

Result<std::vector<SplitResult>> Classify(
    Features features, const ClassifyOptions& options,
    const std::function<void(int split, const SplitResult&)>& done) {
  std::vector<Rows> by_class;
  for (size_t i = 0; i < features.size(); ++i) {
    const int label = features.labels[i];
    if (label < 0 || label > 1'000'000) {
      return Failure("image {} has label {}; labels count from 0", i, label);
    }
    if (by_class.size() <= static_cast<size_t>(label)) by_class.resize(label + 1);
    by_class[label].push_back(static_cast<uint32_t>(i));
  }
  const int classes = static_cast<int>(by_class.size());
  if (classes < 2) return Failure("the features are of one class only");
  const size_t wanted = static_cast<size_t>(options.train_per_class);
  for (int c = 0; c < classes; ++c) {
    if (by_class[c].size() <= wanted) {
      return UsageError(
          "class {} has {} images: with {} to train on none is left to test; give a smaller "
          "--train-per-class",
          c, by_class[c].size(), wanted);
    }
  }
  if (options.costs.size() > 1 && options.train_per_class < options.folds) {
    return UsageError("cross-validation in {} folds needs as many training images a class",
                      options.folds);
  }
  set_print_string_function([](const char*) {});
  if (options.normalise) Normalise(features);
  Nodes nodes(features);
  std::vector<SplitResult> results;
  for (int split = 0; split < options.splits; ++split) {
    const RandomKey key = RandomKey(options.seed).Derive("classify").Derive(uint64_t(split));
    Rows train_rows, test_rows;
    for (int c = 0; c < classes; ++c) {
      Rows rows = by_class[c];
      RandomStream stream(key.Derive(uint64_t(c)));
      Shuffle(stream, std::span<uint32_t>(rows));
      train_rows.insert(train_rows.end(), rows.begin(), rows.begin() + wanted);
      test_rows.insert(test_rows.end(), rows.begin() + wanted, rows.end());
    }
    SplitResult result{.cost = options.costs.front()};
    double best = -1;
    for (const double cost : options.costs) {
      if (options.costs.size() == 1) break;
      const double accuracy =
          CrossValidate(features, nodes, train_rows, cost, options.folds, classes);
      if (accuracy > best) best = accuracy, result.cost = cost;
    }
    const Model trained = Train(features, nodes, train_rows, result.cost);
    result.accuracy = MeanClassAccuracy(features, nodes, test_rows, *trained, classes);
    results.push_back(result);
    if (done) done(split, result);
  }
  return results;
}

}  // namespace genet
