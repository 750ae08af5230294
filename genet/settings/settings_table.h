// The list of settings as the table in docs/formats.md.
#pragma once

#include <string>

namespace genet {

// Markdown, a line for each setting: its config key, its place in JSON, what it may be, its default
// before presets, and the commands that take it as a flag.
std::string SettingsTable();

}  // namespace genet
