#include "genet/data/mat_variables.h"

#include <gmock/gmock.h>

#include <array>

#include "genet/base/scratch_folder_for_test.h"

namespace genet {
namespace {

using ::testing::HasSubstr;

std::string Words(std::initializer_list<uint32_t> words) {
  std::string bytes;
  for (const uint32_t word : words) bytes.append(reinterpret_cast<const char*>(&word), 4);
  return bytes;
}

// An array of 3 x 2 numbers of type and class uint8, but for what a test changes.
struct Parts {
  uint32_t matrix = 14, kind = 9, rows = 3, columns = 2, type = 2, size = 6;
  std::string flags_tag = Words({6, 8}), sizes_tag = Words({5, 8});
  std::string name = Words({1u << 16 | 1, 'X'});

  std::string File() const {
    const std::string inside = flags_tag + Words({kind, 0}) + sizes_tag + Words({rows, columns}) +
                               name + Words({type, size}) + std::string(8, '\1');
    std::string header(128, ' ');
    header.replace(0, 10, "MATLAB 5.0").replace(126, 2, "IM");
    return header + Words({matrix, static_cast<uint32_t>(inside.size())}) + inside;
  }
};

class MatVariablesTest : public testing::Test {
 protected:
  std::string Error(const std::string& bytes) {
    Put(scratch_ / "x.mat", bytes);
    const Status status = CheckMatVariables(scratch_ / "x.mat");
    return status ? "" : status.error().message;
  }

  ScratchFolder scratch_;
};

TEST_F(MatVariablesTest, AnArrayOfNumbersIsGood) {
  EXPECT_EQ(Error(Parts().File()), "");
  EXPECT_EQ(Error(Parts{.rows = 0, .size = 0}.File()), "");
  EXPECT_EQ(Error(Parts{.kind = 6, .name = Words({1, 5, 'l' | 'o' << 8, 0})}.File()), "");
}

TEST_F(MatVariablesTest, SizesThatTheNumbersDoNotFillAreAnError) {
  EXPECT_THAT(Error(Parts{.rows = 4}.File()),
              HasSubstr("x.mat: the variable at byte 128 holds 6 bytes, not 8 numbers of 1"));
  EXPECT_THAT(Error(Parts{.rows = 0x7fffffff, .columns = 0x7fffffff}.File()), HasSubstr("larger"));
  EXPECT_THAT(Error(Parts{.rows = 0xffffffff}.File()), HasSubstr("larger"));
  EXPECT_THAT(Error(Parts{.size = 0xfffffff0}.File()), HasSubstr("not 6 numbers"));
  EXPECT_THAT(Error(Parts{.type = 4}.File()), HasSubstr("not 6 numbers of 2"));
}

TEST_F(MatVariablesTest, WhatIsNoArrayOfNumbersIsAnError) {
  for (const uint32_t kind : {0u, 1u, 2u, 3u, 4u, 5u, 16u, 17u, 255u}) {
    EXPECT_THAT(Error(Parts{.kind = kind}.File()), HasSubstr("no array of numbers")) << kind;
  }
  EXPECT_THAT(Error(Parts{.matrix = 2}.File()), HasSubstr("no variable"));
  EXPECT_THAT(Error(Parts{.type = 14}.File()), HasSubstr("holds no numbers"));
  EXPECT_THAT(Error(Parts{.type = 77}.File()), HasSubstr("holds no numbers"));
  EXPECT_THAT(Error(Parts{.flags_tag = Words({6, 0x80000008})}.File()), HasSubstr("no flags"));
  EXPECT_THAT(Error(Parts{.sizes_tag = Words({5, 0x7ffffff8})}.File()), HasSubstr("no sizes"));
  EXPECT_THAT(Error(Parts{.sizes_tag = Words({5, 4})}.File()), HasSubstr("no sizes"));
  EXPECT_THAT(Error(Parts{.name = Words({1, 0xfffffff8})}.File()), HasSubstr("no name"));
}

TEST_F(MatVariablesTest, AFileThatEndsEarlyIsAnErrorWhereverThatIs) {
  const std::string whole = Parts().File();
  for (size_t size = 0; size < whole.size(); ++size) {
    if (size == 128) continue;  // a file of no variables
    EXPECT_NE(Error(whole.substr(0, size)), "") << size;
  }
}

}  // namespace
}  // namespace genet
