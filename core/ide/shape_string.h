// Turns string literals that describe shapes into their axes: jaxtyping annotations, einops patterns, einsum equations.
// Internal to core/ide.
//
// What makes a string one is where it stands: `Float[Tensor, "b c"]`, `rearrange(x, "b c -> c b")`, `einsum("ij,jk", …)`.
// Strings with escapes or of several parts are left alone, because their text and their source differ. Threads: pure.
#pragma once

#include "core/eval/unit.h"

#include <vector>

namespace trident::ide {

enum class ShapeStringKind : uint8_t { Annotation, Pattern, Equation };

struct ShapeString {
  ShapeStringKind kind = ShapeStringKind::Annotation;
  parse::NodeId node = parse::kNoNode;
  parse::NodeId tensor = parse::kNoNode;  // What it describes: the annotated Parameter or target, the pattern's argument.
  uint32_t start = 0, end = 0;            // Of the text between the quotes.
};

struct Axis {
  uint32_t start, end;
  bool is_output;        // After "->".
  uint32_t index;        // Among the axes of its side; those in one pair of parentheses share it.
};

std::vector<ShapeString> ShapeStrings(const eval::Unit& unit);
// The names of axes in it, without numbers, "...", "*" and "_".
std::vector<Axis> AxesOf(const eval::Unit& unit, const ShapeString& string);

}  // namespace trident::ide
