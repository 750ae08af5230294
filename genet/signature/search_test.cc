// What becomes of the signature's search when things go wrong, on shell scripts that play genet;
// that it gives the golden hash is for the whole program's test (tests/signature_test.py).
#include "genet/signature/search.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include "genet/base/child_list.h"
#include "genet/base/scratch_folder_for_test.h"
#include "genet/signature/history_hash.h"

namespace genet {
namespace {

// Temporary folders of the code under test lie in a folder of the test.
class SearchHash : public testing::Test {
 protected:
  SearchHash() {
    EXPECT_TRUE(MakeFolders(temporary_));
    ::setenv("TMPDIR", temporary_.c_str(), 1);
  }
  ~SearchHash() override {
    EXPECT_TRUE(fs::is_empty(temporary_)) << "files were left behind";
    EXPECT_TRUE(ChildrenOf(::getpid())->empty()) << "processes were left behind";
    ::unsetenv("TMPDIR");
  }

  // Called as `genet search --run DIR ...` or `genet report DIR --json`; $run is DIR.
  SearchPlan Plan(const std::string& script) {
    const fs::path program = folder_ / "genet";
    Put(program, "#!/bin/sh\nrun=$2; [ $1 = search ] && run=$3\n" + script);
    fs::permissions(program, fs::perms::owner_all);
    return {.program = program, .target = "AVX2"};
  }
  std::string ErrorOf(const SearchPlan& plan) {
    const Result<uint64_t> hash = HashSearch(plan);
    return hash ? "none" : hash.error().message;
  }

  const ScratchFolder folder_;
  const fs::path temporary_ = folder_ / "temporary";
};

TEST_F(SearchHash, IsRefusedWhereNoTrainingWasMet) {
  EXPECT_EQ(ErrorOf(Plan("echo all is done; exit 0")),
            "the search ended (exit status 0) before it could be killed: all is done");
}

TEST_F(SearchHash, IsRefusedWhereTheSearchFails) {
  SearchPlan plan = Plan("[ $GENET_TARGET = AVX2 ] && echo 'genet: no luck' >&2; exit 1");
  EXPECT_EQ(ErrorOf(plan), "the search ended (exit status 1) before it could be killed: no luck");
  plan.disturbed = false;
  EXPECT_EQ(ErrorOf(plan), "the search failed (exit status 1): no luck");
  plan.program = "/no/such/program";
  EXPECT_EQ(ErrorOf(plan), "cannot start /no/such/program: No such file or directory");
}

TEST_F(SearchHash, IsRefusedWhereTheReportIsNone) {
  SearchPlan plan = Plan("[ $1 = search ] && exit 0; echo '[1, 2'");
  plan.disturbed = false;
  EXPECT_EQ(ErrorOf(plan), "genet report --json printed no JSON");
  plan = Plan("[ $1 = search ] && exit 0; echo no run; exit 1");
  plan.disturbed = false;
  EXPECT_EQ(ErrorOf(plan), "genet report: no run");
}

TEST_F(SearchHash, KillsAWorkerThenTheSearchAndResumesIt) {
  // The first search does two trainings that never end by themselves, and notes how they did end.
  const SearchPlan plan = Plan(R"(
      if [ $1 = report ]; then
        echo '{"generations": [{"generation": "'$(cat $run/notes)'", "complete": 1,'
        echo '"uniform_selection": 0, "individuals": []}]}'
        exit
      fi
      mkdir -p $run/jobs; cd $run/jobs
      if [ -e ../notes ]; then echo resumed >> ../notes; exit; fi
      for name in g000-i000 g001-i001; do
        touch $name.job.json $name.checkpoint.safetensors
        tail -f $run/jobs/$name.job.json
        echo $name $? >> ../notes
        rm $name.*
      done)");
  const Result<uint64_t> hash = HashSearch(plan);
  ASSERT_TRUE(hash) << hash.error().message;
  EXPECT_EQ(*hash, *HashHistory({{"generations",
                                  {{{"generation", "g000-i000 137 resumed"},
                                    {"complete", 1},
                                    {"uniform_selection", 0},
                                    {"individuals", nlohmann::json::array()}}}}}));
}

TEST_F(SearchHash, ATrainingWithoutACheckpointOrWithAnOutcomeIsNotKilled) {
  for (const char* files : {"", "g000-i000.outcome.json g000-i000.checkpoint.safetensors"}) {
    const SearchPlan plan =
        Plan(fmt::format("mkdir -p $run/jobs; cd $run/jobs\n"
                         "touch {0} g000-i000.job.json\n"
                         "timeout 0.2 tail -f $run/jobs/g000-i000.job.json; echo worker $?; exit 0",
                         files));
    EXPECT_EQ(ErrorOf(plan),
              "the search ended (exit status 0) before it could be killed: worker 124");
  }
}

TEST_F(SearchHash, StopsWhenAskedAndEndsItsProcesses) {
  SearchPlan plan = Plan("sleep 100");
  int asked = 0;
  plan.stop = [&] { return ++asked > 5; };
  EXPECT_EQ(ErrorOf(plan), "stopped");
  plan.disturbed = false;
  EXPECT_EQ(ErrorOf(plan), "stopped");
}

}  // namespace
}  // namespace genet
