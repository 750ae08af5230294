#include "genet/engine/cpu/layer.h"

#include "genet/engine/cpu/convolution_layer.h"
#include "genet/engine/cpu/gradient_plan.h"

namespace genet {

CpuLayer::CpuLayer(const Layer& layer, std::vector<CpuLayer*> inputs, int blocks)
    : layer_(layer),
      inputs_(std::move(inputs)),
      wants_input_gradient_(WantsInputGradient(layer)),
      output_(blocks * output_block()) {
  for (CpuLayer* input : inputs_) input->consumers_.push_back(this);
}

void CpuLayer::ForEachTensor(const TensorVisitor& visit) {
  for (Parameter* p : Parameters()) {
    visit(p->name, p->shape, p->value);
    visit("momentum." + p->name, p->shape, p->momentum);
  }
}

size_t CpuLayer::floats() const {
  size_t floats = output_.size();
  for (const Parameter* p : const_cast<CpuLayer*>(this)->Parameters()) {
    floats += 3 * p->value.size();
  }
  return floats;
}

Sources CpuLayer::Inputs(int block) const {
  Sources sources;
  switch (layer_.join) {
    case Join::kSum:
      for (const CpuLayer* input : inputs_) sources.list.push_back(input->Activation(block));
      break;
  }
  return sources;
}

Sources CpuLayer::OutputGradients(int block) const {
  Sources sources;
  for (CpuLayer* consumer : consumers_) {
    switch (consumer->layer_.join) {
      case Join::kSum:
        sources.list.push_back({consumer->InputGradient(block)});
        break;
    }
  }
  if (loss_gradient_ != nullptr) sources.list.push_back({loss_gradient_ + block * output_block()});
  return sources;
}

Completed CpuLayer::CompletedInputs(const Step& step, int block) const {
  Completed completed;
  for (ConvolutionLayer* convolution : completes_) {
    ConvolutionGradient gradient = convolution->GradientOf(step, block);
    completed.list.push_back({gradient.view, convolution->BlockSums(block)});
    completed.gradients.push_back(std::move(gradient.from));  // its values stay where they are
  }
  return completed;
}

}  // namespace genet
