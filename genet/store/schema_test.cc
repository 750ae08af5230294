// The store schema-1.db was written by genet 0.1.0 (29f4ac5d0c83): four generations were asked for,
// and the search was killed in generation 2, when four evaluations had diverged and one had failed.
#include "genet/store/schema.h"

#include <gmock/gmock.h>

#include "genet/base/scratch_folder_for_test.h"
#include "genet/store/run_store.h"

namespace genet {
namespace {

using ::testing::HasSubstr;

class SchemaTest : public testing::Test {
 protected:
  SchemaTest() { fs::copy_file(fs::path(GENET_TESTDATA) / "schema-1.db", path_); }

  int Version() {
    SQLite::Database database(path_.string(), SQLite::OPEN_READONLY);
    return database.execAndGet("PRAGMA user_version").getInt();
  }
  void Execute(const std::string& sql) {
    SQLite::Database(path_.string(), SQLite::OPEN_READWRITE).exec(sql);
  }

  ScratchFolder folder_;
  fs::path path_ = folder_ / "run.db";
};

// What both a migrated store and a reader of the old one must say.
void ExpectTheOldRun(RunReader& run) {
  EXPECT_THAT(run.Run()->settings, HasSubstr("\"schedule\":\"1@1e-2,1@1e6\""));
  const auto generations = *run.Generations();
  ASSERT_EQ(generations.size(), 3u);
  EXPECT_TRUE(generations[1].complete);
  EXPECT_TRUE(generations[1].uniform_selection);
  EXPECT_FALSE(generations[2].complete);
  EXPECT_EQ(generations[2].individuals.size(), 6u);

  const auto evaluations = run.Evaluations();
  ASSERT_TRUE(evaluations) << evaluations.error().message;
  ASSERT_EQ(evaluations->size(), 14u);
  EXPECT_EQ((*evaluations)[9].id, (EvaluationId{1, 3}));
  EXPECT_EQ((*evaluations)[9].evaluation,
            (Evaluation{.status = Evaluation::Status::kFinished,
                        .measures = {.accuracy = 0.09375, .test_accuracy = 0.1},
                        .curve = {{1, 0.01, 2.375841287530486, 0.078125},
                                  {2, 1e6, 2.0649828794233462e+23, 0.11328125}},
                        .cost = {.attempts = 1,
                                 .seconds = 0.327626765,
                                 .images_per_second = 3252.8687896957576,
                                 .peak_bytes = 216752128,
                                 .machine = "vm x86_64",
                                 .version = "0.1.0 (29f4ac5d0c83)"}}));
  EXPECT_EQ((*evaluations)[8].evaluation, (Evaluation{.status = Evaluation::Status::kFailed,
                                                      .cause = "over the time limit of 0.02 s",
                                                      .cost = {.attempts = 3}}));
  EXPECT_EQ((*evaluations)[12].evaluation.cause, "loss is not finite in epoch 2, step 6");
  EXPECT_EQ((*evaluations)[12].evaluation.curve.size(), 1u);

  // The order in which it was recorded, as far as it is known: 1 run, 3 generations, 14
  // evaluations, 2 sets of fitnesses.
  const auto all = run.Since(0);
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->sequence, 20);
  EXPECT_EQ(all->evaluations.size(), 14u);
  const auto later = run.Since(9);  // the run, generation 0, its six evaluations and fitnesses
  EXPECT_FALSE(later->run);
  EXPECT_EQ(later->generations.size(), 2u);
  EXPECT_EQ(later->evaluations.size(), 8u);
}

TEST_F(SchemaTest, AStoreOfVersion1IsBroughtUpToDateWhenItIsOpenedToWrite) {
  ASSERT_EQ(Version(), 1);
  {
    auto store = RunStore::Open(path_);
    ASSERT_TRUE(store) << store.error().message;
    ExpectTheOldRun(*store);
    const Genome genome = (*store->Generations())[2].individuals[2].genome;
    ASSERT_TRUE(store->RecordEvaluation(
        {{2, 2}, genome},
        {.status = Evaluation::Status::kFinished, .measures = {.accuracy = 0.5, .loss = 1.5}}));
    EXPECT_EQ(store->Since(20)->evaluations.front().id, (EvaluationId{2, 2}));
  }
  EXPECT_EQ(Version(), 2);
  auto again = RunStore::Open(path_);
  EXPECT_EQ(again->Evaluations()->size(), 15u);
}

TEST_F(SchemaTest, AStoreOfVersion1IsReadAsItIsAndStaysAsItIs) {
  const std::string before = *ReadFile(path_);
  auto reader = RunReader::Open(path_);
  ASSERT_TRUE(reader) << reader.error().message;
  ExpectTheOldRun(*reader);
  EXPECT_EQ(*ReadFile(path_), before);
}

TEST_F(SchemaTest, WhatCannotBeBroughtUpToDateIsRefusedAndLeftAlone) {
  const auto refusal = [&] {
    const auto store = RunStore::Open(path_);
    const auto reader = RunReader::Open(path_);
    EXPECT_FALSE(store);
    EXPECT_FALSE(reader);
    EXPECT_EQ(store.error().message, reader.error().message);
    EXPECT_THAT(store.error().message, HasSubstr(path_.string()));
    EXPECT_EQ(Version(), 1);
    SQLite::Database database(path_.string(), SQLite::OPEN_READONLY);
    EXPECT_FALSE(database.tableExists("events"));
    EXPECT_FALSE(database.tableExists("version_1_costs"));
    EXPECT_EQ(database.execAndGet("SELECT COUNT(*) FROM evaluation_costs").getInt(), 14);
    return store.error().message;
  };
  // The last row, after all others were brought up to date.
  const std::string last = " WHERE generation = 2 AND individual = 1";
  Execute("UPDATE evaluation_costs SET details = 'no JSON'" + last);
  EXPECT_THAT(refusal(), HasSubstr("of individual 1 in generation 2: details: not JSON"));
  Execute("UPDATE evaluation_costs SET details = '{\"curve\":[]}'" + last);
  EXPECT_THAT(refusal(), HasSubstr("cost is missing"));
}

TEST_F(SchemaTest, ThereIsNoVersion0) {
  Execute("PRAGMA user_version = 0");
  EXPECT_THAT(RunStore::Open(path_).error().message, HasSubstr("there is no schema 0"));
}

}  // namespace
}  // namespace genet
