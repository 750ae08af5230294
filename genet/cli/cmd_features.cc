#include "genet/cli/command.h"
#include "genet/cli/inference_flags.h"
#include "genet/features/feature_request.h"
#include "genet/features/npy.h"

namespace genet::cli {
namespace {

struct Arguments {
  CLI::App* app = nullptr;
  FeatureRequest request;
  InferenceFlags inference;
  std::string out = "features.npy";
  bool json = false;
};

Result<int> WriteFeatures(const Arguments& arguments) {
  FeatureRequest request = arguments.request;
  GENET_ASSIGN(request.options.engine, arguments.inference.Engine());
  request.options.resources = arguments.inference.resources();
  if (request.weights.empty() && request.data.empty()) {
    return UsageError("without WEIGHTS, whose pixels? give --data SPEC");
  }
  if (request.weights.empty() &&
      (request.untrained || arguments.app->count("--layer") > 0 || arguments.inference.given())) {
    return UsageError(
        "only --data, --part, --out and --json are of pixels; for a network give its WEIGHTS");
  }
  GENET_ASSIGN(const FeatureSet set, MakeFeatures(request, CacheFolder()));
  const Features& features = set.features;
  GENET_TRY(genet::WriteFeatures(arguments.out, features));
  const std::string labels = LabelsPath(arguments.out).string();
  if (arguments.json) {
    nlohmann::json layer;
    if (!request.weights.empty()) layer = request.options.layer;
    PrintJson({{"features", arguments.out},
               {"labels", labels},
               {"data", set.data},
               {"part", request.part},
               {"layer", layer},
               {"untrained", request.untrained.has_value()},
               {"images", features.size()},
               {"dimensions", features.dimensions},
               {"class_names", set.class_names}});
  } else {
    GENET_TRY(Print(fmt::format("{}: {} images, {} values each; labels in {}\n", arguments.out,
                                features.size(), features.dimensions, labels)));
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
  app->add_option("WEIGHTS", arguments->request.weights,
                  "A weights.safetensors of genet train (default: none, the pixels themselves).");
  app->add_option("--data", arguments->request.data,
                  "The images: images:PATH, cifar10:PATH, ... (default: those trained on).")
      ->type_name("SPEC");
  app->add_option("--part", arguments->request.part,
                  "train, test or all, the training images first (default: all).")
      ->type_name("PART")
      ->check(CLI::IsMember({"train", "test", "all"}));
  app->add_option("--layer", arguments->request.options.layer,
                  "The layer, as genet show names it (default: fc1).")
      ->type_name("NAME");
  app->add_option("--out", arguments->out, "The array to write (default: features.npy).")
      ->type_name("FILE.npy");
  app->add_option("--untrained", arguments->request.untrained,
                  "Weights as training would start with, drawn by this seed, instead of the "
                  "file's: what the structure alone makes of images.")
      ->type_name("SEED");
  arguments->inference.AddTo(*app);
  app->add_flag("--json", arguments->json, "Print JSON.");
  return {app, [arguments] { return WriteFeatures(*arguments); }};
}

}  // namespace genet::cli
