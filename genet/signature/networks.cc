#include "genet/signature/networks.h"

#include <memory>
#include <string>

#include "genet/data/synthetic.h"
#include "genet/engine/backends/make_engine.h"
#include "genet/genome/genome.h"
#include "genet/network/network.h"
#include "genet/training/measure.h"
#include "genet/training/trainer.h"

namespace genet {
namespace {

// All that decides the training is said here, so that no default changes the signature.
struct NetworkCase {
  const char* name;
  const char* base;
  SearchSpace space;
  const char* genome;
  size_t images;
  int batch, micro_batch;
};

std::vector<NetworkCase> Cases() {
  return {
      // As preset iccv has it; batches pass in two parts.
      {"narrow",
       "C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-C3(P1)@16-MP3(S2)-FC32-D0.5-FC10",
       {{3, 4, 5}},
       "1-01|0-01-100|0-11-101-0001",
       96,
       32,
       20},
      // Like preset transfer, whose layers work by tiles, but narrower and on smaller images.
      {"wide",
       "MP2(S2)-C3(P1)@32-MP3(S2)-C3(P1)@64-MP3(S2)-C3(P1)@96-MP3(S2)-FC128-D0.5-FC10",
       {{3, 4, 5}},
       "1-01|0-01-100|0-11-101-0001",
       24,
       24,
       0},
      // Like preset wrn-40, with fewer nodes: no hidden layer, average pooling, paths that sum.
      {"residual",
       "C3(P1)@16-MP3(S2)-C3(P1)@16-MP3(S2)-C3(P1)@32-AP8-FC10",
       {{5, 5, 5}},
       "1-01-101-0101|1-01-101-0101|1-01-101-0101",
       32,
       16,
       0},
  };
}

// Each class in turn.
ImageList DrawImages(size_t count, RandomKey key) {
  auto bytes = std::make_shared<std::vector<uint8_t>>(count * kSyntheticImageBytes);
  std::vector<const uint8_t*> pixels;
  std::vector<int32_t> labels;
  for (size_t i = 0; i < count; ++i) {
    uint8_t* image = bytes->data() + i * kSyntheticImageBytes;
    labels.push_back(static_cast<int32_t>(i % kSyntheticClasses));
    DrawSynthetic(key.Derive(i), labels.back(), image);
    pixels.push_back(image);
  }
  return ImageList(3, kSyntheticSide, kSyntheticSide, std::move(pixels), std::move(labels), bytes);
}

uint64_t HashTraining(const TrainingOutcome& outcome, const TensorMap& state) {
  Hash hash;
  for (const auto& [name, tensor] : state) {
    hash.Add(std::string_view(name));
    hash.Add(std::span<const float>(tensor.values));
  }
  for (const EpochRecord& epoch : outcome.curve) {
    for (const double value : {epoch.learning_rate, epoch.train_loss, epoch.train_accuracy}) {
      hash.Add(value);
    }
  }
  hash.Add(outcome.accuracy);
  hash.Add(outcome.loss);
  return hash.value();
}

Result<uint64_t> HashNetwork(const NetworkCase& network_case, const std::string& arithmetic,
                             int threads, const std::function<bool()>& stop) {
  GENET_ASSIGN(const BaseNetwork base, ParseBaseNetwork(network_case.base));
  GENET_ASSIGN(const Genome genome, Genome::Parse(network_case.genome, network_case.space));
  const Shape input{3, kSyntheticSide, kSyntheticSide};
  GENET_ASSIGN(const Network network, BuildNetwork(base, genome, input, kSyntheticClasses));
  const RandomKey key = RandomKey(1).Derive("signature");
  const ImageList train = DrawImages(network_case.images, key.Derive("train"));
  const ImageList measured = DrawImages(16, key.Derive("measured"));

  const TrainingSettings settings{.schedule = {{1, 1e-2}, {1, 1e-3}},
                                  .batch = network_case.batch,
                                  .micro_batch = network_case.micro_batch,
                                  .momentum = 0.9,
                                  .weight_decay = 5e-4,
                                  .fc_deviation = 0.01,
                                  .augment_shift = true,
                                  .augment_mirror = true};
  EngineSettings engine_settings;
  engine_settings.arithmetic = arithmetic;
  GENET_ASSIGN(const std::unique_ptr<Engine> engine,
               MakeEngine(network, NormalisingTransform(MeasureChannels(train)), engine_settings,
                          {settings.images_at_once(), threads}));
  GENET_TRY(
      engine->SetState(InitialState(network, key.Derive("initialisation"), settings.fc_deviation)));
  TrainingCallbacks callbacks;
  callbacks.progress = [&](int, int64_t) { return stop(); };
  GENET_ASSIGN(const TrainingOutcome outcome,
               Train(*engine, settings, train, measured, key.Derive("epochs"), {}, callbacks));
  if (outcome.status == TrainingOutcome::Status::kStopped) return Failure("stopped");
  if (outcome.status == TrainingOutcome::Status::kDiverged) {
    return Failure("network {}, {}: diverged: {}", network_case.name, arithmetic, outcome.cause);
  }
  return HashTraining(outcome, engine->State());
}

}  // namespace

Result<std::vector<NamedHash>> HashNetworks(int threads, const std::function<bool()>& stop) {
  std::vector<NamedHash> hashes;
  for (const NetworkCase& network_case : Cases()) {
    for (const std::string arithmetic : {"winograd", "direct"}) {
      GENET_ASSIGN(const uint64_t hash, HashNetwork(network_case, arithmetic, threads, stop));
      hashes.push_back({fmt::format("{}.{}", network_case.name, arithmetic), hash});
    }
  }
  return hashes;
}

}  // namespace genet
