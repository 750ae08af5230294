// Any bytes are read as an array or refused; what was read is written back and read the same.
#include <cmath>

#include "genet/base/check.h"
#include "genet/features/npy.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto matrix = genet::ParseNpyMatrix(bytes, "fuzz")) {
    GENET_CHECK(matrix->values.size() == matrix->rows * matrix->columns);
    for (const float value : matrix->values) GENET_CHECK(std::isfinite(value));
    const std::string written = genet::ToNpy(matrix->values, matrix->rows, matrix->columns);
    const auto again = genet::ParseNpyMatrix(written, "again");
    GENET_CHECK(again && again->rows == matrix->rows && again->values == matrix->values);
  }
  if (const auto integers = genet::ParseNpyIntegers(bytes, "fuzz")) {
    const auto again = genet::ParseNpyIntegers(genet::ToNpy(*integers), "again");
    GENET_CHECK(again && *again == *integers);
  }
  return 0;
}
