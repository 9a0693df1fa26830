// Decodes number and string literals from a file's text, on demand.
//
// Threads: pure. A node whose literal is malformed (already reported as a syntax error) decodes to its best guess.
#pragma once

#include "core/parse/tree.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>

namespace trident::parse {

// The value of an Int node, or nullopt beyond 64-bit signed.
std::optional<int64_t> DecodeInt(llvm::StringRef text, const Tree& tree, NodeId node);
// The value of a Float node, or the imaginary part of an Imaginary node.
double DecodeFloat(llvm::StringRef text, const Tree& tree, NodeId node);
// UTF-8 text of a Str or FStringText node (surrogates written as WTF-8), bytes of a Bytes node.
std::string DecodeString(llvm::StringRef text, const Tree& tree, NodeId node);

}  // namespace trident::parse
