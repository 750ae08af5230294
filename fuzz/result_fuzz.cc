// Any bytes as the result.json of a training are read or refused: as the result of one training,
// and as what the table of an experiment takes of it.
#include "genet/base/check.h"
#include "genet/base/scratch_folder_for_test.h"
#include "genet/execution/training_folder.h"
#include "genet/experiments/trainings.h"
#include "genet/settings/presets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const genet::ScratchFolder folder;
  static const genet::FullTraining training{.settings = *genet::Preset("smoke"),
                                            .genome = *genet::Genome::Parse("1-00|0-00-000")};
  genet::Put(genet::ResultPath(folder.path()),
             std::string(reinterpret_cast<const char*>(data), size));
  const auto result = genet::ReadTrainingResult(folder.path(), training);
  if (result) GENET_CHECK(result->has_value() && (**result)["settings"] == IdentityOf(training));

  const auto json = nlohmann::json::parse(data, data + size, nullptr, false);
  if (json.is_discarded()) return 0;
  const auto read = genet::TrainingResultOf(folder.path(), json);
  if (read) GENET_CHECK(read->test_accuracy.has_value() || json.contains("diverged"));
  return 0;
}
