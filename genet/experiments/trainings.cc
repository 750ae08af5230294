#include "genet/experiments/trainings.h"

#include <algorithm>

#include "genet/base/json_reader.h"
#include "genet/base/random.h"
#include "genet/data/data_spec.h"
#include "genet/execution/training_folder.h"

namespace genet {

std::string ShortHash(std::string_view text) {
  return fmt::format("{:08x}", RandomKey(0).Derive(text).value() & 0xffffffff);
}

std::string FileNameOf(const Genome& genome) {
  std::string text = genome.ToString();
  // Of the many bits of large spaces a file name could not hold the text.
  if (text.size() > 100) return fmt::format("{:016x}", RandomKey(0).Derive(text).value());
  std::replace(text.begin(), text.end(), '|', '_');
  return text;
}

Result<TrainingPlan> PlanTraining(const std::string& prefix, const Genome& genome,
                                  RunSettings settings, const DataFacts& facts) {
  if (genome.space() != settings.space) {
    return UsageError("{}: has not the nodes {} of preset {}; give its --preset", genome.ToString(),
                      ToString(settings.space), settings.preset);
  }
  const bool full_training_set =
      settings.train_images == 0 || settings.train_images >= facts.train_images;
  if (full_training_set) {
    settings.train_images = 0;
  } else {
    // The part that is not trained on is not looked at either; the split wants one.
    settings.validation_images = static_cast<size_t>(facts.classes);
    settings.train_images =
        std::min(settings.train_images, facts.train_images - settings.validation_images);
  }
  GENET_ASSIGN(const DataSpec spec, ParseDataSpec(settings.data));
  std::string name = prefix + spec.kind->name + "-";
  // A data set may lie at two paths, or have a seed.
  if (spec.text != spec.kind->name) name += ShortHash(spec.text) + "-";
  return TrainingPlan{.name = name + FileNameOf(genome),
                      .genome = genome,
                      .settings = std::move(settings),
                      .full_training_set = full_training_set};
}

Result<TrainingResult> TrainingResultOf(const fs::path& folder, const nlohmann::json& json) {
  TrainingResult result;
  JsonReader reader(json, ResultPath(folder).string());
  reader.Get("train_images", result.train_images);
  JsonReader cost = reader.Object("cost");
  double seconds = 0, rate = 0;
  cost.Get("seconds", seconds);
  cost.Get("images_per_second", rate);
  if (reader.Has("diverged")) {
    reader.Get("diverged", result.cause);
    result.seconds = seconds;
  } else {
    double accuracy = 0;
    reader.Get("test_accuracy", accuracy);
    result.test_accuracy = accuracy;
    // Older builds wrote none.
    if (reader.Has("test_top5_accuracy")) {
      reader.Get("test_top5_accuracy", result.test_top5_accuracy);
    }
    result.weights = WeightsPath(folder).string();
    // The seconds are those of the last process, perhaps of a resumed training; the rate holds for
    // all.
    const size_t images = result.train_images * reader.Member("curve").size();
    result.seconds = rate > 0 ? static_cast<double>(images) / rate : seconds;
  }
  Status good = reader.Check();
  if (good) good = cost.Check();
  if (!good) return Failure("{}; delete it to train again", good.error().message);
  return result;
}

}  // namespace genet
