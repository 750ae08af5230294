#include "genet/cli/inference_flags.h"

#include <fmt/ranges.h>

#include "genet/engine/backends/backends.h"

namespace genet::cli {

void AddInferenceFlags(CLI::App& app, EngineSettings& engine, EngineResources& resources) {
  app.add_option("--batch", resources.batch, "Images at a time (default: 128).")
      ->type_name("N")
      ->check(CLI::Range(1, 65536));
  app.add_option("--threads", resources.threads, "Threads inside the network (default: 1).")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  app.add_option("--engine", engine.name,
                 fmt::format("What computes, whatever trained the weights: {} (default: {}).",
                             DescribeEngines(), engine.name))
      ->type_name("NAME")
      ->check(CLI::IsMember(EngineNames()));
  app.add_option("--device", resources.device,
                 fmt::format("Device of the engine, such as {} (default: {}).", DescribeDevices(),
                             kProcessor))
      ->type_name("NAME");
  const std::vector<std::string> words = EngineSettingWords("arithmetic");
  app.add_option("--arithmetic", engine.arithmetic,
                 fmt::format("{}, as in genet train (default: {}).", fmt::join(words, " or "),
                             engine.arithmetic))
      ->type_name("KIND")
      ->check(CLI::IsMember(words));
  app.add_flag("--channels-last", engine.channels_last, "As in genet train.");
  app.add_flag("--bfloat16", engine.bfloat16, "As in genet train.");
}

}  // namespace genet::cli
