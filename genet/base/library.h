// Libraries that are loaded when they are wanted, because no other process should pay for them.
#pragma once

#include "genet/base/error.h"

namespace genet {

// The address of `symbol` in the shared library `file`, which is looked for where the program's own
// libraries are and stays loaded; its symbols serve nobody else. The error is what the dynamic
// linker says. Safe to call from many threads.
Result<void*> LoadSymbol(const char* file, const char* symbol);

}  // namespace genet
