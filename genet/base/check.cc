#include "genet/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace genet {

void CheckFailed(const char* file, int line, const char* condition, const std::string& message) {
  std::fputs(fmt::format("genet: internal error at {}:{}: {} does not hold{}{}; please report it\n",
                         file, line, condition, message.empty() ? "" : ": ", message)
                 .c_str(),
             stderr);
  std::abort();
}

}  // namespace genet
