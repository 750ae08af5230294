#include "genet/base/random.h"

#include <Random123/philox.h>

#include <cmath>

namespace genet {
namespace {

// Derived keys and draws come from different halves of the counter space.
constexpr uint32_t kDrawDomain = 0;
constexpr uint32_t kDeriveDomain = 1;

std::array<uint32_t, 4> Philox(uint64_t key, uint64_t counter, uint32_t domain) {
  const r123::Philox4x32::ctr_type c = {
      {static_cast<uint32_t>(counter), static_cast<uint32_t>(counter >> 32), domain, 0}};
  const r123::Philox4x32::key_type k = {
      {static_cast<uint32_t>(key), static_cast<uint32_t>(key >> 32)}};
  const auto r = r123::Philox4x32()(c, k);
  return {r[0], r[1], r[2], r[3]};
}

// FNV-1a; purposes are a handful of literals.
uint64_t HashText(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

}  // namespace

RandomKey RandomKey::Derive(uint64_t number) const {
  const auto bits = Philox(value_, number, kDeriveDomain);
  return RandomKey(bits[0] | static_cast<uint64_t>(bits[1]) << 32);
}

RandomKey RandomKey::Derive(std::string_view purpose) const { return Derive(HashText(purpose)); }

std::array<uint32_t, 4> RandomKey::Bits(uint64_t counter) const {
  return Philox(value_, counter, kDrawDomain);
}

uint32_t RandomStream::Bits32() {
  if (left_ == 0) {
    bits_ = key_.Bits(counter_++);
    left_ = 4;
  }
  return bits_[4 - left_--];
}

uint64_t RandomStream::Bits64() {
  const uint64_t low = Bits32();
  return low | static_cast<uint64_t>(Bits32()) << 32;
}

double RandomStream::Uniform() { return static_cast<double>(Bits64() >> 11) * 0x1p-53; }

uint64_t RandomStream::Below(uint64_t bound) {
  // Draws above the largest multiple of the bound are rejected.
  const uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  uint64_t draw;
  do {
    draw = Bits64();
  } while (draw >= limit);
  return draw % bound;
}

double RandomStream::Normal() {
  double u, v, square;
  do {
    u = 2 * Uniform() - 1;
    v = 2 * Uniform() - 1;
    square = u * u + v * v;
  } while (square >= 1 || square == 0);
  return u * std::sqrt(-2 * PortableLog(square) / square);
}

double PortableLog(double x) {
  int exponent;
  double m = std::frexp(x, &exponent);  // x = m 2^exponent, m in [0.5, 1)
  if (m < 0.70710678118654752) {
    m *= 2;
    --exponent;
  }
  // log m = 2 atanh(t), t = (m - 1) / (m + 1), |t| < 0.1716.
  const double t = (m - 1) / (m + 1);
  const double t2 = t * t;
  double series = 0;
  for (int k = 21; k >= 1; k -= 2) series = series * t2 + 1.0 / k;
  return 2 * t * series + exponent * 0.693147180559945309417;
}

}  // namespace genet
