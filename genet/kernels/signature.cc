#include "genet/kernels/signature.h"

#include "genet/kernels/assemble_block_workload.h"
#include "genet/kernels/convolution_algorithms.h"
#include "genet/kernels/convolution_workload.h"
#include "genet/kernels/dense_workload.h"
#include "genet/kernels/pooling_workload.h"
#include "genet/kernels/sum_sources_workload.h"
#include "genet/kernels/tiles_workload.h"

namespace genet::kernels {
namespace {

void Add(const std::vector<Floats>& results, Hash& hash) {
  for (const Floats& result : results) {
    GENET_CHECK(result.GuardsHold());
    hash.Add(std::span(result.data(), result.size()));
  }
}

uint64_t HashConvolutions(const ConvolutionAlgorithm& algorithm,
                          const std::vector<ConvolutionCase>& cases) {
  Hash hash;
  for (const ConvolutionCase& test : cases) {
    const ConvolutionWorkload work(test, 1);
    Add(work.RunForward(algorithm), hash);
    Add(work.RunBackward(algorithm), hash);
  }
  return hash.value();
}

// Which algorithm serves which convolution: another choice rounds otherwise.
uint64_t HashChoices() {
  Hash hash;
  for (const int kernel : {1, 3, 5, 7}) {
    for (const int padding : {0, kernel / 2}) {
      for (const int channels : {1, 3, 8, 16, 24, 32, 48, 64, 128, 256}) {
        for (const int side : {7, 8, 9, 16, 32}) {
          for (const bool every_product : {false, true}) {
            const ConvolutionShape shape{channels, channels, side, side, kernel, padding};
            hash.Add(std::string_view(ChooseConvolution(shape, every_product).name));
          }
        }
      }
    }
  }
  return hash.value();
}

uint64_t HashNormalisation() {
  Hash hash;
  for (const ConvolutionCase& test : DirectCases())
    Add(ConvolutionWorkload(test, 1).RunSums(), hash);
  return hash.value();
}

uint64_t HashTiles() {
  Hash hash;
  for (const ConvolutionShape& shape : TileShapes()) Add(TileWorkload(shape, 1).Run(), hash);
  return hash.value();
}

template <class Work>
uint64_t HashOf(const std::vector<Work>& workloads) {
  Hash hash;
  for (const Work& work : workloads) Add(work.Run(), hash);
  return hash.value();
}

}  // namespace

std::vector<NamedHash> HashKernels() {
  return {{"direct", HashConvolutions(kDirectConvolution, DirectCases())},
          {"winograd", HashConvolutions(kRowConvolution, WinogradCases())},
          {"tiles", HashTiles()},
          {"choices", HashChoices()},
          {"normalisation", HashNormalisation()},
          {"maximum-pooling", HashOf(PoolingWorkloads(false))},
          {"average-pooling", HashOf(PoolingWorkloads(true))},
          {"product", HashOf(ProductWorkloads())},
          {"weight-gradient", HashOf(WeightGradientWorkloads())},
          {"sum", HashOf(SumWorkloads())},
          {"assembly", HashOf(AssemblyWorkloads())}};
}

}  // namespace genet::kernels
