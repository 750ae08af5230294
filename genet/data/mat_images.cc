#include "genet/data/mat_images.h"

#include <matio.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "genet/data/mat_variables.h"

namespace genet {
namespace {

constexpr size_t kSide = 32, kChannels = 3;
constexpr size_t kPlane = kSide * kSide, kImageBytes = kChannels * kPlane;
// libmatio counts places in a variable with an int.
constexpr size_t kMostImages = (size_t{1} << 31) / kImageBytes - 1;

struct CloseMat {
  void operator()(mat_t* mat) const { Mat_Close(mat); }
};
struct FreeVariable {
  void operator()(matvar_t* variable) const { Mat_VarFree(variable); }
};
using Variable = std::unique_ptr<matvar_t, FreeVariable>;

std::string Sizes(const matvar_t& variable) {
  std::string text;
  for (int d = 0; d < variable.rank; ++d) {
    text += fmt::format("{}{}", d == 0 ? "" : " x ", variable.dims[d]);
  }
  return text;
}

template <class Number>
void Append(const matvar_t& variable, std::vector<double>& values) {
  const auto* data = static_cast<const Number*>(variable.data);
  const size_t count = variable.nbytes / sizeof(Number);
  for (size_t i = 0; i < count; ++i) values.push_back(static_cast<double>(data[i]));
}

Result<std::vector<int32_t>> ReadLabels(mat_t* mat, const fs::path& path, size_t images) {
  const Variable y(Mat_VarRead(mat, "y"));
  if (!y) return Failure("{}: holds no variable y of labels; fetch it again", path.string());
  const bool column = y->rank == 2 && y->dims[0] == images && y->dims[1] == 1;
  const bool row = y->rank == 2 && y->dims[1] == images && y->dims[0] == 1;
  if (!column && !row) {
    return Failure("{}: labels y are {}, expected {} x 1, one for each image of X; fetch it again",
                   path.string(), Sizes(*y), images);
  }
  std::vector<double> values;
  if (y->data != nullptr && y->isComplex == 0) {
    switch (y->class_type) {
      case MAT_C_DOUBLE:
        Append<double>(*y, values);
        break;
      case MAT_C_SINGLE:
        Append<float>(*y, values);
        break;
      case MAT_C_INT8:
        Append<int8_t>(*y, values);
        break;
      case MAT_C_UINT8:
        Append<uint8_t>(*y, values);
        break;
      case MAT_C_INT16:
        Append<int16_t>(*y, values);
        break;
      case MAT_C_UINT16:
        Append<uint16_t>(*y, values);
        break;
      case MAT_C_INT32:
        Append<int32_t>(*y, values);
        break;
      case MAT_C_UINT32:
        Append<uint32_t>(*y, values);
        break;
      default:
        break;
    }
  }
  if (values.size() != images) {
    return Failure("{}: labels y cannot be read as numbers; fetch it again", path.string());
  }
  std::vector<int32_t> labels(images);
  for (size_t i = 0; i < images; ++i) {
    if (!(values[i] >= 1 && values[i] <= 10) || values[i] != std::floor(values[i])) {
      return Failure(
          "{}: label {} of image {} is out of range 1 to 10 (10 is the digit 0); fetch it again",
          path.string(), values[i], i + 1);
    }
    labels[i] = static_cast<int32_t>(values[i]) % 10;
  }
  return labels;
}

// (row, column, channel) column by column to (channel, row, column).
void Transpose(const uint8_t* from, uint8_t* to) {
  for (size_t c = 0; c < kChannels; ++c) {
    for (size_t row = 0; row < kSide; ++row) {
      for (size_t column = 0; column < kSide; ++column) {
        to[c * kPlane + row * kSide + column] = from[c * kPlane + column * kSide + row];
      }
    }
  }
}

}  // namespace

Status ReadSvhnMat(
    const fs::path& path,
    const std::function<Status(std::span<const uint8_t>, std::span<const int32_t>)>& take,
    size_t images_at_once) {
  GENET_TRY(CheckMatVariables(path));
  const std::unique_ptr<mat_t, CloseMat> mat(Mat_Open(path.c_str(), MAT_ACC_RDONLY));
  if (!mat) return Failure("{}: not a readable MATLAB 5 file; fetch it again", path.string());
  const Variable x(Mat_VarReadInfo(mat.get(), "X"));
  if (!x) return Failure("{}: holds no variable X of images; fetch it again", path.string());
  // MATLAB drops a last size of 1.
  const size_t images = x->rank == 4 ? x->dims[3] : 1;
  if ((x->rank != 4 && x->rank != 3) || x->dims[0] != kSide || x->dims[1] != kSide ||
      x->dims[2] != kChannels || images == 0 || images > kMostImages) {
    return Failure("{}: images X are {}, expected 32 x 32 x 3 x N; fetch it again", path.string(),
                   Sizes(*x));
  }
  if (x->class_type != MAT_C_UINT8 || x->isComplex != 0) {
    return Failure("{}: images X are not of class uint8; fetch it again", path.string());
  }
  GENET_ASSIGN(const std::vector<int32_t> labels, ReadLabels(mat.get(), path, images));

  constexpr size_t kHandedOut = 1024;
  const size_t part = std::min(images_at_once, images);
  std::vector<uint8_t> read(part * kImageBytes), turned(kHandedOut * kImageBytes);
  for (size_t begin = 0; begin < images; begin += part) {
    const size_t count = std::min(part, images - begin);
    if (Mat_VarReadDataLinear(mat.get(), x.get(), read.data(),
                              static_cast<int>(begin * kImageBytes), 1,
                              static_cast<int>(count * kImageBytes)) != 0) {
      return Failure("{}: damaged within images {} to {} of X; fetch it again", path.string(),
                     begin + 1, begin + count);
    }
    for (size_t done = 0; done < count; done += kHandedOut) {
      const size_t size = std::min(kHandedOut, count - done);
      for (size_t i = 0; i < size; ++i) {
        Transpose(read.data() + (done + i) * kImageBytes, turned.data() + i * kImageBytes);
      }
      GENET_TRY(take(std::span(turned).first(size * kImageBytes),
                     std::span(labels).subspan(begin + done, size)));
    }
  }
  return {};
}

}  // namespace genet
