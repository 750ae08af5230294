#include "genet/features/npy.h"

#include <gtest/gtest.h>

#include <cstring>

namespace genet {
namespace {

TEST(Npy, HeaderIsAlignedAndNamesTypeAndShape) {
  const std::string bytes = ToNpy(std::vector<float>{1, 2, 3, 4, 5, 6}, 2, 3);
  EXPECT_EQ(bytes.substr(0, 10), std::string("\x93NUMPY\x01\x00\x76\x00", 10));
  EXPECT_EQ(bytes.size(), 128u + 24u);
  EXPECT_NE(bytes.find("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"),
            std::string::npos);
}

TEST(Npy, MatricesAndIntegersReadBack) {
  const std::vector<float> values{1, -2, 3.5f, 4, 5, 6};
  const auto matrix = ParseNpyMatrix(ToNpy(values, 3, 2), "a");
  ASSERT_TRUE(matrix);
  EXPECT_EQ(matrix->rows, 3u);
  EXPECT_EQ(matrix->columns, 2u);
  EXPECT_EQ(matrix->values, values);
  EXPECT_EQ(*ParseNpyIntegers(ToNpy(std::vector<int32_t>{3, -1, 7}), "b"),
            (std::vector<int32_t>{3, -1, 7}));
}

TEST(Npy, WrongFilesAreOneClearLine) {
  const std::string good = ToNpy(std::vector<float>{1, 2, 3, 4}, 2, 2);
  const auto message = [](const std::string& bytes) {
    const auto result = ParseNpyMatrix(bytes, "f.npy");
    return result ? std::string("accepted") : result.error().message;
  };
  EXPECT_EQ(message("hello"), "f.npy: not a .npy file of version 1.0");
  EXPECT_EQ(message(good.substr(0, 50)), "f.npy: ends at byte 50, within its header of 128 bytes");
  EXPECT_EQ(message(good.substr(0, good.size() - 1)),
            "f.npy: holds 15 bytes of values, which are not those of its shape");
  EXPECT_EQ(message(good + "x"),
            "f.npy: holds 17 bytes of values, which are not those of its shape");
  EXPECT_EQ(message(ToNpy(std::vector<int32_t>{1})), "f.npy: has one dimension, not two");
  std::string fortran = good;
  fortran.replace(fortran.find("False"), 5, "True ");
  EXPECT_NE(message(fortran).find("header"), std::string::npos);
  std::string huge = good;
  huge.replace(huge.find("(2, 2), }          "), 27, "(99999999999999, 999999), }");
  EXPECT_NE(message(huge).find("not those of its shape"), std::string::npos);
  // 1e300 does not fit a float.
  std::string wide = ToNpy(std::vector<float>{0, 0}, 1, 1);
  wide.replace(wide.find("<f4"), 3, "<f8");
  const double large = 1e300;
  std::memcpy(wide.data() + wide.size() - 8, &large, 8);
  EXPECT_EQ(message(wide), "f.npy: value 0 cannot be used: 1e+300");
  EXPECT_FALSE(ParseNpyIntegers(good, "l"));
  EXPECT_EQ(message(ToNpy(std::vector<float>{1, NAN}, 1, 2)), "f.npy: value 1 cannot be used: nan");
}

TEST(Npy, ALongHeaderIsRefusedBeforeItIsUnderstood) {
  const std::string header = "{'descr': '<f4'," + std::string(65000, ' ');
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(header.size() & 255);
  bytes += static_cast<char>(header.size() >> 8);
  const auto matrix = ParseNpyMatrix(bytes + header, "f.npy");
  ASSERT_FALSE(matrix);
  EXPECT_EQ(matrix.error().message,
            "f.npy: a header of 65016 bytes is not that of an array of one or two dimensions");
}

}  // namespace
}  // namespace genet
