#include "genet/base/printable.h"

#include <gtest/gtest.h>

namespace genet {
namespace {

TEST(Printable, LeavesTextOfAnyLanguageAlone) {
  for (const std::string text :
       {"", "plain, 'quoted' \\ and \"quoted\"", "Wörter, слова, 言葉, 🐈", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_EQ(Printable(text), text);
    EXPECT_EQ(PrintableLines(text), text);
  }
}

TEST(Printable, ShowsWhatATerminalWouldObey) {
  EXPECT_EQ(Printable("a\x1b[2Jb"), "a\\x1b[2Jb");
  EXPECT_EQ(Printable(std::string("\0\x07\x7f", 3)), "\\x00\\x07\\x7f");
  EXPECT_EQ(Printable("\xc2\x9b"
                      "1m"),
            "\\xc2\\x9b1m");                                // U+009B, which begins a sequence
  EXPECT_EQ(Printable("\xe2\x80\xae"), "\\xe2\\x80\\xae");  // U+202E turns the direction
}

TEST(Printable, MakesOneLine) {
  EXPECT_EQ(Printable("one\ntwo\r\tthree"), "one\\x0atwo\\x0d\\x09three");
  EXPECT_EQ(Printable("\xe2\x80\xa8"), "\\xe2\\x80\\xa8");  // U+2028 separates lines
  EXPECT_EQ(PrintableLines("one\ntwo\r\tthree"), "one\ntwo\\x0d\tthree");
}

TEST(Printable, ShowsBytesThatAreNoUtf8) {
  EXPECT_EQ(Printable("\xff"), "\\xff");
  EXPECT_EQ(Printable("\xc3"), "\\xc3");           // cut off
  EXPECT_EQ(Printable("\xc3("), "\\xc3(");         // not continued
  EXPECT_EQ(Printable("\xc0\xaf"), "\\xc0\\xaf");  // longer than needed
  EXPECT_EQ(Printable("\xe0\x80\x9b"), "\\xe0\\x80\\x9b");
  EXPECT_EQ(Printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // half of a pair
  EXPECT_EQ(Printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // above U+10FFFF
  EXPECT_EQ(Printable("\xc3\xa4\xa4"), "\xc3\xa4\\xa4");
}

}  // namespace
}  // namespace genet
