// A network built from LibTorch's own operations, with its autograd and its optimiser. It shares
// nothing with GeNet's other engines but the graph of layers, so it is also their oracle.
#pragma once

#include <torch/torch.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "genet/engine/engine.h"

namespace genet {

Tensor FromTorch(const torch::Tensor& tensor);
// In single precision on the CPU.
torch::Tensor ToTorch(const Tensor& tensor);

class TorchNetwork {
 public:
  struct Options {
    torch::Dtype type = torch::kDouble;
    torch::MemoryFormat memory_format = torch::MemoryFormat::Contiguous;
    torch::Device device = torch::kCPU;
    // Type of the products of convolutions and fully-connected layers, if not `type`.
    std::optional<torch::Dtype> product_type = {};
    double learning_rate = 0;
    double momentum = 0.9;
    double weight_decay = 0;  // of weights only
  };

  TorchNetwork(const Network& network, const Options& options);

  // Momentum is not taken over: the optimiser starts without. Call before the first step.
  void SetState(const TensorMap& state);
  // Adds to the tensors named.
  void Add(const TensorMap& nudge);
  // Weights, biases, batch-norm parameters and running statistics.
  TensorMap State() const;
  std::map<std::string, std::vector<int64_t>> Shapes() const;  // of State()
  // Of the last step, by name of the learnable tensor.
  TensorMap Gradients() const;

  // Normalised, moved and mirrored images, by other means than AssembleBatch, whose oracle it is.
  torch::Tensor Input(const Batch& batch, const InputTransform& transform) const;
  static torch::Tensor Labels(const Batch& batch);

  // `dropout`, in training: what the outputs of the d-th dropout layer are multiplied by,
  // [images, features] (LibTorch's own masks if empty).
  torch::Tensor Forward(const torch::Tensor& input, bool training,
                        const std::vector<torch::Tensor>& dropout);
  // Weights, biases and batch-norm parameters by name, with their gradients after a backward pass.
  std::map<std::string, torch::Tensor>& learnable() { return learnable_; }

  // Forward, backward and update. Returns the mean loss.
  torch::Tensor Step(const torch::Tensor& input, const torch::Tensor& labels,
                     const std::vector<torch::Tensor>& dropout);

 private:
  Network network_;
  Options options_;
  std::map<std::string, torch::Tensor> learnable_;
  std::map<std::string, torch::Tensor> statistics_;
  std::unique_ptr<torch::optim::SGD> optimiser_;
};

}  // namespace genet
