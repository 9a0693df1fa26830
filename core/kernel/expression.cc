// Expressions of a kernel: names, attributes, subscripts, displays and conditions.
#include "core/kernel/interp.h"

#include "core/parse/literal.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace trident::kernel {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using shape::Dim;
using shape::Shape;

Value Interp::Unsupported(NodeId node, const std::string& what, const std::string& instead) {
  return Report("triton-unsupported", node, what + " is not supported in a kernel" + (instead.empty() ? "" : ": " + instead));
}

Value Interp::Eval(NodeId node) {
  switch (tree().kind(node)) {
    case NodeKind::Name: return EvalName(node);
    case NodeKind::NoneLiteral: return Value::None();
    case NodeKind::TrueLiteral: return Value::Bool(true);
    case NodeKind::FalseLiteral: return Value::Bool(false);
    case NodeKind::EllipsisLiteral: return Value::ConstantOf(Constant::Ellipsis);
    case NodeKind::Int:
    case NodeKind::Float:
    case NodeKind::Str: {
      Value value = globals_.Evaluate(module(), node);
      value.plain = false;
      return value;
    }
    case NodeKind::JoinedStr: return EvalJoinedStr(node);
    case NodeKind::Attribute: return EvalAttribute(node);
    case NodeKind::Subscript: return EvalSubscript(node);
    case NodeKind::Call: return EvalCall(node);
    case NodeKind::BinOp: {
      Value left = Eval(tree().child(node, 0));
      Value right = Eval(tree().child(node, 1));
      auto op = static_cast<parse::BinaryOp>(tree().flags(node));
      Value out = Binary(node, op, left, right);
      TraceBinary(node, op, left, right, out);
      return out;
    }
    case NodeKind::UnaryOp: return EvalUnary(node);
    case NodeKind::BoolOp: return EvalBoolOp(node);
    case NodeKind::Compare: return EvalCompare(node);
    case NodeKind::CompareChain:
      return Report("triton-unsupported", node, "a chain of comparisons is not supported in a kernel: write `(a < b) & (b < c)` (and `&` binds tighter than `<`)");
    case NodeKind::IfExp: return EvalIfExp(node);
    case NodeKind::Tuple:
    case NodeKind::List: {
      std::vector<Value> items;
      for (NodeId child : tree().children(node)) {
        if (tree().kind(child) == NodeKind::Starred) {
          Value value = Eval(tree().child(child, 0));
          if (!value.is(Kind::Tuple)) return Value::Unknown();
          items.insert(items.end(), value.elements().begin(), value.elements().end());
        } else {
          items.push_back(Eval(child));
        }
      }
      return Value::Tuple(std::move(items));
    }
    case NodeKind::ListComp: return EvalListComp(node);
    case NodeKind::Slice: {
      std::vector<Value> items;
      for (NodeId child : tree().children(node)) items.push_back(child == kNoNode ? Value::None() : Eval(child));
      Value slice = Value::Tuple(std::move(items));
      slice.kind = Kind::Slice;
      return slice;
    }
    case NodeKind::Lambda: return Unsupported(node, "`lambda`", "write a @triton.jit function");
    case NodeKind::Dict: return Unsupported(node, "a dict");
    case NodeKind::Set: return Unsupported(node, "a set");
    case NodeKind::DictComp: return Unsupported(node, "a dict comprehension");
    case NodeKind::SetComp: return Unsupported(node, "a set comprehension");
    case NodeKind::GeneratorExp: return Unsupported(node, "a generator expression");
    case NodeKind::NamedExpr: return Unsupported(node, "`:=`", "assign on a line of its own");
    case NodeKind::Yield:
    case NodeKind::YieldFrom: return Unsupported(node, "`yield`");
    case NodeKind::Await: return Unsupported(node, "`await`");
    default: return Value::Unknown();
  }
}

Value* Interp::Find(Symbol name) {
  for (auto& [each, value] : frame_->locals) {
    if (each == name) return &value;
  }
  return nullptr;
}

static std::string PlainText(const Value& value) {
  std::string text = value.ToString();
  llvm::StringRef rest = text;
  rest.consume_front("constexpr ");
  return rest.str();
}

Value Interp::EvalName(NodeId node) {
  Symbol name = tree().symbol(node);
  llvm::StringRef text = Text(name);
  if (Value* value = Find(name)) {
    if (value->is(Kind::Poison)) {
      Report("triton-loop-variable", node, "`" + text.str() + "` has no value after its loop: Triton leaves it undefined");
      Value out = *value;
      out.kind = Kind::Tensor;
      return out;
    }
    return *value;
  }
  const Function& function = *frame_->function;
  if (function.has_outer && function.outer_names.count(name)) return Value::Unknown();
  Value value = globals_.Resolve(module(), name);
  static constexpr llvm::StringRef kBuiltins[] = {"len", "list", "range", "float", "int", "isinstance", "getattr", "hasattr", "print", "min", "max"};
  bool builtin = llvm::is_contained(kBuiltins, text);
  if (value.undefined()) {
    if (builtin) return Value::Builtin(("python." + text).str());
    auto gone = llvm::find_if(frame_->dropped, [&](const auto& each) { return each.first == name; });
    if (gone != frame_->dropped.end()) {
      NodeId at = gone->second;
      bool loop = tree().kind(at) != NodeKind::If;
      return Report("triton-undefined-name", node,
                    "`" + text.str() + "` is defined only in " + (loop ? "the body of a loop" : "one branch of an `if`") + " and does not exist afterwards: define it before",
                    {{{function.module, at}, loop ? "this loop" : "this `if`"}});
    }
    std::string hint;
    if (FindRule(text)) hint = ": write `tl." + text.str() + "`";
    return Report("triton-undefined-name", node, "`" + text.str() + "` is not defined in the kernel" + hint);
  }
  if (value.plain && !builtin) {
    std::string shown = PlainText(value);
    return Report("triton-global", node, "the global `" + text.str() + "` is no constexpr: write `" + text.str() + " = tl.constexpr(" + shown + ")`, or pass it as an argument");
  }
  return value;
}

Value Interp::EvalAttribute(NodeId node) {
  Value object = Eval(tree().child(node, 0));
  Symbol name = tree().symbol(node);
  llvm::StringRef text = Text(name);
  if (object.is_constant(Constant::Module)) {
    Value value = globals_.Attribute(object, name);
    if (value.undefined()) {
      std::string module = SourceOf(tree().child(node, 0)), suggestion = Suggestion(text);
      return Report("triton-language-name", node, "`" + module + "` has no `" + text.str() + "`" + (suggestion.empty() ? "" : ": did you mean `" + suggestion + "`?"));
    }
    value.plain = false;
    return value;
  }
  if (object.is(Kind::Tensor) || object.is(Kind::Poison)) return TensorAttribute(node, object, name);
  if (object.is_constant(Constant::DType)) return DTypeAttribute(object, text);
  if (object.is(Kind::Descriptor)) {
    if (text == "block_shape" || text == "dtype" || text == "shape" || text == "strides") {
      if (text == "dtype") return Value::DType(Type::Of(object.type.scalar));
      std::vector<Value> items;
      for (Dim d : object.type.shape.dims()) {
        items.push_back(text == "block_shape" ? Value::Int(d) : Fresh(Type::Of(text == "shape" ? Scalar::Int32 : Scalar::Int64)));
      }
      return Value::Tuple(std::move(items));
    }
    Value method = Value::ConstantOf(Constant::Method);
    method.symbol = Intern(("descriptor." + text).str());
    method.items = std::make_shared<const std::vector<Value>>(std::vector<Value>{object});
    return method;
  }
  bool number = object.is_constant(Constant::Int) || object.is_constant(Constant::Bool) || object.is_constant(Constant::Float);
  if (object.is(Kind::Constant) && text == "value") return object;
  if (number && (text == "to" || text == "cast" || text == "load" || text == "store" || text == "reshape" || text == "sum")) {
    return Report("triton-constexpr-attribute", node, "`" + SourceOf(tree().child(node, 0)) + "` is a compile-time number here (" + object.ToString() + ") and has no `" + text.str() +
                                                           "`: use tl.cast, or do_not_specialize for an argument that may be 1");
  }
  if (object.none() && text != "type") {
    return Report("triton-none", node, "`" + SourceOf(tree().child(node, 0)) + "` is None and has no `" + text.str() + "`");
  }
  return Value::Unknown();
}

Value Interp::TensorAttribute(NodeId node, const Value& object, Symbol name) {
  llvm::StringRef text = Text(name);
  const Type& type = object.type;
  if (object.vague) {
    if (text == "dtype" || text == "type") return Value::DType({Scalar::Unknown, Pointer::Maybe, false, Shape::Scalar(), Shape::Scalar()});
    if (text != "to") return Value::Unknown();
  }
  if (text == "dtype" || text == "type") {
    if (type.pointer == Pointer::Maybe) return Value::DType(type);
    return Value::DType(text == "dtype" && type.pointer != Pointer::Block ? type.With(Shape::Scalar()) : type);
  }
  if (text == "shape") {
    if (!type.shape.rank_known()) return Value::Unknown();
    std::vector<Value> items;
    for (Dim d : type.shape.dims()) items.push_back(Value::Int(d));
    return Value::Tuple(std::move(items));
  }
  if (text == "numel") return Value::Int(type.shape.numel());
  if (text == "T") {
    if (!type.shape.rank_known()) return Value::Unknown();
    if (type.shape.rank() != 2) return Report("triton-rank", node, "`.T` needs two dims, not " + object.ToString());
    Value out = Fresh(type.With(Shape::Of({type.shape.dims()[1], type.shape.dims()[0]})));
    NoteSame(object, out);
    Trace trace = TraceOf(object);
    trace.axis = PermuteAxes(trace.axis, {1, 0});
    SetTrace(out, std::move(trace));
    return out;
  }
  if (text == "handle") return Value::Unknown();
  const Rule* rule = FindRule(text);
  static constexpr llvm::StringRef kMore[] = {"to", "logical_and", "logical_or"};
  if ((rule && rule->method) || llvm::is_contained(kMore, text)) {
    Value method = Value::ConstantOf(Constant::Method);
    method.symbol = name;
    method.items = std::make_shared<const std::vector<Value>>(std::vector<Value>{object});
    return method;
  }
  if (text.starts_with("__")) return Value::Unknown();
  std::string suggestion = rule ? "tl." + text.str() : "";
  return Report("triton-no-attribute", node, "a tensor in a kernel has no `" + text.str() + "`" + (suggestion.empty() ? "" : ": use `" + suggestion + "`"));
}

Value Interp::DTypeAttribute(const Value& object, llvm::StringRef name) {
  const Type& type = object.type;
  if (name == "element_ty") {
    if (type.pointer == Pointer::Block) return Value::DType(Type::Of(type.scalar, type.block));
    if (type.pointer == Pointer::No && type.is_block()) return Value::DType(type.With(Shape::Scalar()));
    return Value::DType(Type::Of(type.scalar));
  }
  if (name == "scalar") return Value::DType(type.With(Shape::Scalar()));
  bool unknown = type.scalar == Scalar::Unknown || type.pointer == Pointer::Maybe;
  if (name == "primitive_bitwidth" || name == "int_bitwidth") {
    return unknown ? Value::SomeConstant() : Value::Int(Bits(type.scalar));
  }
  if (name == "itemsize") return unknown ? Value::SomeConstant() : Value::Int(Bytes(type.scalar));
  if (name.starts_with("is_")) {
    Value method = Value::ConstantOf(Constant::Method);
    method.symbol = Intern(("dtype." + name).str());
    method.items = std::make_shared<const std::vector<Value>>(std::vector<Value>{object});
    return method;
  }
  return Value::SomeConstant();
}

Value Interp::EvalSubscript(NodeId node) {
  Value object = Eval(tree().child(node, 0));
  Value index = Eval(tree().child(node, 1));
  if (object.is(Kind::Tuple)) return IndexTuple(node, object, index);
  if (object.is(Kind::Tensor) && !object.vague) return IndexTensor(node, object, index);
  bool number = object.is_constant(Constant::Float) || ((object.is_constant(Constant::Int) || object.is_constant(Constant::Bool)) && object.integer.is_constant());
  if (number) return Report("triton-constexpr-attribute", node, "`" + SourceOf(tree().child(node, 0)) + "` is a compile-time number here (" + object.ToString() + ") and has no elements");
  return Value::Unknown();
}

Value Interp::IndexTuple(NodeId node, const Value& tuple, const Value& index) {
  llvm::ArrayRef<Value> items = tuple.elements();
  int64_t count = items.size();
  if (index.is(Kind::Slice)) {
    auto bound = [&](const Value& v, int64_t missing) -> std::optional<int64_t> {
      if (v.none()) return missing;
      std::optional<int64_t> n = v.AsInt();
      if (!n) return n;
      return std::clamp<int64_t>(*n < 0 ? *n + count : *n, 0, count);
    };
    std::optional<int64_t> low = bound(index.elements()[0], 0), high = bound(index.elements()[1], count);
    if (!low || !high || !index.elements()[2].none()) return Value::Unknown();
    std::vector<Value> out;
    for (int64_t i = *low; i < *high; ++i) out.push_back(items[i]);
    return Value::Tuple(std::move(out));
  }
  if (index.is(Kind::Tensor) && !index.vague) {
    return Report("triton-constexpr-needed", node, "the index of a tuple must be a constant, not a runtime value (" + index.ToString() + ")");
  }
  std::optional<int64_t> at = index.AsInt();
  if (!at) {
    // Some element: what all of them share.
    if (items.empty()) return Value::Unknown();
    Value out = items[0];
    for (const Value& item : items.drop_front()) out = Join(out, item);
    return out;
  }
  if (*at < -count || *at >= count) return Report("triton-unpack", node, "index " + std::to_string(*at) + " of a tuple of " + std::to_string(count));
  return items[*at < 0 ? *at + count : *at];
}

Value Interp::IndexTensor(NodeId node, const Value& tensor, const Value& index) {
  std::vector<Value> parts = index.is(Kind::Tuple) ? index.elements().vec() : std::vector<Value>{index};
  if (!tensor.type.shape.rank_known()) return Value::Unknown();
  llvm::SmallVector<Dim, 4> dims;
  llvm::SmallVector<bool, 4> added;
  unsigned next = 0;
  llvm::ArrayRef<Dim> old = tensor.type.shape.dims();
  for (const Value& part : parts) {
    added.resize(dims.size(), false);
    if (part.none()) {
      dims.push_back(1);
      added.push_back(true);
    } else if (part.is(Kind::Slice) && llvm::all_of(part.elements(), [](const Value& v) { return v.none(); })) {
      // Surplus colons are accepted without a word.
      dims.push_back(next < old.size() ? old[next] : Dim(1));
      if (next >= old.size()) dims.pop_back();
      ++next;
    } else if (part.open()) {
      return Value::Unknown();
    } else {
      return Report("triton-tensor-index", node, "a tensor cannot be indexed or sliced: only `None` and `:` are allowed; use a reduction, tl.gather, or reshape and split");
    }
  }
  for (; next < old.size(); ++next) dims.push_back(old[next]);
  added.resize(dims.size(), false);
  Value out = Fresh(tensor.type.With(Shape::Of(dims)));
  TraceIndex(tensor, added, out);
  return out;
}

Value Interp::EvalBoolOp(NodeId node) {
  bool is_or = tree().flags(node) == 1;
  llvm::StringRef word = is_or ? "or" : "and";
  std::vector<Value> left;
  Value last;
  bool open = false;
  for (NodeId child : tree().children(node)) {
    last = Eval(child);
    if (last.is(Kind::Tensor) && !last.vague) {
      left.push_back(last);
      continue;
    }
    if (last.is(Kind::Constant)) {
      std::optional<bool> truth = Truth(last);
      if (truth && *truth == is_or && !open) return last;
      if (truth && *truth != is_or) continue;
    }
    open = true;
  }
  if (open) return left.empty() ? Value::SomeConstant() : Value::Unknown();
  if (left.empty()) return last;
  while (left.size() >= 2) {
    Value b = left.back();
    left.pop_back();
    Value a = left.back();
    left.pop_back();
    left.push_back(Logical(node, a, b, word));
  }
  return left[0];
}

Value Interp::EvalIfExp(NodeId node) {
  Value test = Eval(tree().child(node, 1));
  if (test.is(Kind::Tensor) && !test.vague) {
    if (test.type.is_block() && llvm::any_of(test.type.shape.dims(), [](Dim d) { return d.is_symbolic() || (d.is_constant() && d.constant() > 1); })) {
      return Report("triton-condition-block", node, "the condition is a block (" + test.ToString() + "): use tl.where");
    }
    Value a = ToTensor(tree().child(node, 0), Eval(tree().child(node, 0))), b = ToTensor(tree().child(node, 2), Eval(tree().child(node, 2)));
    if (a.unknown() || b.unknown()) return Value::Unknown();
    if (Compare(a, b) == Same::No) {
      return Report("triton-branch-mismatch", node, "the two sides have different types: " + a.ToString() + " and " + b.ToString());
    }
    return Fresh(Join(a, b));
  }
  std::optional<bool> truth = test.is(Kind::Constant) ? Truth(test) : std::nullopt;
  if (test.is_constant(Constant::Str) || test.is_constant(Constant::Float)) {
    return Report("triton-condition-constant", node, "a constexpr condition must be bool, int or None, not " + test.ToString());
  }
  if (truth) return Eval(tree().child(node, *truth ? 0 : 2));
  Doubt doubt(*this);
  Value a = Eval(tree().child(node, 0)), b = Eval(tree().child(node, 2));
  return Unchanged(a, b) ? a : Fresh(Join(a, b));
}

Value Interp::EvalCompare(NodeId node) {
  Value left = Eval(tree().child(node, 0)), right = Eval(tree().child(node, 1));
  auto op = static_cast<parse::CompareOp>(tree().flags(node));
  Value out = CompareValues(node, op, left, right);
  TraceCompare(op, left, right, out);
  AdviseBound(node, op, left);
  return out;
}

Value Interp::EvalUnary(NodeId node) {
  auto op = static_cast<parse::UnaryOp>(tree().flags(node));
  Value value = Eval(tree().child(node, 0));
  if (value.is(Kind::Constant)) {
    bool number = value.constant == Constant::Int || value.constant == Constant::Bool || value.constant == Constant::Float;
    switch (op) {
      case parse::UnaryOp::Not: {
        std::optional<bool> truth = Truth(value);
        return truth ? Value::Bool(!*truth) : Value::SomeConstant();
      }
      case parse::UnaryOp::USub:
        if (value.constant == Constant::Float) return Value::Float(-value.number);
        return number ? Value::Int(Dim(0) - value.integer) : Value::SomeConstant(Dim(0) - value.integer);
      case parse::UnaryOp::UAdd: return value;
      case parse::UnaryOp::Invert: return number && value.integer.is_constant() ? Value::Int(~value.integer.constant()) : Value::SomeConstant();
    }
  }
  if (!value.is(Kind::Tensor) || value.vague) return value.is(Kind::Tensor) ? Fresh(Value::Argument()) : Value::Unknown();
  switch (op) {
    case parse::UnaryOp::UAdd: return Report("triton-operand-types", node, "unary `+` is not defined for tensors: leave it out");
    case parse::UnaryOp::Not: return BooleanOperand(node, value, "not") ? Fresh(value.type.With(Scalar::Int1)) : Value::Unknown();
    case parse::UnaryOp::USub: return Negate(node, value);
    case parse::UnaryOp::Invert:
      if (value.type.is_pointer() || (value.type.is_number() && IsFloat(value.type.scalar))) {
        return Report("triton-operand-types", node, "`~` is not defined for " + value.ToString());
      }
      return Fresh(value.type);
  }
  return Value::Unknown();
}

Value Interp::EvalJoinedStr(NodeId node) {
  for (NodeId child : tree().children(node)) {
    if (tree().kind(child) != NodeKind::FormattedValue) continue;
    Value value = Eval(tree().child(child, 0));
    if (value.is(Kind::Tensor) && !value.vague) {
      return Report("triton-string-value", node, "an f-string can hold constants only, and `" + SourceOf(tree().child(child, 0)) + "` is a runtime value (" + value.ToString() + ")");
    }
  }
  return Value::SomeConstant();
}

Value Interp::EvalListComp(NodeId node) {
  NodeId comprehension = tree().child(node, 1);
  if (tree().children(node).size() != 2) return Unsupported(node, "a comprehension with several loops");
  Value items = Eval(tree().child(comprehension, 1));
  if (!items.is(Kind::Tuple)) {
    Doubt doubt(*this);
    if (tree().kind(tree().child(comprehension, 0)) == NodeKind::Name) SetName(tree().symbol(tree().child(comprehension, 0)), Value::Unknown());
    Eval(tree().child(node, 0));
    return Value::Unknown();
  }
  std::vector<Value> out;
  for (const Value& item : items.elements()) {
    if (tree().kind(tree().child(comprehension, 0)) == NodeKind::Name) SetName(tree().symbol(tree().child(comprehension, 0)), item);
    out.push_back(Eval(tree().child(node, 0)));
  }
  return Value::Tuple(std::move(out));
}

}  // namespace trident::kernel
