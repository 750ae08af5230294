// The experiments of section 4.3.
#include "genet/experiments/data_choice.h"
#include "genet/experiments/experiments.h"
#include "genet/experiments/paper.h"
#include "genet/experiments/table3.h"

namespace genet {
namespace {

// Section 4.3 trains the two final structures: "GeNet #1" where Table 2 says "GeNet #1 (G-50)".
constexpr size_t kFinalLabel = std::string_view("GeNet #1").size();
bool IsFinal(std::string_view label) { return label.starts_with("GeNet #"); }

Result<LargeScaleRequest> LargeRequest(ExperimentContext& context, const std::string& data) {
  const Reproduction& r = context.request;
  GENET_ASSIGN(ExperimentContext::Structures structures, context.ChooseStructures());
  std::erase_if(structures.genomes,
                [](const TransferGenome& one) { return !IsFinal(one.paper_label); });
  for (TransferGenome& one : structures.genomes) {
    one.paper_label.resize(kFinalLabel);
    if (IsFinal(one.label)) one.label.resize(kFinalLabel);
  }
  GENET_ASSIGN(RunSettings settings, SettingsOf(r.scale.large, data, r.seed));
  return LargeScaleRequest{.scale = r.scale.Name(),
                           .genomes = std::move(structures.genomes),
                           .settings = std::move(settings),
                           .source = std::move(structures.source)};
}

}  // namespace

Status Table3(ExperimentContext& context) {
  GENET_ASSIGN(const LargeScaleRequest request,
               LargeRequest(context, *LargeSet(context.request.large_data)));
  GENET_ASSIGN(const std::vector<LargeNetwork> networks,
               TrainLargeNetworks(request, context.runner));
  GENET_ASSIGN(ResultTable table, LargeScaleTable(request, networks, context.runner));
  return context.AddFramed(std::move(table));
}

Status Caltech(ExperimentContext& context) {
  const Reproduction& r = context.request;
  CaltechRequest request{.scale = r.scale.Name(),
                         .categories = *Categories(r.large_data),
                         .networks = r.networks,
                         .splits = r.scale.large.splits,
                         .seed = r.seed};
  if (request.networks.empty()) {
    GENET_ASSIGN(const LargeScaleRequest large,
                 LargeRequest(context, *CaltechTrainingSet(r.large_data)));
    GENET_ASSIGN(const DataFacts facts, context.runner.Inspect(large.settings.data));
    GENET_ASSIGN(const std::vector<LargeNetwork> trained,
                 TrainLargeNetworks(large, context.runner));
    for (const LargeNetwork& one : trained) {
      if (one.result.test_accuracy) {
        request.networks.push_back({.label = one.structure.label,
                                    .paper_label = one.structure.paper_label,
                                    .genome = one.plan.genome,
                                    .input = facts.input,
                                    .weights = one.result.weights,
                                    .data = one.plan.settings.data});
      } else {
        request.notes.push_back(fmt::format("{} is not there, for its training has no result: {}",
                                            one.structure.label, one.result.cause));
      }
    }
  }
  GENET_ASSIGN(ResultTable table, ClassifyCategories(request, context.runner));
  return context.AddFramed(std::move(table));
}

TrainedNetwork NamedNetwork(const std::string& file, const WeightsFile& weights) {
  TrainedNetwork network{.label = file,
                         .paper_label = "",
                         .genome = weights.genome,
                         .input = weights.input,
                         .weights = file,
                         .data = weights.data};
  for (const PaperErrors& row : PaperStructures()) {
    if (IsFinal(row.label) && row.genome == weights.genome.ToString()) {
      network.label = network.paper_label = row.label.substr(0, kFinalLabel);
    }
  }
  return network;
}

}  // namespace genet
