#include "genet/signature/signature.h"

#include <gtest/gtest.h>

#include "genet/kernels/target.h"
#include "genet/signature/rows.h"

namespace genet {
namespace {

TEST(Signature, HasTheRowsOfTheChosenPartsAndOneClosingHashForEachRounding) {
  std::vector<std::string> begun;
  const Result<Signature> signature =
      MakeSignature({.parts = {"kernels", "genomes"},
                     .targets = kernels::SupportedTargets(),
                     .begin = [&](const std::string& part) { begun.push_back(part); }});
  ASSERT_TRUE(signature) << signature.error().message;
  EXPECT_EQ(begun, (std::vector<std::string>{"genomes", "kernels"}));
  EXPECT_EQ(signature->rows[0].name, "genomes.3,4");
  EXPECT_EQ(signature->rows[1].name, "genomes.5");
  ASSERT_FALSE(signature->closing.empty());
  for (const NamedHash& closing : signature->closing) {
    EXPECT_EQ(closing.hash, HashOfRows(signature->rows, "." + closing.name));
    int rows = 0;
    for (const NamedHash& row : signature->rows) rows += row.name.ends_with("." + closing.name);
    EXPECT_EQ(rows, 11) << closing.name;
  }
  EXPECT_LE(signature->closing.size(), 2u);
}

TEST(Signature, IsWrittenRowByRow) {
  EXPECT_EQ(ToText(Signature{{{"genomes.5", 1}, {"search.fma", 0xab}}, {{"fma", 2}, {"plain", 3}}}),
            "genomes.5                         0000000000000001\n"
            "search.fma                        00000000000000ab\n"
            "signature fma 0000000000000002 plain 0000000000000003\n");
}

TEST(Signature, StopsWhenAsked) {
  const Result<Signature> signature = MakeSignature(
      {.parts = {"kernels"}, .targets = kernels::SupportedTargets(), .stop = [] { return true; }});
  ASSERT_FALSE(signature);
  EXPECT_EQ(signature.error().message, "stopped");
}

}  // namespace
}  // namespace genet
