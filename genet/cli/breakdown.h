// Where the time of a step goes, beside the roofline of the machine.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "genet/training/step_loop.h"

namespace genet::cli {

struct Breakdown {
  struct Row {
    std::string work;
    double milliseconds = 0;  // a step
    double gflops = 0, megabytes = 0;
    double roofline = 0;  // least time of its operations and bytes, over its time
  };
  std::vector<Row> rows;    // longest first
  double milliseconds = 0;  // of a whole step
  double peak_gflops = 0;
  double gigabytes_per_second = 0;  // read from memory, all threads
  std::string target;
  int threads = 0, batch = 0;
};

Result<Breakdown> MeasureBreakdown(const Network& network, const ImageList& images, int batch,
                                   CpuEngineOptions options, bool evaluate, double seconds);
std::string ToText(const Breakdown& breakdown);
nlohmann::json ToJson(const Breakdown& breakdown);

}  // namespace genet::cli
