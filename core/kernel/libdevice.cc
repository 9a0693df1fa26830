// Rules: the functions of tl.extra.libdevice, which take exact dtypes and promote nothing for one argument.
#include "core/kernel/rules.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::kernel {

namespace {

constexpr llvm::StringRef kUnary[] = {
    "rsqrt", "ceil", "trunc", "exp2", "floor", "sqrt", "rint", "nearbyint", "sin", "cos", "sinpi", "cospi", "tan", "log2", "exp", "exp10", "cosh", "sinh",
    "tanh", "atan", "asin", "acos", "log", "log10", "log1p", "acosh", "asinh", "atanh", "expm1", "cbrt", "rcbrt", "j0", "j1", "y0", "y1", "cyl_bessel_i0",
    "cyl_bessel_i1", "erf", "erfinv", "erfc", "erfcx", "erfcinv", "normcdfinv", "normcdf", "lgamma", "tgamma", "round"};
constexpr llvm::StringRef kBinary[] = {"copysign", "nextafter", "atan2", "hypot", "rhypot", "fmod", "remainder", "fdim"};
constexpr llvm::StringRef kFast[] = {"fast_sinf", "fast_cosf", "fast_tanf", "fast_log2f", "fast_logf", "fast_log10f", "fast_expf", "fast_exp10f"};
constexpr llvm::StringRef kPredicates[] = {"isnan", "isinf"};

bool IsIn(llvm::ArrayRef<llvm::StringRef> list, llvm::StringRef name) { return llvm::is_contained(list, name); }

}  // namespace

Value ApplyLibdevice(Interp& interp, parse::NodeId node, llvm::StringRef name, llvm::ArrayRef<Value> args) {
  bool unary = IsIn(kUnary, name), fast = IsIn(kFast, name), predicate = IsIn(kPredicates, name);
  bool binary = IsIn(kBinary, name);
  if (args.size() != (binary ? 2u : 1u) || !(unary || fast || predicate || binary)) return Value::Unknown();
  for (const Value& arg : args) {
    if (!arg.is(Kind::Tensor) && !arg.is(Kind::Constant)) return Value::Unknown();
  }
  Value x = binary ? interp.Combine(node, ("libdevice." + name).str(), args[0], args[1], false, false) : interp.ToTensor(node, args[0]);
  if (!x.is(Kind::Tensor) || x.vague || x.type.pointer == Pointer::Maybe) return Value::Unknown();
  Scalar s = x.type.scalar;
  bool good = s == Scalar::Unknown || s == Scalar::Fp32 || (s == Scalar::Fp64 && !fast);
  if (x.type.is_pointer() || !good) {
    return interp.Report("triton-function-dtype", node, "libdevice." + name.str() + " takes " + (fast ? "f32" : "f32 and f64") + ", not " + x.ToString() + ": cast with .to(tl.float32)");
  }
  return interp.Fresh(predicate ? x.type.With(Scalar::Int1) : x.type);
}

}  // namespace trident::kernel
