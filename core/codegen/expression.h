// Turns nodes and their arguments into Python expressions.
//
// Names of tensors come from a callback, because they depend on the method that is being written. Threads: pure.
#pragma once

#include "core/graph/graph.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <string>

namespace trident::codegen {

struct Names {
  llvm::function_ref<std::string(graph::ValueNumber)> tensor;
  llvm::function_ref<std::string(shape::Dim)> size;  // Of a size that is no constant.
  std::string device;                                // What stands for the device the model runs on.
};

// The argument at `at`, without its keyword.
std::string Express(llvm::ArrayRef<graph::Argument> arguments, size_t at, const Names& names);
// The call, operator or subscript a node is; for an assignment into a subscript, the whole statement.
std::string Express(const graph::Node& node, const Names& names);
bool IsAssignment(const graph::Node& node);

std::string Number(double number);   // The shortest text that reads back as the same number.
std::string Quote(llvm::StringRef text);
bool IsIdentifier(llvm::StringRef text);  // And no keyword.

}  // namespace trident::codegen
