// JSON files and objects, read strictly.
//
//   JsonReader reader(json, "job");
//   reader.Get("genome", job.genome);
//   reader.Get("threads", job.threads, {1, 1024});
//   GENET_TRY(reader.Finish());  // "job: threads is 0, not a whole number from 1 to 1024"
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/limits.h"

namespace genet {

// What a file holds; a failure that names the file if it cannot be read or is not JSON.
Result<nlohmann::json> ReadJson(const std::filesystem::path& path);

// Reads the members of one JSON object. A member that is missing, of another type or outside its
// limits is an error, and so is a member that nobody asked for. The first error is kept until
// Finish(), so that a caller reads all members and asks once; a value after an error is not to be
// used.
//
// Get takes text, paths, true or false, numbers, lists (std::vector), objects of equal members
// (std::map by text), and null for std::optional. A number that its type would round or wrap is an
// error, except for the last digits of a floating-point number.
class JsonReader {
 public:
  // Keeps the address of `json`. `where` begins every error.
  JsonReader(const nlohmann::json& json, std::string where);

  bool Has(std::string_view key) const { return json_.is_object() && json_.contains(key); }

  template <class T>
  void Get(std::string_view key, T& to) {
    if (const nlohmann::json* value = Find(key)) Take(std::string(key), *value, to);
  }
  template <class T>
  void Get(std::string_view key, T& to, const std::type_identity_t<Limits<T>>& limits) {
    if (const nlohmann::json* value = Find(key)) TakeNumber(std::string(key), *value, to, limits);
  }
  // A text that `parse` (std::string_view -> Result<T>) understands.
  template <class T, class Parse>
  void GetParsed(std::string_view key, T& to, Parse parse) {
    std::string text;
    Get(key, text);
    if (!error_.empty()) return;
    auto value = parse(text);
    if (value) {
      to = *std::move(value);
    } else {
      Fail(value.error().message);
    }
  }
  // The member as it is; null, after an error, if it is missing.
  const nlohmann::json& Member(std::string_view key);
  // A reader of the object in this member, to be finished after this one: where this one fails, it
  // does, too.
  JsonReader Object(std::string_view key) {
    return JsonReader(Member(key), where_ + ", " + std::string(key));
  }

  // For what only the caller can see. Only the first complaint counts.
  void Fail(std::string complaint);

  // The first error. Finish also refuses members that were not read; Check lets them be.
  Status Finish();
  Status Check() const;

 private:
  const nlohmann::json* Find(std::string_view key);

  template <class T>
  void TakeNumber(const std::string& name, const nlohmann::json& value, T& to,
                  const Limits<T>& limits) {
    bool good = false;
    if constexpr (std::is_floating_point_v<T>) {
      good = value.is_number();
    } else if (value.is_number_unsigned()) {
      good = std::in_range<T>(value.get<uint64_t>());
    } else if (value.is_number_integer()) {
      good = std::in_range<T>(value.get<int64_t>());
    }
    const T number = good ? value.get<T>() : T{};
    if (!good || !limits.contain(number)) {
      return Fail(fmt::format("{} is {}, not {}", name, value.dump(), limits.ToString()));
    }
    to = number;
  }
  template <class T>
  void Take(const std::string& name, const nlohmann::json& value, T& to) {
    TakeNumber(name, value, to, Limits<T>());
  }
  void Take(const std::string& name, const nlohmann::json& value, bool& to);
  void Take(const std::string& name, const nlohmann::json& value, std::string& to);
  void Take(const std::string& name, const nlohmann::json& value, std::filesystem::path& to);
  template <class T>
  void Take(const std::string& name, const nlohmann::json& value, std::optional<T>& to) {
    to.reset();
    if (!value.is_null()) Take(name, value, to.emplace());
  }
  template <class T>
  void Take(const std::string& name, const nlohmann::json& value, std::vector<T>& to) {
    if (!value.is_array()) return Fail(fmt::format("{} is not a list", name));
    to.clear();
    for (size_t i = 0; i < value.size(); ++i) {
      T element{};
      Take(fmt::format("{}[{}]", name, i), value[i], element);
      to.push_back(std::move(element));
    }
  }
  template <class T, class Less>
  void Take(const std::string& name, const nlohmann::json& value,
            std::map<std::string, T, Less>& to) {
    if (!value.is_object()) return Fail(fmt::format("{} is not an object", name));
    to.clear();
    for (const auto& [key, member] : value.items()) Take(name + ", " + key, member, to[key]);
  }

  const nlohmann::json& json_;
  std::string where_, error_;
  std::set<std::string, std::less<>> read_;
};

}  // namespace genet
