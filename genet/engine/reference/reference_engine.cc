#include "genet/engine/reference/reference_engine.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "genet/base/check.h"
#include "genet/engine/assemble.h"
#include "genet/engine/micro_batch.h"

namespace genet {
namespace {

using reference::Activation;
using reference::ChannelMoments;

using Kind = LayerOperation::Kind;

void AddTo(Activation& sum, const Activation& term) {
  for (size_t j = 0; j < sum.values.size(); ++j) sum.values[j] += term.values[j];
}

// Adds the gradient of a layer's joined inputs to those of the inputs.
void GiveToInputs(const Layer& layer, const Activation& gradient,
                  std::vector<Activation>& flowing) {
  switch (layer.join) {
    case Join::kSum:
      for (const int input : layer.inputs) AddTo(flowing[input], gradient);
      break;
  }
}

// What to add to all values so that 0 lies in the middle of the widest gap near it.
double ShiftToWideGap(std::vector<double> values) {
  constexpr double kWideEnough = 1e-3;
  constexpr size_t kNeighbours = 16;  // on each side
  std::sort(values.begin(), values.end());
  const size_t zero = std::lower_bound(values.begin(), values.end(), 0.0) - values.begin();
  const size_t first = zero > kNeighbours ? zero - kNeighbours : 0;
  const size_t last = std::min(zero + kNeighbours, values.size() - 1);
  const double nearest = std::min(zero > 0 ? -values[zero - 1] : kWideEnough,
                                  zero < values.size() ? values[zero] : kWideEnough);
  if (nearest >= kWideEnough) return 0;
  // Beyond the outermost values everything is free.
  double widest = 2 * kWideEnough;
  double shift =
      zero < values.size() / 2 ? kWideEnough - values.front() : -kWideEnough - values.back();
  if (first > 0 || last + 1 < values.size()) widest = 0;
  for (size_t i = first; i < last; ++i) {
    if (values[i + 1] - values[i] <= widest) continue;
    widest = values[i + 1] - values[i];
    shift = -(values[i] + values[i + 1]) / 2;
  }
  return shift;
}

}  // namespace

ReferenceEngine::ReferenceEngine(const Network& network, const InputTransform& transform,
                                 int max_batch, StepProfile* profile)
    : network_(network), transform_(transform), max_batch_(max_batch), profile_(profile) {
  const size_t input_channels = network_.layers.front().output.channels;
  GENET_CHECK(
      transform_.scale.size() == input_channels && transform_.offset.size() == input_channels,
      "the input transform is for {} channels, the network for {}", transform_.scale.size(),
      input_channels);
  for (const Layer& layer : network_.layers) {
    for (const TensorSpec& spec : layer.tensors()) {
      const std::string name = layer.name + "." + spec.name;
      const double value = spec.start == TensorSpec::Start::kOne ? 1 : 0;
      const auto size = static_cast<size_t>(spec.size());
      state_[name] = {spec.shape, std::vector<double>(size, value)};
      if (spec.learnt()) state_["momentum." + name] = {spec.shape, std::vector<double>(size, 0)};
    }
  }
}

const std::vector<double>& ReferenceEngine::Values(const std::string& name) const {
  return state_.at(name).values;
}

std::vector<ReferenceEngine::Record> ReferenceEngine::Forward(const Batch& batch, Mode mode,
                                                              RandomKey dropout) const {
  GENET_CHECK(batch.images.size() == batch.labels.size() && !batch.images.empty() &&
                  batch.images.size() <= size_t(max_batch_),
              "{} images, {} labels, at most {}", batch.images.size(), batch.labels.size(),
              max_batch_);
  const double flops = 2 * static_cast<double>(network_.multiply_adds() * batch.images.size());
  const StepProfile::Timer timer(profile_, "forward", flops, 0);
  std::vector<Record> records(network_.layers.size());
  for (size_t i = 0; i < records.size(); ++i) ForwardLayer(batch, mode, dropout, i, records);
  return records;
}

Activation ReferenceEngine::Joined(const Layer& layer, const std::vector<Record>& records) {
  Activation joined = records[layer.inputs[0]].output;
  switch (layer.join) {
    case Join::kSum:
      for (size_t k = 1; k < layer.inputs.size(); ++k) {
        AddTo(joined, records[layer.inputs[k]].output);
      }
      break;
  }
  return joined;
}

int ReferenceEngine::DropoutOrdinal(size_t index) const {
  return static_cast<int>(
      std::count_if(network_.layers.begin(), network_.layers.begin() + index,
                    [](const Layer& layer) { return layer.operation.kind == Kind::kDropout; }));
}

void ReferenceEngine::ForwardConvolution(const Layer& layer, Mode mode, Record& record) const {
  const Activation convolved =
      reference::Convolve(layer, record.input, Values(layer.name + ".weight"));
  record.moments = mode == Mode::kTraining ? reference::MeasureMoments(convolved)
                                           : ChannelMoments{Values(layer.name + ".bn.mean"),
                                                            Values(layer.name + ".bn.variance")};
  record.normalised = reference::Normalise(convolved, record.moments);
  const std::vector<double>& scale = Values(layer.name + ".bn.scale");
  const std::vector<double>& shift = Values(layer.name + ".bn.shift");
  record.before_relu = record.normalised;
  const size_t pixels = size_t(layer.output.height) * layer.output.width;
  for (size_t j = 0; j < record.before_relu.values.size(); ++j) {
    const size_t c = j / pixels % layer.output.channels;
    record.before_relu.values[j] = record.before_relu.values[j] * scale[c] + shift[c];
  }
  record.output = record.before_relu;
  reference::Relu(record.output.values);
}

void ReferenceEngine::BackwardConvolution(const Layer& layer, const Record& record,
                                          Activation& gradient, Activation& input_gradient,
                                          Gradients& result) const {
  reference::ReluBackward(record.output.values, gradient.values);
  const std::vector<double>& scale = Values(layer.name + ".bn.scale");
  std::vector<double>& scale_gradient = result.at(layer.name + ".bn.scale");
  std::vector<double>& shift_gradient = result.at(layer.name + ".bn.shift");
  const size_t pixels = size_t(layer.output.height) * layer.output.width;
  Activation normalised_gradient(gradient.images, gradient.shape);
  for (size_t j = 0; j < gradient.values.size(); ++j) {
    const size_t c = j / pixels % layer.output.channels;
    scale_gradient[c] += gradient.values[j] * record.normalised.values[j];
    shift_gradient[c] += gradient.values[j];
    normalised_gradient.values[j] = gradient.values[j] * scale[c];
  }
  const Activation convolved_gradient =
      reference::NormaliseBackward(record.normalised, record.moments, normalised_gradient);
  reference::ConvolveBackward(layer, record.input, Values(layer.name + ".weight"),
                              convolved_gradient, input_gradient,
                              result.at(layer.name + ".weight"));
}

void ReferenceEngine::ForwardLayer(const Batch& batch, Mode mode, RandomKey dropout, size_t index,
                                   std::vector<Record>& records) const {
  const Layer& layer = network_.layers[index];
  Record& record = records[index];
  if (!layer.inputs.empty()) record.input = Joined(layer, records);
  switch (layer.operation.kind) {
    case Kind::kImages:
      record.output = Activation(static_cast<int>(batch.images.size()), layer.output);
      AssembleBatch(batch.images, layer.output, transform_, record.output.values.data());
      break;
    case Kind::kConvolution:
      ForwardConvolution(layer, mode, record);
      break;
    case Kind::kMaxPool:
      record.output = reference::MaxPool(layer, record.input, record.chosen);
      break;
    case Kind::kAveragePool:
      record.output = reference::AveragePool(layer, record.input);
      break;
    case Kind::kFullyConnected:
      record.output = reference::FullyConnect(layer, record.input, Values(layer.name + ".weight"),
                                              Values(layer.name + ".bias"));
      if (layer.operation.relu) {
        record.before_relu = record.output;
        reference::Relu(record.output.values);
      }
      break;
    case Kind::kDropout:
      record.output = record.input;
      if (mode == Mode::kEvaluation) break;
      record.factors =
          reference::DropoutFactors(layer, record.output.images, dropout, DropoutOrdinal(index));
      for (size_t j = 0; j < record.factors.size(); ++j) {
        record.output.values[j] *= record.factors[j];
      }
      break;
  }
}

ReferenceEngine::Gradients ReferenceEngine::Backward(const std::vector<Record>& records,
                                                     Activation gradient) const {
  const StepProfile::Timer timer(profile_, "backward", 0, 0);
  Gradients result;
  for (const auto& [name, tensor] : state_) {
    if (state_.contains("momentum." + name)) result[name].assign(tensor.values.size(), 0);
  }
  // Gradients of the layers' outputs; users of an output add to it before its layer's turn comes.
  std::vector<Activation> flowing;
  for (const Record& record : records) {
    flowing.emplace_back(record.output.images, record.output.shape);
  }
  flowing.back() = std::move(gradient);

  for (size_t i = network_.layers.size(); i-- > 1;) {
    const Layer& layer = network_.layers[i];
    const Record& record = records[i];
    Activation& output_gradient = flowing[i];
    Activation input_gradient(record.input.images, record.input.shape);
    switch (layer.operation.kind) {
      case Kind::kImages:
        break;
      case Kind::kConvolution:
        BackwardConvolution(layer, record, output_gradient, input_gradient, result);
        break;
      case Kind::kMaxPool:
        reference::MaxPoolBackward(record.chosen, output_gradient, input_gradient);
        break;
      case Kind::kAveragePool:
        reference::AveragePoolBackward(layer, output_gradient, input_gradient);
        break;
      case Kind::kFullyConnected:
        if (layer.operation.relu) {
          reference::ReluBackward(record.output.values, output_gradient.values);
        }
        reference::FullyConnectBackward(
            record.input, Values(layer.name + ".weight"), output_gradient, input_gradient,
            result.at(layer.name + ".weight"), result.at(layer.name + ".bias"));
        break;
      case Kind::kDropout:
        for (size_t j = 0; j < record.factors.size(); ++j) {
          input_gradient.values[j] = output_gradient.values[j] * record.factors[j];
        }
        break;
    }
    GiveToInputs(layer, input_gradient, flowing);
  }
  return result;
}

void ReferenceEngine::MoveRunningStatistics(const std::vector<Record>& records) {
  for (size_t i = 0; i < network_.layers.size(); ++i) {
    const Layer& layer = network_.layers[i];
    if (layer.operation.kind != Kind::kConvolution) continue;
    std::vector<double>& mean = state_.at(layer.name + ".bn.mean").values;
    std::vector<double>& variance = state_.at(layer.name + ".bn.variance").values;
    const double count =
        double(records[i].output.images) * layer.output.height * layer.output.width;
    // A single value has no unbiased variance; its biased one, 0, stands in.
    const double unbias = count > 1 ? count / (count - 1) : 1;
    const ChannelMoments& moments = records[i].moments;
    for (size_t c = 0; c < mean.size(); ++c) {
      mean[c] += kBatchNormMomentum * (moments.mean[c] - mean[c]);
      variance[c] += kBatchNormMomentum * (moments.variance[c] * unbias - variance[c]);
    }
  }
}

BatchResult ReferenceEngine::TrainStep(const Batch& batch, const StepOptions& options) {
  BatchResult sum;
  Gradients gradients;
  for (const MicroBatch& part : MicroBatchesOf(batch, max_batch_, options.dropout)) {
    const std::vector<Record> records = Forward(part.batch, Mode::kTraining, part.dropout);
    Activation logits_gradient;
    const reference::CrossEntropy entropy =
        reference::SoftmaxCrossEntropy(records.back().output, part.batch.labels, &logits_gradient);
    sum.loss += entropy.loss;
    sum.correct += entropy.correct;
    // The gradient is that of the part's mean loss.
    const double share = double(part.batch.images.size()) / double(batch.images.size());
    for (const auto& [name, gradient] : Backward(records, std::move(logits_gradient))) {
      std::vector<double>& to = gradients[name];
      to.resize(gradient.size());
      for (size_t i = 0; i < to.size(); ++i) to[i] += share * gradient[i];
    }
    MoveRunningStatistics(records);
  }
  const StepProfile::Timer timer(profile_, "update", 0, 0);
  for (const auto& [name, gradient] : gradients) {
    std::vector<double>& values = state_.at(name).values;
    std::vector<double>& momentum = state_.at("momentum." + name).values;
    const double decay = name.ends_with(".weight") ? double{options.weight_decay} : 0.0;
    for (size_t i = 0; i < values.size(); ++i) {
      momentum[i] = double{options.momentum} * momentum[i] + gradient[i] + decay * values[i];
      values[i] -= double{options.learning_rate} * momentum[i];
    }
  }
  return sum;
}

BatchResult ReferenceEngine::Evaluate(const Batch& batch, std::span<float> logits) {
  const std::vector<Record> records = Forward(batch, Mode::kEvaluation, RandomKey(0));
  const Activation& output = records.back().output;
  if (!logits.empty()) {
    GENET_CHECK(logits.size() == output.values.size(), "room for {} logits of {}", logits.size(),
                output.values.size());
    std::copy(output.values.begin(), output.values.end(), logits.begin());
  }
  const reference::CrossEntropy entropy =
      reference::SoftmaxCrossEntropy(output, batch.labels, nullptr);
  return {entropy.loss, entropy.correct};
}

double ReferenceEngine::TrainingLoss(const Batch& batch, RandomKey dropout) const {
  const std::vector<Record> records = Forward(batch, Mode::kTraining, dropout);
  return reference::SoftmaxCrossEntropy(records.back().output, batch.labels, nullptr).loss /
         double(batch.images.size());
}

ReferenceEngine::Gradients ReferenceEngine::Gradient(const Batch& batch, RandomKey dropout) const {
  const std::vector<Record> records = Forward(batch, Mode::kTraining, dropout);
  Activation logits_gradient;
  reference::SoftmaxCrossEntropy(records.back().output, batch.labels, &logits_gradient);
  return Backward(records, std::move(logits_gradient));
}

double ReferenceEngine::AvoidKinks(const Batch& batch, RandomKey dropout) {
  double distance = std::numeric_limits<double>::infinity();
  std::vector<Record> records(network_.layers.size());
  for (size_t i = 0; i < records.size(); ++i) {
    const Layer& layer = network_.layers[i];
    ForwardLayer(batch, Mode::kTraining, dropout, i, records);
    if (layer.operation.kind == Kind::kMaxPool) {
      const double gap = reference::SmallestMaxPoolGap(layer, records[i].input);
      distance = std::min(distance, gap);
    }
    if (records[i].before_relu.values.empty()) continue;
    const std::string name =
        layer.name + (layer.operation.kind == Kind::kConvolution ? ".bn.shift" : ".bias");
    std::vector<double>& shift = state_.at(name).values;
    const Activation& before = records[i].before_relu;
    const size_t pixels = size_t(layer.output.height) * layer.output.width;
    for (int c = 0; c < layer.output.channels; ++c) {
      std::vector<double> values;
      for (int n = 0; n < before.images; ++n) {
        const double* first = &before.values[before.index(n, c, 0, 0)];
        values.insert(values.end(), first, first + pixels);
      }
      // Single precision, as the state may be handed on to an engine that holds no more.
      shift[c] = static_cast<float>(shift[c] + ShiftToWideGap(std::move(values)));
    }
    ForwardLayer(batch, Mode::kTraining, dropout, i, records);
    for (const double x : records[i].before_relu.values) distance = std::min(distance, std::abs(x));
  }
  return distance;
}

TensorMap ReferenceEngine::State() const {
  TensorMap state;
  for (const auto& [name, tensor] : state_) {
    state[name] = {tensor.shape, std::vector<float>(tensor.values.begin(), tensor.values.end())};
  }
  return state;
}

Status ReferenceEngine::SetState(const TensorMap& state) {
  std::map<std::string, std::vector<int64_t>> shapes;
  for (const auto& [name, tensor] : state_) shapes[name] = tensor.shape;
  GENET_TRY(CheckState(state, shapes));
  for (auto& [name, tensor] : state_) {
    const std::vector<float>& values = state.at(name).values;
    tensor.values.assign(values.begin(), values.end());
  }
  return {};
}

size_t ReferenceEngine::memory_bytes() const {
  size_t values = 0;
  for (const auto& [name, tensor] : state_) values += tensor.values.size();
  for (const Layer& layer : network_.layers) values += size_t(max_batch_) * layer.output.size();
  return values * sizeof(double);
}

}  // namespace genet
