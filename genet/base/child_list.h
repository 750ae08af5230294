// The child processes of another process, as the kernel knows them.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "genet/base/error.h"

namespace genet {

struct ListedProcess {
  pid_t pid = 0;
  std::vector<std::string> arguments;  // none of one that has ended and was not waited for
};

// By process id. An error if /proc is not there. Processes that start or end meanwhile may be
// missing; the list is exact while `parent` is stopped (SIGSTOP).
Result<std::vector<ListedProcess>> ChildrenOf(pid_t parent);

}  // namespace genet
