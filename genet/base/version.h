// Which build of GeNet this is.
#pragma once

#include <string>

namespace genet {

// Release number and source revision, such as "0.1.0 (1a2b3c4d5e6f)", or "(1a2b3c4d5e6f-changed)"
// where the sources held changes that no revision has.
std::string Version();

}  // namespace genet
