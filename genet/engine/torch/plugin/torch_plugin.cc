// Engine torch as the library that engine/torch/ loads.
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <fmt/ranges.h>
#include <torch/version.h>

#include <algorithm>
#include <utility>

#include "genet/base/check.h"
#include "genet/base/version.h"
#include "genet/engine/assemble.h"
#include "genet/engine/dropout.h"
#include "genet/engine/micro_batch.h"
#include "genet/engine/plugin.h"
#include "genet/engine/torch/plugin/torch_network.h"

namespace genet {
namespace {

TorchNetwork::Options NetworkOptions(const EngineSettings& settings, torch::Device device) {
  TorchNetwork::Options network{.type = torch::kFloat, .device = device};
  if (settings.channels_last) network.memory_format = torch::MemoryFormat::ChannelsLast;
  if (settings.bfloat16) network.product_type = torch::kBFloat16;
  return network;
}

class TorchEngine final : public Engine {
 public:
  TorchEngine(const Network& network, InputTransform transform, const EngineSettings& settings,
              const EngineResources& resources, torch::Device device)
      : layers_(network.layers),
        transform_(std::move(transform)),
        resources_(resources),
        device_(device),
        memory_format_(NetworkOptions(settings, device).memory_format),
        network_(network, NetworkOptions(settings, device)) {
    for (const auto& [name, tensor] : network_.learnable()) {
      momentum_[name] = torch::zeros_like(tensor);
    }
  }

  BatchResult TrainStep(const Batch& batch, const StepOptions& options) override {
    for (auto& [name, tensor] : network_.learnable()) tensor.mutable_grad() = torch::Tensor();
    BatchResult sum;
    for (const MicroBatch& part : MicroBatchesOf(batch, resources_.batch, options.dropout)) {
      const size_t images = part.batch.images.size();
      const torch::Tensor labels = TorchNetwork::Labels(part.batch).to(device_);
      const torch::Tensor input = Input(part.batch);
      const torch::Tensor logits = Forward(input, true, DropoutFactors(images, part.dropout));
      const torch::Tensor loss = torch::nn::functional::cross_entropy(logits, labels);
      const double share = static_cast<double>(images) / static_cast<double>(batch.images.size());
      Backward(loss * share);
      const BatchResult result = ResultOf(loss, logits, labels);
      sum.loss += result.loss;
      sum.correct += result.correct;
    }
    Update(options);
    return sum;
  }

  BatchResult Evaluate(const Batch& batch, std::span<float> logits) override {
    torch::NoGradGuard no_gradient;
    const torch::Tensor labels = TorchNetwork::Labels(batch).to(device_);
    const torch::Tensor output = Forward(Input(batch), false, {});
    if (!logits.empty()) {
      const Tensor values = FromTorch(output);
      GENET_CHECK(logits.size() == values.values.size());
      std::copy(values.values.begin(), values.values.end(), logits.begin());
    }
    return ResultOf(torch::nn::functional::cross_entropy(output, labels), output, labels);
  }

  TensorMap State() const override {
    TensorMap state = network_.State();
    for (const auto& [name, tensor] : momentum_) state["momentum." + name] = FromTorch(tensor);
    return state;
  }

  Status SetState(const TensorMap& state) override {
    std::map<std::string, std::vector<int64_t>> shapes = network_.Shapes();
    for (const auto& [name, tensor] : momentum_) shapes["momentum." + name] = tensor.sizes().vec();
    GENET_TRY(CheckState(state, shapes));
    network_.SetState(state);
    for (auto& [name, tensor] : momentum_) {
      tensor = ToTorch(state.at("momentum." + name)).to(device_);
    }
    return {};
  }

  int max_batch() const override { return resources_.batch; }

  // Of weights, gradients and momentum; LibTorch does not say what activations take.
  size_t memory_bytes() const override {
    int64_t floats = 0;
    for (const auto& [name, tensor] : momentum_) floats += 3 * tensor.numel();
    return static_cast<size_t>(floats) * sizeof(float);
  }

 private:
  torch::Tensor Input(const Batch& batch) const {
    const StepProfile::Timer timer(profile(), "assemble batch", 0, 0);
    const Shape shape = layers_.front().output;
    const auto images = static_cast<int64_t>(batch.images.size());
    GENET_CHECK(images >= 1 && images <= resources_.batch);
    torch::Tensor input = torch::empty({images, shape.channels, shape.height, shape.width});
    AssembleBatch(batch.images, shape, transform_, input.data_ptr<float>());
    return input.to(device_).contiguous(memory_format_);
  }

  torch::Tensor Forward(const torch::Tensor& input, bool training,
                        const std::vector<torch::Tensor>& dropout) {
    const StepProfile::Timer timer(profile(), "forward", 0, 0);
    return network_.Forward(input, training, dropout);
  }

  // Gradients of a batch's parts add up in the tensors' own.
  void Backward(const torch::Tensor& loss) {
    const StepProfile::Timer timer(profile(), "backward", 0, 0);
    loss.backward();
  }

  std::vector<torch::Tensor> DropoutFactors(size_t images, RandomKey key) const {
    std::vector<torch::Tensor> factors;
    for (const Layer& layer : layers_) {
      if (layer.operation.kind != LayerOperation::Kind::kDropout) continue;
      const auto features = static_cast<size_t>(layer.output.size());
      const RandomKey layer_key = key.Derive(static_cast<uint64_t>(factors.size()));
      torch::Tensor mask =
          torch::empty({static_cast<int64_t>(images), static_cast<int64_t>(features)});
      for (size_t i = 0; i < images; ++i) {
        DrawDropoutMask(layer_key, layer.operation.rate, features, i, 1,
                        mask.data_ptr<float>() + i * features);
      }
      factors.push_back(mask.to(device_));
    }
    return factors;
  }

  // Momentum v <- m v + g + decay w, then w <- w - rate v.
  void Update(const StepOptions& options) {
    const StepProfile::Timer timer(profile(), "update", 0, 0);
    torch::NoGradGuard no_gradient;
    for (auto& [name, tensor] : network_.learnable()) {
      torch::Tensor& momentum = momentum_.at(name);
      momentum.mul_(options.momentum).add_(tensor.grad());
      if (name.ends_with(".weight")) momentum.add_(tensor, options.weight_decay);
      tensor.add_(momentum, -options.learning_rate);
    }
  }

  // Other devices work on while the next is asked of them, so a clock here would not tell theirs.
  StepProfile* profile() const { return device_.is_cpu() ? resources_.profile : nullptr; }

  static BatchResult ResultOf(const torch::Tensor& mean_loss, const torch::Tensor& logits,
                              const torch::Tensor& labels) {
    return {.loss = mean_loss.item<double>() * static_cast<double>(labels.numel()),
            .correct = static_cast<int>((logits.argmax(1) == labels).sum().item<int64_t>())};
  }

  std::vector<Layer> layers_;
  InputTransform transform_;
  EngineResources resources_;
  torch::Device device_;
  torch::MemoryFormat memory_format_;
  TorchNetwork network_;
  std::map<std::string, torch::Tensor> momentum_;
};

// "cpu", "cuda:0", "cuda:1".
std::vector<std::string> Devices() {
  std::vector<std::string> devices = {"cpu"};
  for (int t = 0; t < c10::COMPILE_TIME_MAX_DEVICE_TYPES; ++t) {
    const auto type = static_cast<c10::DeviceType>(t);
    // The meta device computes shapes only.
    if (type == torch::kCPU || type == torch::kMeta || !c10::impl::hasDeviceGuardImpl(type)) {
      continue;
    }
    for (int i = 0; i < c10::impl::getDeviceGuardImpl(type)->deviceCount(); ++i) {
      devices.push_back(fmt::format("{}:{}", c10::DeviceTypeName(type, /*lower_case=*/true), i));
    }
  }
  return devices;
}

std::string LibraryVersion() { return TORCH_VERSION; }

Status CheckDevice(const std::string& device) {
  const std::vector<std::string> devices = Devices();
  if (std::find(devices.begin(), devices.end(), device) != devices.end()) return {};
  return UsageError("device '{}' is not there; this LibTorch {} has {}", device, LibraryVersion(),
                    fmt::join(devices, ", "));
}

Result<std::unique_ptr<Engine>> Make(const Network& network, const InputTransform& transform,
                                     const EngineSettings& settings,
                                     const EngineResources& resources) {
  GENET_TRY(CheckDevice(resources.device));
  torch::set_num_threads(resources.threads);
  try {
    const torch::Device device(resources.device);
    torch::zeros({1}, torch::dtype(torch::kFloat).device(device));
    return std::make_unique<TorchEngine>(network, transform, settings, resources, device);
  } catch (const c10::Error& error) {
    return UsageError("device '{}' cannot be used: {}", resources.device,
                      error.what_without_backtrace());
  }
}

const std::string kGenetVersion = Version();

}  // namespace
}  // namespace genet

// Found by its name, kTorchPluginSymbol.
extern "C" const genet::EnginePlugin genet_torch_plugin;
const genet::EnginePlugin genet_torch_plugin = {
    .genet_version = genet::kGenetVersion.c_str(),
    .version = genet::LibraryVersion,
    .check_device = genet::CheckDevice,
    .make = genet::Make,
};
