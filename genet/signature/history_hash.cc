#include "genet/signature/history_hash.h"

#include "genet/base/hash.h"

namespace genet {
namespace {

using nlohmann::json;

void AddEvaluation(const json& evaluation, Hash& hash) {
  for (const char* key : {"status", "accuracy"}) {
    hash.Add(std::string_view(evaluation.at(key).dump()));
  }
  hash.Add(std::string_view(evaluation.at("cost").at("details").at("curve").dump()));
}

}  // namespace

Result<uint64_t> HashHistory(const json& history) {
  Hash hash;
  try {
    for (const json& generation : history.at("generations")) {
      for (const char* key : {"generation", "uniform_selection", "complete"}) {
        hash.Add(std::string_view(generation.at(key).dump()));
      }
      for (const json& individual : generation.at("individuals")) {
        for (const char* key :
             {"genome", "operation", "parents", "swapped_stages", "flipped_bits", "fitness"}) {
          hash.Add(std::string_view(individual.at(key).dump()));
        }
        for (const json& evaluation : individual.at("evaluations")) AddEvaluation(evaluation, hash);
      }
    }
  } catch (const json::exception& error) {
    return Failure("not the history of a search: {}", error.what());
  }
  return hash.value();
}

}  // namespace genet
