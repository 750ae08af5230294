// Memory for kernels: floats aligned to 64 bytes, zero at first. Not copied by accident.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "genet/base/check.h"

namespace genet {

class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(size_t floats) : size_(floats) {
    const size_t bytes = (floats * sizeof(float) + 63) / 64 * 64;
    const bool huge = bytes >= kHugePage;
    void* memory = nullptr;
    const int failure = ::posix_memalign(&memory, huge ? kHugePage : 64, bytes == 0 ? 64 : bytes);
    GENET_CHECK(failure == 0, "out of memory for {} bytes", bytes);
    data_.reset(static_cast<float*>(memory));
    // A row of each channel lies in another page: with small pages most of them would be unknown to
    // the processor's table of addresses. Only advice: the kernel may have no such pages.
    if (huge) ::madvise(memory, bytes / kHugePage * kHugePage, MADV_HUGEPAGE);
    std::memset(data_.get(), 0, bytes);
  }
  // To at least so many floats; the values are lost.
  void Grow(size_t floats) {
    if (size_ < floats) *this = Buffer(floats);
  }
  float* data() { return data_.get(); }
  const float* data() const { return data_.get(); }
  size_t size() const { return size_; }
  float& operator[](size_t i) { return data_.get()[i]; }
  float operator[](size_t i) const { return data_.get()[i]; }

 private:
  static constexpr size_t kHugePage = 2 << 20;
  struct Free {
    void operator()(float* p) const { std::free(p); }
  };
  std::unique_ptr<float, Free> data_;
  size_t size_ = 0;
};

}  // namespace genet
