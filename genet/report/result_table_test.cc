#include "genet/report/result_table.h"

#include <gmock/gmock.h>

#include "genet/base/scratch_folder_for_test.h"

namespace genet {
namespace {

using ::testing::HasSubstr;

ResultTable Example() {
  ResultTable table{.name = "example", .title = "An example"};
  table.columns = {{"generation", "Gen"}, {"best", "Best"}, {"mean_percent", "Avg"}};
  table.rows = {{Cell(int64_t{0}), Cell(std::string("0-01|1")), Cell(74.385)},
                {Cell(int64_t{10}), Cell(std::string("a, \"b\"")), Cell()}};
  table.conditions = {{"scale", "smoke"}};
  table.cost = {{"cost", "2 evaluations"}};
  table.notes = {"Read with care."};
  table.values["gain"] = 1.5;
  return table;
}

TEST(ResultTable, AlignsTextLeftAndNumbersRight) {
  EXPECT_EQ(ToText(Example()),
            "An example\n"
            "\n"
            "Gen  Best      Avg\n"
            "  0  0-01|1  74.39\n"
            " 10  a, \"b\"      -\n"
            "\n"
            "scale     smoke\n"
            "cost      2 evaluations\n"
            "* Read with care.\n");
}

TEST(ResultTable, CsvQuotesWhatNeedsItAndKeepsEveryDigit) {
  EXPECT_EQ(ToCsv(Example()),
            "# An example\n# scale: smoke\n# cost: 2 evaluations\n# Read with care.\n"
            "generation,best,mean_percent\n"
            "0,0-01|1,74.385\n"
            "10,\"a, \"\"b\"\"\",\n");
}

TEST(ResultTable, JsonHasRowsByKeyAndKeepsCostApart) {
  const nlohmann::json json = ToJson(Example());
  EXPECT_EQ(json["rows"][0],
            nlohmann::json({{"generation", 0}, {"best", "0-01|1"}, {"mean_percent", 74.385}}));
  EXPECT_TRUE(json["rows"][1]["mean_percent"].is_null());
  EXPECT_EQ(json["conditions"]["scale"], "smoke");
  EXPECT_EQ(json["values"]["gain"], 1.5);
  EXPECT_EQ(json["cost"], nlohmann::json({{"cost", "2 evaluations"}}));
}

TEST(ResultTable, IsWrittenInThreeForms) {
  const ScratchFolder folder;
  ASSERT_TRUE(WriteTable(folder.path(), Example()));
  EXPECT_EQ(*ReadFile(folder / "example.txt"), ToText(Example()));
  EXPECT_EQ(*ReadFile(folder / "example.csv"), ToCsv(Example()));
  EXPECT_THAT(*ReadFile(folder / "example.json"), HasSubstr("\"scale\": \"smoke\""));
}

}  // namespace
}  // namespace genet
