// The tables of section 4.1, made of finished searches. All accuracies in them are percent.
//
// Each function fills columns, rows, values and notes; Frame() adds what every table must say.
#pragma once

#include <string>
#include <vector>

#include "genet/experiments/history.h"
#include "genet/report/analysis.h"
#include "genet/report/result_table.h"

namespace genet {

// Adds the scale, data set, seeds, settings, what accuracy is shown, and the cost of the searches
// that the table was made of (not empty). All of them must have the same data set.
void Frame(ResultTable& table, const std::string& scale, const std::vector<RunHistory>& histories);

// Table 1: the generations that the paper prints, its figures beside ours, and our last.
ResultTable GenerationTable(const std::string& name, const RunHistory& history);

// Figure 3: each generation of a search from random strings and of one from all zeros.
ResultTable StartTable(const RunHistory& bernoulli, const RunHistory& naive);

// Figure 4: how children follow their parents; with the coefficients as values.
ResultTable InheritanceTable(const std::vector<Inheritance>& inheritance);
// Every occurrence.
ResultTable InheritanceData(const std::vector<Inheritance>& inheritance);

// Section 4.1.3: random search beside the genetic process, after as many trainings. `again_*` are
// runs in which each search's best was trained again on another split.
ResultTable RandomTable(const RunHistory& genetic, const RunHistory& random,
                        const RunHistory& again_genetic, const RunHistory& again_random);

// Section 4.1.4: the all-ones network beside the best of a search, both trained afresh.
ResultTable DenseTable(const RunHistory& genetic, const RunHistory& again_genetic,
                       const RunHistory& all_ones, const std::vector<SeenGenome>& networks);

// Section 4.1.4: how accuracy goes with complexity.
ResultTable ComplexityTable(const std::vector<SeenGenome>& seen);
// Every string.
ResultTable ComplexityData(const std::vector<SeenGenome>& seen);

// Figure 5: the best structure of each process beside the paper's.
Result<ResultTable> StructureTable(const std::vector<RunHistory>& processes, Shape input);

}  // namespace genet
