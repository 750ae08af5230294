#include "genet/data/synthetic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <thread>

#include "genet/base/scratch_folder_for_test.h"
#include "genet/data/data_kind.h"
#include "genet/data/data_set.h"

namespace genet {
namespace {

uint64_t Fnv(const ImageList& images, size_t count) {
  uint64_t hash = 14695981039346656037u;
  for (size_t i = 0; i < count; ++i) {
    hash = (hash ^ static_cast<uint64_t>(images.label(i))) * 1099511628211u;
    for (size_t b = 0; b < images.image_bytes(); ++b) {
      hash = (hash ^ images.pixels(i)[b]) * 1099511628211u;
    }
  }
  return hash;
}

// One set for all tests of the program: drawing it takes seconds.
const fs::path& Cache() {
  static const ScratchFolder cache;
  return cache.path();
}
const DataSet& Synthetic() {
  static const DataSet set = OpenDataSet("synthetic", Cache()).value();
  return set;
}

TEST(Synthetic, HasTheSameBitsOnEveryMachine) {
  EXPECT_EQ(Fnv(Synthetic().train, 100), 18319474364583249067u);
  EXPECT_EQ(Fnv(Synthetic().test, 100), 7969335755156299017u);
}

TEST(Synthetic, ClassesAreBalanced) {
  const DataSet& set = Synthetic();
  const DataKind& kind = KindNamed("synthetic");
  ASSERT_EQ(set.classes(), kind.counts->classes);
  ASSERT_EQ(set.train.size(), kind.counts->train);
  ASSERT_EQ(set.test.size(), kind.counts->test);
  EXPECT_EQ(set.train.channels(), kind.image_size.channels);
  EXPECT_EQ(set.train.height(), kind.image_size.height);
  EXPECT_EQ(set.train.width(), kind.image_size.width);
  std::vector<int> count(10);
  for (size_t i = 0; i < set.train.size(); ++i) ++count[set.train.label(i)];
  EXPECT_EQ(count, std::vector<int>(10, 5000));
}

TEST(Synthetic, SeedsGiveOtherImages) {
  uint8_t one[kSyntheticImageBytes], other[kSyntheticImageBytes];
  DrawSynthetic(RandomKey(1), 3, one);
  DrawSynthetic(RandomKey(2), 3, other);
  EXPECT_FALSE(std::equal(one, one + kSyntheticImageBytes, other));
}

TEST(Synthetic, OpeningAtOnceAgreesAndLeavesNothingBehind) {
  const ScratchFolder cache;
  std::vector<uint64_t> hashes(2);
  std::vector<std::thread> threads;
  for (uint64_t& hash : hashes) {
    threads.emplace_back([&] {
      const auto set = OpenDataSet("synthetic:18446744073709551615", cache.path());
      if (set) hash = Fnv(set->test, 10);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_NE(hashes[0], 0u);
  EXPECT_EQ(hashes[0], hashes[1]);
  EXPECT_EQ(std::distance(fs::directory_iterator(cache.path()), fs::directory_iterator()), 1);
}

TEST(Synthetic, DamagedCacheIsAnErrorThatNamesTheFile) {
  ASSERT_GT(Synthetic().train.size(), 0u);
  const ScratchFolder cache;
  // An entry of the same name with the beginning of the file only.
  const fs::path entry = cache.path() / fs::directory_iterator(Cache())->path().filename();
  ASSERT_TRUE(MakeFolders(entry));
  const fs::path file = entry / "images.bin";
  ASSERT_TRUE(WriteFileAtomically(file, std::string(1000, '\0')));
  const auto set = OpenDataSet("synthetic", cache.path());
  ASSERT_FALSE(set);
  EXPECT_NE(set.error().message.find(file.string()), std::string::npos) << set.error().message;
}

// Softmax regression on the pixels, with plain gradient steps.
TEST(Synthetic, LinearModelStaysFarBelowWhatAPersonSees) {
  const DataSet& set = Synthetic();
  constexpr int kClasses = 10, kInputs = kSyntheticImageBytes;
  constexpr size_t kTrain = 2000, kTest = 1000;
  std::vector<float> weights(kClasses * (kInputs + 1));
  std::vector<float> input(kInputs + 1, 1.0f);
  const auto scores = [&](const uint8_t* pixels, double* score) {
    for (int i = 0; i < kInputs; ++i) input[i] = static_cast<float>(pixels[i]) / 255 - 0.5f;
    for (int c = 0; c < kClasses; ++c) {
      const float* w = &weights[c * (kInputs + 1)];
      float lanes[8] = {};
      for (int i = 0; i < kInputs; i += 8) {
        for (int lane = 0; lane < 8; ++lane) lanes[lane] += w[i + lane] * input[i + lane];
      }
      score[c] = w[kInputs];
      for (const float lane : lanes) score[c] += lane;
    }
  };
  double score[kClasses];
  for (int epoch = 0; epoch < 8; ++epoch) {
    for (size_t n = 0; n < kTrain; ++n) {
      scores(set.train.pixels(n), score);
      const double top = *std::max_element(score, score + kClasses);
      double sum = 0;
      for (double& s : score) sum += s = std::exp(s - top);
      for (int c = 0; c < kClasses; ++c) {
        const float step =
            static_cast<float>(0.002 * (score[c] / sum - (c == set.train.label(n) ? 1 : 0)));
        float* w = &weights[c * (kInputs + 1)];
        for (int i = 0; i <= kInputs; ++i) w[i] -= step * input[i];
      }
    }
  }
  size_t right = 0;
  for (size_t n = 0; n < kTest; ++n) {
    scores(set.test.pixels(n), score);
    right += std::max_element(score, score + kClasses) - score == set.test.label(n);
  }
  RecordProperty("linear_accuracy_permille", static_cast<int>(right));
  EXPECT_LT(right, kTest * 35 / 100);
}

}  // namespace
}  // namespace genet
