// For tests: run stores of searches whose evaluations cost nothing.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "genet/base/scratch_folder_for_test.h"
#include "genet/search/toy_evaluator_for_test.h"
#include "genet/store/run_store.h"

namespace genet {

class ToyRunTest : public testing::Test {
 protected:
  static inline const SearchSpace kSpace{{3, 4, 5}};
  static inline const Genome kTarget = *Genome::Parse("1-01|0-01-100|0-11-101-0001");

  RunStore Store(const std::string& name, const std::string& created = "2026-01-01") {
    auto store = RunStore::Create(folder_ / name, {.settings = R"({"seed":1})",
                                                   .version = "0.1.0",
                                                   .machine = R"({"cores":2})",
                                                   .created = created});
    EXPECT_TRUE(store.has_value()) << store.error().message;
    return *std::move(store);
  }
  Result<SearchResult> Search(RunStore& store, Evaluator& evaluator,
                              SearchSettings settings = {.population = 6, .generations = 4}) {
    SearchObserver observer;
    return RunSearch(settings, kSpace, RandomKey(1), store, evaluator, observer);
  }

  ScratchFolder folder_;
};

}  // namespace genet
