#include "genet/signature/genomes.h"

#include <gtest/gtest.h>

#include "genet/genome/stage.h"

namespace genet {
namespace {

TEST(GenomeHash, IsOfEveryStringAndItsCanonicalForm) {
  Hash hash;
  for (const char* text : {"0-00", "1-00", "0-10", "1-10", "0-01", "1-01", "0-11", "1-11"}) {
    hash.Add(std::string_view(text));
    hash.Add(std::string_view(Canonical(*Genome::Parse(text)).ToString()));
  }
  EXPECT_EQ(HashCanonicalForms({{3}}), hash.value());
}

TEST(GenomeHash, TellsSpacesApart) {
  EXPECT_NE(HashCanonicalForms({{3, 4}}), HashCanonicalForms({{4, 3}}));
}

}  // namespace
}  // namespace genet
