#include "genet/training/curve.h"

namespace genet {

nlohmann::json CurveToJson(const std::vector<EpochRecord>& curve) {
  nlohmann::json json = nlohmann::json::array();
  for (const EpochRecord& record : curve) {
    json.push_back({{"epoch", record.epoch},
                    {"learning_rate", record.learning_rate},
                    {"train_loss", record.train_loss},
                    {"train_accuracy", record.train_accuracy}});
  }
  return json;
}

Result<std::vector<EpochRecord>> CurveFromJson(const nlohmann::json& json) {
  if (!json.is_array()) return Failure("curve: not an array");
  std::vector<EpochRecord> curve;
  for (const nlohmann::json& item : json) {
    const size_t number = curve.size() + 1;
    if (!item.is_object() || item.size() != 4) {
      return Failure("curve: record {} has other keys than it should", number);
    }
    EpochRecord record;
    const auto epoch = item.find("epoch");
    if (epoch == item.end() || *epoch != number) {
      return Failure("curve: record {} is not that of epoch {}", number, number);
    }
    record.epoch = static_cast<int>(number);
    const std::pair<const char*, double*> fields[] = {{"learning_rate", &record.learning_rate},
                                                      {"train_loss", &record.train_loss},
                                                      {"train_accuracy", &record.train_accuracy}};
    for (const auto& [key, value] : fields) {
      const auto found = item.find(key);
      if (found == item.end() || !found->is_number()) {
        return Failure("curve: record {} has no number {}", number, key);
      }
      *value = found->get<double>();
    }
    curve.push_back(record);
  }
  return curve;
}

}  // namespace genet
