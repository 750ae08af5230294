#include "genet/kernels/target.h"

#include <thread>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "genet/kernels/target.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "genet/base/duration.h"

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

int64_t TargetOfCode() { return HWY_TARGET; }

// Twelve independent chains hide the latency of any core's multiply-add and fit 16 registers.
// Returns the number of floating-point operations done.
double RunMultiplyAdds(int rounds, float* sink) {
  const hn::CappedTag<float, 16> d;
  constexpr int kChains = 12;
  using V = hn::Vec<decltype(d)>;
  // Different from the start, or a compiler sees that one chain serves for all.
  const auto start = [&](int chain) HWY_ATTR { return hn::Set(d, sink[0] + 0.1f * float(chain)); };
  V a0 = start(0), a1 = start(1), a2 = start(2), a3 = start(3), a4 = start(4), a5 = start(5),
    a6 = start(6), a7 = start(7), a8 = start(8), a9 = start(9), a10 = start(10), a11 = start(11);
  const V x = hn::Set(d, 0.999f + sink[0]), y = hn::Set(d, 0.001f);
  for (int i = 0; i < rounds; ++i) {
    a0 = hn::MulAdd(a0, x, y);
    a1 = hn::MulAdd(a1, x, y);
    a2 = hn::MulAdd(a2, x, y);
    a3 = hn::MulAdd(a3, x, y);
    a4 = hn::MulAdd(a4, x, y);
    a5 = hn::MulAdd(a5, x, y);
    a6 = hn::MulAdd(a6, x, y);
    a7 = hn::MulAdd(a7, x, y);
    a8 = hn::MulAdd(a8, x, y);
    a9 = hn::MulAdd(a9, x, y);
    a10 = hn::MulAdd(a10, x, y);
    a11 = hn::MulAdd(a11, x, y);
  }
  V sum = hn::Add(hn::Add(hn::Add(a0, a1), hn::Add(a2, a3)), hn::Add(a4, a5));
  sum = hn::Add(sum, hn::Add(hn::Add(a6, a7), hn::Add(hn::Add(a8, a9), hn::Add(a10, a11))));
  sink[1] = hn::GetLane(sum);
  return 2.0 * kChains * static_cast<double>(hn::Lanes(d)) * rounds;
}

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genet::kernels {

HWY_EXPORT(TargetOfCode);
HWY_EXPORT(RunMultiplyAdds);

namespace {

// Those that the kernels were compiled for and that this processor has, or the pinned one; a lower
// bit is a better one. Asked for once: hwy::SupportedTargets() undoes the choice of a target.
int64_t& Targets() {
  static int64_t targets = hwy::SupportedTargets() & HWY_TARGETS;
  return targets;
}

// 0 if there is no such target.
int64_t TargetNamed(std::string_view name) {
  for (int64_t left = Targets(); left != 0; left &= left - 1) {
    const int64_t target = left & -left;
    if (name == hwy::TargetName(target)) return target;
  }
  return 0;
}

}  // namespace

std::vector<std::string> SupportedTargets() {
  std::vector<std::string> names;
  for (int64_t left = Targets(); left != 0; left &= left - 1) {
    names.emplace_back(hwy::TargetName(left & -left));
  }
  return names;
}

bool FusesMultiplyAdd(std::string_view target) {
  for (const char* name : {"SSE2", "SSSE3", "SSE4", "EMU128", "SCALAR"}) {
    if (target == name) return false;
  }
  return true;
}

bool PinTarget(std::string_view name) {
  const int64_t target = TargetNamed(name);
  if (target == 0) return false;
  Targets() = target;
  return SelectTarget("best");
}

bool SelectTarget(std::string_view name) {
  const int64_t targets = name == "best" ? Targets() : TargetNamed(name);
  if (targets != 0) hwy::GetChosenTarget().Update(targets);
  return targets != 0;
}

std::string TargetName() { return hwy::TargetName(HWY_DYNAMIC_DISPATCH(TargetOfCode)()); }

double MeasurePeakGflops(int threads, double seconds) {
  std::vector<double> rates(threads);
  const auto measure = [&](int thread) {
    float sink[2] = {0, 0};
    double operations = 0, elapsed = 0;
    const auto start = Clock::now();
    do {
      operations += HWY_DYNAMIC_DISPATCH(RunMultiplyAdds)(100000, sink);
      elapsed = SecondsSince(start);
    } while (elapsed < seconds);
    rates[thread] = operations / elapsed / 1e9;
  };
  std::vector<std::thread> others;
  for (int thread = 1; thread < threads; ++thread) others.emplace_back(measure, thread);
  measure(0);
  for (auto& other : others) other.join();
  double sum = 0;
  for (const double rate : rates) sum += rate;
  return sum;
}

}  // namespace genet::kernels
#endif
