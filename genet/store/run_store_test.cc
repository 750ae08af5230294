#include "genet/store/run_store.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <limits>

#include "genet/base/date.h"
#include "genet/base/scratch_folder_for_test.h"
#include "genet/search/toy_evaluator_for_test.h"

namespace genet {
namespace {

using ::testing::HasSubstr;

const SearchSpace kSpace{{3, 4, 5}};
const Genome kTarget = *Genome::Parse("1-01|0-01-100|0-11-101-0001");
const RunRecord kRun{.settings = R"({"seed":1})",
                     .version = "0.1.0",
                     .machine = R"({"cores":2})",
                     .created = "2026-01-01T00:00:00Z"};

class RunStoreTest : public testing::Test {
 protected:
  RunStore Created() {
    auto store = RunStore::Create(path_, kRun);
    EXPECT_TRUE(store.has_value()) << store.error().message;
    return *std::move(store);
  }
  // Of the writer; a reader refuses the same files.
  std::string OpenError() {
    const auto store = RunStore::Open(path_);
    const auto reader = RunReader::Open(path_);
    if (store || reader) return store && reader ? "opened" : "opened by one";
    EXPECT_EQ(store.error().kind, ErrorKind::kFailure);
    EXPECT_THAT(store.error().message, HasSubstr(path_.string()));
    EXPECT_EQ(store.error().message.find('\n'), std::string::npos);
    EXPECT_THAT(reader.error().message, HasSubstr(path_.string()));
    return store.error().message;
  }
  static Result<SearchResult> Search(SearchJournal& journal, Evaluator& evaluator) {
    SearchObserver observer;
    return RunSearch({.population = 6, .generations = 4}, kSpace, RandomKey(1), journal, evaluator,
                     observer);
  }

  ScratchFolder folder_;
  fs::path path_ = folder_ / "run.db";
};

TEST_F(RunStoreTest, KeepsTheRunAcrossAReopening) {
  { Created(); }
  auto store = RunStore::Open(path_);
  ASSERT_TRUE(store.has_value()) << store.error().message;
  const auto run = store->Run();
  ASSERT_TRUE(run.has_value());
  EXPECT_EQ(run->settings, kRun.settings);
  EXPECT_EQ(run->version, kRun.version);
  EXPECT_EQ(run->machine, kRun.machine);
  EXPECT_EQ(run->created, kRun.created);
  EXPECT_TRUE(store->Generations()->empty());
}

TEST_F(RunStoreTest, KeepsEveryFieldOfAGenerationAndItsEvaluations) {
  Generation generation{.number = 2, .uniform_selection = true};
  generation.individuals.push_back({.genome = kTarget,
                                    .operation = Operation::kCrossover,
                                    .parents = {3, 1},
                                    .swapped_stages = {0, 2}});
  generation.individuals.push_back({.genome = Genome(kSpace),
                                    .operation = Operation::kMutation,
                                    .parents = {0},
                                    .flipped_bits = {5, 18}});
  const Evaluation finished{.status = Evaluation::Status::kFinished,
                            .measures = {.accuracy = 0.1 + 0.2,  // needs all its digits
                                         .loss = 1.0 / 7,
                                         .test_accuracy = 1.0 / 3,
                                         .class_hits = {3, 0, 5},
                                         .parameters = 1234,
                                         .multiply_adds = int64_t{1} << 40},
                            .curve = {{1, 0.01, 2.0 / 3, 0.1}, {2, 0.001, 2.06e23, 1}},
                            .cost = {.attempts = 2,
                                     .epochs_resumed = 1,
                                     .seconds = 1.5,
                                     .images_per_second = 1.0 / 9,
                                     .train_seconds_per_image = 1e-3,
                                     .inference_seconds_per_image = 1e-4,
                                     .peak_bytes = int64_t{1} << 33,
                                     .finished = "2026-01-02T03:04:05Z",
                                     .machine = "host x86_64",
                                     .version = "0.1.0"}};
  const Evaluation diverged{.status = Evaluation::Status::kDiverged,
                            .cause = "loss is not finite in epoch 3, step 17",
                            .cost = {.attempts = 1, .finished = "2026-01-02T03:04:06Z"}};
  {
    RunStore store = Created();
    ASSERT_TRUE(store.RecordBirths(generation, 0));
    EXPECT_EQ(**store.RecallGeneration(2), generation);
    ASSERT_TRUE(store.RecordEvaluation({{2, 0}, kTarget}, finished));
    ASSERT_TRUE(store.RecordEvaluation({{2, 1}, Genome(kSpace)}, diverged));
    generation.complete = true;
    generation.individuals[0].fitness = 0.1 + 0.2;
    ASSERT_TRUE(store.RecordFitness(generation));
  }
  auto store = RunStore::Open(path_);
  ASSERT_TRUE(store.has_value());
  EXPECT_EQ(**store->RecallGeneration(2), generation);
  EXPECT_EQ(*store->RecallGeneration(3), std::nullopt);
  EXPECT_EQ(**store->RecallEvaluation({2, 0}), finished);
  const auto rows = *store->Evaluations();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].evaluation, finished);
  EXPECT_EQ(rows[1].id, (EvaluationId{2, 1}));
  EXPECT_EQ(rows[1].evaluation, diverged);
  EXPECT_FALSE(store->RecallEvaluation({2, 2})->has_value());
}

TEST_F(RunStoreTest, RefusesAFailureWithAnAccuracyAndASecondRecord) {
  RunStore store = Created();
  ASSERT_TRUE(store.RecordBirths({.number = 0, .individuals = {{.genome = kTarget}}}, 0));
  const EvaluationRequest request{{0, 0}, kTarget};
  EXPECT_FALSE(store.RecordEvaluation(request, {.measures = {.accuracy = 0.0}}));
  EXPECT_TRUE(store.RecordEvaluation(request, {}));
  EXPECT_FALSE(store.RecordEvaluation(request, {}));
  EXPECT_FALSE(store.RecordBirths({.number = 0, .individuals = {{.genome = kTarget}}}, 0));
}

TEST_F(RunStoreTest, ReplacesTheSettingsAndNothingElse) {
  ASSERT_TRUE(Created().ReplaceSettings(R"({"seed":1,"generations":9})"));
  const auto run = RunStore::Open(path_)->Run();
  ASSERT_TRUE(run);
  EXPECT_EQ(run->settings, R"({"seed":1,"generations":9})");
  EXPECT_EQ(run->version, kRun.version);
  EXPECT_EQ(run->machine, kRun.machine);
  EXPECT_EQ(run->created, kRun.created);
}

TEST_F(RunStoreTest, RecordsNoNumberThatIsNone) {
  RunStore store = Created();
  ASSERT_TRUE(store.RecordBirths({.number = 0, .individuals = {{.genome = kTarget}}}, 0));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto refusal = [&](const Evaluation& evaluation) {
    const Status status = store.RecordEvaluation({{0, 0}, kTarget}, evaluation);
    return status ? std::string("recorded") : status.error().message;
  };
  Evaluation evaluation{.status = Evaluation::Status::kFinished, .measures = {.accuracy = nan}};
  EXPECT_THAT(refusal(evaluation), HasSubstr("an accuracy is nan"));
  evaluation.measures = {.accuracy = 0.5, .loss = nan};
  EXPECT_THAT(refusal(evaluation), HasSubstr("a loss is nan"));
  evaluation.measures = {.accuracy = 0.5};
  evaluation.curve = {{1, 0.01, nan, 0.1}};
  EXPECT_THAT(refusal(evaluation), HasSubstr("a training loss is nan"));
  evaluation.curve = {{1, 0.01, 2.3, 0.1}, {3, 0.01, 2.3, 0.1}};
  EXPECT_THAT(refusal(evaluation), HasSubstr("epoch 3 after 1"));
  EXPECT_TRUE(store.Evaluations()->empty());
}

TEST_F(RunStoreTest, AnEvaluationThatDoesNotSayWhenItFinishedFinishesNow) {
  RunStore store = Created();
  ASSERT_TRUE(store.RecordBirths({.number = 0, .individuals = {{.genome = kTarget}}}, 0));
  const std::string before = UtcNow();
  ASSERT_TRUE(store.RecordEvaluation({{0, 0}, kTarget}, {.cause = "crashed"}));
  const std::string finished = (*store.RecallEvaluation({0, 0}))->cost.finished;
  EXPECT_LE(before, finished);
  EXPECT_LE(finished, UtcNow());
}

TEST_F(RunStoreTest, DoesNotOverwriteAStore) {
  { Created(); }
  const auto second = RunStore::Create(path_, kRun);
  ASSERT_FALSE(second.has_value());
  EXPECT_THAT(second.error().message, HasSubstr("exists already"));
}

TEST_F(RunStoreTest, ADraftLeftByAKilledProcessDoesNotMatter) {
  std::ofstream(path_.string() + ".new") << "half a file";
  EXPECT_TRUE(Created().Run().has_value());
}

TEST_F(RunStoreTest, NamesWhatIsWrongWithAFile) {
  EXPECT_THAT(OpenError(), HasSubstr("no such file"));
  std::ofstream(path_) << std::string(5000, 'x');
  EXPECT_THAT(OpenError(), HasSubstr("damaged or not a database"));
  std::ofstream(path_, std::ios::trunc) << "";
  EXPECT_THAT(OpenError(), HasSubstr("not a database of GeNet"));
  fs::remove(path_);
  fs::create_directory(path_);
  EXPECT_THAT(OpenError(), HasSubstr("run store"));
}

TEST_F(RunStoreTest, RefusesAnotherProgramsDatabaseAndDoesNotTouchIt) {
  {
    SQLite::Database other(path_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    other.exec("CREATE TABLE t (a); PRAGMA user_version = 1");
  }
  const std::string before = *ReadFile(path_);
  EXPECT_THAT(OpenError(), HasSubstr("not a database of GeNet"));
  EXPECT_EQ(*ReadFile(path_), before);
}

TEST_F(RunStoreTest, RefusesANewerSchema) {
  { Created(); }
  {
    SQLite::Database database(path_.string(), SQLite::OPEN_READWRITE);
    database.exec("PRAGMA user_version = 99");
  }
  EXPECT_THAT(OpenError(), HasSubstr("newer GeNet (schema 99, this one knows 2)"));
}

TEST_F(RunStoreTest, TruncatedOrOverwrittenAnywhereIsAnErrorOrReadsWell) {
  {
    RunStore store = Created();
    ToyEvaluator evaluator(kTarget);
    ASSERT_TRUE(Search(store, evaluator));
  }
  const std::string whole = *ReadFile(path_);
  ASSERT_FALSE(fs::exists(path_.string() + "-wal"));  // closing puts everything into the one file
  int refused = 0;
  const auto attempt = [&](const std::string& content) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << content;
    // Nothing but an Error may come of it: no exception, no end of the process. A reader does not
    // look for damage elsewhere than where it reads.
    auto reader = RunReader::Open(path_);
    const bool reads = reader && reader->Run() && reader->Since(0) && reader->Generations() &&
                       reader->Evaluations();
    reader = Failure("closed");
    auto store = RunStore::Open(path_);
    const bool good = store && store->Run() && store->Generations() && store->Evaluations();
    EXPECT_TRUE(reads || !good);
    refused += !good;
    store = Failure("closed");
    for (const char* suffix : {"-wal", "-shm"}) fs::remove(path_.string() + suffix);
    return good;
  };
  for (size_t size = 1; size < whole.size(); size += 1777) {
    EXPECT_FALSE(attempt(whole.substr(0, size))) << size;
  }
  for (size_t at = 0; at + 64 < whole.size(); at += 1013) {
    std::string content = whole;
    content.replace(at, 64, std::string(64, '\xff'));
    attempt(content);
  }
  EXPECT_GT(refused, 20);
  EXPECT_TRUE(attempt(whole));
}

TEST_F(RunStoreTest, IsReadWhileItIsWritten) {
  RunStore writer = Created();
  ASSERT_TRUE(writer.RecordBirths({.number = 0, .individuals = {{.genome = kTarget}}}, 0));
  auto reader = RunReader::Open(path_);
  ASSERT_TRUE(reader.has_value()) << reader.error().message;
  EXPECT_EQ(reader->Generations()->size(), 1u);
  ASSERT_TRUE(writer.RecordBirths({.number = 1, .individuals = {{.genome = kTarget}}}, 0));
  EXPECT_EQ(reader->Generations()->size(), 2u);
}

TEST_F(RunStoreTest, ReplaysACompleteSearchWithoutWriting) {
  std::vector<Generation> whole;
  RunStore store = Created();
  {
    ToyEvaluator evaluator(kTarget);
    whole = Search(store, evaluator)->generations;
  }
  const int64_t sequence = store.Since(0)->sequence;
  ToyEvaluator evaluator(kTarget);
  const auto replayed = Search(store, evaluator);
  ASSERT_TRUE(replayed.has_value()) << replayed.error().message;
  EXPECT_EQ(replayed->generations, whole);
  EXPECT_TRUE(evaluator.evaluated.empty());
  EXPECT_EQ(*store.Generations(), whole);
  EXPECT_EQ(store.Since(0)->sequence, sequence);
}

// A file that may not grow stands for a full disk.
TEST_F(RunStoreTest, AFullDiskStopsTheSearchAndLosesNothingRecorded) {
  std::vector<Generation> whole;
  {
    RunStore store = Created();
    ToyEvaluator evaluator(kTarget);
    whole = Search(store, evaluator)->generations;
  }
  fs::remove(path_);
  { Created(); }
  const auto old_action = signal(SIGXFSZ, SIG_IGN);
  rlimit old_limit;
  getrlimit(RLIMIT_FSIZE, &old_limit);
  std::string message;
  for (rlim_t kilobytes = 64; kilobytes < 4096; kilobytes += 96) {
    auto store = RunStore::Open(path_);
    ASSERT_TRUE(store.has_value()) << store.error().message;
    rlimit limit = old_limit;
    limit.rlim_cur = kilobytes * 1024;
    setrlimit(RLIMIT_FSIZE, &limit);
    ToyEvaluator evaluator(kTarget);
    const auto result = Search(*store, evaluator);
    setrlimit(RLIMIT_FSIZE, &old_limit);
    if (result) {
      EXPECT_EQ(result->generations, whole);
      break;
    }
    message = result.error().message;
    EXPECT_THAT(message, HasSubstr("nothing that was recorded is lost"));
  }
  signal(SIGXFSZ, old_action);
  EXPECT_THAT(message, HasSubstr(path_.string()));
  auto store = RunStore::Open(path_);
  ASSERT_TRUE(store.has_value()) << store.error().message;
  EXPECT_EQ(*store->Generations(), whole);
}

TEST_F(RunStoreTest, AProcessKilledAtAnyEvaluationResumesToTheSameHistory) {
  std::vector<Generation> whole;
  {
    RunStore store = Created();
    ToyEvaluator evaluator(kTarget);
    whole = Search(store, evaluator)->generations;
  }
  fs::remove(path_);
  { Created(); }
  // Each child does three more evaluations and dies without closing anything.
  for (int start = 0; start < 11; ++start) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto store = RunStore::Open(path_);
      ToyEvaluator evaluator(kTarget);
      evaluator.stop_after = 3;
      if (store) (void)Search(*store, evaluator);
      kill(getpid(), SIGKILL);
    }
    ASSERT_EQ(waitpid(child, nullptr, 0), child);
  }
  auto store = RunStore::Open(path_);
  ASSERT_TRUE(store.has_value()) << store.error().message;
  EXPECT_EQ(store->Evaluations()->size(), 30u);
  ToyEvaluator evaluator(kTarget);
  EXPECT_EQ(Search(*store, evaluator)->generations, whole);
  EXPECT_EQ(*store->Generations(), whole);
}

}  // namespace
}  // namespace genet
