#include "genet/cli/command.h"
#include "genet/data/data_set.h"
#include "genet/features/npy.h"

namespace genet::cli {
namespace {

struct Arguments {
  CLI::App* app = nullptr;
  std::string weights, data, out = "features.npy", part = "all";
  FeatureOptions options;
  std::optional<uint64_t> untrained;
  bool json = false;
};

// Of the pixels if there are no weights.
Result<Features> FeaturesOf(const std::optional<WeightsFile>& weights, const DataSet& data,
                            const Arguments& arguments) {
  Features all;
  for (const auto& [part, images] : {std::pair("train", &data.train), {"test", &data.test}}) {
    if (arguments.part != "all" && arguments.part != part) continue;
    Result<Features> features =
        weights ? ExtractFeatures(*weights, *images, arguments.options) : PixelFeatures(*images);
    if (!features) return features;
    all.dimensions = features->dimensions;
    all.values.insert(all.values.end(), features->values.begin(), features->values.end());
    all.labels.insert(all.labels.end(), features->labels.begin(), features->labels.end());
  }
  return all;
}

Result<int> WriteFeatures(const Arguments& arguments) {
  std::optional<WeightsFile> weights;
  if (!arguments.weights.empty()) {
    GENET_ASSIGN(weights, ReadWeights(arguments.weights));
  } else if (arguments.data.empty()) {
    return UsageError("without WEIGHTS, whose pixels? give --data SPEC");
  } else if (arguments.untrained || arguments.app->count("--layer") > 0) {
    return UsageError("--layer and --untrained are of a network: give its WEIGHTS");
  }
  if (arguments.untrained) {
    GENET_ASSIGN(const Network network, NetworkOf(*weights));
    weights->tensors =
        InitialState(network, RandomKey(*arguments.untrained).Derive("untrained features"));
    std::erase_if(weights->tensors,
                  [](const auto& named) { return named.first.starts_with("momentum."); });
  }
  const std::string spec = arguments.data.empty() ? weights->data : arguments.data;
  GENET_ASSIGN(const DataSet data, OpenDataSet(spec, CacheFolder()));
  const Result<Features> features = FeaturesOf(weights, data, arguments);
  if (!features) {
    Error error = features.error();
    if (weights) error.message = fmt::format("{}: {}", arguments.weights, error.message);
    return tl::unexpected(error);
  }
  GENET_TRY(genet::WriteFeatures(arguments.out, *features));
  const std::string labels = LabelsPath(arguments.out).string();
  if (arguments.json) {
    PrintJson({{"features", arguments.out},
               {"labels", labels},
               {"data", spec},
               {"part", arguments.part},
               {"layer", weights ? nlohmann::json(arguments.options.layer) : nlohmann::json()},
               {"untrained", arguments.untrained.has_value()},
               {"images", features->size()},
               {"dimensions", features->dimensions},
               {"class_names", data.class_names}});
  } else {
    GENET_TRY(Print(fmt::format("{}: {} images, {} values each; labels in {}\n", arguments.out,
                                features->size(), features->dimensions, labels)));
  }
  return 0;
}

}  // namespace

Command AddFeaturesCommand(CLI::App& root) {
  CLI::App* app = AddCommand(
      root, "features", "write what a layer of a trained network makes of images",
      {"Builds the network that a weights file describes and writes the activation of one of its "
       "layers for every image, as a NumPy array of 32-bit floats with a row for each image, and "
       "the labels as another beside it (section 4.3 of the paper uses the first fully-connected "
       "layer). A fully-connected layer is taken after its ReLU; any other layer, also input (the "
       "normalised pixels), is flattened in the order channel, row, column. Without WEIGHTS the "
       "pixels themselves are written, from 0 to 1.\n\n"
       "Images must have the size that the network takes; folders of pictures are brought to it by "
       "their option size=N.",
       "genet features weights.safetensors --data images:caltech,size=32 --layer fc1 "
       "--out fc1.npy\n"
       "genet features --data images:caltech,size=32 --out pixels.npy\n"
       "genet classify fc1.npy --train-per-class 60"});
  auto arguments = std::make_shared<Arguments>();
  arguments->app = app;
  app->add_option("WEIGHTS", arguments->weights,
                  "A weights.safetensors of genet train (default: none, the pixels themselves).");
  app->add_option("--data", arguments->data,
                  "The images: images:PATH, cifar10:PATH, ... (default: those trained on).")
      ->type_name("SPEC");
  app->add_option("--part", arguments->part,
                  "train, test or all, the training images first (default: all).")
      ->type_name("PART")
      ->check(CLI::IsMember({"train", "test", "all"}));
  app->add_option("--layer", arguments->options.layer,
                  "The layer, as genet show names it (default: fc1).")
      ->type_name("NAME");
  app->add_option("--out", arguments->out, "The array to write (default: features.npy).")
      ->type_name("FILE.npy");
  app->add_option("--untrained", arguments->untrained,
                  "Weights as training would start with, drawn by this seed, instead of the "
                  "file's: what the structure alone makes of images.")
      ->type_name("SEED");
  AddInferenceFlags(*app, arguments->options.batch, arguments->options.threads);
  app->add_flag("--json", arguments->json, "Print JSON.");
  return {app, [arguments] { return WriteFeatures(*arguments); }};
}

}  // namespace genet::cli
