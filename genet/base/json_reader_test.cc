#include "genet/base/json_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "genet/base/file.h"
#include "genet/base/scratch_folder_for_test.h"

namespace genet {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The error of reading one member into a T, or "none".
template <class T>
std::string ErrorOf(const json& value, const Limits<T>& limits) {
  const json object = {{"x", value}};
  JsonReader reader(object, "part");
  T to{};
  reader.Get("x", to, limits);
  const Status status = reader.Finish();
  return status ? "none" : status.error().message;
}

template <class T>
std::string ErrorOf(const json& value) {
  const json object = {{"x", value}};
  JsonReader reader(object, "part");
  T to{};
  reader.Get("x", to);
  const Status status = reader.Finish();
  return status ? "none" : status.error().message;
}

TEST(JsonReader, ReadsEachKindOfMember) {
  const json object = {{"text", "a"},         {"path", "/a/b"},    {"yes", true},
                       {"large", UINT64_MAX}, {"real", 0.1 + 0.2}, {"nothing", nullptr},
                       {"something", 3},      {"list", {1, 2}},    {"texts", {{"k", "v"}}}};
  std::string text;
  std::filesystem::path path;
  bool yes = false;
  uint64_t large = 0;
  double real = 0;
  std::optional<int> nothing = 1, something;
  std::vector<int> list;
  std::map<std::string, std::string, std::less<>> texts;
  JsonReader reader(object, "object");
  reader.Get("text", text);
  reader.Get("path", path);
  reader.Get("yes", yes);
  reader.Get("large", large);
  reader.Get("real", real);
  reader.Get("nothing", nothing);
  reader.Get("something", something);
  reader.Get("list", list);
  reader.Get("texts", texts);
  const Status status = reader.Finish();
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(text, "a");
  EXPECT_EQ(path, "/a/b");
  EXPECT_TRUE(yes);
  EXPECT_EQ(large, UINT64_MAX);
  EXPECT_EQ(real, 0.1 + 0.2);
  EXPECT_FALSE(nothing);
  EXPECT_EQ(something, 3);
  EXPECT_THAT(list, ElementsAre(1, 2));
  EXPECT_EQ(texts["k"], "v");
}

TEST(JsonReader, NoNumberIsRoundedOrWrapped) {
  EXPECT_EQ(ErrorOf<int>(3), "none");
  EXPECT_THAT(ErrorOf<int>(1.5), HasSubstr("x is 1.5, not a whole number"));
  EXPECT_THAT(ErrorOf<int>(2.0), HasSubstr("x is 2.0, not a whole number"));
  EXPECT_THAT(ErrorOf<int>(int64_t{1} << 32), HasSubstr("x is 4294967296"));
  EXPECT_THAT(ErrorOf<size_t>(-1), HasSubstr("x is -1, not a whole number of at least 0"));
  EXPECT_THAT(ErrorOf<int>("3"), HasSubstr("x is \"3\""));
  EXPECT_THAT(ErrorOf<int>(true), HasSubstr("x is true"));
  EXPECT_EQ(ErrorOf<double>(3), "none");
  EXPECT_THAT(ErrorOf<double>(nullptr), HasSubstr("x is null, not a number"));
}

TEST(JsonReader, LimitsAreSaidInTheError) {
  EXPECT_EQ(ErrorOf<int>(1, {1, 8}), "none");
  EXPECT_EQ(ErrorOf<int>(8, {1, 8}), "none");
  EXPECT_EQ(ErrorOf<int>(9, {1, 8}), "part: x is 9, not a whole number from 1 to 8");
  EXPECT_EQ(ErrorOf<double>(1, {0, 1, true}), "part: x is 1, not a number from 0 to below 1");
  EXPECT_THAT(ErrorOf<double>(std::numeric_limits<double>::quiet_NaN(), {0, 1}),
              HasSubstr("not a number from 0 to 1"));
}

TEST(JsonReader, AnotherTypeIsAnError) {
  EXPECT_EQ(ErrorOf<std::string>(1), "part: x is not a text");
  EXPECT_EQ(ErrorOf<std::filesystem::path>(1), "part: x is not a text");
  EXPECT_EQ(ErrorOf<bool>(1), "part: x is neither true nor false");
  EXPECT_EQ(ErrorOf<std::vector<int>>(1), "part: x is not a list");
  EXPECT_THAT(ErrorOf<std::vector<int>>({1, "2"}), HasSubstr("x[1] is \"2\""));
  EXPECT_THAT(ErrorOf<std::optional<int>>("2"), HasSubstr("x is \"2\""));
}

TEST(JsonReader, MissingAndUnknownMembersAreErrors) {
  const json object = {{"x", 1}, {"y", 2}};
  int value = 0;
  JsonReader missing(object, "part");
  missing.Get("x", value);
  missing.Get("y", value);
  missing.Get("z", value);
  EXPECT_EQ(missing.Finish().error().message, "part: z is missing");
  JsonReader unknown(object, "part");
  unknown.Get("x", value);
  EXPECT_TRUE(unknown.Check());
  EXPECT_EQ(unknown.Finish().error().message, "part: y is unknown");
  EXPECT_TRUE(unknown.Has("y"));
  EXPECT_FALSE(unknown.Has("z"));
}

TEST(JsonReader, WhatIsNoObjectIsAnErrorAndNothingMore) {
  for (const json& value : {json(), json(1), json::array({1}), json("x")}) {
    JsonReader reader(value, "part");
    EXPECT_FALSE(reader.Has("x"));
    int to = 7;
    reader.Get("x", to);
    EXPECT_EQ(to, 7);
    EXPECT_EQ(reader.Finish().error().message, "part: not an object");
  }
}

TEST(JsonReader, TheFirstErrorCounts) {
  const json object = {{"x", 0}, {"y", "no"}};
  JsonReader reader(object, "part");
  int x = 5, y = 6;
  reader.Get("x", x, {1, 2});
  reader.Get("y", y);
  EXPECT_THAT(reader.Finish().error().message, HasSubstr("x is 0"));
  EXPECT_EQ(x, 5);
  EXPECT_EQ(y, 6);
}

TEST(JsonReader, ObjectsWithinNameTheirPlace) {
  const json object = {{"inner", {{"x", 0}}}};
  JsonReader reader(object, "outer");
  JsonReader inner = reader.Object("inner");
  EXPECT_TRUE(reader.Finish());
  EXPECT_EQ(inner.Finish().error().message, "outer, inner: x is unknown");
  JsonReader again(object, "outer");
  JsonReader missing = again.Object("other");
  EXPECT_EQ(again.Finish().error().message, "outer: other is missing");
  EXPECT_FALSE(missing.Finish());
}

TEST(JsonReader, ParsedTextsKeepTheParsersWords) {
  const auto parse = [](std::string_view text) -> Result<int> {
    if (text == "one") return 1;
    return UsageError("'{}' is not one", text);
  };
  const json object = {{"x", "one"}, {"y", "two"}, {"z", 1}};
  JsonReader good(object, "part"), bad(object, "part"), other(object, "part");
  int value = 0;
  good.GetParsed("x", value, parse);
  EXPECT_TRUE(good.Check());
  EXPECT_EQ(value, 1);
  bad.GetParsed("y", value, parse);
  EXPECT_EQ(bad.Check().error().message, "part: 'two' is not one");
  other.GetParsed("z", value, parse);
  EXPECT_EQ(other.Check().error().message, "part: z is not a text");
}

TEST(ReadJson, NamesTheFileThatIsNone) {
  const ScratchFolder folder;
  const fs::path path = folder / "file.json";
  EXPECT_FALSE(ReadJson(path));
  ASSERT_TRUE(WriteFileAtomically(path, "{\"x\": 1"));
  EXPECT_EQ(ReadJson(path).error().message, path.string() + ": not JSON");
  ASSERT_TRUE(WriteFileAtomically(path, "{\"x\": 1}"));
  EXPECT_EQ((*ReadJson(path))["x"], 1);
}

}  // namespace
}  // namespace genet
