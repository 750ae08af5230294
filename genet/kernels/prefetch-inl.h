// Rows that will be read next are fetched a few lines at a time, while something else is computed.
#include "genet/kernels/vectors-inl.h"

#if defined(GENET_KERNELS_PREFETCH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GENET_KERNELS_PREFETCH_INL_H_
#undef GENET_KERNELS_PREFETCH_INL_H_
#else
#define GENET_KERNELS_PREFETCH_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

// Each row of a channel is a stream of its own, too short for the processor to foresee. All of them
// at once would wait for each other.
class RowPrefetch {
 public:
  // Rows of a channel lie `plane` floats after those of the channel before.
  explicit RowPrefetch(size_t plane) : plane_(plane) {}

  // `pixels` from the one of channel 0 on, and those of the other channels.
  HWY_INLINE void Add(const float* first, int channels, int pixels) {
    if (count_ == kMost || pixels <= 0) return;
    const int chunks = (pixels + kChunk - 1) / kChunk;
    sources_[count_++] = {first, channels, chunks};
    chunks_ += channels * chunks;
  }
  // Divides what was added into `portions`.
  HWY_INLINE void Start(int portions) {
    portions_ = portions;
    at_ = sources_[0].first;
  }
  HWY_INLINE void Portion() {
    const int most = (chunks_ + portions_ - 1) / portions_;
    --portions_;
    chunks_ -= most;
    for (int i = 0; i < most; ++i) {
      const float* lines = at_ + chunk_ * kChunk * kBlock;
      for (int line = 0; line < kChunk; ++line) __builtin_prefetch(lines + line * kBlock, 0, 2);
      if (++chunk_ < sources_[source_].chunks) continue;
      chunk_ = 0;
      at_ += plane_;
      if (++channel_ < sources_[source_].channels) continue;
      channel_ = 0;
      if (++source_ < count_) at_ = sources_[source_].first;
    }
  }

 private:
  static constexpr int kMost = 8;
  static constexpr int kChunk = 8;  // pixels, each a cache line
  struct Source {
    const float* first;
    int channels, chunks;  // of a channel
  };
  size_t plane_;
  Source sources_[kMost] = {};
  int count_ = 0, chunks_ = 0, portions_ = 1;
  const float* at_ = nullptr;
  int source_ = 0, channel_ = 0, chunk_ = 0;
};

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
