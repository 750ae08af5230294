#include "genet/report/accuracies.h"

namespace genet {

std::map<Genome, MeasuredAccuracies> AccuraciesByGenome(
    const std::vector<Generation>& generations, const std::vector<EvaluationRow>& evaluations) {
  std::map<EvaluationId, const Evaluation*> by_id;
  for (const EvaluationRow& row : evaluations) by_id[row.id] = &row.evaluation;
  std::map<Genome, MeasuredAccuracies> by_genome;
  for (const Generation& generation : generations) {
    for (size_t i = 0; i < generation.individuals.size(); ++i) {
      const auto own = by_id.find({generation.number, static_cast<int>(i)});
      if (own == by_id.end() || !own->second->measures.accuracy) continue;
      MeasuredAccuracies& measured = by_genome[generation.individuals[i].genome];
      measured.validation.push_back(*own->second->measures.accuracy);
      if (own->second->measures.test_accuracy)
        measured.test.push_back(*own->second->measures.test_accuracy);
    }
  }
  return by_genome;
}

}  // namespace genet
