// Holds what is known of a value of a kernel beyond its type: how it is laid out, where it comes from, what it varies with.
//
// Kept beside the values, by their number. What is not known makes advice silent. Threads: immutable once noted, but for
// `varies`, which a loop raises for the names that it assigns.
#pragma once

#include "core/kernel/axis.h"

#include "llvm/ADT/SmallVector.h"

namespace trident::kernel {

struct Module;

// What the lanes hold that a mask left out of a load; Power: exp() of a filled lane, which is more than 0.
enum class Fill : uint8_t { None, Undefined, Zero, Power };

struct Trace {
  static constexpr uint16_t kAlways = UINT16_MAX;

  Axis axis;
  uint32_t root = 0;                        // A block of offsets: the block it was before `[:, None]`. A pointer: the parameter it began as.
  llvm::SmallVector<uint32_t, 2> offsets;   // A pointer: roots of the blocks that were added to it.
  llvm::SmallVector<uint32_t, 2> bounded;   // A mask: roots of the blocks that it holds below a number.
  uint16_t varies = 0;                      // The innermost loop whose iterations change it, counted from 1; 0: none.
  bool wide = false;                        // A pointer: a 64-bit offset was added to it.
  bool whole = false;                       // Counted by a loop that ends at a multiple of its step.
  Fill fill = Fill::None;
  uint8_t masked_dims = 0;                  // With a fill: along which dims the mask differs, a bit each.
  const Module* load_module = nullptr;      // With a fill: the load, which a caller in another file may have made.
  parse::NodeId load = parse::kNoNode;
};

// What a launch says of an argument beside its type.
struct ArgumentFacts {
  bool one_ruled_out = false;               // A number that the compiler sees as a runtime value.
  bool divisible = false;                   // By 16, as the compiler is told.
  std::optional<int64_t> value;
  std::optional<int64_t> elements;          // Of a tensor.
};

}  // namespace trident::kernel
