// Which engine trains, and what of it decides results.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace genet {

// The settings of all engines. An engine's backend says which of them it takes (backend.h).
struct EngineSettings {
  std::string name = "cpu";             // of its backend
  std::string arithmetic = "winograd";  // or "direct"
  bool channels_last = false;           // layout of activations and convolution weights
  // Products of convolutions and fully-connected layers in bfloat16; all else in single precision.
  bool bfloat16 = false;

  friend bool operator==(const EngineSettings&, const EngineSettings&) = default;
};

// A setting beside the name, for checks and messages that treat all of them alike.
struct EngineSetting {
  std::string_view name;                       // that of its flag: "channels-last"
  std::string (*text)(const EngineSettings&);  // its value: "direct"; "true" or "false" of a switch

  // Whether it differs from the default.
  bool given(const EngineSettings& settings) const;
  // "arithmetic direct"; a switch that is on: "channels-last".
  std::string Said(const EngineSettings& settings) const;
};
std::span<const EngineSetting> AllEngineSettings();

// "cpu", "cpu, direct", "torch, channels-last, bfloat16".
std::string ToString(const EngineSettings& settings);

}  // namespace genet
