// Turns a tree into text in the form of CPython's ast.dump, for people and for comparison with CPython.
//
// As ast.dump of 3.12 prints it (empty lists shown, absent optional fields left out), with one difference: strings
// are quoted as by ascii(). Error nodes print as Error(...). Threads: pure. Cost: linear, without recursion.
#pragma once

#include "core/parse/tree.h"

#include "llvm/ADT/StringRef.h"

#include <string>

namespace trident::parse {

struct DumpOptions {
  bool places = false;  // Append "@start-end" (byte offsets) to expressions, statements and patterns.
};

std::string DumpTree(llvm::StringRef text, const Tree& tree, const DumpOptions& options = {});

}  // namespace trident::parse
