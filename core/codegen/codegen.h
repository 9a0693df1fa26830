// Turns a program into readable PyTorch source: one class per module, weights named as in the original's state_dict.
//
// The text imports torch only. Equal modules share a class. Sizes that were constants are written as constants, so the
// module works for inputs of the sizes it was generated for; symbolic sizes are read from the inputs. Where weights
// differ from the original's, `convert_state_dict` in the text makes them. Threads: pure. Cost: linear in the nodes.
#pragma once

#include "core/optimize/program.h"

#include <optional>
#include <string>

namespace trident::codegen {

struct Options {
  std::string source;       // The file that the model is in, as the header names it.
  std::string source_hash;  // Of its content.
  std::string version;      // Of Trident.
  int level = 0;
};

struct Module {
  std::string text;
  std::string class_name;   // Of the entry.
  unsigned classes = 0;
};

std::optional<Module> Emit(const optimize::Program& program, const Options& options, optimize::Obstacle& obstacle);

// Whether `text` was written by Emit, and not changed since.
enum class Origin : uint8_t { Foreign, Generated, Edited };
Origin OriginOf(llvm::StringRef text);

}  // namespace trident::codegen
