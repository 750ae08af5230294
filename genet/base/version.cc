#include "genet/base/version.h"

namespace genet {

std::string Version() { return GENET_VERSION " (" GENET_REVISION ")"; }

}  // namespace genet
