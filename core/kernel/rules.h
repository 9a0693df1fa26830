// Holds what the rules of triton.language share. Internal to core/kernel.
#pragma once

#include "core/kernel/interp.h"

namespace trident::kernel {

#define TRIDENT_RULE(name, method, apply, parameters) Value apply(Site& site);
#include "core/kernel/rules.def"

// A shape argument: a tuple, or the numbers themselves (`*shape`). `index`: the argument to point at. nullopt: it was
// reported, or it is not known; then *open says which.
struct ShapeArgument {
  bool known = false;
  bool failed = false;
  shape::Shape shape;
};
// Checks each size as blocks need it: a constant power of two, 2^20 elements at most.
ShapeArgument ReadShape(Site& site, const Value& value, unsigned index);
// A tuple of constants; nullopt when a part is not known.
std::optional<llvm::SmallVector<int64_t, 4>> ConstantList(llvm::ArrayRef<Value> values);
// Reports a size that is no power of two and blocks that are too large; false when it did.
bool CheckBlock(Site& site, shape::Shape shape, unsigned index);
// The dtype argument; nullopt when it was reported or is unknown (then the type is of unknown scalar).
std::optional<Type> ReadDType(Site& site, unsigned index);
// The tensor of an argument; nullopt when it is none that is understood. None and strings are reported.
std::optional<Value> TensorOf(Site& site, unsigned index);
// A constant int argument. Runtime values are reported as "must be constant" and set failed.
std::optional<int64_t> ConstantOf(Site& site, unsigned index, llvm::StringRef what, bool& failed);
// Reports a scalar where a block is needed; false when it did.
bool IsBlock(Site& site, const Value& input);
std::string NameOf(const Site& site);  // "tl.load"
// A string argument that must be one of a set; "" always is.
bool CheckWord(Site& site, unsigned index, llvm::StringRef what, llvm::ArrayRef<llvm::StringRef> allowed);

// A call of libdevice.<name>; Unknown for functions whose types are not described.
Value ApplyLibdevice(Interp& interp, parse::NodeId node, llvm::StringRef name, llvm::ArrayRef<Value> args);

}  // namespace trident::kernel
