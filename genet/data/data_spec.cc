#include "genet/data/data_spec.h"

#include <algorithm>
#include <charconv>

#include "genet/base/words.h"

namespace genet {
namespace {

template <class Number>
bool ReadWhole(std::string_view text, Number& value) {
  const char* const end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, value);
  return code == std::errc() && stop == end;
}

Result<SpecOption> ParseOption(const DataSpec& spec, std::string_view text) {
  const size_t equals = text.find('=');
  SpecOption option{.name = std::string(text.substr(0, equals))};
  if (equals != std::string_view::npos) option.value = text.substr(equals + 1);
  const DataOption* const known = spec.kind->FindOption(option.name);
  if (known != nullptr && known->limits) {
    const auto [least, most] = *known->limits;
    if (ReadWhole(option.value, option.number) && option.number >= least && option.number <= most) {
      return option;
    }
    return UsageError("--data {}: {} must be a whole number from {} to {}", spec.text, option.name,
                      least, most);
  }
  const bool complete = known != nullptr && (known->value.empty() ? equals == std::string_view::npos
                                                                  : !option.value.empty());
  if (complete) return option;
  std::vector<std::string> all;
  for (const DataOption& one : spec.kind->options) all.push_back(one.syntax());
  return UsageError("--data {}: unknown option '{}'; {} knows {}", spec.text, text, spec.kind->name,
                    Enumerate(all, "and"));
}

Status ParsePath(DataSpec& spec, std::string_view text) {
  const DataKind& kind = *spec.kind;
  const size_t slash = text.rfind('/');
  size_t comma = kind.options.empty() ? std::string_view::npos
                                      : text.find(',', slash == std::string_view::npos ? 0 : slash);
  spec.path = text.substr(0, comma);
  if (spec.path.empty()) {
    const bool fetchable = kind.official && !kind.official->files.empty();
    return UsageError(
        "--data {}: a path is missing: write {}:PATH{}", spec.text, kind.name,
        fetchable ? fmt::format(" (`genet data fetch {} PATH` gets the files)", kind.name) : "");
  }
  while (comma != std::string_view::npos) {
    text.remove_prefix(comma + 1);
    comma = text.find(',');
    GENET_ASSIGN(SpecOption option, ParseOption(spec, text.substr(0, comma)));
    spec.options.push_back(std::move(option));
  }
  return {};
}

std::string SyntaxOf(bool pictures, std::string_view last_word) {
  std::vector<std::string> forms;
  for (const DataKind& kind : DataKinds()) {
    if (kind.pictures() == pictures) forms.push_back(kind.syntax);
  }
  return Enumerate(forms, last_word);
}

bool IsOfSize(const SpecOption& option) {
  return option.name == "size" || option.name == "shorter";
}

}  // namespace

bool DataSpec::Says(std::string_view option) const {
  return std::any_of(options.begin(), options.end(),
                     [&](const SpecOption& one) { return one.name == option; });
}

Result<DataSpec> ParseDataSpec(std::string_view text) {
  DataSpec spec{.kind = FindDataKind(text), .text = std::string(text)};
  if (spec.kind == nullptr) {
    return UsageError("--data {}: unknown data set; known are {}", text, KnownSpecs("and"));
  }
  const size_t colon = text.find(':');
  const std::string_view argument =
      colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  switch (spec.kind->argument) {
    case DataKind::Argument::kPath:
      GENET_TRY(ParsePath(spec, argument));
      break;
    case DataKind::Argument::kSeed:
      if (colon != std::string_view::npos && !ReadWhole(argument, spec.seed)) {
        return UsageError("--data {}: the seed must be a whole number from 0 to 2^64 - 1", text);
      }
      break;
  }
  return spec;
}

std::string WithAbsolutePath(std::string_view text) {
  const Result<DataSpec> spec = ParseDataSpec(text);
  if (!spec || spec->kind->argument != DataKind::Argument::kPath) return std::string(text);
  const size_t start = spec->kind->name.size() + 1;
  // Options are no folders, so they may stay at the path's end meanwhile.
  std::error_code error;
  fs::path path = fs::absolute(fs::path(text.substr(start)), error).lexically_normal();
  if (error) return std::string(text);
  // "folder/" is "folder", unless the slash keeps a comma of the name from starting options.
  const fs::path folder = path.parent_path();
  const bool comma =
      !spec->kind->options.empty() && folder.filename().string().find(',') != std::string::npos;
  if (!path.has_filename() && !comma) path = folder;
  return std::string(text.substr(0, start)) + path.string();
}

std::string WithPictureSize(std::string_view text, int side) {
  const Result<DataSpec> spec = ParseDataSpec(text);
  if (!spec || !spec->kind->pictures()) return std::string(text);
  std::string sized = fmt::format("{}:{},size={}", spec->kind->name, spec->path, side);
  for (const SpecOption& option : spec->options) {
    if (IsOfSize(option)) continue;
    sized += "," + option.name;
    if (!option.value.empty()) sized += "=" + option.value;
  }
  return sized;
}

bool LacksPictureSize(std::string_view text) {
  const Result<DataSpec> spec = ParseDataSpec(text);
  return spec && spec->kind->pictures() &&
         std::none_of(spec->options.begin(), spec->options.end(), IsOfSize);
}

std::string KnownSpecs(std::string_view last_word) {
  std::vector<std::string> forms;
  for (const DataKind& kind : DataKinds()) forms.push_back(kind.syntax);
  return Enumerate(forms, last_word);
}

std::string DataSpecHelp() {
  return fmt::format(
      "The data set: {}, where PATH is a folder of the official files or the official archive; or "
      "{}, where it is a folder of class folders (docs/data.md).",
      SyntaxOf(/*pictures=*/false, "or"), SyntaxOf(/*pictures=*/true, "or"));
}

Result<DataSet> OpenDataSet(std::string_view spec, const fs::path& cache_folder,
                            const OpenOptions& options) {
  GENET_ASSIGN(const DataSpec parsed, ParseDataSpec(spec));
  return parsed.kind->open(parsed, cache_folder, options);
}

}  // namespace genet
