// Defaults of parameters that are written out: numbers, texts, truth values, None, and tuples and lists of them.
//
// What such a default is follows from its text alone, as what a function's body does. Who is given it is noted as who runs
// the body is, views of the function leave it out, and after an edit the functions that the script's statements made take
// the new one without these statements running again.
#pragma once

#include "core/eval/kept_model.h"
#include "core/eval/unit.h"

#include "llvm/ADT/ArrayRef.h"

#include <optional>

namespace trident::eval {

struct WrittenDefault {
  size_t function;                               // The FunctionDef's place on the path.
  parse::NodeId value;                           // Parameter's default.
};

// The default that is written out and that the path, from the root, ends in; of several functions the outermost one's.
std::optional<WrittenDefault> DefaultOn(const Unit& unit, llvm::ArrayRef<parse::NodeId> path);

// Where the function that was defined there holds what the path ends in; null: nowhere.
Value* HeldDefault(const Unit& unit, llvm::ArrayRef<parse::NodeId> path, const WrittenDefault& written, const Definitions& definitions);

// Of a Str, Int or the like, in the text of `unit`.
Value LiteralValue(const Unit& unit, parse::NodeId literal);

}  // namespace trident::eval
