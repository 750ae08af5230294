#include "genet/engine/cpu/cpu_engine.h"

#include <algorithm>
#include <array>
#include <set>

#include "genet/engine/cpu/input_block.h"
#include "genet/engine/cpu/layer_state.h"
#include "genet/engine/cpu/loss.h"
#include "genet/engine/cpu/thread_team.h"
#include "genet/engine/dropout.h"
#include "genet/engine/parts.h"
#include "genet/kernels/dense.h"

namespace genet {
namespace {

using kernels::kBlock;
using kernels::Source;
using kernels::SourceSum;

// Blocks whose weight gradient is summed before images are added up: large images are worth a sum
// of their own (which threads can share), small ones are not.
int ChunkBlocks(const Layer& layer) {
  const int pixels = layer.output.height * layer.output.width;
  return pixels >= 1024 ? 1 : pixels >= 256 ? 2 : 4;
}

// Values of a parameter, channels, or rows of a matrix, that are one piece of work for a thread. Of
// small matrices it is few rows, so that all threads have some.
constexpr size_t kValueSlice = 1 << 16;
constexpr int kChannelSlice = 16;
size_t RowSlice(size_t rows) { return rows >= 512 ? 64 : 16; }

const char* ConvolutionWork(const LayerState& s, bool backward) {
  if (s.tiles) return backward ? "convolution backward, tiles" : "convolution forward, tiles";
  if (s.convolution.winograd) {
    return backward ? "convolution backward, rows" : "convolution forward, rows";
  }
  return backward ? "convolution backward, direct" : "convolution forward, direct";
}

class CpuEngine final : public Engine {
 public:
  CpuEngine(const Network& network, const InputTransform& transform,
            const CpuEngineOptions& options)
      : network_(network),
        transform_(transform),
        options_(options),
        blocks_((options.max_batch + int(kBlock) - 1) / int(kBlock)),
        team_(options.threads),
        tile_memory_(options.threads) {
    GENET_CHECK(options.max_batch > 0);
    Prepare();
  }

  BatchResult TrainStep(const Batch& batch, const StepOptions& options) override {
    BatchResult sum;
    for (const BatchPart& part : PartsOf(batch, options_.max_batch, options.dropout)) {
      Begin(part.batch);
      if (part.first) PackWeights(true);
      Forward(true, part.dropout);
      const BatchResult result = Loss(part.batch, 1 / double(batch.images.size()), {});
      sum.loss += result.loss;
      sum.correct += result.correct;
      Backward();
      Update(options, part.first, part.last);
    }
    return sum;
  }

  BatchResult Evaluate(const Batch& batch, std::span<float> logits) override {
    Begin(batch);
    PackWeights(false);
    Forward(false, RandomKey(0));
    return Loss(batch, 0, logits);
  }

  TensorMap State() const override {
    TensorMap state;
    const_cast<CpuEngine*>(this)->ForEachTensor([&](const std::string& name,
                                                    const std::vector<int64_t>& shape,
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
    size_t floats = 0;
    for (const LayerState& s : states_) {
      for (const Buffer* b :
           {&s.output, &s.input_gradient, &s.bn.sums, &s.packed, &s.packed_transposed,
            &s.weight_sums, &s.chunk_gradients, &s.plain_input, &s.output_gradient}) {
        floats += b->size();
      }
      if (s.tiles) floats += s.tiles->floats();
      floats += s.mask.size() + 3 * (s.weight.value.size() + s.bias.value.size());
    }
    for (const Buffer& b : scratch_) floats += b.size();
    for (const TileMemory& memory : tile_memory_) floats += memory.floats();
    return floats * sizeof(float);
  }

 private:
  using Kind = Layer::Kind;

  void Prepare() {
    states_.resize(network_.layers.size());
    size_t scratch = 0;
    int dropouts = 0;
    for (size_t i = 0; i < states_.size(); ++i) {
      LayerState& s = states_[i];
      const Layer& layer = network_.layers[i];
      s.layer = &layer;
      for (const int input : layer.inputs) states_[input].consumers.push_back(static_cast<int>(i));
      s.output = Buffer(blocks_ * s.output_block());
      // The images themselves need no gradient.
      const bool wanted = !layer.inputs.empty() && layer.inputs != std::vector<int>{0};
      if (wanted) s.input_gradient = Buffer(blocks_ * s.input_block());
      switch (layer.kind) {
        case Kind::kInput:
          break;
        case Kind::kConvolution:
          PrepareConvolution(s, wanted);
          if (!s.tiles) {
            scratch = std::max(scratch, kernels::ConvolutionScratchFloats(s.convolution));
          }
          break;
        case Kind::kMaxPool:
        case Kind::kAveragePool:
          s.pool = {layer.input.channels, layer.input.height,
                    layer.input.width,    layer.output.height,
                    layer.output.width,   layer.kernel,
                    layer.stride,         layer.kind == Kind::kAveragePool};
          scratch = std::max(scratch, kernels::PoolScratchFloats(s.pool));
          break;
        case Kind::kFullyConnected:
          s.weight.Resize(layer.name + ".weight", {layer.output.size(), layer.input.size()}, true);
          s.bias.Resize(layer.name + ".bias", {layer.output.size()}, false);
          s.plain_input = Buffer(blocks_ * s.input_block());
          s.output_gradient = Buffer(blocks_ * s.output_block());
          break;
        case Kind::kDropout:
          s.dropout_index = dropouts++;
          s.mask.assign(blocks_ * s.output_block(), 0);
          s.output_gradient = Buffer(blocks_ * s.output_block());
          break;
      }
    }
    for (int thread = 0; thread < team_.size(); ++thread) scratch_.emplace_back(scratch);
    for (LayerState& s : states_) {
      if (!s.is(Kind::kConvolution) || s.tiles || s.consumers.empty()) continue;
      const LayerState& last = states_[s.consumers.front()];
      s.sums_by_consumer = last.is(Kind::kMaxPool) || last.is(Kind::kAveragePool) ||
                           (last.is(Kind::kConvolution) && !last.tiles);
    }
  }

  void PrepareConvolution(LayerState& s, bool wants_gradient) {
    const Layer& layer = *s.layer;
    s.convolution = {layer.input.channels, layer.output.channels, layer.input.height,
                     layer.input.width,    layer.kernel,          layer.padding};
    s.convolution.winograd =
        options_.arithmetic == Arithmetic::kWinograd && layer.kernel == 3 && layer.padding == 1;
    s.weight.Resize(layer.name + ".weight",
                    {layer.output.channels, layer.input.channels, layer.kernel, layer.kernel},
                    true);
    s.bn.Resize(layer.name, layer.output.channels, blocks_);
    if (s.convolution.winograd && TileConvolution::Serves(s.convolution)) {
      s.tiles = std::make_unique<TileConvolution>(s.convolution, wants_gradient);
      const auto [outer, inner] = Teams(s);
      for (int user = 0; user < outer.size(); ++user) {
        tile_memory_[user].Reserve(s.convolution, inner.size());
      }
      return;
    }
    s.packed = Buffer(kernels::PackedWeightFloats(s.convolution));
    if (wants_gradient) {
      s.packed_transposed = Buffer(kernels::PackedWeightFloats(s.convolution.transposed()));
    }
    s.chunk_blocks = ChunkBlocks(layer);
    const int chunks = (blocks_ + s.chunk_blocks - 1) / s.chunk_blocks;
    s.weight_sums = Buffer(team_.size() * kernels::WeightSumFloats(s.convolution));
    s.chunk_gradients = Buffer(chunks * s.weight.value.size());
  }

  // Who shares the chunks of a layer on tiles, and who the phases of one block. Where the chunks go
  // evenly among the threads each takes whole ones, so that none waits for another's transforms or
  // reads them from its cache.
  struct TwoTeams {
    ThreadTeam &outer, &inner;
  };
  TwoTeams Teams(const LayerState& s) {
    constexpr double kEven = 0.85;
    const int chunks = s.tiles->chunks(blocks_), threads = team_.size();
    const int rounds = (chunks + threads - 1) / threads;
    if (chunks >= kEven * rounds * threads) return {team_, alone_};
    return {alone_, team_};
  }

  template <class Visit>
  void ForEachParameter(Visit visit) {
    for (LayerState& s : states_) {
      for (Parameter* p : {&s.weight, &s.bias, &s.bn.scale, &s.bn.shift}) {
        if (!p->value.empty()) visit(*p);
      }
    }
  }

  template <class Visit>
  void ForEachTensor(Visit visit) {
    ForEachParameter([&](Parameter& p) {
      visit(p.name, p.shape, p.value);
      visit("momentum." + p.name, p.shape, p.momentum);
    });
    for (LayerState& s : states_) {
      if (!s.is(Kind::kConvolution)) continue;
      visit(s.layer->name + ".bn.mean", s.bn.scale.shape, s.bn.running_mean);
      visit(s.layer->name + ".bn.variance", s.bn.scale.shape, s.bn.running_variance);
    }
  }

  // Measures one kind of work on the batch. `flops` and `values` (read and written, each once) are
  // those of one image.
  StepProfile::Timer Measured(const char* work, double flops, double values,
                              size_t parameters = 0) const {
    const auto images = static_cast<double>(images_);
    return {options_.profile, work, flops * images,
            sizeof(float) * (values * images + static_cast<double>(parameters))};
  }
  static double ForwardFlops(const LayerState& s) {
    const double products = static_cast<double>(s.weight.value.size());
    return 2 * products * (s.is(Kind::kConvolution) ? s.output_pixels() : 1);
  }
  static double InputValues(const LayerState& s) {
    return static_cast<double>(s.layer->inputs.size() * s.layer->input.size());
  }
  static double GradientValues(const LayerState& s) {
    return static_cast<double>(s.consumers.size() * s.layer->output.size());
  }

  // Calls body(begin, end) for slices of [0, count), shared among the threads.
  template <class Body>
  void Share(size_t count, size_t slice, const Body& body) {
    team_.Run(static_cast<int>((count + slice - 1) / slice),
              [&](int index, int) { body(index * slice, std::min(count, (index + 1) * slice)); });
  }

  // Reads the batch into the input layer.
  void Begin(const Batch& batch) {
    images_ = batch.images.size();
    GENET_CHECK(images_ > 0 && images_ <= size_t(options_.max_batch));
    GENET_CHECK(batch.labels.size() == images_);
    used_blocks_ = static_cast<int>((images_ + kBlock - 1) / kBlock);
    const Shape shape = network_.layers[0].output;
    const auto timer = Measured("assemble batch", 0, 1.25 * shape.size());
    for (size_t lane = 0; lane < kBlock; ++lane) {
      last_lanes_[lane] = (used_blocks_ - 1) * kBlock + lane < images_ ? 1.0f : 0.0f;
      all_lanes_[lane] = 1.0f;
    }
    team_.Run(used_blocks_, [&](int block, int) {
      FillInputBlock(batch, block, shape, transform_,
                     states_[0].output.data() + block * states_[0].output_block());
    });
  }

  const float* Lanes(int block) const {
    return block == used_blocks_ - 1 ? last_lanes_.data() : all_lanes_.data();
  }

  // A layer's activation in one block.
  Source Activation(int layer, int block) const {
    const LayerState& s = states_[layer];
    const float* values = s.output.data() + block * s.output_block();
    if (!s.is(Kind::kConvolution)) return {values};
    return {values, s.bn.apply_scale.data(), s.bn.apply_shift.data()};
  }

  struct Sum {
    std::vector<Source> sources;
    SourceSum view() const { return {sources.data(), static_cast<int>(sources.size())}; }
  };
  Sum Inputs(const LayerState& s, int block) const {
    Sum sum;
    for (const int input : s.layer->inputs) sum.sources.push_back(Activation(input, block));
    return sum;
  }
  // The gradient with respect to a layer's activation: what its consumers pass back.
  Sum OutputGradients(const LayerState& s, int block) const {
    Sum sum;
    for (const int consumer : s.consumers) {
      const LayerState& c = states_[consumer];
      sum.sources.push_back({c.input_gradient.data() + block * c.input_block()});
    }
    return sum;
  }

  // dz of a convolution in one block.
  struct ConvolutionGradient {
    std::vector<const float*> from;
    kernels::NormalisedGradient view;
  };
  ConvolutionGradient GradientOf(const LayerState& s, int block) const {
    ConvolutionGradient gradient;
    for (const Source& source : OutputGradients(s, block).sources) {
      gradient.from.push_back(source.values);
    }
    const BatchNorm& bn = s.bn;
    gradient.view = {gradient.from.data(),
                     static_cast<int>(gradient.from.size()),
                     s.output.data() + block * s.output_block(),
                     bn.apply_scale.data(),
                     bn.apply_shift.data(),
                     bn.mean.data(),
                     bn.factor.data(),
                     bn.mean_g.data(),
                     bn.slope.data(),
                     Lanes(block)};
    return gradient;
  }
  float* BlockSums(LayerState& s, int block) {
    return s.bn.sums.data() + size_t(block) * s.convolution.out_channels * 2 * kBlock;
  }

  struct Completed {
    std::vector<ConvolutionGradient> gradients;
    std::vector<kernels::CompletedGradient> list;
    kernels::CompletedGradients view() const {
      return {list.data(), static_cast<int>(list.size())};
    }
  };
  // The convolutions whose sums layer s takes, as the last of their consumers to go back.
  Completed CompletedBy(const LayerState& s, int block) {
    Completed completed;
    for (const int input : s.layer->inputs) {
      LayerState& source = states_[input];
      if (!source.sums_by_consumer || &states_[source.consumers.front()] != &s) continue;
      completed.gradients.push_back(GradientOf(source, block));
      completed.list.push_back({completed.gradients.back().view, BlockSums(source, block)});
    }
    return completed;
  }

  void PackWeights(bool backward) {
    const auto timer = Measured("pack weights", 0, 0);
    for (LayerState& s : states_) {
      if (!s.is(Kind::kConvolution)) continue;
      if (s.tiles) {
        s.tiles->Pack(team_, s.weight.value.data(), backward);
        continue;
      }
      kernels::PackWeights(s.convolution, s.weight.value.data(), s.packed.data());
      if (backward && s.packed_transposed.size() > 0) {
        kernels::PackTransposedWeights(s.convolution, s.weight.value.data(),
                                       s.packed_transposed.data());
      }
    }
  }

  void Forward(bool training, RandomKey dropout) {
    for (LayerState& s : states_) {
      switch (s.layer->kind) {
        case Kind::kInput:
          break;
        case Kind::kConvolution:
          ForwardConvolution(s, training);
          if (training) {
            s.bn.UseBatch(images_, s.output_pixels());
          } else {
            s.bn.UseRunningStatistics();
          }
          break;
        case Kind::kMaxPool:
        case Kind::kAveragePool: {
          const auto timer =
              Measured("pooling forward", 0, InputValues(s) + double(s.layer->output.size()));
          team_.Run(used_blocks_, [&](int block, int thread) {
            kernels::PoolForward(s.pool, Inputs(s, block).view(),
                                 s.output.data() + block * s.output_block(),
                                 scratch_[thread].data());
          });
          break;
        }
        case Kind::kFullyConnected:
          ForwardFullyConnected(s);
          break;
        case Kind::kDropout:
          Dropout(s, training, dropout);
          break;
      }
    }
  }

  void ForwardFullyConnected(LayerState& s) {
    const size_t outputs = s.layer->output.size(), inputs = s.layer->input.size();
    const auto timer = Measured("fully-connected forward", ForwardFlops(s),
                                InputValues(s) + double(outputs), s.weight.value.size());
    team_.Run(used_blocks_, [&](int block, int) {
      kernels::SumSources(Inputs(s, block).view(), s.layer->input.channels,
                          s.layer->input.height * s.layer->input.width,
                          s.plain_input.data() + block * s.input_block());
    });
    Share(outputs, RowSlice(outputs), [&](size_t begin, size_t end) {
      kernels::MultiplyBlocks(
          {s.weight.value.data(), inputs, 1, s.bias.value.data(), s.layer->relu}, begin, end,
          {s.plain_input.data(), inputs, s.input_block()}, used_blocks_, s.output.data(),
          s.output_block());
    });
  }

  void ForwardConvolution(LayerState& s, bool training) {
    const auto timer = Measured(ConvolutionWork(s, false), ForwardFlops(s),
                                InputValues(s) + double(s.layer->output.size()));
    const auto sums = [&](int block) { return training ? BlockSums(s, block) : nullptr; };
    if (s.tiles) {
      const auto [among_blocks, inside_a_block] = Teams(s);
      among_blocks.Run(used_blocks_, [&](int block, int thread) {
        s.tiles->Forward(inside_a_block, tile_memory_[thread], Inputs(s, block).view(),
                         s.output.data() + block * s.output_block(), sums(block));
      });
      return;
    }
    team_.Run(used_blocks_, [&](int block, int thread) {
      kernels::Forward({s.convolution, Inputs(s, block).view(), s.packed.data(),
                        s.output.data() + block * s.output_block(), sums(block),
                        scratch_[thread].data()});
    });
  }

  void Dropout(LayerState& s, bool training, RandomKey dropout) {
    const size_t features = s.layer->output.size();
    const RandomKey key = dropout.Derive(uint64_t(s.dropout_index));
    const auto timer = Measured("dropout forward", 0, InputValues(s) + double(features));
    team_.Run(used_blocks_, [&](int block, int) {
      float* out = s.output.data() + block * s.output_block();
      kernels::SumSources(Inputs(s, block).view(), s.layer->input.channels,
                          s.layer->input.height * s.layer->input.width, out);
      if (!training) return;
      float* mask = s.mask.data() + block * s.output_block();
      for (size_t lane = 0; lane < kernels::kBlock; ++lane) {
        DrawDropoutMask(key, s.layer->rate, features, block * kernels::kBlock + lane,
                        kernels::kBlock, mask + lane);
      }
      for (size_t i = 0; i < s.output_block(); ++i) out[i] *= mask[i];
    });
  }

  // The gradient is that of the summed loss times `factor`; none if that is 0.
  BatchResult Loss(const Batch& batch, double factor, std::span<float> logits) {
    LayerState& last = states_.back();
    const int classes = network_.classes();
    const auto timer = Measured("loss", 0, 2.0 * classes);
    GENET_CHECK(logits.empty() || logits.size() >= images_ * classes);
    BatchResult total;
    for (int block = 0; block < used_blocks_; ++block) {
      const size_t first = block * kBlock, count = std::min(kBlock, images_ - first);
      const float* values = last.output.data() + block * last.output_block();
      float* gradient =
          factor != 0 ? last.output_gradient.data() + block * last.output_block() : nullptr;
      const BatchResult result = SoftmaxCrossEntropy(
          values, classes, batch.labels.subspan(first, count), factor, gradient);
      total.loss += result.loss;
      total.correct += result.correct;
      for (size_t i = 0; !logits.empty() && i < count; ++i) {
        for (int c = 0; c < classes; ++c) {
          logits[(first + i) * classes + c] = values[c * kBlock + i];
        }
      }
    }
    return total;
  }

  void Backward() {
    for (int i = static_cast<int>(states_.size()) - 1; i > 0; --i) {
      LayerState& s = states_[i];
      switch (s.layer->kind) {
        case Kind::kInput:
          break;
        case Kind::kConvolution:
          BackwardConvolution(s);
          break;
        case Kind::kMaxPool:
        case Kind::kAveragePool:
          if (s.input_gradient.size() > 0) BackwardPool(s);
          break;
        case Kind::kFullyConnected:
          BackwardFullyConnected(s);
          break;
        case Kind::kDropout:
          if (s.input_gradient.size() > 0) BackwardDropout(s);
          break;
      }
    }
  }

  void BackwardPool(LayerState& s) {
    const auto timer = Measured("pooling backward", 0,
                                InputValues(s) + GradientValues(s) + double(s.layer->input.size()));
    team_.Run(used_blocks_, [&](int block, int thread) {
      kernels::PoolBackward(s.pool, Inputs(s, block).view(), OutputGradients(s, block).view(),
                            s.input_gradient.data() + block * s.input_block(),
                            scratch_[thread].data(), CompletedBy(s, block).view());
    });
  }

  void BackwardDropout(LayerState& s) {
    const auto timer =
        Measured("dropout backward", 0, GradientValues(s) + double(s.layer->output.size()));
    team_.Run(used_blocks_, [&](int block, int) {
      float* to = s.input_gradient.data() + block * s.input_block();
      const float* mask = s.mask.data() + block * s.output_block();
      kernels::SumSources(OutputGradients(s, block).view(), s.layer->output.channels,
                          s.output_pixels(), to);
      for (size_t j = 0; j < s.output_block(); ++j) to[j] *= mask[j];
    });
  }

  void BackwardConvolution(LayerState& s) {
    BatchNorm& bn = s.bn;
    const int channels = s.convolution.out_channels;
    if (!s.sums_by_consumer) {
      const auto timer = Measured("batch-norm sums", 0, GradientValues(s) + s.layer->output.size());
      const int slices = (channels + kChannelSlice - 1) / kChannelSlice;
      team_.Run(used_blocks_ * slices, [&](int index, int) {
        const int block = index / slices, begin = index % slices * kChannelSlice;
        kernels::NormalisationSums(GradientOf(s, block).view, begin,
                                   std::min(channels, begin + kChannelSlice), s.output_pixels(),
                                   BlockSums(s, block));
      });
    }
    bn.Backward(images_, s.output_pixels());
    const bool wanted = s.input_gradient.size() > 0;
    const auto timer =
        Measured(ConvolutionWork(s, true), (wanted ? 2 : 1) * ForwardFlops(s),
                 InputValues(s) + GradientValues(s) + double(s.layer->output.size()) +
                     (wanted ? double(s.layer->input.size()) : 0));
    std::fill(s.weight.gradient.begin(), s.weight.gradient.end(), 0.0f);
    const auto input_gradient = [&](int block) {
      return wanted ? s.input_gradient.data() + block * s.input_block() : nullptr;
    };
    if (s.tiles) {
      const auto [among_chunks, inside_a_block] = Teams(s);
      const int chunks = s.tiles->chunks(used_blocks_), together = among_chunks.size();
      for (int first = 0; first < chunks; first += together) {
        const int count = std::min(together, chunks - first);
        among_chunks.Run(count, [&](int i, int) {
          const int begin = (first + i) * s.tiles->chunk_blocks(),
                    end = std::min(used_blocks_, begin + s.tiles->chunk_blocks());
          for (int block = begin; block < end; ++block) {
            s.tiles->Backward(inside_a_block, tile_memory_[i], Inputs(s, block).view(),
                              GradientOf(s, block).view, block == begin, input_gradient(block));
          }
        });
        for (int i = 0; i < count; ++i) {
          s.tiles->AddWeightGradient(team_, tile_memory_[i], s.weight.gradient.data());
        }
      }
      return;
    }
    const int chunks = (used_blocks_ + s.chunk_blocks - 1) / s.chunk_blocks;
    const size_t sum_floats = kernels::WeightSumFloats(s.convolution);
    const size_t weights = s.weight.value.size();
    team_.Run(chunks, [&](int chunk, int thread) {
      float* sums = s.weight_sums.data() + thread * sum_floats;
      const int begin = chunk * s.chunk_blocks,
                end = std::min(used_blocks_, begin + s.chunk_blocks);
      for (int block = begin; block < end; ++block) {
        kernels::Backward({s.convolution, Inputs(s, block).view(), GradientOf(s, block).view,
                           s.packed_transposed.data(), input_gradient(block), sums, block == begin,
                           scratch_[thread].data(), CompletedBy(s, block).view()});
      }
      kernels::ReduceWeightGradient(s.convolution, sums,
                                    s.chunk_gradients.data() + chunk * weights);
    });
    for (int chunk = 0; chunk < chunks; ++chunk) {
      const float* from = s.chunk_gradients.data() + chunk * weights;
      for (size_t i = 0; i < weights; ++i) s.weight.gradient[i] += from[i];
    }
  }

  void BackwardFullyConnected(LayerState& s) {
    const size_t outputs = s.layer->output.size(), inputs = s.layer->input.size();
    const bool last = &s == &states_.back(), wanted = s.input_gradient.size() > 0;
    const auto timer = Measured("fully-connected backward", (wanted ? 2 : 1) * ForwardFlops(s),
                                GradientValues(s) + double(outputs + (wanted ? 2 : 1) * inputs),
                                (wanted ? 2 : 1) * s.weight.value.size());
    team_.Run(used_blocks_, [&](int block, int) {
      float* gradient = s.output_gradient.data() + block * s.output_block();
      if (!last) {
        kernels::SumSources(OutputGradients(s, block).view(), static_cast<int>(outputs), 1,
                            gradient);
      }
      const float* output = s.output.data() + block * s.output_block();
      const float* lanes = Lanes(block);
      for (size_t i = 0; i < s.output_block(); ++i) {
        if (lanes[i % kBlock] == 0.0f || (s.layer->relu && output[i] <= 0)) gradient[i] = 0;
      }
    });
    if (wanted) {
      Share(inputs, RowSlice(inputs), [&](size_t begin, size_t end) {
        kernels::MultiplyBlocks({s.weight.value.data(), 1, inputs, nullptr, false}, begin, end,
                                {s.output_gradient.data(), outputs, s.output_block()}, used_blocks_,
                                s.input_gradient.data(), s.input_block());
      });
    }
    Share(outputs, RowSlice(outputs), [&](size_t begin, size_t end) {
      kernels::WeightGradient({s.output_gradient.data(), outputs, s.output_block()},
                              {s.plain_input.data(), inputs, s.input_block()}, used_blocks_, begin,
                              end, s.weight.gradient.data());
    });
    for (size_t o = 0; o < outputs; ++o) {
      double sum = 0;
      for (int block = 0; block < used_blocks_; ++block) {
        const float* gradient = s.output_gradient.data() + block * s.output_block() + o * kBlock;
        for (size_t lane = 0; lane < kBlock; ++lane) sum += gradient[lane];
      }
      s.bias.gradient[o] = static_cast<float>(sum);
    }
  }

  // Momentum takes the gradients of a batch's parts in turn; the last part moves the weights.
  void Update(const StepOptions& options, bool first, bool last) {
    const auto timer = Measured("update", 0, 0);
    ForEachParameter([&](Parameter& p) {
      const float decay = p.decays ? options.weight_decay : 0.0f;
      float* value = p.value.data();
      float* momentum = p.momentum.data();
      const float* gradient = p.gradient.data();
      Share(p.value.size(), kValueSlice, [&](size_t begin, size_t end) {
        for (size_t i = begin; i < end; ++i) {
          momentum[i] = first ? options.momentum * momentum[i] + (gradient[i] + decay * value[i])
                              : momentum[i] + gradient[i];
          if (last) value[i] -= options.learning_rate * momentum[i];
        }
      });
    });
  }

  const Network network_;
  const InputTransform transform_;
  const CpuEngineOptions options_;
  const int blocks_;
  ThreadTeam team_;
  ThreadTeam alone_{1};  // for what a thread of team_ does by itself
  std::vector<LayerState> states_;
  std::vector<Buffer> scratch_;          // one a thread
  std::vector<TileMemory> tile_memory_;  // by thread

  // The batch at work.
  size_t images_ = 0;
  int used_blocks_ = 0;
  alignas(64) std::array<float, kBlock> last_lanes_{}, all_lanes_{};
};

}  // namespace

std::unique_ptr<Engine> MakeCpuEngine(const Network& network, const InputTransform& transform,
                                      const CpuEngineOptions& options) {
  return std::make_unique<CpuEngine>(network, transform, options);
}

}  // namespace genet
