#include "genet/training/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

namespace genet {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TensorFile Sample() {
  TensorFile file;
  file.metadata = {{"genome", "1-01"}, {"text", "with \"quotes\""}};
  file.tensors["a.weight"] = Tensor{{2, 3}, {1, -2, 3.5f, 1e-30f, 0, 6}};
  file.tensors["b"] = Tensor{{0}, {}};
  file.tensors["c.bias"] = Tensor{{}, {7}};
  return file;
}

std::string WithHeader(const std::string& header, size_t data_bytes) {
  std::string bytes(8, '\0');
  const uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + std::string(data_bytes, '\0');
}

std::string ErrorOf(const std::string& bytes) {
  const auto file = ParseSafetensors(bytes, "x.safetensors");
  return file ? "no error" : file.error().message;
}

TEST(Safetensors, ReadsWhatItWrites) {
  const std::string bytes = ToSafetensors(Sample());
  const auto back = ParseSafetensors(bytes, "memory");
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, Sample());
  EXPECT_EQ(ToSafetensors(*back), bytes);
}

TEST(Safetensors, ReadsAHandWrittenFile) {
  const auto file = ParseSafetensors(
      WithHeader(R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 8), "hand");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->tensors.at("x"), (Tensor{{2}, {0, 0}}));
}

TEST(Safetensors, EveryTruncationIsAnErrorThatNamesFileAndByte) {
  const std::string bytes = ToSafetensors(Sample());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(ErrorOf(bytes.substr(0, size)),
                StartsWith("x.safetensors: byte " + std::to_string(size) + ": "));
  }
  EXPECT_THAT(ErrorOf(bytes + "x"), HasSubstr("1 bytes after the last tensor"));
}

TEST(Safetensors, AnyDamagedByteIsSurvived) {
  const std::string bytes = ToSafetensors(Sample());
  for (size_t at = 0; at < bytes.size(); ++at) {
    for (const int flip : {1, 0x20, 0x80, 0xff}) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ flip);
      ErrorOf(damaged);
    }
  }
}

TEST(Safetensors, HostileHeadersAreErrors) {
  EXPECT_THAT(ErrorOf(std::string(8, '\xff')), HasSubstr("byte 0: no safetensors file"));
  EXPECT_THAT(ErrorOf(WithHeader("{]", 0)), StartsWith("x.safetensors: byte 9: "));
  EXPECT_THAT(ErrorOf(WithHeader("[]", 0)), HasSubstr("not a safetensors header"));
  EXPECT_THAT(ErrorOf(WithHeader(R"({"a":1e999})", 0)), HasSubstr("not valid JSON"));
  EXPECT_THAT(ErrorOf(WithHeader(std::string(100000, '['), 0)), HasSubstr("not valid JSON"));
  EXPECT_THAT(ErrorOf(WithHeader(R"({"__metadata__":{"a":1}})", 0)), HasSubstr("not a text"));
  const auto tensor = [](const std::string& dtype, const std::string& shape,
                         const std::string& offsets) {
    return R"("a":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets +
           "}";
  };
  const auto error = [&](const std::string& entries) {
    return ErrorOf(WithHeader("{" + entries + "}", 8));
  };
  EXPECT_EQ(error(tensor("F32", "[2]", "[0,8]")), "no error");
  EXPECT_THAT(error(tensor("F64", "[1]", "[0,8]")), HasSubstr("not of dtype F32"));
  EXPECT_THAT(error(tensor("F32", "[-2]", "[0,8]")), HasSubstr("whole numbers"));
  EXPECT_THAT(error(tensor("F32", "[2.0]", "[0,8]")), HasSubstr("whole numbers"));
  EXPECT_THAT(error(tensor("F32", "[4294967296,4294967296,16]", "[0,8]")), HasSubstr("impossible"));
  EXPECT_THAT(error(tensor("F32", "[3]", "[0,8]")), HasSubstr("8 bytes of data where its shape"));
  EXPECT_THAT(error(tensor("F32", "[2]", "[8,0]")), HasSubstr("no range"));
  EXPECT_THAT(error(tensor("F32", "[1]", "[4,8]")), HasSubstr("leaves a gap"));
  EXPECT_THAT(error(tensor("F32", "[4]", "[0,16]")), HasSubstr("ends within tensor"));
  EXPECT_THAT(error(tensor("F32", "[2]", "[0,8]") + "," + tensor("F32", "[2]", "[0,8]")),
              HasSubstr("twice"));
  EXPECT_THAT(error(tensor("F32", "[2]", "[0,8]") + R"(,"b":{"dtype":"F32","shape":[1],)"
                                                    R"("data_offsets":[4,8]})"),
              HasSubstr("overlaps"));
}

}  // namespace
}  // namespace genet
