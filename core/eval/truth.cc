// Truth, equality, identity, membership, type tests, text.
#include "core/eval/interp.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

namespace trident::eval {

Tri Interp::Truth(const Value& value) {
  if (value.guess()) return Tri::Unknown;
  switch (value.kind) {
    case Kind::None: return Tri::False;
    case Kind::Ellipsis: return Tri::True;
    case Kind::Bool: return value.some() ? Tri::Unknown : ToTri(value.truth_bit());
    case Kind::Int: {
      if (std::optional<int64_t> n = value.dim().value()) return ToTri(*n != 0);
      return ProvablyPositive(value.dim()) ? Tri::True : Tri::Unknown;
    }
    case Kind::Float: return value.some() ? Tri::Unknown : ToTri(value.number != 0);
    case Kind::Str: return value.some() ? Tri::Unknown : ToTri(!value.text().empty());
    case Kind::List:
    case Kind::Tuple: {
      auto* list = As<ListObj>(value);
      return !list->items.empty() && !list->open ? Tri::True : list->open ? Tri::Unknown : Tri::False;
    }
    case Kind::Dict:
    case Kind::Set: {
      auto* dict = As<DictObj>(value);
      return dict->live_count > 0 ? Tri::True : dict->open ? Tri::Unknown : Tri::False;
    }
    case Kind::Range: {
      Value length = Length(value);
      return length.is(Kind::Int) ? Truth(length) : Tri::Unknown;
    }
    case Kind::Instance: {
      auto* instance = As<InstanceObj>(value);
      for (Symbol name : {N().bool_, N().len}) {
        Value method = FindInClass(instance->cls, name);
        if (method.defined()) {
          Value result = Call(BindDescriptor(method, value, instance->cls), {});
          return result.raised() ? (ClearException(), Tri::Unknown) : Truth(result);
        }
      }
      if (instance->cls->is_plain_enum()) return Tri::True;
      if (instance->payload.defined()) return Truth(instance->payload);
      return instance->cls->unknown_base ? Tri::Unknown : Tri::True;
    }
    case Kind::Tensor: {
      const std::vector<double>& numbers = As<TensorObj>(value)->numbers;
      if (numbers.size() != 1) return Tri::Unknown;
      RecordDecision(value);
      return ToTri(numbers[0] != 0);
    }
    case Kind::Class:
    case Kind::Function:
    case Kind::Method:
    case Kind::Builtin:
    case Kind::Operator:
    case Kind::Module:
    case Kind::Partial:
    case Kind::DType:
    case Kind::Device:
    case Kind::Slice:
    case Kind::Alias: return Tri::True;
    default: return Tri::Unknown;
  }
}

static bool IsNumber(const Value& v) { return v.is(Kind::Int) || v.is(Kind::Bool) || v.is(Kind::Float); }

static std::optional<double> AsDouble(const Value& v) {
  if (v.is(Kind::Float)) return v.some() ? std::nullopt : std::optional<double>(v.number);
  if (std::optional<int64_t> n = v.AsInt()) return static_cast<double>(*n);
  return std::nullopt;
}

Tri Interp::Identical(const Value& a, const Value& b) {
  if (a.unknown() || b.unknown() || a.guess() || b.guess()) return Tri::Unknown;
  if (a.kind != b.kind) {
    return Tri::False;
  }
  if (a.some() || b.some()) return Tri::Unknown;
  if (a.is(Kind::Tensor) && (As<TensorObj>(a)->refinable || As<TensorObj>(b)->refinable)) return a.object == b.object ? Tri::True : Tri::Unknown;
  if (a.is_object()) {
    if (a.object == b.object) return Tri::True;
    // A bound method is made anew at each access; a function found twice is one object.
    return a.is(Kind::Method) || a.is(Kind::Builtin) || a.is(Kind::Operator) || a.is(Kind::Alias) ? Equals(a, b) : Tri::False;
  }
  return Equals(a, b);
}

Tri Interp::Equals(const Value& a, const Value& b) {
  if (a.unknown() || b.unknown() || a.is(Kind::Tensor) || b.is(Kind::Tensor)) return Tri::Unknown;
  if ((a.guess() && !IsNumber(b)) || (b.guess() && !IsNumber(a))) return Tri::Unknown;
  if (IsNumber(a) && IsNumber(b)) {
    if (a.is(Kind::Int) && b.is(Kind::Int)) {
      if (ProvablyEqual(a.dim(), b.dim())) return Tri::True;
      if (ProvablyDifferent(a.dim(), b.dim())) return Tri::False;
      return Tri::Unknown;
    }
    std::optional<double> x = AsDouble(a), y = AsDouble(b);
    return x && y ? ToTri(*x == *y) : Tri::Unknown;
  }
  if (a.is(Kind::Instance) || b.is(Kind::Instance)) {
    const Value& instance = a.is(Kind::Instance) ? a : b;
    const Value& other = a.is(Kind::Instance) ? b : a;
    if (a.is_object() && b.is_object() && a.object == b.object) return Tri::True;
    auto* object = As<InstanceObj>(instance);
    if (object->cls->is_enum && object->payload.defined()) {
      if (other.is(Kind::Instance) && As<InstanceObj>(other)->cls->is_enum) {
        auto* second = As<InstanceObj>(other);
        return object->cls == second->cls ? Equals(PayloadOf(object), PayloadOf(second)) : Tri::False;
      }
      return object->cls->payload != Native::None ? Equals(PayloadOf(object), other) : Tri::False;
    }
    Value method = FindInClass(object->cls, N().eq);
    if (method.defined()) {
      Args args;
      args.positional.push_back(other);
      Value result = Call(BindDescriptor(method, instance, object->cls), args);
      if (result.raised()) {
        ClearException();
        return Tri::Unknown;
      }
      return Truth(result);
    }
    if (object->payload.defined()) return Equals(PayloadOf(object), other);
    if (object->cls->is_dataclass || object->cls->unknown_base) return Tri::Unknown;
    return Tri::False;
  }
  if (a.kind != b.kind) {
    return Tri::False;
  }
  if (a.some() || b.some()) return Tri::Unknown;
  switch (a.kind) {
    case Kind::None:
    case Kind::Ellipsis:
    case Kind::NotImplemented: return Tri::True;
    case Kind::Str: return ToTri(a.aux == b.aux);
    case Kind::DType: return a.bits == 0 || b.bits == 0 ? Tri::Unknown : ToTri(a.bits == b.bits);
    case Kind::Device: return a.text().empty() || b.text().empty() ? Tri::Unknown : ToTri(a.aux == b.aux);
    case Kind::List:
    case Kind::Tuple: {
      auto *x = As<ListObj>(a), *y = As<ListObj>(b);
      if (x == y) return Tri::True;
      if (x->open || y->open) return Tri::Unknown;
      if (x->items.size() != y->items.size()) return Tri::False;
      Tri all = Tri::True;
      for (size_t i = 0; i < x->items.size(); ++i) {
        Tri same = Equals(x->items[i], y->items[i]);
        if (same == Tri::False) return Tri::False;
        if (same == Tri::Unknown) all = Tri::Unknown;
      }
      return all;
    }
    case Kind::Dict:
    case Kind::Set: {
      auto *x = As<DictObj>(a), *y = As<DictObj>(b);
      if (x == y) return Tri::True;
      if (x->open || y->open) return Tri::Unknown;
      if (x->live_count != y->live_count) return Tri::False;
      Tri all = Tri::True;
      for (const DictObj::Item& item : x->items) {
        if (!item.live) continue;
        Tri sure;
        Value* other = DictFind(y, item.key, &sure);
        if (!other) {
          if (sure == Tri::False) return Tri::False;
          all = Tri::Unknown;
          continue;
        }
        Tri same = a.is(Kind::Set) ? Tri::True : Equals(item.value, *other);
        if (same == Tri::False) return Tri::False;
        if (same == Tri::Unknown) all = Tri::Unknown;
      }
      return all;
    }
    case Kind::Method: {
      auto *x = As<MethodObj>(a), *y = As<MethodObj>(b);
      return x->function == y->function && x->self == y->self ? Tri::True : Tri::False;
    }
    case Kind::Operator: return ToTri(As<OperatorObj>(a)->name == As<OperatorObj>(b)->name && As<OperatorObj>(a)->self == As<OperatorObj>(b)->self);
    case Kind::Builtin: return ToTri(As<BuiltinObj>(a)->name == As<BuiltinObj>(b)->name && As<BuiltinObj>(a)->self == As<BuiltinObj>(b)->self);
    case Kind::Range: {
      auto *x = As<RangeObj>(a), *y = As<RangeObj>(b);
      return x->start == y->start && x->stop == y->stop && x->step == y->step ? Tri::True : Tri::Unknown;
    }
    case Kind::Slice:
    case Kind::Alias: return a.object == b.object ? Tri::True : Tri::Unknown;
    default: return a.is_object() ? ToTri(a.object == b.object) : Tri::Unknown;
  }
}

Tri Interp::Contains(const Value& container, const Value& item) {
  switch (container.kind) {
    case Kind::Str:
      if (container.some() || !item.is(Kind::Str) || item.some()) return Tri::Unknown;
      return ToTri(container.text().contains(item.text()));
    case Kind::Dict:
    case Kind::Set: {
      Tri sure;
      bool found = DictLookup(As<DictObj>(container), item, sure) != nullptr;
      if (!found && sure == Tri::False && container.object->exposed) return Tri::Unknown;
      return found ? Tri::True : sure;
    }
    case Kind::Instance: {
      auto* instance = As<InstanceObj>(container);
      Value method = FindInClass(instance->cls, N().contains);
      if (method.defined()) {
        Args args;
        args.positional.push_back(item);
        Value result = Call(BindDescriptor(method, container, instance->cls), args);
        return result.raised() ? (ClearException(), Tri::Unknown) : Truth(result);
      }
      if (instance->payload.defined()) return Contains(PayloadOf(instance), item);
      return Tri::Unknown;
    }
    case Kind::Alias: {
      auto* alias = As<AliasObj>(container);
      if (Text(alias->name) != "dir()" || !item.is(Kind::Str) || item.some() || !alias->arguments[0].is(Kind::Module)) return Tri::Unknown;
      auto* module = As<ModuleObj>(alias->arguments[0]);
      bool found = false;
      Value value = ModuleAttribute(module, item.symbol(), &found);
      if (value.raised()) ClearException();
      if (found && !value.unknown()) return Tri::True;
      // Every public name of torch is known.
      return module->torch && !item.text().starts_with("_") ? Tri::False : Tri::Unknown;
    }
    case Kind::Range: {
      auto* range = As<RangeObj>(container);
      std::optional<int64_t> n = item.AsInt(), start = range->start.value(), stop = range->stop.value(), step = range->step.value();
      if (!n || !start || !stop || !step || *step == 0) return Tri::Unknown;
      bool inside = *step > 0 ? *n >= *start && *n < *stop : *n <= *start && *n > *stop;
      return ToTri(inside && (*n - *start) % *step == 0);
    }
    case Kind::List:
    case Kind::Tuple:
    case Kind::Class:
    case Kind::Iterator: {
      llvm::SmallVector<Value, 16> items;
      bool open = false;
      if (container.is(Kind::Class) && !As<ClassObj>(container)->is_enum) return Tri::Unknown;
      if (!Iterate(container, items, open)) {
        ClearException();
        return Tri::Unknown;
      }
      Tri any = open ? Tri::Unknown : Tri::False;
      for (const Value& element : items) {
        Tri same = Equals(element, item);
        if (same == Tri::True) return open ? Tri::Unknown : Tri::True;
        if (same == Tri::Unknown) any = Tri::Unknown;
      }
      return any;
    }
    default: return Tri::Unknown;
  }
}

static std::string FloatText(double d) {
  if (std::isnan(d)) return "nan";
  if (std::isinf(d)) return d > 0 ? "inf" : "-inf";
  for (int precision = 1; precision <= 17; ++precision) {
    char buffer[40];
    std::snprintf(buffer, sizeof buffer, "%.*g", precision, d);
    if (std::strtod(buffer, nullptr) == d) {
      std::string text = buffer;
      if (text.find_first_of(".en") == std::string::npos) text += ".0";
      return text;
    }
  }
  return "nan";
}

std::string Interp::ToStr(const Value& value, bool* exact) {
  bool ignored;
  bool& known = exact ? *exact : ignored;
  known = true;
  switch (value.kind) {
    case Kind::Str:
      if (!value.some()) return value.text().str();
      break;
    case Kind::None: return "None";
    case Kind::Ellipsis: return "Ellipsis";
    case Kind::Bool:
      if (!value.some()) return value.truth_bit() ? "True" : "False";
      break;
    case Kind::Int:
      if (!value.dim().is_constant()) known = false;
      return value.dim().ToString();
    case Kind::Float:
      if (!value.some()) return FloatText(value.number);
      break;
    case Kind::DType: return ("torch." + TorchName(value.dtype())).str();
    case Kind::Device: return value.text().str();
    case Kind::Class: {
      auto* cls = As<ClassObj>(value);
      if (!cls->module || cls->metaclass.defined()) break;
      return ("<class '" + (cls->module == script_ ? "__main__" : Text(cls->module->name)) + "." + Text(cls->qualname) + "'>").str();
    }
    case Kind::Instance: {
      auto* instance = As<InstanceObj>(value);
      for (Symbol name : {N().str, N().repr}) {
        Value method = FindInClass(instance->cls, name);
        if (method.defined() && !instance->cls->is_nn_module) {
          Value text = Call(BindDescriptor(method, value, instance->cls), {});
          if (text.raised()) ClearException();
          if (text.is(Kind::Str) && !text.some()) return text.text().str();
          break;
        }
      }
      if (instance->cls->is_exception) {
        if (Value* words = instance->attributes.Find(N().own_words)) {
          known = false;
          return words->text().str();
        }
        if (Value* args = instance->attributes.Find(N().args); args && args->is(Kind::Tuple) && As<ListObj>(*args)->items.size() == 1) {
          return ToStr(As<ListObj>(*args)->items[0], exact);
        }
      }
      if (instance->cls->is_enum && instance->cls->payload == Native::Str) return ToStr(PayloadOf(instance), exact);
      break;
    }
    default: break;
  }
  std::string text = Repr(value);
  known = text.find('?') == std::string::npos && !value.unknown() && !value.some();
  return text;
}

static std::string Quote(llvm::StringRef text) {
  char quote = text.contains('\'') && !text.contains('"') ? '"' : '\'';
  std::string out(1, quote);
  for (char c : text) {
    if (c == quote || c == '\\') out += '\\';
    if (c == '\n') { out += "\\n"; continue; }
    out += c;
  }
  return out + quote;
}

std::string Interp::Repr(const Value& value, int depth) {
  if (depth > 4) return "...";
  switch (value.kind) {
    case Kind::Str: return value.some() ? "?" : Quote(value.text());
    case Kind::Bool:
    case Kind::Float: return value.some() ? "?" : ToStr(value);
    case Kind::None:
    case Kind::Int:
    case Kind::Ellipsis:
    case Kind::DType: return ToStr(value);
    case Kind::Device: return "device(type='" + value.text().str() + "')";
    case Kind::Tensor: return As<TensorObj>(value)->type.ToString();
    case Kind::List:
    case Kind::Tuple: {
      auto* list = As<ListObj>(value);
      bool tuple = value.is(Kind::Tuple);
      std::string out = tuple ? (list->is_size ? "torch.Size([" : "(") : "[";
      for (size_t i = 0; i < list->items.size() && i < 40; ++i) {
        out += (i ? ", " : "") + Repr(list->items[i], depth + 1);
      }
      if (list->open) out += list->items.empty() ? "?" : ", ?";
      if (tuple && !list->is_size && list->items.size() == 1) out += ",";
      return out + (tuple ? (list->is_size ? "])" : ")") : "]");
    }
    case Kind::Dict:
    case Kind::Set: {
      auto* dict = As<DictObj>(value);
      std::string out = "{";
      for (const DictObj::Item& item : dict->items) {
        if (!item.live) continue;
        out += (out.size() > 1 ? ", " : "") + Repr(item.key, depth + 1);
        if (value.is(Kind::Dict)) out += ": " + Repr(item.value, depth + 1);
        if (out.size() > 2000) break;
      }
      return out + (dict->open ? ", ?}" : "}");
    }
    case Kind::Class: return ("<class '" + Text(As<ClassObj>(value)->name) + "'>").str();
    case Kind::Function: return ("<function " + Text(As<FunctionObj>(value)->name) + ">").str();
    case Kind::Module: return ("<module '" + Text(As<ModuleObj>(value)->name) + "'>").str();
    case Kind::Range: {
      auto* range = As<RangeObj>(value);
      return "range(" + range->start.ToString() + ", " + range->stop.ToString() + ")";
    }
    case Kind::Instance: {
      auto* instance = As<InstanceObj>(value);
      if (instance->cls->is_enum) {
        if (Value* name = instance->attributes.Find(N().name_plain); name && name->is(Kind::Str)) {
          return ("<" + Text(instance->cls->name) + "." + name->text() + ">").str();
        }
      }
      if (instance->payload.defined()) return Repr(PayloadOf(instance), depth + 1);
      return (Text(instance->cls->name) + "(...)").str();
    }
    default: return "?";
  }
}

}  // namespace trident::eval
