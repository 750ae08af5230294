// Spans of time.
#pragma once

#include <chrono>
#include <string>

namespace genet {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start);

// "2 h 05 min", "3 min 20 s", "8.3 s"; "?" for a negative number.
std::string HumanDuration(double seconds);

}  // namespace genet
