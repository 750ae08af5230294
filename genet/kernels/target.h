// The SIMD targets of this machine. All functions are for one thread at start-up, except
// TargetName(), which is thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace genet::kernels {

// Names of the targets that were compiled and that this processor has, best first, such as
// {"AVX3", "AVX2", "SSE4", "SSE2"}.
std::vector<std::string> SupportedTargets();

// Whether the target rounds a multiply-add once: targets round alike or not by that.
bool FusesMultiplyAdd(std::string_view target);

// From now on the named target is the only one of SupportedTargets(), and in use; false, and
// nothing changes, if it is not among them. To be called before anything else of this header.
bool PinTarget(std::string_view name);

// Makes all kernels use the named target from now on; false if it is not supported. "best" goes
// back to the first of SupportedTargets().
bool SelectTarget(std::string_view name);

// The target in use.
std::string TargetName();

// 10^9 single-precision operations a second that `threads` threads together reach on fused
// multiply-adds in registers (two operations each; multiply and add where the target has no fused
// form). Takes about `seconds`.
double MeasurePeakGflops(int threads, double seconds = 0.1);

}  // namespace genet::kernels
