#include "genet/engine/torch/plugin/torch_network.h"

#include <utility>

namespace genet {
namespace {

torch::Tensor Joined(const Layer& layer, const std::vector<torch::Tensor>& outputs) {
  torch::Tensor x = outputs[layer.inputs[0]];
  switch (layer.join) {
    case Join::kSum:
      for (size_t k = 1; k < layer.inputs.size(); ++k) x = x + outputs[layer.inputs[k]];
      break;
  }
  return x;
}

}  // namespace

Tensor FromTorch(const torch::Tensor& tensor) {
  const torch::Tensor values = tensor.detach().to(torch::kCPU, torch::kFloat).contiguous();
  const float* first = values.data_ptr<float>();
  return {values.sizes().vec(), {first, first + values.numel()}};
}

torch::Tensor ToTorch(const Tensor& tensor) {
  return torch::tensor(tensor.values).reshape(tensor.shape);
}

TorchNetwork::TorchNetwork(const Network& network, const Options& options)
    : network_(network), options_(options) {
  const auto initial = InitialState(network, RandomKey(0));
  for (const auto& [name, tensor] : initial) {
    if (name.starts_with("momentum.")) continue;
    const bool learnable = initial.contains("momentum." + name);
    (learnable ? learnable_ : statistics_)[name] =
        torch::zeros(tensor.shape, torch::dtype(options.type).device(options.device));
  }
  SetState(initial);
}

void TorchNetwork::SetState(const TensorMap& state) {
  torch::NoGradGuard no_gradient;
  std::vector<torch::Tensor> weights, others;
  for (auto& [name, tensor] : statistics_) {
    tensor.copy_(ToTorch(state.at(name)));
  }
  for (auto& [name, tensor] : learnable_) {
    tensor = ToTorch(state.at(name)).to(options_.device, options_.type);
    if (tensor.dim() == 4) tensor = tensor.contiguous(options_.memory_format);
    tensor.set_requires_grad(true);
    (name.ends_with(".weight") ? weights : others).push_back(tensor);
  }
  const auto group = [this](std::vector<torch::Tensor> tensors, double decay) {
    auto options = std::make_unique<torch::optim::SGDOptions>(options_.learning_rate);
    options->momentum(options_.momentum).weight_decay(decay);
    return torch::optim::OptimizerParamGroup(std::move(tensors), std::move(options));
  };
  std::vector<torch::optim::OptimizerParamGroup> groups;
  groups.push_back(group(weights, options_.weight_decay));
  groups.push_back(group(others, 0));
  optimiser_ = std::make_unique<torch::optim::SGD>(
      std::move(groups), torch::optim::SGDOptions(options_.learning_rate));
}

void TorchNetwork::Add(const TensorMap& nudge) {
  torch::NoGradGuard no_gradient;
  for (const auto& [name, tensor] : nudge) {
    learnable_.at(name).add_(ToTorch(tensor));
  }
}

TensorMap TorchNetwork::State() const {
  TensorMap state;
  for (const auto& [name, tensor] : learnable_) state[name] = FromTorch(tensor);
  for (const auto& [name, tensor] : statistics_) state[name] = FromTorch(tensor);
  return state;
}

std::map<std::string, std::vector<int64_t>> TorchNetwork::Shapes() const {
  std::map<std::string, std::vector<int64_t>> shapes;
  for (const auto& [name, tensor] : learnable_) shapes[name] = tensor.sizes().vec();
  for (const auto& [name, tensor] : statistics_) shapes[name] = tensor.sizes().vec();
  return shapes;
}

TensorMap TorchNetwork::Gradients() const {
  TensorMap gradients;
  for (const auto& [name, tensor] : learnable_) gradients[name] = FromTorch(tensor.grad());
  return gradients;
}

torch::Tensor TorchNetwork::Input(const Batch& batch, const InputTransform& transform) const {
  const Shape shape = network_.layers.front().output;
  std::vector<torch::Tensor> images;
  const auto column = [&](const std::vector<float>& values) {
    return torch::tensor(values).to(torch::kDouble).reshape({-1, 1, 1});
  };
  for (const InputImage& image : batch.images) {
    torch::Tensor pixels =
        torch::from_blob(const_cast<uint8_t*>(image.pixels),
                         {shape.channels, shape.height, shape.width}, torch::kUInt8)
            .to(torch::kDouble);
    pixels = pixels * column(transform.scale) + column(transform.offset);
    // A window on the image with borders of 0.
    const int border = 127;
    using torch::indexing::Slice;
    pixels = torch::constant_pad_nd(pixels, {border, border, border, border});
    const int top = border - image.shift_rows, left = border - image.shift_columns;
    pixels =
        pixels.index({Slice(), Slice(top, top + shape.height), Slice(left, left + shape.width)});
    if (image.mirror) pixels = pixels.flip({2});
    images.push_back(pixels);
  }
  return torch::stack(images).to(options_.device, options_.type).contiguous(options_.memory_format);
}

torch::Tensor TorchNetwork::Labels(const Batch& batch) {
  return torch::tensor(std::vector<int64_t>(batch.labels.begin(), batch.labels.end()));
}

torch::Tensor TorchNetwork::Forward(const torch::Tensor& input, bool training,
                                    const std::vector<torch::Tensor>& dropout) {
  const auto narrowed = [this](const torch::Tensor& tensor) {
    return options_.product_type ? tensor.to(*options_.product_type) : tensor;
  };
  std::vector<torch::Tensor> outputs{input};
  size_t dropout_layers = 0;
  for (size_t i = 1; i < network_.layers.size(); ++i) {
    const Layer& layer = network_.layers[i];
    const LayerOperation& operation = layer.operation;
    torch::Tensor x = Joined(layer, outputs);
    switch (operation.kind) {
      case LayerOperation::Kind::kImages:
        break;
      case LayerOperation::Kind::kConvolution:
        x = torch::conv2d(narrowed(x), narrowed(learnable_.at(layer.name + ".weight")), {}, 1,
                          operation.padding)
                .to(options_.type);
        x = torch::batch_norm(
            x, learnable_.at(layer.name + ".bn.scale"), learnable_.at(layer.name + ".bn.shift"),
            statistics_.at(layer.name + ".bn.mean"), statistics_.at(layer.name + ".bn.variance"),
            training, kBatchNormMomentum, kBatchNormEpsilon, false);
        x = torch::relu(x);
        break;
      case LayerOperation::Kind::kMaxPool:
        x = torch::max_pool2d(x, operation.kernel, operation.stride, 0, 1, true);
        break;
      case LayerOperation::Kind::kAveragePool:
        x = torch::avg_pool2d(x, operation.kernel, operation.stride, 0, true);
        break;
      case LayerOperation::Kind::kFullyConnected:
        x = torch::linear(narrowed(x.flatten(1)), narrowed(learnable_.at(layer.name + ".weight")))
                .to(options_.type);
        x = x + learnable_.at(layer.name + ".bias");
        if (operation.relu) x = torch::relu(x);
        break;
      case LayerOperation::Kind::kDropout:
        if (dropout.empty()) {
          x = torch::dropout(x, operation.rate, training);
        } else if (training) {
          x = x.flatten(1) * dropout.at(dropout_layers++);
          x = x.reshape(
              {x.size(0), layer.output.channels, layer.output.height, layer.output.width});
        }
        break;
    }
    outputs.push_back(x);
  }
  return outputs.back();
}

torch::Tensor TorchNetwork::Step(const torch::Tensor& input, const torch::Tensor& labels,
                                 const std::vector<torch::Tensor>& dropout) {
  optimiser_->zero_grad();
  torch::Tensor loss = torch::nn::functional::cross_entropy(Forward(input, true, dropout), labels);
  loss.backward();
  optimiser_->step();
  return loss.detach();
}

}  // namespace genet
