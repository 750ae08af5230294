// The engine that settings name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/engine/cpu/cpu_engine.h"
#include "genet/engine/engine.h"
#include "genet/training/settings.h"

namespace genet {

// What an engine works with.
struct EngineWork {
  int batch = 32;              // images at most
  int threads = 1;             // of the processor
  std::string device = "cpu";  // of engine torch: "cuda:1"
};

// What MakeEngine would not take, before there is a network: unknown settings, an engine that this
// build does not have, devices that are not there. A usage error.
Status CheckEngine(const EngineSettings& settings, const std::vector<std::string>& devices);

// The library on whose version results depend beside GeNet's: "LibTorch 1.13.1"; empty for engine
// cpu, and in a build without engine torch.
std::string LibraryOf(const EngineSettings& settings);

// What engine cpu takes of the settings.
CpuEngineOptions CpuOptions(const EngineSettings& settings, const EngineWork& work);

// What a training with so many images at once holds of the machine's memory at least. 0 for engine
// torch, whose devices have their own.
double LeastMemoryBytes(const Network& network, const EngineSettings& settings, int images);

// A usage error if the machine has less memory than `needed` bytes, which so many networks at the
// same time take for so many images each: the kernel would kill a training, or another program,
// with no word of the batch.
Status CheckMemory(double needed, int images, int networks = 1);

// A usage error as CheckEngine's or CheckMemory's.
Result<std::unique_ptr<Engine>> MakeEngine(const Network& network, const InputTransform& transform,
                                           const EngineSettings& settings, const EngineWork& work);

}  // namespace genet
