// Base networks in the paper's notation: what stands between and after the stages.
//
//   C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-C3(P1)@16-MP3(S2)-FC32-D0.5-FC10
//
//   C<kernel>[(P<padding>)]@<channels>   convolution, batch normalisation, ReLU; padding 0 if not
//                                        given
//   MP<kernel>[(S<stride>)]              max pooling, windows clipped at the right and lower border
//                                        (ceil mode); the stride is the kernel size if not given
//   AP<kernel>[(S<stride>)]              average pooling, likewise
//   FC<features>                         fully connected; ReLU after all but the last
//   D<rate>                              dropout
//
// A convolution that opens a stage is written with brackets: [C3(P1)@8]. Without any bracket every
// convolution opens one. K of the stages comes from the search space, in order.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "genet/base/error.h"
#include "genet/network/layer_operation.h"

namespace genet {

struct BaseLayer {
  LayerOperation operation;
  bool opens_stage = false;

  friend bool operator==(const BaseLayer&, const BaseLayer&) = default;
};

struct BaseNetwork {
  std::vector<BaseLayer> layers;

  int stages() const;
  friend bool operator==(const BaseNetwork&, const BaseNetwork&) = default;
};

// Kernels of convolutions are odd, the last layer is fully connected, and what follows a
// fully-connected layer is fully connected or dropout. Errors name the column, counted from 1.
Result<BaseNetwork> ParseBaseNetwork(std::string_view text);
// The text that Parse reads back to the same network. Max pooling always shows its stride and
// average pooling only where it is not the kernel size, as the paper and the presets write them;
// brackets stand only where some convolution opens no stage.
std::string ToString(const BaseNetwork& base);

}  // namespace genet
