// Arrays in NumPy's .npy format, version 1.0 (numpy.lib.format): little-endian, C order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/file.h"
#include "genet/features/features.h"

namespace genet {

// `rows` x `columns` values of 4 bytes each; columns 0: one dimension.
std::string ToNpy(const std::vector<float>& values, size_t rows, size_t columns);
std::string ToNpy(const std::vector<int32_t>& values);

// A two-dimensional float32 or float64 array. `name` stands for the file in errors.
struct NpyMatrix {
  size_t rows = 0, columns = 0;
  std::vector<float> values;
};
Result<NpyMatrix> ParseNpyMatrix(std::string_view bytes, std::string_view name);
// A one-dimensional array of int32 or int64 values that fit 32 bits.
Result<std::vector<int32_t>> ParseNpyIntegers(std::string_view bytes, std::string_view name);

// FILE.npy holds the values and FILE.labels.npy the labels.
Status WriteFeatures(const fs::path& path, const Features& features);
Result<Features> ReadFeatures(const fs::path& path);
// The labels' file beside a features' file.
fs::path LabelsPath(const fs::path& path);

}  // namespace genet
