#include "genet/base/library.h"

#include <dlfcn.h>

namespace genet {

Result<void*> LoadSymbol(const char* file, const char* symbol) {
  void* library = ::dlopen(file, RTLD_NOW | RTLD_LOCAL);
  void* address = library == nullptr ? nullptr : ::dlsym(library, symbol);
  if (address == nullptr) return Failure("{}", ::dlerror());
  return address;
}

}  // namespace genet
