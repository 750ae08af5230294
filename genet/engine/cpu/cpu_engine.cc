#include "genet/engine/cpu/cpu_engine.h"

#include <map>
#include <optional>

#include "genet/engine/cpu/convolution_layer.h"
#include "genet/engine/cpu/dropout_layer.h"
#include "genet/engine/cpu/fully_connected_layer.h"
#include "genet/engine/cpu/gradient_plan.h"
#include "genet/engine/cpu/input_layer.h"
#include "genet/engine/cpu/loss_head.h"
#include "genet/engine/cpu/pool_layer.h"
#include "genet/engine/cpu/sums_plan.h"
#include "genet/engine/micro_batch.h"

namespace genet {
namespace {

using kernels::kBlock;

int Blocks(int images) { return static_cast<int>((images + kBlock - 1) / kBlock); }

constexpr size_t kValueSlice = 1 << 16;  // of a parameter: one piece of work for a thread

class CpuEngine final : public Engine {
 public:
  CpuEngine(const Network& network, const InputTransform& transform,
            const CpuEngineOptions& options)
      : network_(network), options_(options), blocks_(Blocks(options.max_batch)), step_(options) {
    GENET_CHECK(options.max_batch > 0);
    for (const Layer& layer : network_.layers) layers_.push_back(MakeLayer(layer, transform));
    head_.emplace(*layers_.back(), network_.classes(), blocks_);
    PlaceGradients();
    PlaceSums();
  }

  BatchResult TrainStep(const Batch& batch, const StepOptions& options) override {
    BatchResult sum;
    for (const MicroBatch& part : MicroBatchesOf(batch, options_.max_batch, options.dropout)) {
      Begin(part.batch, true, part.dropout);
      if (part.first) PackWeights();
      Forward();
      const BatchResult result =
          head_->Loss(step_, part.batch, 1 / double(batch.images.size()), {});
      sum.loss += result.loss;
      sum.correct += result.correct;
      for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
        (*layer)->Backward(step_);
      }
      Update(options, part.first, part.last);
    }
    return sum;
  }

  BatchResult Evaluate(const Batch& batch, std::span<float> logits) override {
    Begin(batch, false, RandomKey(0));
    PackWeights();
    Forward();
    return head_->Loss(step_, batch, 0, logits);
  }

  TensorMap State() const override {
    TensorMap state;
    ForEachTensor([&](const std::string& name, const std::vector<int64_t>& shape,
                      std::vector<float>& values) {
      state[name] = Tensor{shape, values};
    });
    return state;
  }

  Status SetState(const TensorMap& state) override {
    std::map<std::string, std::vector<int64_t>> shapes;
    ForEachTensor([&](const std::string& name, const std::vector<int64_t>& shape,
                      std::vector<float>&) { shapes[name] = shape; });
    GENET_TRY(CheckState(state, shapes));
    ForEachTensor([&](const std::string& name, const std::vector<int64_t>&,
                      std::vector<float>& values) { values = state.at(name).values; });
    return {};
  }

  int max_batch() const override { return options_.max_batch; }

  size_t memory_bytes() const override {
    size_t floats = step_.floats() + head_->floats();
    for (const auto& layer : layers_) floats += layer->floats();
    for (const Buffer& gradient : gradients_) floats += gradient.size();
    return floats * sizeof(float);
  }

 private:
  std::unique_ptr<CpuLayer> MakeLayer(const Layer& layer, const InputTransform& transform) {
    std::vector<CpuLayer*> inputs;
    for (const int input : layer.inputs) inputs.push_back(layers_[input].get());
    switch (layer.operation.kind) {
      case LayerOperation::Kind::kImages: {
        auto input = std::make_unique<InputLayer>(layer, transform, blocks_);
        input_ = input.get();
        return input;
      }
      case LayerOperation::Kind::kConvolution: {
        const kernels::ConvolutionShape shape = ConvolutionLayer::ShapeOf(layer);
        const kernels::ConvolutionAlgorithm& algorithm =
            kernels::ChooseConvolution(shape, options_.arithmetic == Arithmetic::kDirect);
        auto convolution =
            std::make_unique<ConvolutionLayer>(layer, inputs, blocks_, algorithm, step_);
        convolutions_[static_cast<int>(layers_.size())] = convolution.get();
        return convolution;
      }
      case LayerOperation::Kind::kMaxPool:
        return std::make_unique<PoolLayer>(layer, inputs, blocks_, false, step_);
      case LayerOperation::Kind::kAveragePool:
        return std::make_unique<PoolLayer>(layer, inputs, blocks_, true, step_);
      case LayerOperation::Kind::kFullyConnected:
        return std::make_unique<FullyConnectedLayer>(layer, inputs, blocks_);
      case LayerOperation::Kind::kDropout:
        return std::make_unique<DropoutLayer>(layer, inputs, blocks_, dropouts_++);
    }
    GENET_CHECK(false, "layer {} is of no known kind", layer.name);
  }

  void PlaceGradients() {
    const GradientPlan plan = PlanGradients(network_);
    for (const int64_t values : plan.values) gradients_.emplace_back(values * blocks_ * kBlock);
    for (size_t i = 0; i < layers_.size(); ++i) {
      if (plan.place[i] >= 0) layers_[i]->UseForInputGradient(gradients_[plan.place[i]].data());
    }
  }

  void PlaceSums() {
    std::vector<bool> completes;
    for (const auto& layer : layers_) completes.push_back(layer->completes_sums());
    const std::vector<int> taker = PlanSums(network_, completes);
    for (const auto& [i, convolution] : convolutions_) {
      if (taker[i] == i) continue;
      convolution->LeaveSums();
      layers_[taker[i]]->CompleteSumsOf(*convolution);
    }
  }

  void ForEachTensor(const TensorVisitor& visit) const {
    for (const auto& layer : layers_) layer->ForEachTensor(visit);
  }

  void Begin(const Batch& batch, bool training, RandomKey dropout) {
    const size_t images = batch.images.size();
    GENET_CHECK(images > 0 && images <= size_t(options_.max_batch));
    GENET_CHECK(batch.labels.size() == images);
    step_.Begin(images, training, dropout);
    input_->Read(step_, batch);
  }

  void PackWeights() {
    const auto timer = step_.Measured("pack weights", 0, 0);
    for (const auto& layer : layers_) layer->Pack(step_);
  }

  void Forward() {
    for (const auto& layer : layers_) layer->Forward(step_);
  }

  // Momentum takes the gradients of a batch's parts in turn; the last part moves the weights.
  void Update(const StepOptions& options, bool first, bool last) {
    const auto timer = step_.Measured("update", 0, 0);
    for (const auto& layer : layers_) {
      for (Parameter* p : layer->Parameters()) UpdateParameter(*p, options, first, last);
    }
  }

  void UpdateParameter(Parameter& p, const StepOptions& options, bool first, bool last) {
    const float decay = p.decays ? options.weight_decay : 0.0f;
    float* value = p.value.data();
    float* momentum = p.momentum.data();
    const float* gradient = p.gradient.data();
    step_.Share(p.value.size(), kValueSlice, [&](size_t begin, size_t end) {
      for (size_t i = begin; i < end; ++i) {
        momentum[i] = first ? options.momentum * momentum[i] + (gradient[i] + decay * value[i])
                            : momentum[i] + gradient[i];
        if (last) value[i] -= options.learning_rate * momentum[i];
      }
    });
  }

  const Network network_;
  const CpuEngineOptions options_;
  const int blocks_;
  Step step_;
  int dropouts_ = 0;
  std::vector<std::unique_ptr<CpuLayer>> layers_;  // as the network's
  std::vector<Buffer> gradients_;
  InputLayer* input_ = nullptr;
  std::map<int, ConvolutionLayer*> convolutions_;  // by their place among the layers
  std::optional<LossHead> head_;
};

}  // namespace

size_t LeastCpuBytes(const Network& network, int images) {
  int64_t values = 0;
  for (const Layer& layer : network.layers) values += layer.output.size();
  for (const int64_t gradient : PlanGradients(network).values) values += gradient;
  const size_t state = 3 * static_cast<size_t>(network.parameters());  // gradients and momentum too
  return sizeof(float) * (static_cast<size_t>(values) * Blocks(images) * kBlock + state);
}

std::unique_ptr<Engine> MakeCpuEngine(const Network& network, const InputTransform& transform,
                                      const CpuEngineOptions& options) {
  return std::make_unique<CpuEngine>(network, transform, options);
}

}  // namespace genet
