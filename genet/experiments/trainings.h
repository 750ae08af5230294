// Trainings in full, as experiments plan them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "genet/experiments/experiment_runner.h"

namespace genet {

// Eight hexadecimal digits.
std::string ShortHash(std::string_view text);
// A name that no shell needs quoted.
std::string FileNameOf(const Genome& genome);

// To train on at most settings.train_images images (0: the whole training set) of settings.data,
// which `facts` describe. The folder's name begins with `prefix` and is that of no other genome or
// data set. A usage error if the genome is of another search space than the settings.
Result<TrainingPlan> PlanTraining(const std::string& prefix, const Genome& genome,
                                  RunSettings settings, const DataFacts& facts);

// What the table of an experiment takes of the result.json that is in the training's folder.
Result<TrainingResult> TrainingResultOf(const fs::path& folder, const nlohmann::json& json);

}  // namespace genet
