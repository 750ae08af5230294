// Where the time of a step goes, beside the roofline of the machine.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "genet/benchmark/step_loop.h"

namespace genet {

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
  std::string target;               // SIMD target of the peak
  int threads = 0, batch = 0;
};

// A usage error if the engine, or the engine on this device, does not tell where its time goes.
Result<Breakdown> MeasureBreakdown(const Network& network, const ImageList& images,
                                   StepLoopOptions options, double seconds);
std::string ToText(const Breakdown& breakdown);
nlohmann::json ToJson(const Breakdown& breakdown);

}  // namespace genet
