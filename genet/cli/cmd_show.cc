#include <algorithm>

#include "genet/cli/command.h"
#include "genet/cli/number_check.h"
#include "genet/genome/genome.h"
#include "genet/network/description.h"
#include "genet/network/drawing.h"

namespace genet::cli {
namespace {

struct Arguments {
  RunFlags run;
  std::string genome, format = "text", input;
  int classes = 0;
  bool json = false;
};

// A text says how many nodes it has, unless the user says so.
Result<Genome> ReadGenome(const Arguments& arguments, const SearchSpace& space, bool space_given) {
  const std::vector<std::string> names = GenomeNames();
  const bool name = std::find(names.begin(), names.end(), arguments.genome) != names.end();
  const bool letters = arguments.genome.find_first_not_of("01-|.") != std::string::npos;
  if (name || space_given || letters) return Genome::Parse(arguments.genome, space);
  return Genome::Parse(arguments.genome);
}

Result<int> Show(const Arguments& arguments) {
  GENET_ASSIGN(const GivenSettings config, arguments.run.Config());
  const GivenSettings flags = arguments.run.Flags();
  GENET_ASSIGN(RunSettings settings, ResolveSettings(config, flags));
  const bool space_given = config.contains("nodes") || flags.contains("nodes");
  Result<Genome> read = ReadGenome(arguments, settings.space, space_given);
  if (!read) return UsageError("{}", read.error().message);
  const Genome& genome = *read;
  GENET_ASSIGN(const Shape input, InputShape(arguments.input, settings.preset));
  const BaseNetwork base =
      arguments.classes > 0 ? WithClasses(settings.base, arguments.classes) : settings.base;
  Result<nlohmann::json> description = Describe(genome, base, input, arguments.classes);
  if (!description) return UsageError("{}", description.error().message);

  if (arguments.json || arguments.format == "json") {
    PrintJson(*description);
    return 0;
  }
  if (arguments.format == "dot") {
    GENET_TRY(Print(DrawDot(genome, base)));
  } else if (arguments.format == "svg") {
    GENET_ASSIGN(const std::string svg, DrawSvg(genome, base));
    GENET_TRY(Print(svg));
  } else {
    GENET_ASSIGN(const std::string text, DescribeText(genome, base, input, arguments.classes));
    GENET_TRY(Print(text + "\n" + DrawText(genome, base)));
  }
  return 0;
}

}  // namespace

Command AddShowCommand(CLI::App& root) {
  std::string names;
  for (const std::string& name : GenomeNames()) names += (names.empty() ? "" : ", ") + name;
  CLI::App* app = AddCommand(
      root, "show", "decode a genome and draw its network",
      {"Prints the stages of a genome on a base network with their edges and active nodes, the "
       "numbers of convolutions, parameters and multiply-adds of an image, the depth "
       "(convolutions on the longest path plus fully-connected layers), the canonical genome, and "
       "a drawing.\n\n"
       "A genome is written as in the paper: a stage's bits node by node, the nodes apart by -, "
       "the stages by |, which a shell wants quoted. It may also be one of the names " +
           names + ".",
       "genet show '1-01|0-01-100|0-11-101-0001'\n"
       "genet show genet-1 --preset imagenet\n"
       "genet show resnet --nodes 4,4,4 --format svg > resnet.svg\n"
       "genet show genet-2 --json"});
  auto arguments = std::make_shared<Arguments>();
  app->add_option("GENOME", arguments->genome, "The genome, as text or by name.")->required();
  app->add_option("--format", arguments->format, "text, dot, svg or json (default: text).")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "dot", "svg", "json"}));
  app->add_flag("--json", arguments->json, "The same as --format json.");
  app->add_option("--input", arguments->input,
                  "Shape of the images (default: that of the preset's data set).")
      ->type_name("CxHxW");
  app->add_option("--classes", arguments->classes,
                  "Classes of the data set (default: outputs of the base network).")
      ->type_name("N")
      ->check(Within(1, 1000000));
  arguments->run.AddTo(*app);
  return {app, [arguments] { return Show(*arguments); }};
}

}  // namespace genet::cli
