// What the program knows of a kind of engine. Each engine describes itself by one EngineBackend;
// backends/backends.cc lists them, and nothing else names an engine.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "genet/base/error.h"
#include "genet/engine/engine.h"
#include "genet/engine/settings.h"
#include "genet/engine/step_profile.h"
#include "genet/network/network.h"

namespace genet {

// The machine's processor as a device.
inline constexpr const char* kProcessor = "cpu";

// What an engine works with: no part of its results.
struct EngineResources {
  int batch = 32;                   // images at once, at most
  int threads = 1;                  // of the processor
  std::string device = kProcessor;  // or one that the backend knows: "cuda:1"
  // If not null, receives where the time of steps goes, as finely as the engine can tell; must
  // outlive the engine. An engine that cannot tell leaves it empty.
  StepProfile* profile = nullptr;
};

struct EngineBackend {
  // One of EngineSettings that the engine takes.
  struct Setting {
    std::string_view name;
    std::vector<std::string_view> words = {};  // all its values; none: a switch
  };

  std::string_view name;     // "torch": what --engine calls it
  std::string_view summary;  // in a help text, after the name
  std::vector<Setting> settings = {};
  // Such as "cuda:0"; empty: the engine has the processor only.
  std::string_view device_example = {};
  // A usage error if the device is not there. Null: the engine has the processor only.
  Status (*check_device)(const std::string& device) = nullptr;
  // The library on whose version results depend beside GeNet's: "LibTorch 1.13.1"; empty if it
  // cannot be loaded. Null: there is none.
  std::string (*library)() = nullptr;
  // What a training with so many images at once holds of the machine's memory at least. Null: not
  // known.
  size_t (*least_bytes)(const Network& network, int images) = nullptr;
  // Takes settings and devices that were checked. A usage error if the device cannot be used or
  // the engine is not in this build.
  Result<std::unique_ptr<Engine>> (*make)(const Network& network, const InputTransform& transform,
                                          const EngineSettings& settings,
                                          const EngineResources& resources) = nullptr;

  // Null if the engine does not take it.
  const Setting* Find(std::string_view setting) const {
    for (const Setting& one : settings) {
      if (one.name == setting) return &one;
    }
    return nullptr;
  }
};

}  // namespace genet
