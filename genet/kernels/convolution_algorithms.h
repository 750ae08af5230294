// The convolution algorithms, each in a file of its own; ConvolutionAlgorithms() lists them.
#pragma once

#include "genet/kernels/convolution.h"

namespace genet::kernels {

extern const ConvolutionAlgorithm kDirectConvolution;  // direct.cc
extern const ConvolutionAlgorithm kRowConvolution;     // winograd_rows.cc
extern const ConvolutionAlgorithm kTileConvolution;    // winograd_tiles.cc

}  // namespace genet::kernels
