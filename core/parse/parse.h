// Turns tokens into a tree; never fails.
//
// Input: a file's text (UTF-8, at most kMaxFileBytes) and its tokens. Output: the tree, syntax errors in source
// order, and the token range of every item (function or class at module or class level), for fingerprints.
// Text that is not Python becomes Error nodes that damage only their own statement or item.
// Threads: pure. Cost: linear in the text; iterative or depth-limited where nesting can be deep.
#pragma once

#include "core/base/fingerprint.h"
#include "core/lex/lex.h"
#include "core/parse/tree.h"
#include "core/source/change.h"

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace trident::parse {

struct SyntaxError {
  uint32_t start;
  uint32_t end;
  std::string message;  // In Python's own terms: "expected ':'".
};

inline constexpr uint32_t kNoItem = 0xFFFFFFFFu;

// A function or class that is a statement of the module or of a class body (at any depth of if/try/with around it).
struct Item {
  NodeId node;        // FunctionDef or ClassDef.
  NodeId first_word;  // Lowest word of the item's run; node ids minus this are item-local.
  uint32_t parent;    // Index of the enclosing class item, or kNoItem.
  // Of the item's tokens without comments, blank lines and layout that cannot change meaning, decorators included.
  // A class: everything in it. Moving an item or editing around it does not change it.
  Fingerprint fingerprint;
  // A class: without the bodies of its methods (their headers count). A function: its header only.
  Fingerprint interface_fingerprint;
};

// A logical line or a compound statement of the module.
struct Part {
  uint32_t start;           // Byte offset of its first token.
  uint32_t statements_end;  // Of the module's statements, those up to here are in it or before it,
  NodeId words_end;         // and of the tree's words.
  Fingerprint fingerprint;  // Of its tokens, as an item's.
};

struct ParseResult {
  Tree tree;
  std::vector<SyntaxError> errors;
  std::vector<Item> items;  // In source order; a class before its members.
  std::vector<Part> parts;  // The same; they hold all tokens.
};

struct ParseOptions {};

ParseResult Parse(llvm::StringRef text, const lex::TokenBuffer& tokens, const ParseOptions& options = {});

// Lex and Parse in one call, for callers that do not keep the tokens.
ParseResult ParseText(llvm::StringRef text);

// What ParseText gives for a text that came of another by a change in one part that leaves the form of its nodes; nothing
// where it may be otherwise, or where one of the texts has errors. Cost: reading that part, and moving the rest.
std::optional<ParseResult> Reparse(const ParseResult& before, llvm::StringRef text, const source::Change& change);

}  // namespace trident::parse
