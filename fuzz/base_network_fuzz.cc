// Any text is read as a base network or refused; what was read is printed back to itself and gives
// a network or an error, whatever its sizes.
#include "genet/base/check.h"
#include "genet/network/network.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto base =
      genet::ParseBaseNetwork(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!base) return 0;
  const auto again = genet::ParseBaseNetwork(genet::ToString(*base));
  GENET_CHECK(again && *again == *base, "{}", genet::ToString(*base));
  const genet::SearchSpace space{std::vector<int>(static_cast<size_t>(base->stages()), 3)};
  const auto network = genet::BuildNetwork(*base, genet::Genome(space), {3, 32, 32});
  if (network) {
    GENET_CHECK(network->parameters() >= network->weights());
    GENET_CHECK(network->multiply_adds() >= 0);
  }
  return 0;
}
