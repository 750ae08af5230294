// Random numbers that are addressed, not consumed.
//
// Every draw belongs to a key, and a key is derived from its parent key and a number: run seed →
// purpose → generation → individual → epoch, for example. A draw therefore depends on its address
// only, never on the order in which work happens to finish. The generator is Philox4x32-10 (Salmon
// et al., "Parallel random numbers: as easy as 1, 2, 3", 2011), so results are the same on every
// machine; no distribution of the standard library is used, because those are not.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace genet {

class RandomKey {
 public:
  explicit constexpr RandomKey(uint64_t value) : value_(value) {}

  // The key of a part of this key's matter; different numbers give independent keys.
  RandomKey Derive(uint64_t number) const;
  // The same for a named purpose, such as "shuffle".
  RandomKey Derive(std::string_view purpose) const;

  // The 128 random bits at `counter`.
  std::array<uint32_t, 4> Bits(uint64_t counter) const;

  constexpr uint64_t value() const { return value_; }
  friend constexpr bool operator==(RandomKey, RandomKey) = default;

 private:
  uint64_t value_;
};

// Draws from one key one after the other. Not thread-safe; cheap to make.
class RandomStream {
 public:
  explicit RandomStream(RandomKey key) : key_(key) {}

  uint32_t Bits32();
  uint64_t Bits64();
  // Uniform in [0, 1), 53 bits.
  double Uniform();
  // Uniform in [0, bound), without bias. bound > 0.
  uint64_t Below(uint64_t bound);
  bool Bernoulli(double probability) { return Uniform() < probability; }
  // Standard normal (Marsaglia's polar method on the functions below).
  double Normal();

 private:
  RandomKey key_;
  uint64_t counter_ = 0;
  std::array<uint32_t, 4> bits_{};
  int left_ = 0;
};

// Fisher-Yates.
template <class T>
void Shuffle(RandomStream& stream, std::span<T> items) {
  for (size_t i = items.size(); i > 1; --i) {
    std::swap(items[i - 1], items[stream.Below(i)]);
  }
}

// Natural logarithm for x > 0, made of additions, multiplications and divisions only, so that it
// gives the same bits whatever C library is in use. Error below 2e-15 relative.
double PortableLog(double x);

}  // namespace genet
