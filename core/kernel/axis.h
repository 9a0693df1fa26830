// Turns integer arithmetic of blocks into what the compiler and the GPU make of addresses: runs, multiples and steps.
//
// The first three figures of a dim follow Triton 3.6's own axis analysis and decide how wide a load is; the step says how
// far apart the elements of neighbouring threads are. Sizes that are symbols count as kNominalSize.
// Threads: pure. Cost: proportional to the rank.
#pragma once

#include "core/kernel/type.h"
#include "core/parse/tree.h"

#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <optional>

namespace trident::kernel {

inline constexpr int64_t kNominalSize = 64;

// From one element to the next along a dim.
struct Step {
  enum class Kind : uint8_t { Unknown, Known, Runtime };  // Runtime: a number that is not 1 for all that the compiler knows.
  Kind kind = Kind::Unknown;
  int64_t by = 0;

  static Step Of(int64_t by) { return {Kind::Known, by}; }
  static Step AtRuntime() { return {Kind::Runtime, 0}; }
  bool none() const { return kind == Kind::Known && by == 0; }
  friend bool operator==(const Step&, const Step&) = default;
};

struct AxisDim {
  int64_t contiguity = 1;   // Length of runs that grow by 1.
  int64_t divisibility = 1; // The power of two that divides the first of each run; of pointers, in bytes.
  int64_t constancy = 1;    // Length of equal runs.
  Step step;
};

struct Axis {
  llvm::SmallVector<AxisDim, 2> dims;  // One for a scalar.
  bool scalar = true;
  bool sure = false;                   // The compiler knows no more than this.
  std::optional<int64_t> constant;     // What the compiler knows it is.
  std::optional<int64_t> value;        // What the launch passes, which the compiler does not know.
  std::optional<int64_t> most;         // The largest value that some element has.

  // Nothing is known; `sure`: and the compiler knows nothing either.
  static Axis Some(const shape::Shape& shape, bool sure);
  static Axis OfConstant(int64_t value);
  // An argument, or program_id.
  static Axis OfScalar(int64_t divisibility, bool sure);
  static Axis OfRange(int64_t start, int64_t count);
  // Of a scalar.
  int64_t divisibility() const { return dims.empty() ? 1 : dims[0].divisibility; }
};

// The larger of equal powers of two that divide a number; 0 is divided by all of them.
int64_t PowerIn(int64_t value);
// `axis` of a value of shape `from`, as it takes part in an operation whose result has shape `to`.
Axis Stretch(const Axis& axis, const shape::Shape& from, const shape::Shape& to);
// x[:, None]: `added` says of each dim of the result whether it is new.
Axis Expand(const Axis& axis, llvm::ArrayRef<bool> added);
Axis PermuteAxes(const Axis& axis, llvm::ArrayRef<int64_t> order);
// Both stretched to one shape. `unit`: bytes of an element when `a` is a pointer, else 1.
Axis CombineAxes(parse::BinaryOp op, const Axis& a, const Axis& b, int64_t unit);
Axis CompareAxes(parse::CompareOp op, const Axis& a, const Axis& b);
// min(), max(), where(): what holds for both.
Axis Either(const Axis& a, const Axis& b);

// How a block of pointers is loaded or stored.
struct Access {
  unsigned fastest = 0;    // The dim along which neighbouring threads lie.
  int64_t elements = 1;    // Of one instruction.
};
Access AccessOf(const Axis& pointer, const Axis* mask, int64_t element_bytes, int64_t elements, int64_t warps);

}  // namespace trident::kernel
