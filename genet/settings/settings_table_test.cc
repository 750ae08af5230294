#include "genet/settings/settings_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "genet/settings/setting_list.h"

namespace genet {
namespace {

using ::testing::HasSubstr;

TEST(SettingsTable, HasALineForEachSetting) {
  const std::string table = SettingsTable();
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 2 + std::ssize(Settings()));
  EXPECT_THAT(table, HasSubstr("\n| `batch` | `training.batch` | a whole number from 1 to 65536 | "
                               "`32` | bench, reproduce, search, train, transfer |\n"));
  EXPECT_THAT(table, HasSubstr("`search.around_flips`, `search.around_genome`, `search.start`"));
  EXPECT_THAT(table, HasSubstr("| `training.micro_batch` (if used) |"));
  EXPECT_THAT(table, HasSubstr("| mean, reuse, canonical | `mean` |"));
  EXPECT_THAT(table, HasSubstr("to 1000000; may grow when a run resumes |"));
}

}  // namespace
}  // namespace genet
