// Weights for users: a safetensors file that says in its metadata what network it belongs to and
// how an image enters it. Tensors have the names and layouts of TensorMap (engine/engine.h),
// without momentum.
#pragma once

#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/file.h"
#include "genet/data/data_set.h"
#include "genet/engine/engine.h"
#include "genet/genome/genome.h"
#include "genet/network/base_network.h"
#include "genet/network/network.h"

namespace genet {

struct WeightsFile {
  Genome genome{SearchSpace{}};
  BaseNetwork base;
  Shape input;
  std::vector<std::string> class_names;
  // A pixel p of channel c enters as (p / 255 - mean[c]) / deviation[c].
  ChannelStatistics normalisation;
  std::string preset;
  std::string data;  // SPEC of the data set it was trained on
  TensorMap tensors;
};

// Leaves momentum out.
Status WriteWeights(const fs::path& path, const WeightsFile& weights);
// Checks that the metadata is whole and that genome, base network, input and classes fit together;
// whether the tensors fit the network is for Engine::SetState to say.
Result<WeightsFile> ReadWeights(const fs::path& path);

// The network that the weights are of; ReadWeights has checked that it can be built.
Result<Network> NetworkOf(const WeightsFile& weights);

// The state of an engine that holds these weights: momentum is 0.
TensorMap WithZeroMomentum(TensorMap weights);

}  // namespace genet
