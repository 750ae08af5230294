// Spans of time for people.
#pragma once

#include <string>

namespace genet {

// "2 h 05 min", "3 min 20 s", "8.3 s"; "?" for a negative number.
std::string HumanDuration(double seconds);

}  // namespace genet
