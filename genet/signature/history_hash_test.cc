#include "genet/signature/history_hash.h"

#include <gtest/gtest.h>

#include <map>

namespace genet {
namespace {

using nlohmann::json;

const json kHistory = json::parse(R"({
  "settings": {"seed": 3},
  "machine": {"version": "1"},
  "generations": [{
    "generation": 0, "uniform_selection": false, "complete": true,
    "individuals": [{
      "genome": "0-01", "operation": "initial", "parents": [], "swapped_stages": [],
      "flipped_bits": [], "fitness": 0.5,
      "evaluations": [{"accuracy": 0.5, "status": "finished", "cost": {
        "attempts": 1, "details": {"curve": [{"train_loss": 2.25}], "machine": "here"}}}]}]}]})");

TEST(HistoryHash, DependsOnWhatTheSearchFound) {
  const Result<uint64_t> hash = HashHistory(kHistory);
  ASSERT_TRUE(hash) << hash.error().message;
  for (const auto& [path, value] : std::map<std::string, json>{
           {"/generations/0/complete", false},
           {"/generations/0/individuals/0/genome", "0-11"},
           {"/generations/0/individuals/0/parents", {1}},
           {"/generations/0/individuals/0/flipped_bits", {2}},
           {"/generations/0/individuals/0/fitness", nullptr},
           {"/generations/0/individuals/0/evaluations/0/accuracy", 0.25},
           {"/generations/0/individuals/0/evaluations", json::array()},
           {"/generations/0/individuals/0/evaluations/0/cost/details/curve/0/train_loss", 2.5}}) {
    json changed = kHistory;
    changed[json::json_pointer(path)] = value;
    const Result<uint64_t> other = HashHistory(changed);
    ASSERT_TRUE(other) << path << ": " << other.error().message;
    EXPECT_NE(*other, *hash) << path;
  }
}

TEST(HistoryHash, DependsOnNeitherMachineNorCostNorSettings) {
  json changed = kHistory;
  changed["machine"]["version"] = "2";
  changed["settings"]["new"] = 1;
  json& evaluation = changed["generations"][0]["individuals"][0]["evaluations"][0];
  evaluation["cost"]["attempts"] = 3;
  evaluation["cost"]["details"]["machine"] = "there";
  EXPECT_EQ(*HashHistory(changed), *HashHistory(kHistory));
}

TEST(HistoryHash, IsRefusedWithoutAnyKeyThatItIsMadeOf) {
  for (const char* path :
       {"/generations", "/generations/0/generation", "/generations/0/individuals/0/operation",
        "/generations/0/individuals/0/evaluations/0/status",
        "/generations/0/individuals/0/evaluations/0/cost/details/curve"}) {
    const json::json_pointer pointer(path);
    json changed = kHistory;
    changed[pointer.parent_pointer()].erase(pointer.back());
    const Result<uint64_t> hash = HashHistory(changed);
    ASSERT_FALSE(hash) << path;
    EXPECT_NE(hash.error().message.find(pointer.back()), std::string::npos) << hash.error().message;
  }
}

}  // namespace
}  // namespace genet
