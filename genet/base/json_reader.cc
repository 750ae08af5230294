#include "genet/base/json_reader.h"

#include "genet/base/file.h"

namespace genet {

Result<nlohmann::json> ReadJson(const std::filesystem::path& path) {
  GENET_ASSIGN(const std::string text, ReadFile(path));
  nlohmann::json json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return Failure("{}: not JSON", path.string());
  return json;
}

JsonReader::JsonReader(const nlohmann::json& json, std::string where)
    : json_(json), where_(std::move(where)) {
  if (!json.is_object()) Fail("not an object");
}

const nlohmann::json* JsonReader::Find(std::string_view key) {
  read_.emplace(key);
  if (!error_.empty()) return nullptr;
  const auto found = json_.find(key);
  if (found != json_.end()) return &*found;
  Fail(fmt::format("{} is missing", key));
  return nullptr;
}

const nlohmann::json& JsonReader::Member(std::string_view key) {
  static const nlohmann::json null;
  const nlohmann::json* member = Find(key);
  return member == nullptr ? null : *member;
}

void JsonReader::Take(const std::string& name, const nlohmann::json& value, bool& to) {
  if (!value.is_boolean()) return Fail(fmt::format("{} is neither true nor false", name));
  to = value.get<bool>();
}

void JsonReader::Take(const std::string& name, const nlohmann::json& value, std::string& to) {
  if (!value.is_string()) return Fail(fmt::format("{} is not a text", name));
  to = value.get<std::string>();
}

void JsonReader::Take(const std::string& name, const nlohmann::json& value,
                      std::filesystem::path& to) {
  std::string text;
  Take(name, value, text);
  to = text;
}

void JsonReader::Fail(std::string complaint) {
  if (error_.empty()) error_ = std::move(complaint);
}

Status JsonReader::Check() const {
  if (error_.empty()) return {};
  return Failure("{}: {}", where_, error_);
}

Status JsonReader::Finish() {
  if (error_.empty()) {
    for (const auto& [key, value] : json_.items()) {
      if (!read_.contains(key)) Fail(fmt::format("{} is unknown", key));
    }
  }
  return Check();
}

}  // namespace genet
