#include "genet/report/comparison.h"

#include <gtest/gtest.h>

#include "genet/base/scratch_folder_for_test.h"
#include "genet/store/run_store.h"

namespace genet {
namespace {

class ComparisonTest : public testing::Test {
 protected:
  // One generation of these strings (K = 3) with these accuracies; a negative one failed.
  RunStore Store(const std::string& name,
                 const std::vector<std::pair<std::string, double>>& results) {
    const SearchSpace space = *ParseSearchSpace("3");
    RunStore store = *RunStore::Create(
        folder_ / name,
        {.settings = "{}", .version = "test", .machine = "{}", .created = "2026-01-01"});
    Generation generation;
    for (const auto& [genome, accuracy] : results) {
      generation.individuals.push_back({.genome = *Genome::Parse(genome, space)});
    }
    EXPECT_TRUE(store.RecordBirths(generation, 0));
    for (size_t i = 0; i < results.size(); ++i) {
      Evaluation evaluation;
      evaluation.status = Evaluation::Status::kFailed;
      if (results[i].second >= 0) {
        evaluation.status = Evaluation::Status::kFinished;
        evaluation.measures.accuracy = results[i].second;
      }
      EXPECT_TRUE(store.RecordEvaluation(
          {.id = {0, static_cast<int>(i)}, .genome = generation.individuals[i].genome},
          evaluation));
    }
    return store;
  }

  ScratchFolder folder_;
};

TEST(RankCorrelation, SeesOrderOnlyAndSharesRanksOfEqualValues) {
  EXPECT_DOUBLE_EQ(*RankCorrelation({1, 2, 3}, {1, 10, 1000}), 1);
  EXPECT_DOUBLE_EQ(*RankCorrelation({1, 2, 3}, {3, 2, -5}), -1);
  EXPECT_DOUBLE_EQ(*RankCorrelation({1, 2, 3, 4}, {1, 3, 2, 4}), 0.8);  // 1 - 6 * 2 / (4 * 15)
  // Ranks 0, 1.5, 1.5, 3 against 0, 1, 2, 3: 4.5 / sqrt(4.5 * 5).
  EXPECT_NEAR(*RankCorrelation({1, 2, 2, 3}, {1, 2, 3, 4}), 0.9486832980505138, 1e-12);
  EXPECT_FALSE(RankCorrelation({1}, {1}));
  EXPECT_FALSE(RankCorrelation({1, 1}, {1, 2}));
}

TEST_F(ComparisonTest, PairsTheMeansOfStringsThatBothRunsHaveTrained) {
  RunStore one = Store("one.db", {{"0-00", 0.5}, {"1-00", 0.6}, {"1-00", 0.8}, {"1-11", -1}});
  RunStore two = Store("two.db", {{"1-00", 0.9}, {"0-00", 0.7}, {"1-11", 0.4}, {"0-11", 0.3}});
  const auto comparison = Compare(one, two);
  ASSERT_TRUE(comparison);
  ASSERT_EQ(comparison->genomes.size(), 2u);
  EXPECT_EQ(comparison->genomes[0].genome.ToString(), "1-00");
  EXPECT_DOUBLE_EQ(comparison->genomes[0].first, 0.7);
  EXPECT_DOUBLE_EQ(comparison->genomes[0].second, 0.9);
  EXPECT_DOUBLE_EQ(comparison->genomes[1].second, 0.7);
  EXPECT_DOUBLE_EQ(*comparison->rank_correlation, 1);
  const std::string text = ToText(*comparison, "one", "two");
  EXPECT_NE(text.find("2 strings in common: rank correlation (Spearman) 1.00"), std::string::npos)
      << text;
  EXPECT_EQ(ToJson(*comparison)["genomes"][1]["genome"], "0-00");
}

TEST_F(ComparisonTest, NothingInCommonIsAnError) {
  RunStore one = Store("one.db", {{"0-00", 0.5}});
  RunStore two = Store("two.db", {{"1-00", 0.5}});
  EXPECT_FALSE(Compare(one, two));
}

}  // namespace
}  // namespace genet
