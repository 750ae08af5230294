#include "genet/genome/genome.h"

#include <gmock/gmock.h>

#include "genet/base/random.h"

namespace genet {
namespace {

using testing::HasSubstr;

const SearchSpace kPaper{{3, 4, 5}};

std::string ErrorOf(std::string_view text) {
  const auto genome = Genome::Parse(text);
  if (genome) return "no error";
  EXPECT_EQ(genome.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(genome.error().message.find('\n'), std::string::npos);
  return genome.error().message;
}

std::string ErrorOf(std::string_view text, const SearchSpace& space) {
  const auto genome = Genome::Parse(text, space);
  return genome ? "no error" : genome.error().message;
}

std::string Named(std::string_view name, const SearchSpace& space) {
  const auto genome = NamedGenome(name, space);
  return genome ? genome->ToString() : genome.error().message;
}

TEST(SearchSpace, CountsBits) {
  EXPECT_EQ(kPaper.bits(), 19);
  EXPECT_EQ(kPaper.stage_bits(2), 10);
  EXPECT_EQ(kPaper.first_bit(0), 0);
  EXPECT_EQ(kPaper.first_bit(2), 9);
  EXPECT_EQ(ToString(kPaper), "3,4,5");
  EXPECT_EQ(*ParseSearchSpace("3,4,5"), kPaper);
  EXPECT_EQ(ParseSearchSpace("1,16")->bits(), 120);
}

TEST(SearchSpace, ErrorsNameTheColumn) {
  for (const auto& [text, column] : std::vector<std::pair<std::string, int>>{{"", 1},
                                                                             {"3,", 3},
                                                                             {"3,0", 3},
                                                                             {"3,17", 3},
                                                                             {"3;4", 2},
                                                                             {"x", 1},
                                                                             {"3,4 ", 4},
                                                                             {"-3", 1}}) {
    const auto space = ParseSearchSpace(text);
    ASSERT_FALSE(space) << text;
    EXPECT_THAT(space.error().message, HasSubstr(fmt::format("at column {}", column))) << text;
  }
}

TEST(Genome, BitsStandInThePapersOrder) {
  const Genome genome = *Genome::Parse("1-01|0-01-100|0-11-101-0001");
  EXPECT_EQ(genome.space(), kPaper);
  EXPECT_EQ(genome.size(), 19);
  EXPECT_EQ(genome.ones(), 9);
  EXPECT_TRUE(genome.connected(0, 1, 2));
  EXPECT_FALSE(genome.connected(0, 1, 3));
  EXPECT_TRUE(genome.connected(0, 2, 3));
  EXPECT_TRUE(genome.connected(1, 1, 4));
  // Stage 3 begins at bit 9: (1,2) (1,3) (2,3) (1,4) (2,4) (3,4) (1,5) (2,5) (3,5) (4,5).
  const std::vector<int> stage3 = {0, 1, 1, 1, 0, 1, 0, 0, 0, 1};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(genome.bit(9 + i), stage3[i] == 1) << i;
}

TEST(Genome, ConnectSetsTheBitThatConnectedReads) {
  for (int stage = 0; stage < 3; ++stage) {
    for (int to = 2; to <= kPaper.nodes[stage]; ++to) {
      for (int from = 1; from < to; ++from) {
        Genome genome(kPaper);
        genome.connect(stage, from, to);
        EXPECT_TRUE(genome.connected(stage, from, to));
        EXPECT_EQ(genome.ones(), 1);
        genome.connect(stage, from, to, false);
        EXPECT_EQ(genome, Genome(kPaper));
      }
    }
  }
}

TEST(Genome, TextFormIsReadBack) {
  for (const char* text : {"1-00-111", "0-10-000-0011", "1", ".", ".|1-01|.", "0-00|1"}) {
    EXPECT_EQ(Genome::Parse(text)->ToString(), text);
  }
  RandomStream stream(RandomKey(7).Derive("genome test"));
  for (int i = 0; i < 500; ++i) {
    SearchSpace space;
    for (uint64_t stages = 1 + stream.Below(4); stages > 0; --stages) {
      space.nodes.push_back(1 + static_cast<int>(stream.Below(SearchSpace::kMaxNodes)));
    }
    Genome genome(space);
    for (int bit = 0; bit < genome.size(); ++bit) genome.set_bit(bit, stream.Bernoulli(0.5));
    EXPECT_EQ(*Genome::Parse(genome.ToString()), genome);
    EXPECT_EQ(*Genome::Parse(genome.ToString(), space), genome);
  }
}

TEST(Genome, OrderIsThatOfTheBits) {
  EXPECT_LT(*Genome::Parse("0-11"), *Genome::Parse("1-00"));
  EXPECT_LT(*Genome::Parse("1-01"), *Genome::Parse("1-10"));
}

TEST(Genome, ParseNamesTheColumnOfAMistake) {
  EXPECT_THAT(ErrorOf(""), HasSubstr("column 1"));
  EXPECT_THAT(ErrorOf("1-0x"), HasSubstr("at column 4, found 'x'"));
  EXPECT_THAT(ErrorOf("1-01|0-01-10\n"), HasSubstr("at column 13, found byte 0x0a"));
  EXPECT_THAT(ErrorOf("1-011"), HasSubstr("at column 5"));
  EXPECT_THAT(ErrorOf("11"), HasSubstr("at column 2"));
  EXPECT_THAT(ErrorOf("1-0"), HasSubstr("before column 4"));
  EXPECT_THAT(ErrorOf("1-0-100"), HasSubstr("before column 4"));
  EXPECT_THAT(ErrorOf("1-01|"), HasSubstr("before column 6"));
  EXPECT_THAT(ErrorOf("|1"), HasSubstr("before column 1"));
  EXPECT_THAT(ErrorOf("1-"), HasSubstr("before column 3"));
  EXPECT_THAT(ErrorOf("1|.0"), HasSubstr("at column 3, found '.'"));
  std::string long_stage = "1";
  for (int bits = 2; bits <= SearchSpace::kMaxNodes; ++bits) {
    long_stage += "-" + std::string(bits, '1');
  }
  EXPECT_THAT(ErrorOf("1|" + long_stage), HasSubstr("stage at column 3"));
}

TEST(Genome, ParseChecksTheSpace) {
  EXPECT_THAT(ErrorOf("1-01|0-01-100", kPaper), HasSubstr("ends at column 14 after 2 of the 3"));
  EXPECT_THAT(ErrorOf("1-01|0-01|1", kPaper), HasSubstr("stage 2 at column 6 has 3 nodes"));
  EXPECT_THAT(ErrorOf("1|1", SearchSpace{{2}}), HasSubstr("stage 2 at column 3"));
  EXPECT_THAT(ErrorOf("vggg", kPaper), HasSubstr("no genome is named 'vggg'"));
  EXPECT_THAT(ErrorOf("genet-1", SearchSpace{{3, 4}}), HasSubstr("3,4,5 only"));
  EXPECT_EQ(Genome::Parse("genet-1", kPaper)->ToString(), "1-01|0-01-100|0-11-101-0001");
}

TEST(NamedGenome, HasTheCodesOfFigures2And5) {
  const SearchSpace four{{4}};
  EXPECT_EQ(Named("vgg", four), "1-01-001");
  EXPECT_EQ(Named("resnet", four), "1-01-101");
  EXPECT_EQ(Named("densenet", four), "1-11-111");
  EXPECT_EQ(Named("genet-1", kPaper), "1-01|0-01-100|0-11-101-0001");
  EXPECT_EQ(Named("genet-2", kPaper), "1-01|1-01-100|0-10-000-1011");
  EXPECT_EQ(Named("all-zeros", kPaper), "0-00|0-00-000|0-00-000-0000");
  EXPECT_EQ(Named("all-ones", kPaper), "1-11|1-11-111|1-11-111-1111");
}

TEST(NamedGenome, ResNetGoesOnInBlocksOfTwo) {
  EXPECT_EQ(Named("resnet", SearchSpace{{6}}), "1-01-101-0001-10101");
}

TEST(NamedGenome, Wrn40IsAResidualStageOfElevenNodesThreeTimes) {
  const std::string stage = "1-01-101-0001-10101-000001-1010101-00000001-101010101-0000000001";
  const SearchSpace space{{11, 11, 11}};
  EXPECT_EQ(Named("wrn-40", space), stage + "|" + stage + "|" + stage);
  EXPECT_THAT(ErrorOf("wrn-40", kPaper), HasSubstr("11,11,11 only"));
}

TEST(NamedGenome, EveryNameExistsInThePapersSpaceOrItsOwn) {
  EXPECT_EQ(GenomeNames().size(), 8u);
  for (const std::string& name : GenomeNames())
    EXPECT_TRUE(NamedGenome(name, name == "wrn-40" ? SearchSpace{{11, 11, 11}} : kPaper)) << name;
}

}  // namespace
}  // namespace genet
