// The natives that record what Triton kernels are launched with.
#include "core/eval/interp.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::eval {
namespace {

constexpr int kMaxDepth = 4;  // Of tuples in tuples.

const FunctionObj* AsFunction(const Value& value) { return value.is(Kind::Function) ? As<FunctionObj>(value) : nullptr; }

const Value* AttributeOf(const Value& value, llvm::StringRef name) {
  return value.is(Kind::Instance) ? As<InstanceObj>(value)->attributes.Find(Intern(name)) : nullptr;
}

// The name of an instance's class, when Trident's own description of triton defines it.
llvm::StringRef TritonClass(const Value& value) {
  if (!value.is(Kind::Instance)) return "";
  const ClassObj* cls = As<InstanceObj>(value)->cls;
  bool described = cls->module && Text(cls->module->name).starts_with("triton") && cls->module->prelude;
  return described ? Text(cls->name) : llvm::StringRef();
}

// The Python type of what no parameter of a kernel can take; empty for everything else.
llvm::StringRef MisfitType(const Value& value) {
  switch (value.kind) {
    case Kind::List: return "list";
    case Kind::Dict: return "dict";
    case Kind::Set: return "set";
    case Kind::DType: return "torch.dtype";
    case Kind::Function: return "function";
    case Kind::Tensor: return shape::IsComplex(As<TensorObj>(value)->type.dtype) ? "complex tensor" : "";
    default: return "";
  }
}

LaunchValue Describe(const Value& value, int depth = 0) {
  using Of = LaunchValue::Kind;
  LaunchValue out;
  if (llvm::StringRef type = MisfitType(value); depth == 0 && !type.empty()) {
    out.kind = Of::Misfit;
    out.text = type.str();
    return out;
  }
  switch (value.kind) {
    case Kind::None: out.kind = Of::None; return out;
    case Kind::Bool:
      out.kind = Of::Bool;
      out.known = !value.some();
      out.integer = shape::Dim(value.truth_bit());
      return out;
    case Kind::Int:
      if (value.guess()) return out;
      out.kind = Of::Int;
      out.integer = value.dim();
      out.known = out.integer.is_constant();
      return out;
    case Kind::Float:
      out.kind = Of::Float;
      out.known = !value.some();
      out.number = value.number;
      return out;
    case Kind::Str:
      if (value.some()) return out;
      out.kind = Of::Str;
      out.text = value.text().str();
      return out;
    case Kind::Tensor:
      out.kind = Of::Tensor;
      out.dtype = As<TensorObj>(value)->type.dtype;
      out.integer = As<TensorObj>(value)->type.shape.numel();
      return out;
    case Kind::Tuple:
    case Kind::List:
      if (depth >= kMaxDepth || As<ListObj>(value)->open) return out;
      out.kind = Of::Tuple;
      for (const Value& item : As<ListObj>(value)->items) out.elements.push_back(Describe(item, depth + 1));
      return out;
    default: break;
  }
  llvm::StringRef cls = TritonClass(value);
  if (cls == "JITFunction") {
    const Value* wrapped = AttributeOf(value, "fn");
    const FunctionObj* function = wrapped ? AsFunction(*wrapped) : nullptr;
    if (!function || !function->module->unit) return out;
    out.kind = Of::Function;
    out.unit = function->module->unit.get();
    out.node = function->node;
  } else if (cls == "dtype") {
    const Value* name = AttributeOf(value, "name");
    if (!name || !name->is(Kind::Str) || name->some()) return out;
    out.kind = Of::DType;
    out.text = name->text().str();
  } else if (cls == "constexpr") {
    const Value* inner = AttributeOf(value, "value");
    return inner && depth < kMaxDepth ? Describe(*inner, depth + 1) : out;
  } else if (cls == "TensorDescriptor") {
    const Value *base = AttributeOf(value, "base"), *block = AttributeOf(value, "block_shape");
    if (!base || !base->is(Kind::Tensor) || !block) return out;
    LaunchValue sizes = Describe(*block, depth + 1);
    if (sizes.kind != Of::Tuple) return out;
    out.kind = Of::Descriptor;
    out.dtype = As<TensorObj>(*base)->type.dtype;
    out.elements = std::move(sizes.elements);
  }
  return out;
}

// The kernel and the place of the call; false when they are not known.
bool Start(Interp& interp, const Args& args, KernelLaunch& launch) {
  const FunctionObj* function = args.positional.empty() ? nullptr : AsFunction(args.positional[0]);
  if (!function || !function->module->unit) return false;
  launch.unit = function->module->unit.get();
  launch.function = function->node;
  std::vector<Place> stack = interp.Stack();
  if (!stack.empty()) {
    launch.call_unit = stack.front().unit;
    launch.call = stack.front().node;
  }
  return true;
}

// What the Config objects of a tuner set; nothing when one of them is not known.
void KeepConfigs(const Value& configs, KernelLaunch& launch) {
  if (!(configs.is(Kind::List) || configs.is(Kind::Tuple)) || As<ListObj>(configs)->open) return;
  for (const Value& each : As<ListObj>(configs)->items) {
    const Value* values = TritonClass(each) == "Config" ? AttributeOf(each, "kwargs") : nullptr;
    if (!values || !values->is(Kind::Dict) || As<DictObj>(*values)->open) return launch.configs.clear();
    auto& config = launch.configs.emplace_back();
    for (const DictObj::Item& item : As<DictObj>(*values)->items) {
      if (item.live && item.key.is(Kind::Str) && !item.key.some()) config.emplace_back(item.key.text().str(), Describe(item.value));
    }
    for (const char* option : {"num_warps", "num_stages"}) {
      if (const Value* value = AttributeOf(each, option)) config.emplace_back(option, Describe(*value));
    }
  }
}

void Keep(Interp& interp, KernelLaunch launch) {
  interp.NoteUnsummarised();
  // A loop launches the same thing again and again; what is equal is told apart later, a flood is cut here.
  static constexpr size_t kMaxLaunches = 256;
  // On a path that may not be taken, None may stand for what is never passed.
  if (interp.uncertain()) return;
  if (interp.outcome().launches.size() < kMaxLaunches) interp.outcome().launches.push_back(std::move(launch));
}

}  // namespace

// kernel_launch(function, args, kwargs, grid, configs)
Value KernelLaunchNative(Interp& interp, const Args& args) {
  KernelLaunch launch;
  if (args.positional.size() < 3 || !Start(interp, args, launch)) return Value::None();
  const Value &positional = args.positional[1], &keywords = args.positional[2];
  if (positional.is(Kind::Tuple) || positional.is(Kind::List)) {
    launch.open = As<ListObj>(positional)->open;
    for (const Value& item : As<ListObj>(positional)->items) launch.positional.push_back(Describe(item));
  } else {
    launch.open = true;
  }
  if (keywords.is(Kind::Dict)) {
    launch.open |= As<DictObj>(keywords)->open;
    for (const DictObj::Item& item : As<DictObj>(keywords)->items) {
      if (item.live && item.key.is(Kind::Str) && !item.key.some()) launch.keywords.emplace_back(item.key.text().str(), Describe(item.value));
    }
  } else {
    launch.open = true;
  }
  // Of a grid its kind and its numbers matter; a list of sizes does as well as a tuple.
  if (args.positional.size() > 3) launch.grid = Describe(args.positional[3], 1);
  if (args.positional.size() > 4) KeepConfigs(args.positional[4], launch);
  Keep(interp, std::move(launch));
  return Value::None();
}

// kernel_signature(function, signature, constants, target, options): parameters by name or position, types as in "*fp32".
Value KernelSignatureNative(Interp& interp, const Args& args) {
  KernelLaunch launch;
  if (args.positional.size() < 4 || !Start(interp, args, launch)) return Value::None();
  launch.by_type = true;
  if (args.positional[3].is(Kind::Str) && !args.positional[3].some()) launch.target = args.positional[3].text().str();
  const FunctionObj* function = As<FunctionObj>(args.positional[0]);
  for (unsigned part : {1u, 2u, 4u}) {
    if (part >= args.positional.size() || !args.positional[part].is(Kind::Dict)) continue;
    for (const DictObj::Item& item : As<DictObj>(args.positional[part])->items) {
      if (!item.live) continue;
      std::string name;
      Value key = item.key;
      if (key.is(Kind::Tuple) && As<ListObj>(key)->items.size() == 1) key = As<ListObj>(key)->items[0];
      if (key.is(Kind::Str) && !key.some()) name = key.text().str();
      if (std::optional<int64_t> index = key.is(Kind::Int) ? key.AsInt() : std::nullopt; index && *index >= 0 && *index < static_cast<int64_t>(function->info->parameters.size())) {
        name = Text(function->info->parameters[*index].name).str();
      }
      if (name.empty()) continue;
      LaunchValue value = Describe(item.value);
      if (part == 1) {
        if (value.kind != LaunchValue::Kind::Str || value.text == "constexpr") continue;
        value.kind = LaunchValue::Kind::Type;
      }
      launch.keywords.emplace_back(std::move(name), std::move(value));
    }
  }
  Keep(interp, std::move(launch));
  return Value::None();
}

}  // namespace trident::eval
