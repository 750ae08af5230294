// Throughput of LibTorch on one network, training or evaluation: `genet_torch_bench [--option value
// ...]`. Prints one line of JSON. The input is ready in memory as floats, which is more than
// GeNet's own benchmark grants itself.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "genet/base/duration.h"
#include "genet/engine/torch/plugin/torch_network.h"

namespace genet {
namespace {

Status Run(const std::map<std::string, std::string>& options) {
  const auto number = [&](const char* name) { return std::atoi(options.at(name).c_str()); };
  GENET_ASSIGN(const BaseNetwork base, ParseBaseNetwork(options.at("--base")));
  GENET_ASSIGN(const Genome genome, Genome::Parse(options.at("--genome")));
  const Shape shape{number("--channels"), number("--size"), number("--size")};
  GENET_ASSIGN(const Network network, BuildNetwork(base, genome, shape));
  const int images = number("--batch");
  torch::set_num_threads(number("--threads"));
  const auto format = options.at("--layout") == "channels-last" ? torch::MemoryFormat::ChannelsLast
                                                                : torch::MemoryFormat::Contiguous;
  TorchNetwork torch_network(network, {.type = torch::kFloat,
                                       .memory_format = format,
                                       .learning_rate = 0.01,
                                       .momentum = 0.9,
                                       .weight_decay = 5e-4});
  const torch::Tensor input =
      torch::randn({images, shape.channels, shape.height, shape.width}).contiguous(format);
  const torch::Tensor labels = torch::randint(network.classes(), {images}, torch::kLong);
  const double seconds = std::atof(options.at("--seconds").c_str());
  const bool training = options.at("--work") == "training";
  const auto step = [&] {
    if (training) {
      torch_network.Step(input, labels, {});
      return;
    }
    const c10::InferenceMode inference;
    torch_network.Forward(input, false, {});
  };
  // Steps of large images take a minute: one to warm up and one to measure then have to do.
  const Clock::time_point warming = Clock::now();
  for (int i = 0; i < 3 && (i == 0 || SecondsSince(warming) < seconds); ++i) step();
  // The median of the steps' times: other programs disturb it least.
  std::vector<double> times;
  const Clock::time_point start = Clock::now();
  do {
    const Clock::time_point before = Clock::now();
    step();
    times.push_back(SecondsSince(before));
  } while (SecondsSince(start) < seconds);
  std::nth_element(times.begin(), times.begin() + times.size() / 2, times.end());
  const nlohmann::json result = {{"images_per_second", images / times[times.size() / 2]},
                                 {"steps", times.size()},
                                 {"version", TORCH_VERSION}};
  fmt::print("{}\n", result.dump());
  return {};
}

}  // namespace
}  // namespace genet

int main(int argc, char** argv) {
  std::map<std::string, std::string> options = {
      {"--base", "C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-C3(P1)@16-MP3(S2)-FC32-D0.5-FC10"},
      {"--genome", "1-01|0-01-100|0-11-101-0001"},
      {"--channels", "3"},
      {"--size", "32"},
      {"--batch", "128"},
      {"--threads", "1"},
      {"--layout", "contiguous"},
      {"--work", "training"},
      {"--seconds", "3"}};
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 == argc || !options.contains(argv[i])) {
      fmt::print(stderr, "genet_torch_bench: unknown option or missing value: {}\n", argv[i]);
      return 2;
    }
    options[argv[i]] = argv[i + 1];
  }
  if (const genet::Status status = genet::Run(options); !status) {
    fmt::print(stderr, "genet_torch_bench: {}\n", status.error().message);
    return 2;
  }
}
