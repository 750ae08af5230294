#include "genet/settings/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "genet/settings/presets.h"
#include "genet/settings/setting_list.h"

namespace genet {
namespace {

using testing::HasSubstr;
using Json = nlohmann::json;

// What build 29f4ac5 writes for these flags (the first of them the preset). Stores and fingerprints
// hold such texts: a run of an older build goes on only if no byte of them changes.
const std::vector<std::pair<SettingTexts, std::string>> kWrittenBefore = {
    // clang-format off
    {{},
     R"({"arithmetic":"winograd",)"
     R"("base":"C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-C3(P1)@16-MP3(S2)-FC32-D0.5-FC10",)"
     R"("data":"synthetic","nodes":"3,4,5","preset":"iccv","record_test_accuracy":false,)"
     R"("search":{"around_flips":3,"around_genome":"","bit_flip_probability":0.05,)"
     R"("crossover_probability":0.2,"fitness":"mean","generations":50,)"
     R"("mutation_probability":0.8,"population":20,"stage_swap_probability":0.2,)"
     R"("start":"bernoulli","strategy":"genetic"},"seed":1,"train_images":0,)"
     R"("training":{"augment_mirror":false,"augment_shift":false,"batch":32,)"
     R"("fc_deviation":0.01,"momentum":0.9,"schedule":"120@1e-2,60@1e-3,40@1e-4,20@1e-5",)"
     R"("weight_decay":0.002},"validation_images":10000})"},
    {{{"preset", "imagenet"}, {"data", "imagenet:/data/ilsvrc,size=224"}},
     R"({"arithmetic":"winograd",)"
     R"("base":"C3(P1)@64-C3(P1)@64-MP2(S2)-C3(P1)@128-C3(P1)@128-MP2(S2)-[C3(P1)@256]-MP2(S2)-[C3(P1)@512]-MP2(S2)-[C3(P1)@512]-MP2(S2)-FC4096-D0.5-FC4096-D0.5-FC1000",)"
     R"("data":"imagenet:/data/ilsvrc,size=224","nodes":"3,4,5","preset":"imagenet",)"
     R"("record_test_accuracy":false,"search":{"around_flips":3,"around_genome":"",)"
     R"("bit_flip_probability":0.05,"crossover_probability":0.2,"fitness":"mean",)"
     R"("generations":50,"mutation_probability":0.8,"population":20,)"
     R"("stage_swap_probability":0.2,"start":"bernoulli","strategy":"genetic"},"seed":1,)"
     R"("train_images":0,"training":{"augment_mirror":true,"augment_shift":true,"batch":256,)"
     R"("fc_deviation":0.01,"micro_batch":16,"momentum":0.9,)"
     R"("schedule":"40@1e-2,20@1e-3,14@1e-4","weight_decay":0.0005},"validation_images":10000})"},
    {{{"preset", "wrn-40"}, {"fitness", "canonical"}, {"strategy", "random"}},
     R"({"arithmetic":"winograd",)"
     R"("base":"C3(P1)@32-MP3(S2)-C3(P1)@64-MP3(S2)-C3(P1)@128-AP8-FC10","data":"synthetic",)"
     R"("nodes":"11,11,11","preset":"wrn-40","record_test_accuracy":false,)"
     R"("search":{"around_flips":3,"around_genome":"wrn-40","bit_flip_probability":0.05,)"
     R"("crossover_probability":0.2,"fitness":"canonical","generations":5,)"
     R"("mutation_probability":0.8,"population":10,"stage_swap_probability":0.2,)"
     R"("start":"around","strategy":"random"},"seed":1,"train_images":0,)"
     R"("training":{"augment_mirror":false,"augment_shift":false,"batch":32,)"
     R"("fc_deviation":0.0,"momentum":0.9,"schedule":"120@1e-2,60@1e-3,40@1e-4,20@1e-5",)"
     R"("weight_decay":0.0005},"validation_images":10000})"},
    {{{"preset", "arxiv-mnist"}, {"data", "mnist:/data/mnist"}, {"start", "all-zeros"}, {"fitness", "reuse"}, {"seed", "18446744073709551615"}, {"momentum", "0.30000000000000004"}},
     R"({"arithmetic":"winograd","base":"C5@20-MP2(S2)-C5@50-MP2(S2)-FC500-D0.5-FC10",)"
     R"("data":"mnist:/data/mnist","nodes":"3,5","preset":"arxiv-mnist",)"
     R"("record_test_accuracy":false,"search":{"around_flips":3,"around_genome":"",)"
     R"("bit_flip_probability":0.1,"crossover_probability":0.2,"fitness":"reuse",)"
     R"("generations":50,"mutation_probability":0.8,"population":20,)"
     R"("stage_swap_probability":0.3,"start":"all-zeros","strategy":"genetic"},)"
     R"("seed":18446744073709551615,"train_images":0,"training":{"augment_mirror":false,)"
     R"("augment_shift":false,"batch":32,"fc_deviation":0.01,"momentum":0.30000000000000004,)"
     R"("schedule":"20@1e-3,4@1e-4,1@1e-5","weight_decay":0.0005},"validation_images":10000})"},
    {{{"preset", "quick"}, {"engine", "torch"}, {"bfloat16", "true"}, {"channels-last", "true"}, {"record-test", "true"}},
     R"({"arithmetic":"winograd",)"
     R"("base":"C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-C3(P1)@16-MP3(S2)-FC32-FC10",)"
     R"("data":"synthetic","engine":{"bfloat16":true,"channels_last":true,"name":"torch"},)"
     R"("nodes":"3,4,5","preset":"quick","record_test_accuracy":true,)"
     R"("search":{"around_flips":3,"around_genome":"","bit_flip_probability":0.05,)"
     R"("crossover_probability":0.2,"fitness":"mean","generations":10,)"
     R"("mutation_probability":0.8,"population":20,"stage_swap_probability":0.2,)"
     R"("start":"bernoulli","strategy":"genetic"},"seed":1,"train_images":20000,)"
     R"("training":{"augment_mirror":false,"augment_shift":false,"batch":32,)"
     R"("fc_deviation":0.01,"momentum":0.9,"schedule":"6@1e-2,2@1e-3","weight_decay":0.0005},)"
     R"("validation_images":5000})"},
    {{{"preset", "quick"}, {"engine", "torch"}},
     R"({"arithmetic":"winograd",)"
     R"("base":"C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-C3(P1)@16-MP3(S2)-FC32-FC10",)"
     R"("data":"synthetic","engine":{"bfloat16":false,"channels_last":false,"name":"torch"},)"
     R"("nodes":"3,4,5","preset":"quick","record_test_accuracy":false,)"
     R"("search":{"around_flips":3,"around_genome":"","bit_flip_probability":0.05,)"
     R"("crossover_probability":0.2,"fitness":"mean","generations":10,)"
     R"("mutation_probability":0.8,"population":20,"stage_swap_probability":0.2,)"
     R"("start":"bernoulli","strategy":"genetic"},"seed":1,"train_images":20000,)"
     R"("training":{"augment_mirror":false,"augment_shift":false,"batch":32,)"
     R"("fc_deviation":0.01,"momentum":0.9,"schedule":"6@1e-2,2@1e-3","weight_decay":0.0005},)"
     R"("validation_images":5000})"},
    {{{"preset", "smoke"}, {"arithmetic", "direct"}, {"micro-batch", "8"}, {"batch", "64"}, {"train-images", "0"}, {"validation-images", "1"}, {"augment-shift", "true"}, {"augment-mirror", "true"}, {"base", "[C3(P1)@8]-MP3(S2)-C3(P1)@4-FC10"}, {"nodes", "3"}, {"schedule", "1@2.5e-2,2@1"}, {"weight-decay", "1e-5"}, {"fc-deviation", "0.01"}, {"mutation-probability", "1"}, {"bit-flip-probability", "0"}, {"crossover-probability", "0.123456789"}, {"stage-swap-probability", "0.5"}, {"population", "3"}, {"generations", "0"}, {"start", "around:all-ones:2"}},
     R"({"arithmetic":"direct","base":"[C3(P1)@8]-MP3(S2)-C3(P1)@4-FC10","data":"synthetic",)"
     R"("nodes":"3","preset":"smoke","record_test_accuracy":false,"search":{"around_flips":2,)"
     R"("around_genome":"all-ones","bit_flip_probability":0.0,)"
     R"("crossover_probability":0.123456789,"fitness":"mean","generations":0,)"
     R"("mutation_probability":1.0,"population":3,"stage_swap_probability":0.5,)"
     R"("start":"around","strategy":"genetic"},"seed":1,"train_images":0,)"
     R"("training":{"augment_mirror":true,"augment_shift":true,"batch":64,"fc_deviation":0.01,)"
     R"("micro_batch":8,"momentum":0.9,"schedule":"1@2.5e-2,2@1","weight_decay":1e-05},)"
     R"("validation_images":1})"},
    // clang-format on
};

TEST(SettingsJson, IsByteForByteWhatOlderBuildsWrote) {
  for (const auto& [texts, written] : kWrittenBefore) {
    RunSettings settings = *Preset(texts.empty() ? "iccv" : texts.front().second);
    const Status set = Set(settings, texts);
    ASSERT_TRUE(set) << set.error().message;
    EXPECT_EQ(ToJson(settings).dump(), written);
    const auto read = RunSettingsFromJson(Json::parse(written));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(ToJson(*read).dump(), written);
  }
}

TEST(SettingsJson, IsReadStrictly) {
  RunSettings settings = *Preset("quick");
  settings.engine = {.name = "torch", .channels_last = true, .bfloat16 = true};
  const Json good = ToJson(settings);
  for (const char* part : {"", "training", "search", "engine"}) {
    const Json& object = *part ? good[part] : good;
    for (const auto& [key, value] : object.items()) {
      if (key == "engine") continue;  // need not be there
      Json missing = good;
      (*part ? missing[part] : missing).erase(key);
      EXPECT_FALSE(RunSettingsFromJson(missing)) << part << " " << key;
      Json wrong = good;
      (*part ? wrong[part] : wrong)[key] = Json::array();
      EXPECT_FALSE(RunSettingsFromJson(wrong)) << part << " " << key;
    }
    Json unknown = good;
    (*part ? unknown[part] : unknown)["popultion"] = 3;
    const auto read = RunSettingsFromJson(unknown);
    ASSERT_FALSE(read) << part;
    EXPECT_THAT(read.error().message, HasSubstr("popultion is unknown"));
  }
  EXPECT_FALSE(RunSettingsFromJson(Json::array()));
}

TEST(SettingsJson, WhatCameLaterIsLeftOutAtItsDefault) {
  RunSettings settings = *Preset("quick");
  EXPECT_FALSE(ToJson(settings).contains("engine"));
  EXPECT_FALSE(ToJson(settings)["training"].contains("micro_batch"));
  EXPECT_EQ(RunSettingsFromJson(ToJson(settings))->engine.name, "cpu");
  EXPECT_EQ(RunSettingsFromJson(ToJson(settings))->training.micro_batch, 0);
  settings.training.micro_batch = 8;
  settings.engine.name = "torch";
  EXPECT_EQ(RunSettingsFromJson(ToJson(settings))->training.micro_batch, 8);
  EXPECT_EQ(ToJson(settings)["engine"].size(), 3u);  // then all of it is there
}

TEST(SettingsJson, ValuesThatAreNotAllowedAreErrorsOfOneLine) {
  const Json good = ToJson(*Preset("quick"));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::pair<std::string, Json>> wrong = {
      {"/train_images", 1.5},
      {"/record_test_accuracy", 1},
      {"/data", ""},
      {"/arithmetic", "exact"},
      {"/nodes", "3,4"},
      {"/training/batch", 4294967424},  // 128 in 32 bits
      {"/training/batch", "128"},
      {"/training/momentum", nan},
      {"/training/schedule", "0@1"},
      {"/search/generations", 2.5},
      {"/search/crossover_probability", nan},
      {"/search/stage_swap_probability", true},
      {"/search/around_flips", -1},
      {"/search/start", "around"},  // without a genome
      {"/search/start", "around:all-ones:3"},
  };
  for (const auto& [pointer, value] : wrong) {
    Json json = good;
    json[Json::json_pointer(pointer)] = value;
    const auto read = RunSettingsFromJson(json);
    ASSERT_FALSE(read) << pointer << " " << value;
    EXPECT_THAT(read.error().message, testing::StartsWith("settings")) << pointer;
    EXPECT_THAT(read.error().message, testing::Not(HasSubstr("\n")));
    EXPECT_EQ(read.error().kind, ErrorKind::kFailure);
  }
}

TEST(SettingsJson, AnEngineHasNoSettingsOfAnother) {
  RunSettings settings = *Preset("quick");
  settings.engine = {.name = "torch", .channels_last = true};
  Json json = ToJson(settings);
  for (const char* name : {"cpu", "gpu"}) {
    json["engine"]["name"] = name;
    EXPECT_FALSE(RunSettingsFromJson(json)) << name;
  }
}

TEST(SettingsJson, ErrorsSayWhatAValueMayBe) {
  const auto message = [](const char* pointer, const Json& value) {
    Json json = ToJson(*Preset("quick"));
    json[Json::json_pointer(pointer)] = value;
    return RunSettingsFromJson(json).error().message;
  };
  EXPECT_EQ(message("/training/batch", 0),
            "settings, training: batch is 0, not a whole number from 1 to 65536");
  EXPECT_EQ(message("/training/momentum", 1.5),
            "settings, training: momentum is 1.5, not a number from 0 to below 1");
  EXPECT_EQ(message("/search/strategy", "annealed"),
            "settings, search: strategy: 'annealed' is none of genetic, random");
}

}  // namespace
}  // namespace genet
