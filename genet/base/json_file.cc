#include "genet/base/json_file.h"

namespace genet {

Result<nlohmann::json> ReadJsonFile(const fs::path& path) {
  GENET_ASSIGN(const std::string text, ReadFile(path));
  nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) return Failure("{}: not JSON", path.string());
  return json;
}

}  // namespace genet
