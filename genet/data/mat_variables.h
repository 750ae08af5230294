// A check of MATLAB 5 files before libmatio reads them.
#pragma once

#include "genet/base/error.h"
#include "genet/base/file.h"

namespace genet {

// Follows the chain of variables, each with its type and size before it, to the file's end. An
// error names the byte where a variable ends early, does not inflate, has another checksum, is no
// array of numbers, or says of itself what cannot be: libmatio takes what it finds of a file that
// was cut short, reads no checksum, and gets memory for any size that a file names.
Status CheckMatVariables(const fs::path& path);

}  // namespace genet
