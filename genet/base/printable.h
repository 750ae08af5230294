// Text from outside made fit for terminals and files that people read.
//
// Names of files and classes, metadata of weights, messages of libraries: whoever made them could
// hide in them what a terminal obeys.
#pragma once

#include <string>
#include <string_view>

namespace genet {

// The text with an escape, such as \x1b, in the place of each byte of a control character (also
// U+0080 to U+009F, the separators of lines, and characters that turn the direction of what
// follows) and of each byte that is no part of UTF-8. Everything else stays as it is.
std::string Printable(std::string_view text);

// Likewise, but for newlines and tabs, which stay.
std::string PrintableLines(std::string_view text);

}  // namespace genet
