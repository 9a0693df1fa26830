// Turns a program's flat list of nodes into nested module calls, with what each call takes and returns.
//
// A call is emitted as a method of its module's class. Calls of modules that hold no tensors and do little, and of
// modules that are not registered below their caller, are merged into the caller. Threads: pure. Lifetime: the Program
// must outlive the result.
#pragma once

#include "core/optimize/program.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"

#include <memory>
#include <string>
#include <vector>

namespace trident::codegen {

using graph::ValueNumber;

struct Call {
  struct Item {
    const graph::Node* node = nullptr;  // Either a node of this call
    Call* call = nullptr;               // or a call below it.
  };
  Call* parent = nullptr;
  uint32_t scope = 0;
  std::string path;                     // Of the module; empty for the entry.
  std::vector<Item> items;
  std::vector<ValueNumber> inputs;      // Values from outside that are not the module's own state.
  std::vector<ValueNumber> outputs;     // Values made inside that are used outside.
};

struct CallTree {
  std::vector<std::unique_ptr<Call>> calls;             // The entry first, each before those below it.
  llvm::DenseMap<ValueNumber, const graph::State*> state;
  llvm::DenseMap<ValueNumber, shape::TensorType> types;
  Call& root() const { return *calls.front(); }
};

CallTree BuildCalls(const optimize::Program& program);

// "layer1.0" is inside "layer1" and inside "".
bool IsInside(llvm::StringRef path, llvm::StringRef module);

}  // namespace trident::codegen
