#include "genet/base/printable.h"

#include <fmt/format.h>

#include <cstdint>

namespace genet {
namespace {

struct Character {
  size_t bytes = 0;  // 0: no UTF-8
  uint32_t code = 0;
};

// The first character of a text that is not empty.
Character FirstOf(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  if (byte(0) < 0x80) return {1, byte(0)};
  // Lead byte, least code of the length: longer forms than needed are no UTF-8.
  constexpr struct {
    uint8_t mask, lead;
    uint32_t least;
  } kForms[] = {{0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};
  for (size_t more = 1; more <= 3; ++more) {
    const auto& form = kForms[more - 1];
    if ((byte(0) & form.mask) != form.lead) continue;
    if (text.size() <= more) return {};
    uint32_t code = byte(0) & static_cast<uint8_t>(~form.mask);
    for (size_t i = 1; i <= more; ++i) {
      if ((byte(i) & 0xC0) != 0x80) return {};
      code = code << 6 | (byte(i) & 0x3F);
    }
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return code < form.least || surrogate || code > 0x10FFFF ? Character{}
                                                             : Character{more + 1, code};
  }
  return {};
}

bool IsControl(uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code <= 0x9F) ||       // C0, delete, C1
         code == 0x200E || code == 0x200F || code == 0x061C ||  // marks of direction
         (code >= 0x2028 && code <= 0x202E) ||  // separators of lines, embedded directions
         (code >= 0x2066 && code <= 0x2069) ||  // isolated directions
         code == 0xFEFF;
}

std::string Escape(std::string_view text, std::string_view kept) {
  std::string printable;
  printable.reserve(text.size());
  while (!text.empty()) {
    const Character first = FirstOf(text);
    const std::string_view bytes = text.substr(0, first.bytes > 0 ? first.bytes : 1);
    text.remove_prefix(bytes.size());
    if (first.bytes > 0 && (!IsControl(first.code) || kept.find(bytes) != kept.npos)) {
      printable += bytes;
    } else {
      for (const char byte : bytes) {
        printable += fmt::format("\\x{:02x}", static_cast<uint8_t>(byte));
      }
    }
  }
  return printable;
}

}  // namespace

std::string Printable(std::string_view text) { return Escape(text, ""); }

std::string PrintableLines(std::string_view text) { return Escape(text, "\n\t"); }

}  // namespace genet
