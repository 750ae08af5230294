// Any text is read as a genome or refused; what was read is printed back to itself.
#include "genet/base/check.h"
#include "genet/genome/stage.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)genet::ParseSearchSpace(text);
  const auto genome = genet::Genome::Parse(text);
  if (!genome) {
    GENET_CHECK(genome.error().message.find('\n') == std::string::npos);
    return 0;
  }
  GENET_CHECK(*genet::Genome::Parse(genome->ToString()) == *genome);
  bool small = true;
  for (int stage = 0; stage < genome->space().stages(); ++stage) {
    genet::DecodeStage(*genome, stage);
    small = small && genome->space().nodes[stage] <= 6;
  }
  if (small) {
    const genet::Genome canonical = genet::Canonical(*genome);
    GENET_CHECK(genet::Canonical(canonical) == canonical);
  }
  return 0;
}
