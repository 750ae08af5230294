#include "genet/execution/outcome.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "genet/base/scratch_folder_for_test.h"

namespace genet {
namespace {

class OutcomeFile : public testing::Test {
 protected:
  nlohmann::json Written(const Outcome& outcome) {
    EXPECT_TRUE(WriteOutcome(path_, outcome));
    return nlohmann::json::parse(*ReadFile(path_));
  }
  bool Reads(const nlohmann::json& json) {
    EXPECT_TRUE(WriteFileAtomically(path_, json.dump()));
    return ReadOutcome(path_).has_value();
  }

  ScratchFolder folder_;
  fs::path path_ = folder_ / "outcome";
  Outcome finished_{"a job",
                    {.status = Evaluation::Status::kFinished,
                     .accuracy = 0.1 + 0.2,
                     .test_accuracy = 1.0 / 3,
                     .details = "{}"}};
};

TEST_F(OutcomeFile, ReadsBackToTheSameBits) {
  Written(finished_);
  const auto back = ReadOutcome(path_);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->fingerprint, "a job");
  EXPECT_EQ(back->evaluation.accuracy, 0.1 + 0.2);
  EXPECT_EQ(back->evaluation.test_accuracy, 1.0 / 3);
}

TEST_F(OutcomeFile, IsReadStrictly) {
  const nlohmann::json good = Written(finished_);
  ASSERT_TRUE(Reads(good));
  for (const auto& [key, value] : good.items()) {
    nlohmann::json missing = good;
    missing.erase(key);
    EXPECT_FALSE(Reads(missing)) << key;
  }
  const auto with = [&good](const char* key, nlohmann::json value) {
    nlohmann::json json = good;
    json[key] = std::move(value);
    return json;
  };
  EXPECT_FALSE(Reads(with("accurcy", 0.5)));
  EXPECT_FALSE(Reads(with("accuracy", nullptr)));
  EXPECT_FALSE(Reads(with("accuracy", 1.5)));
  EXPECT_FALSE(Reads(with("accuracy", "0.5")));
  EXPECT_FALSE(Reads(with("accuracy", true)));
  EXPECT_FALSE(Reads(with("test_accuracy", -0.5)));
  EXPECT_FALSE(Reads(with("test_accuracy", 1.5)));
  EXPECT_FALSE(Reads(with("status", "done")));
  EXPECT_FALSE(Reads(with("status", "diverged")));  // and an accuracy
}

TEST_F(OutcomeFile, EveryTruncationIsAnError) {
  Written(finished_);
  const std::string text = *ReadFile(path_);
  for (size_t size = 0; size + 2 < text.size(); size += 3) {
    ASSERT_TRUE(WriteFileAtomically(path_, text.substr(0, size)));
    EXPECT_FALSE(ReadOutcome(path_)) << size;
  }
}

}  // namespace
}  // namespace genet
