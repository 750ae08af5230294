// Flags of the commands that run images through trained weights.
#pragma once

#include <CLI/CLI.hpp>

#include "genet/engine/backend.h"

namespace genet::cli {

// --batch, --threads, --engine, --device and the settings of engines. Keeps the addresses.
void AddInferenceFlags(CLI::App& app, EngineSettings& engine, EngineResources& resources);

}  // namespace genet::cli
