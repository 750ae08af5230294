#include "genet/settings/json.h"

#include <algorithm>

#include "genet/settings/setting_list.h"

namespace genet {
namespace {

using Json = nlohmann::json;

// The settings of one object of the JSON. Of an object that came later all or nothing is written.
struct Object {
  std::string name;
  int since = 0;  // the first of its settings
  std::vector<const Setting*> settings = {};
};

// The outermost comes first.
std::vector<Object> MakeObjects() {
  std::vector<Object> objects;
  for (const Setting& setting : Settings()) {
    auto object = std::find_if(objects.begin(), objects.end(),
                               [&](const Object& one) { return one.name == setting.object; });
    if (object == objects.end()) {
      object = objects.insert(object, {.name = setting.object, .since = setting.since});
    }
    object->since = std::min(object->since, setting.since);
    object->settings.push_back(&setting);
  }
  return objects;
}

const std::vector<Object>& Objects() {
  static const std::vector<Object> objects = MakeObjects();
  return objects;
}

bool HasDefault(const Setting& setting, const RunSettings& settings) {
  return setting.value.get(settings) == setting.value.get(RunSettings());
}

// Whether `object` may lack this setting: those that came later than it.
bool MayLack(const Object& object, const Setting& setting) { return setting.since > object.since; }

void Read(const Object& object, JsonReader& reader, RunSettings& settings) {
  for (const Setting* setting : object.settings) {
    const std::string key = setting->json_key();
    if (MayLack(object, *setting) && !reader.Has(key)) continue;
    setting->value.read(settings, key, reader);
  }
}

}  // namespace

Json ToJson(const RunSettings& settings) {
  Json json;
  for (const Object& object : Objects()) {
    const bool left_out =
        object.since > 1 &&
        std::all_of(object.settings.begin(), object.settings.end(),
                    [&](const Setting* setting) { return HasDefault(*setting, settings); });
    if (left_out) continue;
    Json& members = object.name.empty() ? json : json[object.name];
    for (const Setting* setting : object.settings) {
      if (MayLack(object, *setting) && HasDefault(*setting, settings)) continue;
      setting->value.write(settings, setting->json_key(), members);
    }
  }
  return json;
}

Result<RunSettings> RunSettingsFromJson(const Json& json) {
  RunSettings settings;
  JsonReader outermost(json, "settings");
  std::vector<std::pair<const Object*, JsonReader>> inner;
  for (const Object& object : Objects()) {
    if (object.name.empty()) {
      Read(object, outermost, settings);
    } else if (object.since == 1 || outermost.Has(object.name)) {
      inner.emplace_back(&object, outermost.Object(object.name));
    }
  }
  GENET_TRY(outermost.Finish());
  for (auto& [object, reader] : inner) {
    Read(*object, reader, settings);
    GENET_TRY(reader.Finish());
  }
  if (const Status status = CheckSettings(settings); !status) {
    return Failure("settings: {}", status.error().message);
  }
  return settings;
}

}  // namespace genet
