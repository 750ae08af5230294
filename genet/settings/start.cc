#include "genet/settings/start.h"

#include "genet/settings/setting_value.h"

namespace genet {
namespace {

using Start = SearchSettings::Start;

const Words<Start> kStarts = {
    {"bernoulli", Start::kBernoulli}, {"all-zeros", Start::kAllZeros}, {"around", Start::kAround}};
constexpr Limits<int> kFlips = {0};

Status Set(RunSettings& settings, std::string_view text) {
  SearchSettings& search = settings.search;
  if (const auto start = ParseWord(kStarts, text); start && *start != Start::kAround) {
    search.start = *start;
    search.around_genome.clear();
    return {};
  }
  constexpr std::string_view kAround = "around:";
  const size_t last = text.rfind(':');
  if (!text.starts_with(kAround) || last < kAround.size()) {
    return UsageError("'{}' is none of bernoulli, all-zeros, around:GENOME:FLIPS", text);
  }
  GENET_ASSIGN(search.around_flips, ParseNumber<int>(text.substr(last + 1), kFlips));
  search.start = Start::kAround;
  search.around_genome = text.substr(kAround.size(), last - kAround.size());
  return {};
}

std::string Get(const RunSettings& settings) {
  const SearchSettings& search = settings.search;
  const std::string start = WordOf(kStarts, search.start);
  if (search.start != Start::kAround) return start;
  return fmt::format("{}:{}:{}", start, search.around_genome, search.around_flips);
}

void Write(const RunSettings& settings, const std::string&, nlohmann::json& object) {
  object["start"] = WordOf(kStarts, settings.search.start);
  object["around_genome"] = settings.search.around_genome;
  object["around_flips"] = settings.search.around_flips;
}

void Read(RunSettings& settings, const std::string& key, JsonReader& object) {
  OneOf(
      kStarts, [](auto& all) -> auto& { return all.search.start; })
      .read(settings, key, object);
  object.Get("around_genome", settings.search.around_genome);
  object.Get("around_flips", settings.search.around_flips, kFlips);
}

}  // namespace

SettingValue StartValue() {
  return {.allowed = "bernoulli, all-zeros, around:GENOME:FLIPS",
          .set = Set,
          .get = Get,
          .write = Write,
          .read = Read};
}

}  // namespace genet
