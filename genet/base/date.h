// The time of day, for records.
#pragma once

#include <string>

namespace genet {

// "2026-01-31T23:59:59Z": now, in UTC (ISO 8601).
std::string UtcNow();

}  // namespace genet
