#include "genet/experiments/trainings.h"

#include <algorithm>

#include "genet/base/random.h"
#include "genet/data/data_spec.h"

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

}  // namespace genet
