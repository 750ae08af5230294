#include <algorithm>

#include "genet/cli/command.h"
#include "genet/cli/inference_flags.h"
#include "genet/data/data_set.h"
#include "genet/engine/backends/make_engine.h"
#include "genet/training/measure.h"
#include "genet/training/top_accuracy.h"
#include "genet/training/weights_file.h"

namespace genet::cli {
namespace {

struct Arguments {
  std::string weights, data, part = "test", logits;
  InferenceFlags inference;
  bool json = false;
};

// image,label,prediction,logit_0,...; numbers read back to the same floats.
std::string LogitsCsv(const ImageList& images, int classes, const std::vector<float>& logits) {
  std::string csv = "image,label,prediction";
  for (int c = 0; c < classes; ++c) csv += fmt::format(",logit_{}", c);
  csv += "\n";
  for (size_t i = 0; i < images.size(); ++i) {
    const float* row = logits.data() + i * classes;
    csv += fmt::format("{},{},{}", i, images.label(i), std::max_element(row, row + classes) - row);
    for (int c = 0; c < classes; ++c) csv += fmt::format(",{}", row[c]);
    csv += "\n";
  }
  return csv;
}

Result<int> EvaluateWeights(const Arguments& arguments) {
  GENET_ASSIGN(const WeightsFile weights, ReadWeights(arguments.weights));
  const std::string spec = arguments.data.empty() ? weights.data : arguments.data;
  GENET_ASSIGN(const DataSet data, OpenDataSet(spec, CacheFolder()));
  const ImageList& images = arguments.part == "train" ? data.train : data.test;
  const int classes = static_cast<int>(weights.class_names.size());
  const Shape shape{images.channels(), images.height(), images.width()};
  if (shape != weights.input || data.classes() != classes) {
    return UsageError("{}: the network takes {} images of {} classes, but {} has {} images of {}",
                      arguments.weights, ToString(weights.input), classes, spec, ToString(shape),
                      data.classes());
  }
  GENET_ASSIGN(const Network network, NetworkOf(weights));
  GENET_ASSIGN(const EngineSettings settings, arguments.inference.Engine());
  GENET_ASSIGN(const std::unique_ptr<Engine> engine,
               MakeEngine(network, NormalisingTransform(weights.normalisation), settings,
                          arguments.inference.resources()));
  if (const Status set = engine->SetState(WithZeroMomentum(weights.tensors)); !set) {
    return Failure("{}: {}", arguments.weights, set.error().message);
  }
  const bool wants_logits = arguments.json || !arguments.logits.empty();
  std::vector<float> logits(wants_logits ? images.size() * classes : 0);
  GENET_ASSIGN(const Measurement measured, Measure(*engine, images, engine->max_batch(), logits));
  if (!arguments.logits.empty()) {
    GENET_TRY(WriteFileAtomically(arguments.logits, LogitsCsv(images, classes, logits)));
  }
  if (arguments.json) {
    PrintJson({{"weights", arguments.weights},
               {"genome", weights.genome.ToString()},
               {"data", spec},
               {"part", arguments.part},
               {"images", images.size()},
               {"accuracy", measured.accuracy},
               {"top5_accuracy", TopAccuracy(images, logits, 5)},
               {"loss", measured.loss}});
  } else {
    GENET_TRY(Print(fmt::format("{}: {:.2f} % of {} {} images right, loss {:.4f}\n",
                                weights.genome.ToString(), measured.accuracy * 100, images.size(),
                                arguments.part, measured.loss)));
  }
  return 0;
}

}  // namespace

Command AddEvaluateCommand(CLI::App& root) {
  CLI::App* app = AddCommand(
      root, "evaluate", "measure trained weights on a data set",
      {"Builds the network that a weights file describes, measures it on the test set of a data "
       "set and prints the accuracy. With --logits it also writes a CSV file with a line for each "
       "image: its number, label, prediction, and the network's output for each class.",
       "genet evaluate trained/genet-1/weights.safetensors\n"
       "genet evaluate weights.safetensors --data cifar10:data/cifar-10-batches-bin "
       "--logits test.csv"});
  auto arguments = std::make_shared<Arguments>();
  app->add_option("WEIGHTS", arguments->weights, "A weights.safetensors of genet train.")
      ->required();
  app->add_option("--data", arguments->data,
                  "The data set: synthetic, cifar10:PATH, ... (default: the one trained on).")
      ->type_name("SPEC");
  app->add_option("--part", arguments->part, "test or train (default: test).")
      ->type_name("PART")
      ->check(CLI::IsMember({"test", "train"}));
  app->add_option("--logits", arguments->logits, "Write the CSV file.")->type_name("FILE.csv");
  arguments->inference.AddTo(*app);
  app->add_flag("--json", arguments->json, "Print JSON.");
  return {app, [arguments] { return EvaluateWeights(*arguments); }};
}

}  // namespace genet::cli
