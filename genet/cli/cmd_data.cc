#include <unistd.h>

#include "genet/base/print_error.h"
#include "genet/base/words.h"
#include "genet/cli/command.h"
#include "genet/data/checksum.h"
#include "genet/data/data_spec.h"
#include "genet/data/describe.h"
#include "genet/data/fetch.h"
#include "genet/data/official_files.h"

namespace genet::cli {
namespace {

struct Arguments {
  std::string spec, name, folder, mirror;
  bool json = false, quiet = false;
};

Result<int> Info(const Arguments& arguments) {
  OpenOptions options;
  if (::isatty(STDERR_FILENO) != 0 && !arguments.quiet) {
    options.progress = [](size_t done, size_t total) {
      PrintError("\rdecoding picture {} of {}{}", done, total, done == total ? "\r\033[K" : "");
    };
  }
  GENET_ASSIGN(const DataSet set, OpenDataSet(arguments.spec, CacheFolder(), options));
  const DataSetDescription description = DescribeDataSet(set);
  if (arguments.json) {
    PrintJson(DescriptionToJson(description));
  } else {
    GENET_TRY(Print(DescriptionToText(description)));
  }
  return 0;
}

Result<int> FetchFiles(const Arguments& arguments) {
  GENET_ASSIGN(const FetchPlan plan, OfficialPlan(arguments.name, arguments.mirror));
  const bool terminal = ::isatty(STDERR_FILENO) != 0;
  std::string last_file;
  const auto progress = [&](const FetchProgress& now) {
    if (arguments.quiet) return true;
    constexpr double kMegabyte = 1e6;
    if (terminal) {
      PrintError("\r{}: {:.1f}", now.file, now.received_bytes / kMegabyte);
      if (now.total_bytes > 0) PrintError(" of {:.1f}", now.total_bytes / kMegabyte);
      PrintError(" MB\033[K");
    } else if (last_file != now.file) {
      PrintError("fetching {}\n", now.file);
    }
    last_file = now.file;
    return true;
  };
  const Status fetched = Fetch(plan, arguments.folder, progress);
  if (terminal && !last_file.empty() && !arguments.quiet) PrintError("\n");
  GENET_TRY(fetched);
  if (arguments.json) {
    nlohmann::json files = nlohmann::json::array();
    for (const FetchFile& file : plan.files) {
      files.push_back((fs::path(arguments.folder) / file.name).string());
    }
    PrintJson({{"data_set", plan.data_set}, {"files", files}});
    return 0;
  }
  // The official archive is a file to name, single files are a folder to name.
  const fs::path path = plan.files.size() == 1 ? fs::path(arguments.folder) / plan.files[0].name
                                               : fs::path(arguments.folder);
  GENET_TRY(Print(
      fmt::format("{} is ready: --data {}:{}\n", plan.data_set, plan.data_set, path.string())));
  return 0;
}

Result<int> Verify(const Arguments& arguments) {
  GENET_ASSIGN(const FetchPlan plan, OfficialPlan(arguments.name));
  nlohmann::json list = nlohmann::json::array();
  for (const FetchFile& file : plan.files) {
    const fs::path path = fs::path(arguments.folder) / file.name;
    GENET_ASSIGN(const std::string found, FileChecksum(path, file.checksum));
    if (found != file.checksum) {
      return Failure("{}: the checksum is {}, not {}; delete the file and fetch it again",
                     path.string(), found, file.checksum);
    }
    list.push_back(path.string());
    if (!arguments.json) GENET_TRY(Print(fmt::format("{}: right\n", path.string())));
  }
  if (arguments.json) PrintJson({{"data_set", plan.data_set}, {"right", list}});
  return 0;
}

}  // namespace

Command AddDataCommand(CLI::App& root) {
  CLI::App* app = AddCommand(
      root, "data", "describe, fetch and verify data sets",
      {"Works on the data sets that --data names elsewhere. Archives and compressed files are "
       "unpacked once into $GENET_CACHE_DIR (else $XDG_CACHE_HOME/genet, else ~/.cache/genet).",
       "genet data fetch cifar10 data\n"
       "genet data info cifar10:data/cifar-10-binary.tar.gz"});
  app->require_subcommand(1);
  auto arguments = std::make_shared<Arguments>();

  CLI::App* info = AddCommand(
      *app, "info", "show counts, classes, mean and deviation",
      {"Opens a data set, which checks all its files, and prints its parts, its classes with their "
       "numbers of images, and the mean and standard deviation of each channel (pixel / 255).",
       "genet data info synthetic\ngenet data info cifar10:data/cifar-10-batches-bin --json"});
  info->add_option("SPEC", arguments->spec, KnownSpecs("or") + ".")->required();
  info->add_flag("--json", arguments->json, "Print JSON.");

  CLI::App* fetch = AddCommand(
      *app, "fetch", "download the official files",
      {"Downloads the official files of a data set into a folder. A download that was cut off goes "
       "on where it stopped. No file gets its name before its checksum was found right; what is "
       "there already is checked and not fetched again. For " +
           Enumerate(RestrictedSets(), "and") +
           ", which only their owners may hand out, it says how to come by them.",
       "genet data fetch cifar10 data\n"
       "genet data fetch mnist data/mnist --mirror https://example.org/mnist"});
  const std::string names = Enumerate(FetchableSets(), "or") + ".";
  fetch->add_option("NAME", arguments->name, names)->required();
  fetch->add_option("DIR", arguments->folder, "The folder, made if need be.")->required();
  fetch
      ->add_option("--mirror", arguments->mirror,
                   "Another folder of the same files, in place of the official address.")
      ->type_name("URL");
  fetch->add_flag("--json", arguments->json, "Print JSON.");
  fetch->add_flag("--quiet", arguments->quiet, "No progress.");

  CLI::App* verify = AddCommand(
      *app, "verify", "check official files against their checksums",
      {"Checks that a folder holds the official files of a data set, whole and unchanged.",
       "genet data verify cifar10 data"});
  verify->add_option("NAME", arguments->name, names)->required();
  verify->add_option("DIR", arguments->folder, "The folder of the files.")->required();
  verify->add_flag("--json", arguments->json, "Print JSON.");

  return {app, [=]() -> Result<int> {
            if (info->parsed()) return Info(*arguments);
            if (fetch->parsed()) return FetchFiles(*arguments);
            return Verify(*arguments);
          }};
}

}  // namespace genet::cli
