#include "genet/engine/cpu/layer.h"

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
  for (const CpuLayer* input : inputs_) sources.list.push_back(input->Activation(block));
  return sources;
}

Sources CpuLayer::OutputGradients(int block) const {
  Sources sources;
  for (CpuLayer* consumer : consumers_) sources.list.push_back({consumer->InputGradient(block)});
  return sources;
}

void CpuLayer::OfferSumsToInputs() {
  for (CpuLayer* input : inputs_) input->OfferSums(*this);
}

Completed CpuLayer::CompletedInputs(const Step& step, int block) const {
  Completed completed;
  for (CpuLayer* input : inputs_) input->AddCompleted(*this, step, block, completed);
  return completed;
}

}  // namespace genet
