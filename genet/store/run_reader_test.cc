#include "genet/store/run_reader.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include "genet/base/scratch_folder_for_test.h"
#include "genet/search/toy_evaluator_for_test.h"
#include "genet/store/run_store.h"

namespace genet {
namespace {

using ::testing::HasSubstr;

const SearchSpace kSpace{{3, 4, 5}};
const Genome kTarget = *Genome::Parse("1-01|0-01-100|0-11-101-0001");

// A store with a search of three generations of four, the last perhaps unfinished.
class RunReaderTest : public testing::Test {
 protected:
  RunStore Searched(int stop_after = -1) {
    RunStore store = *RunStore::Create(path_, {.settings = R"({"seed":1})",
                                               .version = "0.1.0",
                                               .machine = "{}",
                                               .created = "2026-01-01T00:00:00Z"});
    Search(store, stop_after);
    return store;
  }
  static void Search(RunStore& store, int stop_after = -1) {
    ToyEvaluator evaluator(kTarget);
    evaluator.stop_after = stop_after;
    evaluator.Backwards();
    SearchObserver observer;
    (void)RunSearch({.population = 4, .generations = 2}, kSpace, RandomKey(1), store, evaluator,
                    observer);
  }
  RunReader Reader() {
    auto reader = RunReader::Open(path_);
    EXPECT_TRUE(reader) << reader.error().message;
    return *std::move(reader);
  }
  // Changes the store without asking its constraints.
  void Execute(const std::string& sql) {
    SQLite::Database database(path_.string(), SQLite::OPEN_READWRITE);
    database.exec("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; " + sql);
  }
  // What is wrong with a searched store after the change; reading never does worse than an error.
  std::string ComplaintAfter(const std::string& sql) {
    if (searched_.empty()) {
      { Searched(); }
      searched_ = *ReadFile(path_);
    }
    EXPECT_TRUE(WriteFileAtomically(path_, searched_));
    Execute(sql);
    RunReader reader = Reader();
    const auto generations = reader.Generations();
    const auto evaluations = reader.Evaluations();
    (void)reader.Since(0);
    for (const std::string& message : {generations ? "" : generations.error().message,
                                       evaluations ? "" : evaluations.error().message}) {
      if (message.empty()) continue;
      EXPECT_THAT(message, HasSubstr(path_.string()));
      return message;
    }
    return "none";
  }

  std::string searched_;  // the content of such a store
  ScratchFolder folder_;
  fs::path path_ = folder_ / "run.db";
};

TEST_F(RunReaderTest, SaysWhatTheStoreSays) {
  RunStore store = Searched();
  RunReader reader = Reader();
  EXPECT_EQ(reader.Run()->settings, R"({"seed":1})");
  EXPECT_EQ(*reader.Generations(), *store.Generations());
  ASSERT_EQ(reader.Evaluations()->size(), 12u);
  EXPECT_EQ((*reader.Evaluations())[7].evaluation, (*store.Evaluations())[7].evaluation);
}

TEST_F(RunReaderTest, SinceZeroIsEverythingInTheOrderInWhichItWasRecorded) {
  Searched();
  const auto all = Reader().Since(0);
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->sequence, 1 + 3 + 12 + 3);
  EXPECT_TRUE(all->run);
  EXPECT_EQ(all->generations, *Reader().Generations());
  std::vector<EvaluationId> order;
  for (const EvaluationRow& row : all->evaluations) order.push_back(row.id);
  EXPECT_THAT(order, testing::ElementsAreArray(std::vector<EvaluationId>{{0, 3},
                                                                         {0, 2},
                                                                         {0, 1},
                                                                         {0, 0},
                                                                         {1, 3},
                                                                         {1, 2},
                                                                         {1, 1},
                                                                         {1, 0},
                                                                         {2, 3},
                                                                         {2, 2},
                                                                         {2, 1},
                                                                         {2, 0}}));
}

TEST_F(RunReaderTest, SinceASequenceIsWhatCameAfterIt) {
  RunStore store = Searched(/*stop_after=*/6);  // in the middle of generation 1
  RunReader reader = Reader();
  const RunChanges before = *reader.Since(0);
  EXPECT_EQ(before.generations.size(), 2u);
  EXPECT_FALSE(before.generations[1].complete);
  EXPECT_EQ(before.evaluations.size(), 6u);

  const RunChanges nothing = *reader.Since(before.sequence);
  EXPECT_EQ(nothing.sequence, before.sequence);
  EXPECT_FALSE(nothing.run);
  EXPECT_TRUE(nothing.generations.empty());
  EXPECT_TRUE(nothing.evaluations.empty());

  Search(store, 1);
  const RunChanges one = *reader.Since(before.sequence);
  EXPECT_EQ(one.sequence, before.sequence + 1);
  EXPECT_TRUE(one.generations.empty());
  ASSERT_EQ(one.evaluations.size(), 1u);
  EXPECT_EQ(one.evaluations[0].id, (EvaluationId{1, 1}));

  Search(store);
  const RunChanges rest = *reader.Since(one.sequence);
  ASSERT_EQ(rest.generations.size(), 2u);  // 1 is complete now, 2 is new
  EXPECT_EQ(rest.generations[0].number, 1);
  EXPECT_TRUE(rest.generations[0].complete);
  EXPECT_EQ(rest.evaluations.size(), 5u);

  ASSERT_TRUE(store.ReplaceSettings(R"({"seed":1,"generations":9})"));
  const RunChanges settings = *reader.Since(rest.sequence);
  EXPECT_EQ(settings.run->settings, R"({"seed":1,"generations":9})");
  EXPECT_TRUE(settings.generations.empty());
}

TEST_F(RunReaderTest, WhatGeNetCannotHaveWrittenIsAnError) {
  const std::vector<std::pair<const char*, const char*>> wrong = {
      {"UPDATE evaluations SET status = 'done'", "'done' is no status"},
      {"UPDATE evaluations SET accuracy = 50", "an accuracy is 50, not from 0 to 1"},
      {"UPDATE evaluations SET accuracy = NULL", "a finished evaluation without accuracy"},
      {"UPDATE evaluations SET loss = 9e999", "a loss is inf"},
      {"UPDATE evaluations SET test_accuracy = -1", "a test accuracy is -1"},
      {"UPDATE evaluations SET class_hits = '[1,-1]'", "hits is -1"},
      {"UPDATE evaluations SET class_hits = 'all'", "'all' is not a list of numbers"},
      {"UPDATE evaluations SET parameters = -7", "parameters is -7"},
      {"UPDATE evaluation_costs SET attempts = -1", "attempts is -1"},
      {"UPDATE evaluation_costs SET seconds = -9e999", "the time is -inf"},
      {"UPDATE curves SET train_loss = 9e999", "a training loss is inf"},
      {"UPDATE curves SET epoch = 2", "epoch 2 after 0"},
      {"INSERT INTO curves VALUES (1, 2, 3, 0.1, 2.3, 0.5)", "epoch 3 after 1"},
      {"DELETE FROM evaluation_costs WHERE generation = 1 AND individual = 2",
       "individual 2 of generation 1 lacks the cost"},
      {"DELETE FROM individuals WHERE generation = 2 AND individual = 1",
       "individual 1 of generation 2 is missing"},
      {"DELETE FROM individuals WHERE generation = 2", "generation 2 has no individuals"},
      {"DELETE FROM generations WHERE generation = 1", "generation 1 is missing"},
      {"DELETE FROM generations WHERE generation = 2", "individual 0 of generation 2 is missing"},
      {"UPDATE generations SET generation = 4294967296 WHERE generation = 0",
       "generation 0 is missing"},
      {"INSERT INTO evaluations (generation, individual, status, cause) VALUES "
       "(4294967296, 0, 'failed', '')",
       "there is no individual 0 of generation 4294967296"},
      {"UPDATE individuals SET genome = '2-01'", "'2-01' is no genome"},
      {"UPDATE individuals SET operation = 'magic'", "'magic' is no operation"},
      {"UPDATE individuals SET parents = '[4]' WHERE generation = 1 AND individual = 0",
       "individual 0 of generation 1 has the parent 4"},
      {"UPDATE individuals SET parents = '[-1]' WHERE generation = 1",
       "individual 0 of generation 1 has the parent -1"},
      {"UPDATE individuals SET parents = '[1e99]' WHERE generation = 1", "not a list of numbers"},
      {"UPDATE individuals SET flipped_bits = '[19]'", "stages or bits that its genome does not"},
      {"UPDATE individuals SET swapped_stages = '[-1]'", "stages or bits that its genome does not"},
      {"UPDATE fitness SET fitness = 9e999", "a fitness that is not finite"},
      {"DELETE FROM fitness WHERE individual = 3", "generation 0 has fitnesses of a part only"},
      {"DROP TABLE curves", "no such table"},
  };
  EXPECT_EQ(ComplaintAfter("SELECT 1"), "none");
  for (const auto& [sql, complaint] : wrong) {
    EXPECT_THAT(ComplaintAfter(sql), HasSubstr(complaint)) << sql;
  }
}

TEST_F(RunReaderTest, AParentMayBeOfTheSameGenerationOrOfAnOlderOneIfItWasBornBefore) {
  EXPECT_EQ(ComplaintAfter("UPDATE individuals SET parents = '[5]' "
                           "WHERE generation = 1 AND individual = 2"),
            "none");
  EXPECT_EQ(ComplaintAfter("UPDATE individuals SET parents = '[-4]' WHERE generation = 2"), "none");
  EXPECT_THAT(ComplaintAfter("UPDATE individuals SET parents = '[-5]' WHERE generation = 2"),
              HasSubstr("has the parent -5"));
}

}  // namespace
}  // namespace genet
