// The `_trident` module: what the prelude asks of the interpreter; and `math`.
#include "core/eval/interp.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringSwitch.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>

namespace trident::eval {

// introspection_natives.cc, module_natives.cc, regex_natives.cc
Value SignatureNative(Interp& interp, const Args& args);
Value AnnotationsNative(Interp& interp, const Args& args);
Value TypeHintsNative(Interp& interp, const Args& args);
Value ModuleExistsNative(Interp& interp, const Args& args);
Value RegexMatchNative(Interp& interp, const Args& args);
Value RegexAllNative(Interp& interp, const Args& args);
Value RegexNamesNative(Interp& interp, const Args& args);
// launch_natives.cc
Value KernelLaunchNative(Interp& interp, const Args& args);
Value KernelSignatureNative(Interp& interp, const Args& args);

namespace {

const Value& Arg(const Args& args, size_t i) {
  static const Value none = Value::None();
  return i < args.positional.size() ? args.positional[i] : none;
}

InstanceObj* AsModule(const Value& value) {
  return value.is(Kind::Instance) && As<InstanceObj>(value)->cls->is_nn_module ? As<InstanceObj>(value) : nullptr;
}

bool Flag(Interp& interp, const Args& args, size_t i, const char* name, bool fallback) {
  const Value* value = i < args.positional.size() ? &args.positional[i] : args.Keyword(Intern(name));
  return value ? interp.Truth(*value) != Tri::False : fallback;
}

Value UnknownOf(Interp& interp, const Args& args) {
  const Value& reason = Arg(args, 0);
  return interp.Lost(reason.is(Kind::Str) && !reason.some() ? reason.text() : "described as unknown");
}

Value Attributes(Interp& interp, const Args& args) {
  if (!Arg(args, 0).is(Kind::Instance)) return interp.Lost("attributes of an unknown object");
  llvm::SmallVector<Value, 16> pairs;
  for (const auto& [name, value] : As<InstanceObj>(Arg(args, 0))->attributes.entries()) pairs.push_back(interp.NewTuple({Value::Str(name), value}));
  return interp.NewList(pairs);
}

Value IsTensor(Interp&, const Args& args) { return Arg(args, 0).unknown() ? Value::SomeBool() : Value::Bool(Arg(args, 0).is(Kind::Tensor)); }
Value IsParameter(Interp&, const Args& args) {
  if (Arg(args, 0).unknown()) return Value::SomeBool();
  return Value::Bool(Arg(args, 0).is(Kind::Tensor) && As<TensorObj>(Arg(args, 0))->parameter);
}
Value IsBuffer(Interp&, const Args& args) { return Arg(args, 0).is(Kind::Tensor) ? Value::SomeBool() : Value::Bool(false); }

Value MakeParameter(Interp& interp, const Args& args) { return interp.MakeTensorObject(Native::Parameter, args); }
Value MakeBuffer(Interp& interp, const Args& args) { return interp.MakeTensorObject(Native::Buffer, args); }

Value MarkBuffer(Interp& interp, const Args& args) {
  InstanceObj* module = AsModule(Arg(args, 0));
  if (!module || !Arg(args, 1).is(Kind::Str)) return Value::None();
  interp.heap().WillWrite(module);
  Symbol name = Arg(args, 1).symbol();
  if (!llvm::is_contained(module->buffers, name)) module->buffers.push_back(name);
  if (!Flag(interp, args, 2, "persistent", true)) module->transient_buffers.push_back(name);
  return Value::None();
}

Value MarkModule(Interp& interp, const Args& args) {
  InstanceObj* module = AsModule(Arg(args, 0));
  if (!module || !Arg(args, 1).is(Kind::Str)) return Value::None();
  Symbol name = Arg(args, 1).symbol();
  const Value* child = module->attributes.Find(name);
  if (!child || AsModule(*child) || llvm::is_contained(module->placeholders, name)) return Value::None();
  interp.heap().WillWrite(module);
  module->placeholders.push_back(name);
  return Value::None();
}

// Visits a module and all below it, parents first, each once.
void Walk(InstanceObj* module, const std::string& path, llvm::DenseSet<InstanceObj*>& seen, llvm::function_ref<void(InstanceObj*, const std::string&)> visit) {
  if (!seen.insert(module).second) return;
  visit(module, path);
  for (const auto& [name, value] : module->attributes.entries()) {
    if (InstanceObj* child = AsModule(value)) Walk(child, path.empty() ? Text(name).str() : path + "." + Text(name).str(), seen, visit);
  }
}

Value SetTraining(Interp& interp, const Args& args) {
  InstanceObj* module = AsModule(Arg(args, 0));
  if (!module) return Value::None();
  llvm::DenseSet<InstanceObj*> seen;
  Walk(module, "", seen, [&](InstanceObj* each, const std::string&) {
    interp.heap().WillWrite(each);
    each->attributes.Set(N().training, Arg(args, 1));
  });
  return Value::None();
}

Value NamedModules(Interp& interp, const Args& args) {
  InstanceObj* module = AsModule(Arg(args, 0));
  if (!module) return interp.Lost("modules of an unknown object");
  llvm::SmallVector<Value, 32> pairs;
  llvm::DenseSet<InstanceObj*> seen;
  Walk(module, "", seen, [&](InstanceObj* each, const std::string& path) { pairs.push_back(interp.NewTuple({Value::Str(path), Value::Obj(each)})); });
  return interp.NewList(pairs);
}

// The modules among the attributes, each once: what is not known to be a module is none.
Value NamedChildren(Interp& interp, const Args& args) {
  InstanceObj* module = AsModule(Arg(args, 0));
  if (!module) return interp.Lost("modules of an unknown object");
  llvm::SmallVector<Value, 16> pairs;
  llvm::DenseSet<InstanceObj*> seen;
  for (const auto& [name, value] : module->attributes.entries()) {
    InstanceObj* child = AsModule(value);
    if (child && seen.insert(child).second) pairs.push_back(interp.NewTuple({Value::Str(name), value}));
  }
  return interp.NewList(pairs);
}

Value NamedList(Interp& interp, const Args& args, bool parameters, bool names, bool recurse, llvm::StringRef prefix) {
  InstanceObj* module = AsModule(Arg(args, 0));
  if (!module) return interp.Lost("tensors of an unknown module");
  llvm::SmallVector<Value, 32> out;
  for (const auto& [name, tensor] : interp.NamedTensors(module, parameters, !parameters, true)) {
    if (!recurse && llvm::StringRef(name).contains('.')) continue;
    std::string path = prefix.empty() ? name : (prefix + "." + name).str();
    out.push_back(names ? interp.NewTuple({Value::Str(path), Value::Obj(tensor)}) : Value::Obj(tensor));
  }
  return interp.NewList(out);
}

Value Parameters(Interp& interp, const Args& args) { return NamedList(interp, args, true, false, Flag(interp, args, 1, "recurse", true), ""); }

llvm::StringRef Prefix(const Args& args) {
  const Value& prefix = Arg(args, 1);
  return prefix.is(Kind::Str) && !prefix.some() ? prefix.text() : "";
}

Value NamedParameters(Interp& interp, const Args& args) { return NamedList(interp, args, true, true, Flag(interp, args, 2, "recurse", true), Prefix(args)); }
Value NamedBuffers(Interp& interp, const Args& args) { return NamedList(interp, args, false, true, Flag(interp, args, 2, "recurse", true), Prefix(args)); }

Value StateDict(Interp& interp, const Args& args) {
  InstanceObj* module = AsModule(Arg(args, 0));
  if (!module) return interp.Lost("the state of an unknown module");
  DictObj* dict = interp.NewDict();
  for (const auto& [name, tensor] : interp.NamedTensors(module, true, true, false)) interp.DictSet(dict, Value::Str(Prefix(args).str() + name), Value::Obj(tensor));
  return Value::Obj(dict);
}

Value Convert(Interp& interp, const Args& args) {
  InstanceObj* module = AsModule(Arg(args, 0));
  if (!module || !Arg(args, 1).is(Kind::DType)) return Value::None();
  bool floating_only = Flag(interp, args, 3, "floating_only", true);
  for (const auto& [name, tensor] : interp.NamedTensors(module, true, true, true)) {
    if (floating_only && !shape::IsFloating(tensor->type.dtype) && !shape::IsComplex(tensor->type.dtype)) continue;
    interp.heap().WillWrite(tensor);
    tensor->type.dtype = Arg(args, 1).dtype();
  }
  return Value::None();
}

Value CachedProperty(Interp& interp, const Args& args) {
  auto* property = interp.heap().New<PropertyObj>();
  property->getter = Arg(args, 0);
  property->cached = true;
  return Value::Obj(property);
}

Value PartialMethod(Interp& interp, const Args& args) {
  Value partial = interp.InstantiateNative(interp.NativeClass(Native::Partial), args);
  if (partial.is(Kind::Partial)) As<PartialObj>(partial)->method = true;
  return partial;
}

Value MakeNamedTupleClass(Interp& interp, const Args& args) {
  const Value* name_keyword = args.Keyword(Intern("typename"));
  const Value* fields_keyword = args.Keyword(Intern("field_names"));
  Value name = name_keyword ? *name_keyword : Arg(args, 0);
  if (!name.is(Kind::Str) || name.some()) return interp.Lost("a named tuple made at run time");
  llvm::SmallVector<Value, 8> fields;
  bool open = false;
  Value list = fields_keyword ? *fields_keyword : Arg(args, name_keyword ? 0 : 1);
  if (list.is(Kind::Str) && !list.some()) {
    std::string text = list.text().str();
    std::replace(text.begin(), text.end(), ',', ' ');
    list = interp.CallNativeMethod(Value::Str(text), Intern("split"), {});
  }
  if (!interp.Iterate(list, fields, open)) return Value::Raised();
  if (open) return interp.Lost("a named tuple made at run time");
  DictObj* annotations = interp.NewDict();
  Table attributes;
  llvm::SmallVector<Value, 8> names;
  for (const Value& field : fields) {
    Value key = field.is(Kind::Tuple) && !As<ListObj>(field)->items.empty() ? As<ListObj>(field)->items[0] : field;
    interp.DictSet(annotations, key, Value::Str(""));
    names.push_back(key);
  }
  attributes.Set(N().annotations, Value::Obj(annotations));
  attributes.Set(Intern("_fields"), interp.NewTuple(names));
  if (const Value* defaults = args.Keyword(Intern("defaults")); defaults && (defaults->is(Kind::Tuple) || defaults->is(Kind::List))) {
    auto* values = As<ListObj>(*defaults);
    size_t first = names.size() - std::min(names.size(), static_cast<size_t>(values->items.size()));
    for (size_t i = first; i < names.size(); ++i) {
      if (names[i].is(Kind::Str)) attributes.Set(names[i].symbol(), values->items[i - first]);
    }
  }
  return Value::Obj(interp.NewClass(name.symbol(), {Value::Obj(interp.NativeClass(Native::NamedTuple))}, std::move(attributes), interp.frame()->module));
}

Value Dataclass(Interp& interp, const Args& args) {
  if (args.positional.empty()) {
    // `@dataclass(frozen=True)`: the decorator itself.
    auto* builtin = interp.heap().New<BuiltinObj>();
    builtin->name = Intern("dataclass");
    builtin->function = Dataclass;
    return Value::Obj(builtin);
  }
  const Value& cls = args.positional[0];
  if (!cls.is(Kind::Class)) return cls;
  auto* object = As<ClassObj>(cls);
  object->is_dataclass = true;
  DictObj* fields = interp.NewDict();
  Interp::Fields declared = interp.FieldsOf(object);
  for (const Field& field : *declared) {
    auto* spec = interp.heap().New<InstanceObj>();
    spec->cls = As<ClassObj>(interp.NativeModuleAttribute("_trident", Intern("Field")));
    Value missing = interp.NativeModuleAttribute("_trident", Intern("MISSING"));
    spec->attributes.Set(Intern("name"), Value::Str(field.name));
    spec->attributes.Set(Intern("default"), field.default_value.defined() ? field.default_value : missing);
    spec->attributes.Set(Intern("default_factory"), field.factory.defined() ? field.factory : missing);
    spec->attributes.Set(Intern("init"), Value::Bool(field.init));
    spec->attributes.Set(Intern("type"), interp.Lost("the type of a field"));
    interp.DictSet(fields, Value::Str(field.name), Value::Obj(spec));
  }
  object->attributes.Set(Intern("__dataclass_fields__"), Value::Obj(fields));
  return cls;
}

// What the constructor of a dataclass's instance would be given to make it again, by name.
Value InitValues(Interp& interp, const Args& args) {
  bool known = !args.positional.empty() && args.positional[0].is(Kind::Instance);
  ClassObj* cls = known ? As<InstanceObj>(args.positional[0])->cls : nullptr;
  auto decorated = known ? llvm::find_if(cls->mro, [](const ClassObj* base) { return base->is_dataclass; }) : nullptr;
  if (!known || decorated == cls->mro.end()) return interp.Lost("the fields of an object");
  DictObj* values = interp.NewDict();
  Interp::Fields fields = interp.FieldsOf(*decorated);
  for (const Field& field : *fields) {
    if (!field.init || field.init_only) continue;
    Value value = interp.GetAttribute(args.positional[0], field.name);
    if (value.raised()) return value;
    interp.DictSet(values, Value::Str(field.name), value);
  }
  return Value::Obj(values);
}

Value MakeField(Interp& interp, const Args& args) {
  auto* spec = interp.heap().New<InstanceObj>();
  spec->cls = As<ClassObj>(interp.NativeModuleAttribute("_trident", Intern("Field")));
  for (const auto& [name, value] : args.keywords) spec->attributes.Set(name, value);
  return Value::Obj(spec);
}

// Structural copies; `deep` also copies what is inside.
class Copier {
 public:
  Copier(Interp& interp, bool deep) : interp_(interp), deep_(deep) {}

  Value Copy(const Value& value) {
    if (!value.is_object()) return value;
    auto known = copies_.find(value.object);
    if (known != copies_.end()) return Value::Obj(known->second);
    switch (value.kind) {
      case Kind::List:
      case Kind::Tuple: {
        auto* copy = interp_.heap().New<ListObj>(value.kind);
        copies_[value.object] = copy;
        CopyState(copy, value.object);
        for (Value& item : copy->items) item = Inner(item);
        return Value::Obj(copy);
      }
      case Kind::Dict:
      case Kind::Set: {
        DictObj* copy = interp_.NewDict(value.kind);
        copies_[value.object] = copy;
        CopyState(copy, value.object);
        copy->of_module = copy->global = false;
        copy->attributes_of = nullptr;
        for (DictObj::Item& item : copy->items) item.value = Inner(item.value);
        return Value::Obj(copy);
      }
      case Kind::Instance: {
        auto* instance = As<InstanceObj>(value);
        if (instance->cls->is_enum) return value;
        auto* copy = interp_.heap().New<InstanceObj>();
        copies_[value.object] = copy;
        CopyState(copy, instance);
        for (auto& [name, attribute] : copy->attributes.entries()) attribute = Inner(attribute);
        if (copy->payload.defined()) copy->payload = Copier(interp_, deep_).Copy(copy->payload);
        return Value::Obj(copy);
      }
      case Kind::Tensor: {
        if (!deep_) return value;
        auto* copy = interp_.heap().New<TensorObj>();
        copies_[value.object] = copy;
        CopyState(copy, value.object);
        if (copy->parameter) copy->node = interp_.NextNode();
        else interp_.RecordNode("torch.clone", {value}, Value::Obj(copy));
        return Value::Obj(copy);
      }
      case Kind::Method: {
        // A hook that is a method of what is copied belongs to the copy.
        if (!deep_) return value;
        auto* copy = interp_.heap().New<MethodObj>();
        copies_[value.object] = copy;
        copy->function = As<MethodObj>(value)->function;
        copy->self = Copy(As<MethodObj>(value)->self);
        return Value::Obj(copy);
      }
      default: return value;
    }
  }

 private:
  Value Inner(const Value& value) { return deep_ ? Copy(value) : value; }

  Interp& interp_;
  bool deep_;
  llvm::DenseMap<Object*, Object*> copies_;
};

Value CopyFn(Interp& interp, const Args& args) {
  const Value& v = Arg(args, 0);
  if (v.is(Kind::Instance) && interp.FindInClass(As<InstanceObj>(v)->cls, Intern("__copy__")).is(Kind::Function)) return interp.CallMethod(v, "__copy__");
  return Copier(interp, false).Copy(v);
}

Value DeepCopy(Interp& interp, const Args& args) {
  const Value& v = Arg(args, 0);
  if (v.is(Kind::Instance) && interp.FindInClass(As<InstanceObj>(v)->cls, Intern("__deepcopy__")).is(Kind::Function)) {
    return interp.CallMethod(v, "__deepcopy__", {Value::Obj(interp.NewDict())});
  }
  return Copier(interp, true).Copy(v);
}

Value IsKind(Interp&, const Args& args, std::initializer_list<Kind> kinds) {
  if (Arg(args, 0).unknown()) return Value::SomeBool();
  for (Kind kind : kinds) {
    if (Arg(args, 0).is(kind)) return Value::Bool(true);
  }
  return Value::Bool(false);
}
Value IsClass(Interp& i, const Args& a) { return IsKind(i, a, {Kind::Class}); }
Value IsFunction(Interp& i, const Args& a) { return IsKind(i, a, {Kind::Function}); }
Value IsMethod(Interp& i, const Args& a) { return IsKind(i, a, {Kind::Method}); }
Value IsModule(Interp& i, const Args& a) { return IsKind(i, a, {Kind::Module}); }

Value GetMro(Interp& interp, const Args& args) { return interp.GetAttribute(Arg(args, 0), N().mro); }

Value ImportModuleFn(Interp& interp, const Args& args) {
  const Value& name = Arg(args, 0);
  if (!name.is(Kind::Str) || name.some()) return interp.Lost("an import of an unknown name");
  std::string full = name.text().str();
  const Value* package = args.positional.size() > 1 ? &args.positional[1] : args.Keyword(Intern("package"));
  if (name.text().starts_with(".")) {
    if (!package || !package->is(Kind::Str) || package->some()) return interp.Lost("a relative import of an unknown package");
    llvm::StringRef relative = name.text().drop_front();
    llvm::StringRef base = package->text();
    while (relative.consume_front(".")) base = base.rsplit('.').first;
    full = (base + (relative.empty() ? "" : ".") + relative).str();
  }
  ModuleObj* module = interp.ImportModule(full);
  if (!module && interp.FailsToImport(full)) return Value::Raised();
  return module ? Value::Obj(module) : interp.Lost("a module that is not found");
}

Value Autocast(Interp& interp, const Args&) { return interp.Lost("a region of autocasting"); }
Value Auto(Interp& interp, const Args&) { return interp.NativeModuleAttribute("_trident", Intern("auto")); }
Value Environment(Interp& interp, const Args& args) {
  interp.NoteEnvironment();
  return Arg(args, 0);
}
Value UnknownFn(Interp& interp, const Args&) { return interp.Lost("a function Trident does not describe"); }

struct Entry {
  const char* name;
  NativeFunction function;
};

constexpr Entry kNatives[] = {
    {"unknown", UnknownOf}, {"attributes", Attributes}, {"is_tensor", IsTensor}, {"is_parameter", IsParameter}, {"is_buffer", IsBuffer},
    {"parameter", MakeParameter}, {"buffer", MakeBuffer}, {"mark_buffer", MarkBuffer}, {"mark_module", MarkModule}, {"environment", Environment}, {"set_training", SetTraining}, {"named_modules", NamedModules}, {"named_children", NamedChildren},
    {"parameters", Parameters}, {"named_parameters", NamedParameters}, {"named_buffers", NamedBuffers}, {"state_dict", StateDict}, {"convert", Convert},
    {"cached_property", CachedProperty}, {"partialmethod", PartialMethod}, {"namedtuple", MakeNamedTupleClass}, {"dataclass", Dataclass}, {"init_values", InitValues}, {"field", MakeField},
    {"copy", CopyFn}, {"deepcopy", DeepCopy}, {"isclass", IsClass}, {"isfunction", IsFunction}, {"ismethod", IsMethod}, {"ismodule", IsModule},
    {"getmro", GetMro}, {"import_module", ImportModuleFn}, {"signature", SignatureNative}, {"get_annotations", AnnotationsNative}, {"get_type_hints", TypeHintsNative}, {"autocast", Autocast}, {"auto", Auto},
    {"module_exists", ModuleExistsNative}, {"regex_match", RegexMatchNative}, {"regex_all", RegexAllNative}, {"regex_names", RegexNamesNative},
    {"kernel_launch", KernelLaunchNative}, {"kernel_signature", KernelSignatureNative},
};

// --- math

Value MathFunction(Interp& interp, llvm::StringRef name, const Args& args) {
  auto number = [](const Value& v) -> std::optional<double> {
    if (v.is(Kind::Float)) return v.some() ? std::nullopt : std::optional<double>(v.number);
    if (std::optional<int64_t> n = v.AsInt()) return *n;
    return std::nullopt;
  };
  bool to_int = name == "ceil" || name == "floor" || name == "trunc";
  if (to_int && (Arg(args, 0).is(Kind::Int) || Arg(args, 0).is(Kind::Bool))) return Arg(args, 0);
  if (name == "gcd" || name == "lcm" || name == "factorial" || name == "isqrt" || name == "comb") {
    std::optional<int64_t> a = Arg(args, 0).AsInt(), b = Arg(args, 1).AsInt();
    if (name == "gcd" && a && b) return Value::Int(std::gcd(*a, *b));
    if (name == "lcm" && a && b) return Value::Int(std::lcm(*a, *b));
    if (name == "isqrt" && a && *a >= 0) return Value::Int(static_cast<int64_t>(std::sqrt(static_cast<double>(*a))));
    if (name == "factorial" && a && *a >= 0 && *a <= 18) {
      int64_t product = 1;
      for (int64_t i = 2; i <= *a; ++i) product *= i;
      return Value::Int(product);
    }
    return Value::SomeInt();
  }
  if (name == "prod") {
    llvm::SmallVector<Value, 8> items;
    bool open = false;
    if (!interp.Iterate(Arg(args, 0), items, open)) return Value::Raised();
    Value product = Value::Int(1);
    for (const Value& item : items) {
      product = interp.Binary(parse::BinaryOp::Mul, product, item);
      if (product.raised()) return product;
    }
    return open ? Value::SomeInt() : product;
  }
  if (name == "isinf" || name == "isnan" || name == "isfinite" || name == "isclose") {
    std::optional<double> x = number(Arg(args, 0));
    if (!x || name == "isclose") return Value::SomeBool();
    return Value::Bool(name == "isinf" ? std::isinf(*x) : name == "isnan" ? std::isnan(*x) : std::isfinite(*x));
  }
  std::optional<double> x = number(Arg(args, 0)), y = number(Arg(args, 1));
  if (!x) return to_int ? Value::SomeInt() : Value::SomeFloat();
  if (to_int) {
    double r = name == "ceil" ? std::ceil(*x) : name == "floor" ? std::floor(*x) : std::trunc(*x);
    return std::fabs(r) < 1e18 ? Value::Int(static_cast<int64_t>(r)) : Value::SomeInt();
  }
  if ((name == "sqrt" && *x < 0) || (name.starts_with("log") && name != "log1p" && *x <= 0)) return interp.Raise("ValueError", "math domain error", "math-domain");
  if (name == "log" && args.positional.size() > 1) return y ? Value::Float(std::log(*x) / std::log(*y)) : Value::SomeFloat();
  if (name == "pow" || name == "atan2" || name == "fmod" || name == "copysign" || name == "hypot") {
    if (!y) return Value::SomeFloat();
    return Value::Float(name == "pow" ? std::pow(*x, *y) : name == "atan2" ? std::atan2(*x, *y) : name == "fmod" ? std::fmod(*x, *y) : name == "hypot" ? std::hypot(*x, *y) : std::copysign(*x, *y));
  }
  using F = double (*)(double);
  F f = llvm::StringSwitch<F>(name)
            .Case("sqrt", [](double d) { return std::sqrt(d); }).Case("exp", [](double d) { return std::exp(d); })
            .Case("log", [](double d) { return std::log(d); }).Case("log2", [](double d) { return std::log2(d); })
            .Case("log10", [](double d) { return std::log10(d); }).Case("log1p", [](double d) { return std::log1p(d); })
            .Case("sin", [](double d) { return std::sin(d); }).Case("cos", [](double d) { return std::cos(d); })
            .Case("tan", [](double d) { return std::tan(d); }).Case("tanh", [](double d) { return std::tanh(d); })
            .Case("erf", [](double d) { return std::erf(d); }).Case("fabs", [](double d) { return std::fabs(d); })
            .Case("atan", [](double d) { return std::atan(d); }).Case("expm1", [](double d) { return std::expm1(d); })
            .Case("radians", [](double d) { return d * M_PI / 180; }).Case("degrees", [](double d) { return d * 180 / M_PI; })
            .Default(nullptr);
  return f ? Value::Float(f(*x)) : Value::SomeFloat();
}

constexpr const char* kMathNames[] = {"ceil", "floor", "trunc", "sqrt", "exp", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "tanh", "erf", "fabs", "atan",
                                      "expm1", "radians", "degrees", "pow", "atan2", "fmod", "copysign", "hypot", "gcd", "lcm", "factorial", "isqrt", "comb",
                                      "prod", "isinf", "isnan", "isfinite", "isclose", "asin", "acos", "sinh", "cosh", "gamma", "lgamma", "erfc", "fsum", "ldexp"};

// Native functions carry no data, so each name of math has its own entry, made from the table above.
template <size_t... I>
constexpr auto MathTable(std::index_sequence<I...>) {
  return std::array<NativeFunction, sizeof...(I)>{[](Interp& interp, const Args& args) { return MathFunction(interp, kMathNames[I], args); }...};
}
constexpr auto kMathFunctions = MathTable(std::make_index_sequence<std::size(kMathNames)>());

}  // namespace

std::vector<HeldTensor> Interp::HeldTensors(InstanceObj* module) {
  std::vector<HeldTensor> out;
  std::string path;
  auto visit = [&](auto& self, InstanceObj* each, int depth) -> void {
    if (depth > 64) return;
    for (bool buffer_pass : {false, true}) {
      for (const auto& [name, value] : each->attributes.entries()) {
        if (!value.is(Kind::Tensor)) continue;
        auto* tensor = As<TensorObj>(value);
        bool buffer = tensor->buffer || llvm::is_contained(each->buffers, name);
        if (buffer != buffer_pass || (!buffer && !tensor->parameter)) continue;
        bool transient = buffer && (tensor->transient || llvm::is_contained(each->transient_buffers, name));
        out.push_back({path + Text(name).str(), tensor, buffer, transient});
      }
    }
    for (const auto& [name, value] : each->attributes.entries()) {
      InstanceObj* child = AsModule(value);
      if (!child) continue;
      size_t length = path.size();
      path += Text(name);
      path += '.';
      self(self, child, depth + 1);
      path.resize(length);
    }
  };
  visit(visit, module, 0);
  return out;
}

std::vector<std::pair<std::string, TensorObj*>> Interp::NamedTensors(InstanceObj* module, bool parameters, bool buffers, bool unique) {
  std::vector<std::pair<std::string, TensorObj*>> out;
  llvm::DenseSet<TensorObj*> seen;
  for (HeldTensor& held : HeldTensors(module)) {
    if (held.buffer ? !buffers : !parameters) continue;
    // state_dict, the only caller that wants duplicates, leaves transient buffers out.
    if (unique ? seen.insert(held.tensor).second : !held.transient) out.emplace_back(std::move(held.name), held.tensor);
  }
  return out;
}

Value Interp::NativeModuleAttribute(llvm::StringRef module, Symbol name) {
  llvm::StringRef text = Text(name);
  if (module == "builtins") return BuiltinName(name);
  if (module == "math") {
    if (text == "pi") return Value::Float(M_PI);
    if (text == "e") return Value::Float(M_E);
    if (text == "tau") return Value::Float(2 * M_PI);
    if (text == "inf") return Value::Float(INFINITY);
    if (text == "nan") return Value::Float(NAN);
    for (size_t i = 0; i < std::size(kMathNames); ++i) {
      if (text != kMathNames[i]) continue;
      auto* builtin = heap_.New<BuiltinObj>();
      builtin->name = name;
      builtin->function = kMathFunctions[i];
      return Value::Obj(builtin);
    }
    return Value();
  }
  Value& slot = natives_[name];
  if (slot.defined()) return slot;
  Heap::Permanent permanent(heap_);
  for (const Entry& entry : kNatives) {
    if (text != entry.name) continue;
    auto* builtin = heap_.New<BuiltinObj>();
    builtin->name = name;
    builtin->function = entry.function;
    return slot = Value::Obj(builtin);
  }
  Native native = llvm::StringSwitch<Native>(text)
                      .Case("Parameter", Native::Parameter).Case("Buffer", Native::Buffer).Case("Enum", Native::Enum).Case("NamedTuple", Native::NamedTuple)
                      .Case("partial", Native::Partial).Case("defaultdict", Native::DefaultDict).Case("OrderedDict", Native::OrderedDict)
                      .Case("FunctionType", Native::Function).Case("MethodType", Native::Method).Case("ModuleType", Native::Module)
                      .Case("BuiltinFunctionType", Native::BuiltinFunction).Case("SimpleNamespace", Native::SimpleNamespace).Case("NoneType", Native::NoneType)
                      .Case("Generic", Native::Generic).Case("Protocol", Native::Protocol).Case("LambdaType", Native::Function)
                      .Case("GeneratorType", Native::Iterator).Default(Native::None);
  if (native != Native::None) return slot = Value::Obj(NativeClass(native));
  if (text == "Field" || text == "SignatureParameter" || text == "SignatureObject" || text == "CodeObject" || text == "MissingType" || text == "EnumMeta") {
    ClassObj* cls = NewClass(name, text == "EnumMeta" ? llvm::ArrayRef<Value>(Value::Obj(NativeClass(Native::Type))) : llvm::ArrayRef<Value>(), {}, nullptr);
    cls->from_prelude = true;
    if (text == "SignatureParameter") {
      const char* kinds[] = {"POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD", "VAR_POSITIONAL", "KEYWORD_ONLY", "VAR_KEYWORD"};
      for (int i = 0; i < 5; ++i) cls->attributes.Set(Intern(kinds[i]), Value::Int(i));
      cls->attributes.Set(Intern("empty"), Value::Obj(NewClass(Intern("_empty"), {}, {}, nullptr)));
    }
    if (text == "Field") field_class_ = cls;
    return natives_[name] = Value::Obj(cls);
  }
  if (text == "MISSING") {
    auto* missing = heap_.New<InstanceObj>();
    missing->cls = NewClass(Intern("MissingType"), {}, {}, nullptr);
    missing_ = Value::Obj(missing);
    return natives_[name] = missing_;
  }
  if (text == "KW_ONLY" || text == "InitVar") return slot = Lost("a marker of dataclasses");
  // The forms of typing: subscripting them gives an alias; some stand for native classes.
  Native origin = llvm::StringSwitch<Native>(text)
                      .Case("List", Native::List).Case("Dict", Native::Dict).Case("Tuple", Native::Tuple).Case("Set", Native::Set).Case("FrozenSet", Native::FrozenSet)
                      .Case("Type", Native::Type).Case("DefaultDict", Native::DefaultDict).Case("Text", Native::Str).Default(Native::None);
  if (text == "TypeVar" || text == "ParamSpec" || text == "TypeVarTuple" || text == "NewType") {
    auto* builtin = heap_.New<BuiltinObj>();
    builtin->name = name;
    builtin->function = UnknownFn;
    return slot = Value::Obj(builtin);
  }
  auto* alias = heap_.New<AliasObj>();
  alias->name = name;
  if (origin != Native::None) alias->origin = Value::Obj(NativeClass(origin));
  return slot = Value::Obj(alias);
}

}  // namespace trident::eval
