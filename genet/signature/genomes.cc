#include "genet/signature/genomes.h"

#include "genet/base/check.h"
#include "genet/genome/stage.h"

namespace genet {

uint64_t HashCanonicalForms(const SearchSpace& space) {
  GENET_CHECK(space.bits() <= 20);
  Hash hash;
  Genome genome(space);
  for (uint32_t bits = 0; bits < uint32_t{1} << space.bits(); ++bits) {
    for (int i = 0; i < genome.size(); ++i) genome.set_bit(i, (bits >> i & 1) != 0);
    hash.Add(std::string_view(genome.ToString()));
    hash.Add(std::string_view(Canonical(genome).ToString()));
  }
  return hash.value();
}

}  // namespace genet
