#include "core/optimize/optimize.h"

#include "llvm/ADT/DenseMap.h"

namespace trident::optimize {

namespace {

struct Uses {
  uint32_t producer = 0xFFFFFFFF;
  uint32_t readers = 0;
};

bool IsConvolution(llvm::StringRef op) {
  return op.contains("nn.functional.conv") || op == "torch.conv1d" || op == "torch.conv2d" || op == "torch.conv3d";
}

bool IsBatchNorm(llvm::StringRef op) { return op == "torch.nn.functional.batch_norm" || op == "torch.batch_norm"; }

}  // namespace

// conv(x) then batch_norm in evaluation mode is one convolution with scaled weights and a bias
// (torch.nn.utils.fusion.fuse_conv_bn_eval documents the arithmetic).
std::vector<Opportunity> Find(const graph::Graph& graph, uint32_t first, uint32_t end) {
  llvm::DenseMap<graph::ValueNumber, Uses> uses;
  for (uint32_t i = first; i < end; ++i) {
    for (const graph::Use& use : graph.nodes[i].inputs) uses[use.value].readers += 1;
    for (const graph::Use& use : graph.nodes[i].outputs) uses[use.value].producer = i;
  }
  std::vector<Opportunity> found;
  for (uint32_t i = first; i < end; ++i) {
    const graph::Node& norm = graph.nodes[i];
    if (!IsBatchNorm(Text(norm.op)) || norm.inputs.size() < 3 || norm.outputs.empty() || graph.scopes[norm.scope].training) continue;
    auto input = uses.find(norm.inputs[0].value);
    if (input == uses.end() || input->second.producer < first || input->second.producer >= end) continue;
    const graph::Node& convolution = graph.nodes[input->second.producer];
    if (!IsConvolution(Text(convolution.op)) || input->second.readers != 1) continue;
    Opportunity opportunity;
    opportunity.slug = "fold-batch-norm";
    opportunity.first = input->second.producer;
    opportunity.second = i;
    opportunity.kernels_saved = 1;
    shape::Dim bytes = norm.outputs[0].type.shape.numel() * shape::Dim(2 * shape::ItemSize(norm.outputs[0].type.dtype));
    opportunity.bytes_saved = bytes.value().value_or(0);
    opportunity.conditions = {"the batch norm runs in evaluation mode", "nothing else reads the convolution's result"};
    opportunity.message = "batch norm folds into the convolution before it at inference";
    found.push_back(std::move(opportunity));
  }
  return found;
}

}  // namespace trident::optimize
