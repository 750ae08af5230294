// Any text is read as a SPEC or refused by one line; with an absolute path or another size it still
// means the same data set.
#include "genet/base/check.h"
#include "genet/data/data_spec.h"

namespace {

void CheckSameOptions(const genet::DataSpec& a, const genet::DataSpec& b) {
  GENET_CHECK(a.kind == b.kind && a.seed == b.seed && a.options.size() == b.options.size(), "{}",
              a.text);
  for (size_t i = 0; i < a.options.size(); ++i) {
    GENET_CHECK(a.options[i].name == b.options[i].name, "{}", a.text);
    GENET_CHECK(a.options[i].value == b.options[i].value, "{}", a.text);
    GENET_CHECK(a.options[i].number == b.options[i].number, "{}", a.text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::string absolute = genet::WithAbsolutePath(text);
  const std::string sized = genet::WithPictureSize(text, 32);
  const auto spec = genet::ParseDataSpec(text);
  if (!spec) {
    GENET_CHECK(absolute == text && sized == text, "{}", text);
    GENET_CHECK(spec.error().kind == genet::ErrorKind::kUsage);
    return 0;
  }
  const auto again = genet::ParseDataSpec(absolute);
  GENET_CHECK(again.has_value(), "{}", absolute);
  CheckSameOptions(*spec, *again);
  GENET_CHECK(again->path.empty() || again->path.front() == '/', "{}", absolute);
  GENET_CHECK(genet::WithAbsolutePath(absolute) == absolute, "{}", absolute);

  const auto resized = genet::ParseDataSpec(sized);
  GENET_CHECK(resized && resized->path == spec->path, "{}", sized);
  GENET_CHECK(genet::WithPictureSize(sized, 32) == sized, "{}", sized);
  if (spec->kind->pictures()) {
    GENET_CHECK(resized->options.front().number == 32 && !resized->Says("shorter"), "{}", sized);
  }
  return 0;
}
