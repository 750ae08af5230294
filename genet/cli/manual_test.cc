#include "genet/cli/manual.h"

#include <gtest/gtest.h>

namespace genet::cli {
namespace {

TEST(Manual, HasASectionForAllThatACommandTakes) {
  CLI::App root("does nothing", "program");
  CLI::App* app = AddCommand(
      root, "show", "show a thing",
      {"A paragraph that is longer than a line has room for, so that it has to be broken where "
       "eighty columns end.\n\nAnother.",
       "program show x\n\n# A remark.\nprogram show y --size 3"});
  std::string thing;
  int size = 0;
  app->add_option("THING", thing, "What to show.")->required();
  app->add_option("--size", size, "How large.")->type_name("N")->check(CLI::Range(1, 9));
  bool quiet = false;
  app->add_flag("--quiet", quiet, "No words.")->group("WORDS");
  EXPECT_EQ(app->help(), R"(NAME
  program show - show a thing

SYNOPSIS
  program show THING [OPTION]...

DESCRIPTION
  A paragraph that is longer than a line has room for, so that it has to be
  broken where eighty columns end.

  Another.

ARGUMENTS
  THING
      What to show.

OPTIONS
  -h,--help
      Print this page and exit.
  --size N
      How large.

WORDS
  --quiet
      No words.

EXAMPLES
  program show x

  # A remark.
  program show y --size 3
)");
}

TEST(Manual, AProgramListsItsCommandsAndLeavesEmptySectionsOut) {
  CLI::App root("does nothing", "program");
  SetManual(root, {"It waits.", ""});
  AddCommand(root, "show", "show a thing", {});
  EXPECT_EQ(root.help(), R"(NAME
  program - does nothing

SYNOPSIS
  program COMMAND [OPTION]...

DESCRIPTION
  It waits.

COMMANDS
  show      show a thing

OPTIONS
  -h,--help
      Print this page and exit.
)");
}

}  // namespace
}  // namespace genet::cli
