#include "genet/cli/inference_flags.h"

#include "genet/cli/number_check.h"
#include "genet/engine/backends/backends.h"

namespace genet::cli {

void InferenceFlags::AddTo(CLI::App& app) {
  app_ = &app;
  app.add_option("--batch", resources_.batch, "Images at a time (default: 128).")
      ->type_name("N")
      ->check(Within(1, 65536));
  app.add_option("--threads", resources_.threads, "Threads inside the network (default: 1).")
      ->type_name("N")
      ->check(Within(1, 1024));
  app.add_option("--device", resources_.device,
                 fmt::format("Device of the engine, such as {} (default: {}).", DescribeDevices(),
                             kProcessor))
      ->type_name("NAME");
  settings_.AddTo(app);
}

bool InferenceFlags::given() const {
  return app_->count("--batch") + app_->count("--threads") + app_->count("--device") > 0 ||
         !settings_.Flags().empty();
}

Result<EngineSettings> InferenceFlags::Engine() const {
  GENET_ASSIGN(const RunSettings settings, settings_.Resolve());
  return settings.engine;
}

}  // namespace genet::cli
