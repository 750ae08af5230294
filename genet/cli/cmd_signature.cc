#include <fmt/ranges.h>

#include <algorithm>

#include "genet/base/print_error.h"
#include "genet/cli/command.h"
#include "genet/cli/number_check.h"
#include "genet/cli/stop.h"
#include "genet/execution/run_folder.h"
#include "genet/kernels/target.h"
#include "genet/signature/rows.h"
#include "genet/signature/signature.h"

namespace genet::cli {
namespace {

struct Arguments {
  std::vector<std::string> parts = SignatureParts();
  std::string target;
  int threads = 0, workers = 0;
  bool undisturbed = false, json = false, quiet = false;
};

nlohmann::json ToJson(const std::vector<NamedHash>& hashes) {
  nlohmann::json json = nlohmann::json::object();
  for (const NamedHash& one : hashes) json[one.name] = ToText(one.hash);
  return json;
}

Result<int> PrintSignature(const Arguments& arguments) {
  SignatureOptions options{.parts = arguments.parts,
                           .targets = kernels::SupportedTargets(),
                           .program = ProgramPath(),
                           .threads = arguments.threads > 0 ? arguments.threads : DefaultWorkers(1),
                           .workers = arguments.workers > 0 ? arguments.workers : DefaultWorkers(1),
                           .disturbed = !arguments.undisturbed};
  if (!arguments.target.empty()) {
    if (std::find(options.targets.begin(), options.targets.end(), arguments.target) ==
        options.targets.end()) {
      return UsageError("--target: this machine has no '{}'; it has {}", arguments.target,
                        fmt::join(options.targets, ", "));
    }
    options.targets = {arguments.target};
  }
  CatchStopSignals();
  options.stop = [] { return StopSignal() != 0; };
  if (!arguments.quiet) {
    options.begin = [&](const std::string& part) {
      PrintError("signature: {} ({})\n", part, fmt::join(options.targets, ", "));
    };
  }
  const Result<Signature> signature = MakeSignature(options);
  if (!signature && StopSignal() != 0) return StopExitStatus();
  if (!signature) return tl::unexpected(signature.error());
  if (arguments.json) {
    PrintJson({{"rows", ToJson(signature->rows)},
               {"signature", ToJson(signature->closing)},
               {"targets", options.targets}});
  } else {
    GENET_TRY(Print(ToText(*signature)));
  }
  return 0;
}

}  // namespace

Command AddSignatureCommand(CLI::App& root) {
  CLI::App* app = AddCommand(
      root, "signature", "print hashes of what this build computes",
      {"Prints named hashes and a closing line that sums them up. Two builds, or two machines, "
       "with "
       "the same line give the same results for the same seed and settings. It takes less than a "
       "minute on two cores.\n\n"
       "genomes: all strings of two small search spaces with their canonical forms. kernels: what "
       "every kernel writes. networks: the weights of three networks after two epochs, by each "
       "arithmetic. search: the history of a small search, whose worker is killed in the middle of "
       "a training, and later the search itself, which is then resumed.\n\n"
       "All but the genomes are computed on every SIMD target of this machine. Names end with fma "
       "or plain: targets with and without fused multiply-add round differently. That targets "
       "which "
       "round alike give equal bits is checked; if they do not, that is an error.",
       "genet signature\n"
       "genet signature --parts kernels,networks --target AVX2"});
  auto arguments = std::make_shared<Arguments>();
  app->add_option("--parts", arguments->parts,
                  fmt::format("Some of {} (default: all). The closing line sums up what was made.",
                              fmt::join(SignatureParts(), ",")))
      ->type_name("LIST")
      ->delimiter(',')
      ->check(CLI::IsMember(SignatureParts()))
      ->allow_extra_args(false);
  app->add_option("--target", arguments->target,
                  "One SIMD target, such as AVX2 (default: all of this machine).")
      ->type_name("NAME");
  app->add_option("--threads", arguments->threads,
                  "Threads inside a network; no hash depends on it (default: cores).")
      ->type_name("N")
      ->check(Within(1, 1024));
  app->add_option("--workers", arguments->workers,
                  "Workers of the search; no hash depends on it (default: cores).")
      ->type_name("N")
      ->check(Within(1, 1024));
  app->add_flag("--undisturbed", arguments->undisturbed,
                "Leave the search in peace; its hash is the same.");
  app->add_flag("--json", arguments->json, "Print JSON.");
  app->add_flag("--quiet", arguments->quiet, "No progress.");
  return {app, [arguments] { return PrintSignature(*arguments); }};
}

}  // namespace genet::cli
