// Config files: TOML whose keys are the names of settings, with _ for -.
#pragma once

#include <string>
#include <string_view>

#include "genet/base/error.h"
#include "genet/base/file.h"
#include "genet/settings/given.h"

namespace genet {

// Texts by name of setting. Usage errors name the file and the line, for an unknown key also the
// nearest known one.
Result<GivenSettings> ReadConfig(const fs::path& path);
// The same for the text of a file.
Result<GivenSettings> ParseConfig(std::string_view text, std::string_view file_name);

// A config file that gives these settings.
std::string ConfigText(const RunSettings& settings);

}  // namespace genet
