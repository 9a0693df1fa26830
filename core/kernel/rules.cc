#include "core/kernel/rules.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::kernel {

using shape::Dim;
using shape::Shape;

static constexpr Rule kRules[] = {
#define TRIDENT_RULE(name, method, apply, parameters) {name, parameters, method, &apply},
#include "core/kernel/rules.def"
};

const Rule* FindRule(llvm::StringRef name) {
  static const llvm::StringMap<const Rule*> kByName = [] {
    llvm::StringMap<const Rule*> map;
    for (const Rule& rule : kRules) map[rule.name] = &rule;
    return map;
  }();
  auto found = kByName.find(name);
  return found == kByName.end() ? nullptr : found->second;
}

static std::vector<RuleParameter> ReadParameters(const Rule& rule) {
  std::vector<RuleParameter> out;
  llvm::SmallVector<llvm::StringRef, 8> parts;
  llvm::StringRef(rule.parameters).split(parts, ',', -1, false);
  for (llvm::StringRef part : parts) {
    part = part.trim();
    RuleParameter parameter;
    parameter.rest = part.consume_front("*");
    parameter.optional = part.consume_back("=");
    parameter.name = part;
    out.push_back(parameter);
  }
  return out;
}

llvm::ArrayRef<RuleParameter> ParametersOf(const Rule& rule) {
  static const std::vector<std::vector<RuleParameter>> kAll = [] {
    std::vector<std::vector<RuleParameter>> all;
    for (const Rule& each : kRules) all.push_back(ReadParameters(each));
    return all;
  }();
  return kAll[&rule - kRules];
}

std::vector<LanguageFunction> LanguageFunctions() {
  std::vector<LanguageFunction> out;
  for (const Rule& rule : kRules) {
    if (llvm::StringRef(rule.name).contains('.')) continue;
    LanguageFunction function{rule.name, {}};
    llvm::SmallVector<llvm::StringRef, 8> parts;
    llvm::StringRef(rule.parameters).split(parts, ',', -1, false);
    for (llvm::StringRef part : parts) function.parameters.push_back(part.trim().str());
    out.push_back(std::move(function));
  }
  return out;
}

bool IsOtherLanguageName(llvm::StringRef name) {
  static constexpr llvm::StringRef kNames[] = {
      "TRITON_MAX_TENSOR_NUMEL", "PropagateNan", "block_type", "const", "slice", "void", "tensor_descriptor", "tensor_descriptor_type", "str_to_ty",
      "bitonic_merge", "philox_impl", "pair_uniform_to_normal", "dtype", "tuple_type", "pi32_t", "topk", "constexpr_type", "builtin", "extra",
      "nv_tma_desc_type", "CONSTEXPR_0", "squeeze", "unsqueeze", "to_ir", "async_task", "add_", "libdevice", "_experimental_descriptor_load",
      "_experimental_descriptor_store", "_experimental_make_tensor_descriptor", "experimental_descriptor_load", "experimental_descriptor_store"};
  return llvm::is_contained(kNames, name) || name.starts_with("_");
}

std::string DidYouMean(llvm::StringRef word, llvm::ArrayRef<llvm::StringRef> names) {
  llvm::StringRef best;
  unsigned distance = std::min<unsigned>(4, word.size() / 2 + 1);
  for (llvm::StringRef name : names) {
    unsigned d = word.edit_distance(name, true, distance);
    if (d < distance) distance = d, best = name;
  }
  return best.empty() ? "" : (": did you mean `" + best + "`?").str();
}

std::string Suggestion(llvm::StringRef name) {
  static constexpr llvm::StringRef kLibdevice[] = {"tanh", "erf", "expm1", "log1p", "pow", "atan", "atan2", "acos", "asin", "sinh", "cosh", "tan", "round",
                                                   "rint", "trunc", "isnan", "isinf", "fmod", "hypot", "cbrt", "log10", "exp10", "fast_expf", "fast_dividef"};
  if (llvm::is_contained(kLibdevice, name)) return "tl.extra.libdevice." + name.str();
  if (name == "pow") return "tl.exp2(tl.log2(x) * y)";
  if (name == "bool") return "tl.int1";
  if (name == "float" || name == "float_") return "tl.float32";
  if (name == "int" || name == "long") return name == "int" ? "tl.int32" : "tl.int64";
  if (name == "half") return "tl.float16";
  if (name == "double") return "tl.float64";
  unsigned best = 3;
  std::string out;
  for (const Rule& rule : kRules) {
    llvm::StringRef each = rule.name;
    if (each.contains('.')) continue;
    unsigned distance = name.edit_distance(each, true, best);
    if (distance < best) {
      best = distance;
      out = "tl." + each.str();
    }
  }
  return out;
}

std::string NameOf(const Site& site) {
  llvm::StringRef name = site.rule.name;
  return name.contains('.') ? name.split('.').second.str() + "()" : "tl." + name.str();
}

bool IsBlock(Site& site, const Value& input) {
  bool scalar = !input.vague && input.type.is_scalar() && input.type.pointer != Pointer::Maybe;
  if (scalar) site.Fail("triton-rank", NameOf(site) + " needs a block, not " + input.ToString());
  return !scalar;
}

// An odd number that divides the size whatever its symbols are; 0: none is known.
static int OddFactor(shape::Dim size) {
  for (int factor : {3, 5, 7}) {
    shape::Dim part = shape::FloorDiv(size, factor);
    if (!part.is_unknown() && part * factor == size) return factor;
  }
  return 0;
}

bool CheckBlock(Site& site, Shape shape, unsigned index) {
  static constexpr int64_t kMaxElements = 1 << 20;
  int64_t elements = 1;
  for (unsigned i = 0; i < shape.rank(); ++i) {
    std::optional<int64_t> size = shape.dims()[i].value();
    if (int factor = shape.dims()[i].is_symbolic() ? OddFactor(shape.dims()[i]) : 0) {
      site.FailAt(index, "triton-power-of-two",
                  "size " + std::to_string(i) + " of the block is " + shape.dims()[i].ToString() + ", a multiple of " + std::to_string(factor) + " and so never a power of two");
      return false;
    }
    if (!size) continue;
    if (*size <= 0 || (*size & (*size - 1)) != 0) {
      site.FailAt(index, "triton-power-of-two", "size " + std::to_string(i) + " of the block is " + std::to_string(*size) + ", not a power of two");
      return false;
    }
    elements = elements > kMaxElements ? elements : elements * *size;
  }
  if (elements <= kMaxElements) return true;
  site.FailAt(index, "triton-block-size", "a block of " + shape.ToString() + " has more than " + std::to_string(kMaxElements) + " elements");
  return false;
}

ShapeArgument ReadShape(Site& site, const Value& value, unsigned index) {
  ShapeArgument out;
  if (value.is(Kind::Constant) && value.constant != Constant::Unknown) {
    if (value.AsInt() || value.constant == Constant::Int) {
      site.FailAt(index, "triton-shape-argument", "a shape is a tuple or list: write `(" + site.interp.SourceOf(site.node_of(index)) + ",)`");
      out.failed = true;
    }
    return out;
  }
  if (!value.is(Kind::Tuple)) return out;
  llvm::SmallVector<Dim, 4> dims;
  for (const Value& size : value.elements()) {
    if (size.is(Kind::Tensor) && !size.vague) {
      site.FailAt(index, "triton-constexpr-needed",
                  "the sizes of a block must be compile-time constants, and one is a runtime value (" + size.ToString() + "): annotate it with tl.constexpr");
      out.failed = true;
      return out;
    }
    bool number = size.is(Kind::Constant) && (size.constant == Constant::Int || size.constant == Constant::Bool || size.constant == Constant::Unknown);
    dims.push_back(number ? size.integer : Dim::Unknown());
  }
  out.shape = Shape::Of(dims);
  out.failed = !CheckBlock(site, out.shape, index);
  out.known = !out.failed;
  return out;
}

std::optional<llvm::SmallVector<int64_t, 4>> ConstantList(llvm::ArrayRef<Value> values) {
  llvm::SmallVector<int64_t, 4> out;
  for (const Value& value : values) {
    std::optional<int64_t> number = value.AsInt();
    if (!number) return std::nullopt;
    out.push_back(*number);
  }
  return out;
}

std::optional<Type> ReadDType(Site& site, unsigned index) {
  const Value& value = site.at(index);
  if (value.is_constant(Constant::DType)) return value.type.With(Shape::Scalar());
  if (value.is_constant(Constant::Str)) {
    site.FailAt(index, "triton-dtype-argument", "a dtype is an object such as tl.float32, not the string '" + Text(value.symbol).str() + "'");
    return std::nullopt;
  }
  bool number = value.is_constant(Constant::Int) || value.is_constant(Constant::Float) || (value.is(Kind::Tensor) && !value.vague);
  if (number) {
    site.FailAt(index, "triton-dtype-argument", "a dtype such as tl.float32 is needed here, not " + value.ToString());
    return std::nullopt;
  }
  return Type::Of(Scalar::Unknown);
}

std::optional<Value> TensorOf(Site& site, unsigned index) {
  const Value& value = site.at(index);
  if (value.is(Kind::Tensor) || value.is(Kind::Poison)) return value;
  if (!value.is(Kind::Constant)) return std::nullopt;
  switch (value.constant) {
    case Constant::Unknown: {
      Value out = Value::Argument();
      return out;
    }
    case Constant::Bool:
    case Constant::Int:
    case Constant::Float: return site.interp.Fresh(Type::Of(ScalarOf(value)));
    case Constant::None:
      if (site.given(index)) site.FailAt(index, "triton-none", NameOf(site) + " got None instead of a tensor");
      return std::nullopt;
    case Constant::Str: site.FailAt(index, "triton-string-value", NameOf(site) + " got a string instead of a tensor"); return std::nullopt;
    default: return std::nullopt;
  }
}

std::optional<int64_t> ConstantOf(Site& site, unsigned index, llvm::StringRef what, bool& failed) {
  const Value& value = site.at(index);
  if (value.is(Kind::Tensor) && !value.vague) {
    site.FailAt(index, "triton-constexpr-needed", (what + " must be a compile-time constant, not a runtime value (" + value.ToString() + ")").str());
    failed = true;
    return std::nullopt;
  }
  return value.AsInt();
}

bool CheckWord(Site& site, unsigned index, llvm::StringRef what, llvm::ArrayRef<llvm::StringRef> allowed) {
  const Value& value = site.at(index);
  if (!value.is_constant(Constant::Str)) return true;
  llvm::StringRef word = Text(value.symbol);
  if (word.empty() || llvm::is_contained(allowed, word)) return true;
  std::string list;
  for (llvm::StringRef each : allowed) list += (list.empty() ? "" : ", ") + each.str();
  site.FailAt(index, "triton-modifier", (what + " '" + word + "' does not exist here: use one of " + list).str());
  return false;
}

}  // namespace trident::kernel
