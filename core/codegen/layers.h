// Recognises calls that are exactly a layer of torch.nn, and writes the layer's constructor.
//
// A module whose one node is `F.conv2d(x, self.weight, self.bias, …)` is an nn.Conv2d whatever class it had: the node's
// arguments and its weights' shapes say how it is built. Threads: pure.
#pragma once

#include "core/codegen/calls.h"

#include <optional>

namespace trident::codegen {

// What a module holds itself: names and the values before the call.
struct Held {
  llvm::StringRef name;  // "weight"
  const graph::State* state;
};

// "nn.Conv2d(3, 64, (7, 7), stride=(2, 2), bias=False)"; nullopt when the node is not the layer of these tensors.
std::optional<std::string> LayerOf(const graph::Node& node, llvm::ArrayRef<Held> held);

// "nn.ReLU(inplace=True)" for a node that needs no tensors but its input, for use inside nn.Sequential.
std::optional<std::string> PlainLayerOf(const graph::Node& node);

}  // namespace trident::codegen
