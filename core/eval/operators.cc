// Arithmetic on numbers, strings, containers and objects.
#include "core/eval/interp.h"

#include <cmath>

namespace trident::eval {

using parse::BinaryOp;
using shape::Dim;

static constexpr const char* kOperatorText[] = {"+", "-", "*", "@", "/", "%", "**", "<<", ">>", "|", "^", "&", "//"};
static constexpr const char* kMethod[] = {"__add__", "__sub__", "__mul__", "__matmul__", "__truediv__", "__mod__", "__pow__",
                                          "__lshift__", "__rshift__", "__or__", "__xor__", "__and__", "__floordiv__"};
static constexpr const char* kReflected[] = {"__radd__", "__rsub__", "__rmul__", "__rmatmul__", "__rtruediv__", "__rmod__", "__rpow__",
                                             "__rlshift__", "__rrshift__", "__ror__", "__rxor__", "__rand__", "__rfloordiv__"};
static constexpr const char* kInPlace[] = {"__iadd__", "__isub__", "__imul__", "__imatmul__", "__itruediv__", "__imod__", "__ipow__",
                                           "__ilshift__", "__irshift__", "__ior__", "__ixor__", "__iand__", "__ifloordiv__"};

static bool IsNumber(const Value& v) { return v.is(Kind::Int) || v.is(Kind::Bool) || v.is(Kind::Float); }

static Value FloatArithmetic(Interp& interp, BinaryOp op, const Value& left, const Value& right) {
  auto number = [](const Value& v) -> std::optional<double> {
    if (v.is(Kind::Float)) return v.some() ? std::nullopt : std::optional<double>(v.number);
    if (std::optional<int64_t> n = v.AsInt()) return *n;
    return std::nullopt;
  };
  std::optional<double> a = number(left), b = number(right);
  bool divides = op == BinaryOp::Div || op == BinaryOp::FloorDiv || op == BinaryOp::Mod;
  if (divides && b && *b == 0) return interp.Raise("ZeroDivisionError", "division by zero", "zero-division");
  if (!a || !b) return Value::SomeFloat();
  switch (op) {
    case BinaryOp::Add: return Value::Float(*a + *b);
    case BinaryOp::Sub: return Value::Float(*a - *b);
    case BinaryOp::Mul: return Value::Float(*a * *b);
    case BinaryOp::Div: return Value::Float(*a / *b);
    case BinaryOp::FloorDiv: return Value::Float(std::floor(*a / *b));
    case BinaryOp::Mod: {
      double m = std::fmod(*a, *b);
      return Value::Float(m != 0 && (m < 0) != (*b < 0) ? m + *b : m);
    }
    case BinaryOp::Pow: return Value::Float(std::pow(*a, *b));
    default: return interp.Raise("TypeError", std::string("unsupported operand types for ") + kOperatorText[static_cast<int>(op)] + ": float", "operand-types");
  }
}

static Value IntPower(int64_t base, int64_t exponent) {
  if (exponent < 0) return base == 0 ? Value::SomeFloat() : Value::Float(std::pow(static_cast<double>(base), exponent));
  int64_t result = 1;
  for (int64_t i = 0; i < exponent; ++i) {
    if (__builtin_mul_overflow(result, base, &result) || result > (int64_t(1) << 60) || result < -(int64_t(1) << 60)) return Value::SomeInt();
    if (base == 0 || base == 1) break;
  }
  return Value::Int(result);
}

static Value IntArithmetic(Interp& interp, BinaryOp op, const Value& left, const Value& right) {
  if (left.is(Kind::Bool) && right.is(Kind::Bool) && (op == BinaryOp::BitAnd || op == BinaryOp::BitOr || op == BinaryOp::BitXor)) {
    if (left.some() || right.some()) {
      bool absorbs = op == BinaryOp::BitOr;
      if (op != BinaryOp::BitXor && ((!left.some() && left.truth_bit() == absorbs) || (!right.some() && right.truth_bit() == absorbs))) return Value::Bool(absorbs);
      return Value::SomeBool();
    }
    bool a = left.truth_bit(), b = right.truth_bit();
    return Value::Bool(op == BinaryOp::BitAnd ? a && b : op == BinaryOp::BitOr ? a || b : a != b);
  }
  auto dim = [](const Value& v) { return v.is(Kind::Bool) ? (v.some() ? Dim::Unknown() : Dim(v.bits)) : v.dim(); };
  Dim a = dim(left), b = dim(right);
  bool divides = op == BinaryOp::Div || op == BinaryOp::FloorDiv || op == BinaryOp::Mod;
  if (divides && b == Dim(0)) return interp.Raise("ZeroDivisionError", "division by zero", "zero-division");
  std::optional<int64_t> x = a.value(), y = b.value();
  switch (op) {
    case BinaryOp::Add: return Value::Int(a + b);
    case BinaryOp::Sub: return Value::Int(a - b);
    case BinaryOp::Mul: return Value::Int(a * b);
    case BinaryOp::FloorDiv: return Value::Int(FloorDiv(a, b));
    case BinaryOp::Mod: return Value::Int(Mod(a, b));
    case BinaryOp::Div: return x && y ? Value::Float(static_cast<double>(*x) / static_cast<double>(*y)) : Value::SomeFloat();
    case BinaryOp::Pow:
      if (x && y) return IntPower(*x, *y);
      if (y && *y >= 0 && *y <= 4) {
        Dim result = 1;
        for (int64_t i = 0; i < *y; ++i) result = result * a;
        return Value::Int(result);
      }
      return y && *y < 0 ? Value::SomeFloat() : Value::SomeInt();
    case BinaryOp::LShift: return x && y && *y >= 0 && *y < 60 && std::abs(*x) < (int64_t(1) << (60 - *y)) ? Value::Int(*x << *y) : Value::SomeInt();
    case BinaryOp::RShift: return x && y && *y >= 0 ? Value::Int(*y < 63 ? *x >> *y : (*x < 0 ? -1 : 0)) : Value::SomeInt();
    case BinaryOp::BitOr: return x && y ? Value::Int(*x | *y) : Value::SomeInt();
    case BinaryOp::BitXor: return x && y ? Value::Int(*x ^ *y) : Value::SomeInt();
    case BinaryOp::BitAnd: return x && y ? Value::Int(*x & *y) : Value::SomeInt();
    case BinaryOp::MatMul: return interp.Raise("TypeError", "unsupported operand types for @: 'int' and 'int'", "operand-types");
  }
  return Value::SomeInt();
}

static Value Concatenate(Interp& interp, const Value& left, const Value& right, bool in_place) {
  auto *a = As<ListObj>(left), *b = As<ListObj>(right);
  if (in_place && left.is(Kind::List)) {
    interp.heap().WillWrite(a);
    llvm::SmallVector<Value, 8> more(b->items.begin(), b->items.end());
    if (a->open || b->open) {
      a->open = true;
      a->items.clear();
    } else {
      a->items.append(more.begin(), more.end());
    }
    return left;
  }
  Value result = interp.NewList(a->items, left.kind);
  auto* out = As<ListObj>(result);
  out->is_size = a->is_size && b->is_size;
  if (a->open || b->open) {
    out->open = true;
    out->items.clear();
  } else {
    out->items.append(b->items.begin(), b->items.end());
  }
  return result;
}

static Value RepeatSequence(Interp& interp, const Value& sequence, const Value& count) {
  std::optional<int64_t> n = count.AsInt();
  if (sequence.is(Kind::Str)) {
    if (!n || sequence.some() || *n * static_cast<int64_t>(sequence.text().size()) > 4096) return Value::SomeStr();
    std::string out;
    for (int64_t i = 0; i < *n; ++i) out += sequence.text();
    return Value::Str(out);
  }
  Value result = interp.NewList({}, sequence.kind);
  auto* out = As<ListObj>(result);
  auto* list = As<ListObj>(sequence);
  if (!n || list->open || *n * static_cast<int64_t>(list->items.size()) > 100000) {
    out->open = true;
    if (list->items.size() == 1) out->items.push_back(list->items[0]);
    return result;
  }
  for (int64_t i = 0; i < *n; ++i) out->items.append(list->items.begin(), list->items.end());
  return result;
}

// "%s", "%d", "%i" and "%%" with known values; other conversions give some string.
static Value PercentFormat(Interp& interp, const Value& format, const Value& operand) {
  if (format.some()) return Value::SomeStr();
  llvm::ArrayRef<Value> values = operand.is(Kind::Tuple) ? llvm::ArrayRef<Value>(As<ListObj>(operand)->items) : llvm::ArrayRef<Value>(operand);
  llvm::StringRef text = format.text();
  std::string out;
  size_t next = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    char conversion = i + 1 < text.size() ? text[++i] : 0;
    if (conversion == '%') {
      out += '%';
      continue;
    }
    bool exact = false;
    if ((conversion != 's' && conversion != 'd' && conversion != 'i') || next >= values.size()) return Value::SomeStr();
    out += interp.ToStr(values[next++], &exact);
    if (!exact) return Value::SomeStr();
  }
  return Value::Str(out);
}

static Value SetArithmetic(Interp& interp, BinaryOp op, const Value& left, const Value& right) {
  auto *a = As<DictObj>(left), *b = As<DictObj>(right);
  DictObj* out = interp.NewDict(Kind::Set);
  out->open = a->open || b->open;
  for (const DictObj::Item& item : a->items) {
    if (!item.live) continue;
    Tri in = interp.Contains(right, item.key);
    if (in == Tri::Unknown) out->open = true;
    bool keep = op == BinaryOp::BitOr || (op == BinaryOp::BitAnd ? in == Tri::True : in == Tri::False);
    if (keep) interp.DictSet(out, item.key, Value::None());
  }
  if (op == BinaryOp::BitOr || op == BinaryOp::BitXor) {
    for (const DictObj::Item& item : b->items) {
      if (item.live && (op == BinaryOp::BitOr || interp.Contains(left, item.key) == Tri::False)) interp.DictSet(out, item.key, Value::None());
    }
  }
  return Value::Obj(out);
}

// A method of a user class for the operator; Undefined when neither side has one.
static Value OverloadedBinary(Interp& interp, BinaryOp op, const Value& left, const Value& right, bool in_place) {
  auto attempt = [&](const Value& self, const char* name, const Value& other) {
    if (!self.is(Kind::Instance)) return Value();
    ClassObj* cls = As<InstanceObj>(self)->cls;
    Value method = interp.FindInClass(cls, Intern(name));
    if (!method.defined()) return Value();
    Args args;
    args.positional.push_back(other);
    Value result = interp.Call(interp.BindDescriptor(method, self, cls), args);
    return result.is(Kind::NotImplemented) ? Value() : result;
  };
  int i = static_cast<int>(op);
  if (in_place) {
    if (Value result = attempt(left, kInPlace[i], right); result.defined()) return result;
  }
  if (Value result = attempt(left, kMethod[i], right); result.defined()) return result;
  return attempt(right, kReflected[i], left);
}

Value Interp::Binary(BinaryOp op, const Value& left, const Value& right, bool in_place) {
  if (left.is(Kind::Tensor) || right.is(Kind::Tensor)) {
    bool other_plain = (left.is(Kind::Tensor) || IsNumber(left) || left.is(Kind::Complex)) && (right.is(Kind::Tensor) || IsNumber(right) || right.is(Kind::Complex));
    if (other_plain) return TensorOperator(kOperatorText[static_cast<int>(op)], left, right, in_place);
    if (left.unknown() || right.unknown()) return TensorOperator(kOperatorText[static_cast<int>(op)], left, right, in_place);
  }
  if (left.unknown() || right.unknown()) return left.unknown() ? left : right;
  if ((left.guess() && !IsNumber(right)) || (right.guess() && !IsNumber(left))) return Lost("arithmetic on an argument");
  if (IsNumber(left) && IsNumber(right)) {
    return left.is(Kind::Float) || right.is(Kind::Float) ? FloatArithmetic(*this, op, left, right) : IntArithmetic(*this, op, left, right);
  }
  bool left_list = left.is(Kind::List) || left.is(Kind::Tuple), right_list = right.is(Kind::List) || right.is(Kind::Tuple);
  if (op == BinaryOp::Add && left_list && right_list && (left.kind == right.kind || in_place)) return Concatenate(*this, left, right, in_place);
  if (op == BinaryOp::Add && left.is(Kind::List) && in_place) {
    llvm::SmallVector<Value, 8> items;
    bool open = false;
    if (!Iterate(right, items, open)) return Value::Raised();
    Value more = NewList(items);
    As<ListObj>(more)->open = open;
    return Concatenate(*this, left, more, true);
  }
  if (op == BinaryOp::Add && left.is(Kind::Str) && right.is(Kind::Str)) {
    return left.some() || right.some() ? Value::SomeStr() : Value::Str((left.text() + right.text()).str());
  }
  if (op == BinaryOp::Mul) {
    if ((left_list || left.is(Kind::Str)) && (right.is(Kind::Int) || right.is(Kind::Bool))) return RepeatSequence(*this, left, right);
    if ((right_list || right.is(Kind::Str)) && (left.is(Kind::Int) || left.is(Kind::Bool))) return RepeatSequence(*this, right, left);
  }
  if (op == BinaryOp::Mod && left.is(Kind::Str)) return PercentFormat(*this, left, right);
  if (left.is(Kind::Set) && right.is(Kind::Set)) return SetArithmetic(*this, op, left, right);
  auto is_view = [](const Value& v) { return v.is(Kind::List) && As<ListObj>(v)->is_view; };
  if ((is_view(left) || is_view(right)) && (op == BinaryOp::BitOr || op == BinaryOp::BitAnd || op == BinaryOp::Sub || op == BinaryOp::BitXor)) {
    Args one, other;
    one.positional.push_back(left);
    other.positional.push_back(right);
    TRIDENT_TRY(a, InstantiateNative(NativeClass(Native::Set), one));
    TRIDENT_TRY(b, InstantiateNative(NativeClass(Native::Set), other));
    return SetArithmetic(*this, op, a, b);
  }
  if (op == BinaryOp::BitOr && left.is(Kind::Dict) && right.is(Kind::Dict)) {
    DictObj* out = in_place ? As<DictObj>(left) : NewDict();
    for (const Value* side : {&left, &right}) {
      if (in_place && side == &left) continue;
      for (const DictObj::Item& item : As<DictObj>(*side)->items) {
        if (item.live) DictSet(out, item.key, item.value);
      }
      out->open |= As<DictObj>(*side)->open;
    }
    return Value::Obj(out);
  }
  bool typing = left.is(Kind::Class) || left.is(Kind::Alias) || right.is(Kind::Class) || right.is(Kind::Alias);
  if (op == BinaryOp::BitOr && typing) {
    auto* alias = heap_.New<AliasObj>();
    alias->name = Intern("Union");
    alias->arguments = {left, right};
    return Value::Obj(alias);
  }
  if (left.is(Kind::Instance) || right.is(Kind::Instance)) {
    Value result = OverloadedBinary(*this, op, left, right, in_place);
    if (result.defined()) return result;
    auto unwrap = [&](const Value& v) { return v.is(Kind::Instance) && As<InstanceObj>(v)->payload.defined() ? PayloadOf(As<InstanceObj>(v)) : v; };
    Value a = unwrap(left), b = unwrap(right);
    if (!(a == left) || !(b == right)) return Binary(op, a, b);
    return Lost("an operator of an object");
  }
  bool none = left.is(Kind::None) || right.is(Kind::None);
  bool plain = IsNumber(left) || IsNumber(right) || left.is(Kind::Tensor) || right.is(Kind::Tensor) || left_list || right_list || left.is(Kind::Str) || right.is(Kind::Str);
  bool list_number = (left_list && IsNumber(right)) || (IsNumber(left) && right_list);
  bool text_number = (left.is(Kind::Str) && IsNumber(right)) || (IsNumber(left) && right.is(Kind::Str));
  bool mixed_lists = left_list && right_list;
  auto callable = [](const Value& v) { return v.is(Kind::Function) || v.is(Kind::Partial) || v.is(Kind::Method); };
  bool call_missing = (callable(left) && (IsNumber(right) || right.is(Kind::Str))) || (callable(right) && (IsNumber(left) || left.is(Kind::Str)));
  if ((none && plain) || list_number || text_number || mixed_lists || call_missing) {
    return Raise("TypeError", std::string("unsupported operand types for ") + kOperatorText[static_cast<int>(op)] + ": '" + Text(TypeOf(left)->name).str() + "' and '" +
                                  Text(TypeOf(right)->name).str() + "'", "operand-types");
  }
  return Lost("an operator Trident does not know for these operands");
}

Value Interp::Unary(parse::UnaryOp op, const Value& operand) {
  if (op == parse::UnaryOp::Not) {
    Tri truth = Not(Truth(operand));
    return truth == Tri::Unknown ? Value::SomeBool() : Value::Bool(truth == Tri::True);
  }
  if (operand.is(Kind::Tensor)) {
    const char* text = op == parse::UnaryOp::USub ? "-" : op == parse::UnaryOp::Invert ? "~" : "+";
    const char* name = op == parse::UnaryOp::USub ? "torch.neg" : op == parse::UnaryOp::Invert ? "torch.bitwise_not" : "torch.positive";
    Value value = Finish(ops::UnaryOperator(text, ToOps(operand)), name, {operand});
    Inherit(value, As<TensorObj>(operand)->lineage);
    return value;
  }
  if (operand.is(Kind::Int) || operand.is(Kind::Bool)) {
    Dim dim = operand.is(Kind::Bool) ? (operand.some() ? Dim::Unknown() : Dim(operand.bits)) : operand.dim();
    if (op == parse::UnaryOp::USub) return Value::Int(Dim(0) - dim);
    if (op == parse::UnaryOp::Invert) return Value::Int(Dim(-1) - dim);
    return Value::Int(dim);
  }
  if (operand.is(Kind::Float)) return operand.some() || op == parse::UnaryOp::UAdd ? operand : Value::Float(-operand.number);
  if (operand.is(Kind::Instance)) {
    const char* name = op == parse::UnaryOp::USub ? "__neg__" : op == parse::UnaryOp::Invert ? "__invert__" : "__pos__";
    Value method = FindInClass(As<InstanceObj>(operand)->cls, Intern(name));
    if (method.defined()) return Call(BindDescriptor(method, operand, As<InstanceObj>(operand)->cls), {});
  }
  return Lost("a unary operator on an unknown value");
}

}  // namespace trident::eval
