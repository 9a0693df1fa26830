// Calls in a kernel: helper functions specialised per call, functions of triton.language, Python's own.
#include "core/kernel/rules.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <cmath>

namespace trident::kernel {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using shape::Dim;

namespace {

constexpr int kMaxCallDepth = 24;

// What tells two specialisations of a helper apart.
void AppendKey(const Value& value, std::string& key) {
  key += std::to_string(static_cast<int>(value.kind)) + ":" + std::to_string(static_cast<int>(value.constant));
  if (value.is_constant(Constant::Function)) key += llvm::utohexstr(reinterpret_cast<uintptr_t>(value.module)) + "#" + std::to_string(value.node);
  if (value.is_constant(Constant::Unknown)) key += "u" + std::to_string(value.integer.raw());
  if (value.vague) key += "v";
  if (value.is(Kind::Tuple)) {
    key += "(";
    for (const Value& item : value.elements()) AppendKey(item, key);
    key += ")";
  } else {
    key += value.ToString() + std::to_string(value.type.shape.raw()) + (value.type.is_const ? "k" : "");
  }
  key += ";";
}

std::string Count(size_t n, const char* noun) { return std::to_string(n) + " " + noun + (n == 1 ? "" : "s"); }

}  // namespace

const Value& Site::at(unsigned i) const {
  static const Value none = Value::None();
  return given(i) ? values[i] : none;
}

Value Site::Fail(const char* slug, const std::string& message) const { return interp.Report(slug, node, message); }
Value Site::FailAt(unsigned i, const char* slug, const std::string& message) const { return interp.Report(slug, node_of(i), message); }

Value Interp::EvalCall(NodeId node) {
  Value callee = Eval(tree().child(node, 0));
  std::vector<Value> positional;
  std::vector<NodeId> nodes;
  std::vector<std::pair<Symbol, std::pair<Value, NodeId>>> keywords;
  bool open = false;
  for (NodeId argument : tree().children(node).drop_front()) {
    switch (tree().kind(argument)) {
      case NodeKind::Starred: {
        Value value = Eval(tree().child(argument, 0));
        if (!value.is(Kind::Tuple)) {
          open = true;
          break;
        }
        for (const Value& item : value.elements()) {
          positional.push_back(item);
          nodes.push_back(argument);
        }
        break;
      }
      case NodeKind::Keyword:
        if (!tree().symbol(argument).valid()) {
          open = true;
          Eval(tree().child(argument, 0));
        } else {
          keywords.emplace_back(tree().symbol(argument), std::pair(Eval(tree().child(argument, 0)), tree().child(argument, 0)));
        }
        break;
      default:
        positional.push_back(Eval(argument));
        nodes.push_back(argument);
    }
  }
  return Call(node, callee, std::move(positional), std::move(nodes), std::move(keywords), open);
}

Value Interp::Call(NodeId node, const Value& callee, std::vector<Value> positional, std::vector<NodeId> nodes,
                   std::vector<std::pair<Symbol, std::pair<Value, NodeId>>> keywords, bool open) {
  if (!callee.is(Kind::Constant) || callee.is_constant(Constant::Unknown)) {
    found_.opaque = true;
    for (Loop& loop : loops_) loop.stores = true;
  }
  if (!callee.is(Kind::Constant)) {
    if (callee.is(Kind::Tensor) && !callee.vague) return Report("triton-operand-types", node, "a tensor (" + callee.ToString() + ") cannot be called");
    return Value::Unknown();
  }
  switch (callee.constant) {
    case Constant::Function: {
      const Function& function = globals_.FunctionAt(*callee.module, callee.node);
      if (function.jit) return CallFunction(node, function, std::move(positional), keywords, open);
      if (function.constexpr_function || function.decorated) return Value::Unknown();
      std::string name = Text(callee.module->tree->symbol(callee.node)).str();
      return Report("triton-plain-function", node, "`" + name + "` is a plain Python function: decorate it with @triton.jit, or with @triton.constexpr_function for compile-time values",
                    {{{callee.module, callee.node}, "defined here"}});
    }
    case Constant::Method: {
      llvm::StringRef name = Text(callee.symbol);
      if (name.consume_front("dtype.")) {
        const Type& type = callee.elements()[0].type;
        if (name == "is_ptr") return type.pointer == Pointer::Maybe ? Value::SomeConstant() : Value::Bool(type.is_pointer());
        if (name == "is_block") return type.shape.rank_known() ? Value::Bool(type.is_block()) : Value::SomeConstant();
        if (type.pointer == Pointer::Maybe || (type.pointer == Pointer::No && type.scalar == Scalar::Unknown)) return Value::SomeConstant();
        Scalar s = type.is_pointer() ? Scalar::Unknown : type.scalar;
        if (std::optional<Scalar> named = FromSignatureName(name.drop_front(3)); named && name != "is_int") return Value::Bool(s == *named);
        if (std::optional<Scalar> named = FromLanguageName(name.drop_front(3))) return Value::Bool(s == *named);
        return llvm::StringSwitch<Value>(name)
            .Case("is_floating", Value::Bool(IsFloat(s)))
            .Case("is_standard_floating", Value::Bool(IsFloat(s) && !IsFp8(s)))
            .Case("is_fp8", Value::Bool(IsFp8(s)))
            .Case("is_int", Value::Bool(IsInt(s)))
            .Case("is_int_signed", Value::Bool(IsSigned(s)))
            .Case("is_int_unsigned", Value::Bool(IsUnsignedInt(s)))
            .Case("is_bool", Value::Bool(s == Scalar::Int1))
            .Default(Value::SomeConstant());
      }
      const Value& self = callee.elements()[0];
      if (name == "logical_and" || name == "logical_or") {
        return positional.size() == 1 && positional[0].is(Kind::Tensor) ? Logical(node, self, positional[0], name == "logical_and" ? "and" : "or") : Value::Unknown();
      }
      const Rule* rule = FindRule(name == "to" ? "cast" : name);
      if (!rule) return Value::Unknown();
      positional.insert(positional.begin(), self);
      nodes.insert(nodes.begin(), tree().child(node, 0));
      return CallRule(node, *rule, std::move(positional), std::move(nodes), keywords, open);
    }
    case Constant::Builtin: {
      llvm::StringRef name = Text(callee.symbol);
      if (const Rule* rule = FindRule(name)) return CallRule(node, *rule, std::move(positional), std::move(nodes), keywords, open);
      if (name.consume_front("libdevice.")) return keywords.empty() && !open ? ApplyLibdevice(*this, node, name, positional) : Value::Unknown();
      if (keywords.empty() && !open) return CallPython(node, name, std::move(positional));
      return Value::Unknown();
    }
    case Constant::DType: return Value::Unknown();
    case Constant::None: return Report("triton-none", node, "None is called");
    default: return Value::Unknown();
  }
}

// Python's own functions, and those of the modules math and triton, which run while the kernel is compiled.
Value Interp::CallPython(NodeId node, llvm::StringRef name, std::vector<Value> args) {
  auto runtime = [&](const Value& v) { return v.is(Kind::Tensor) && !v.vague; };
  const Value* tensor = nullptr;
  for (const Value& v : args) {
    if (!tensor && runtime(v)) tensor = &v;
  }
  bool known = llvm::all_of(args, [](const Value& v) { return v.is(Kind::Constant) && v.constant != Constant::Unknown; });
  if (name == "constexpr") return args.size() == 1 ? args[0] : Value::Unknown();
  if (name.consume_front("python.")) {
    if (name == "len") {
      if (args.size() == 1 && args[0].is(Kind::Tuple)) return Value::Int(args[0].elements().size());
      if (args.size() == 1 && runtime(args[0])) return Report("triton-constexpr-needed", node, "len() of a tensor (" + args[0].ToString() + "): use `.shape`");
      return Value::SomeConstant();
    }
    if ((name == "int" || name == "float") && args.size() == 1) {
      if (tensor) {
        return Report("triton-constexpr-needed", node, (name + "() works on constants only, not on a runtime value (" + tensor->ToString() + "): use `.to(tl." +
                                                        (name == "int" ? "int32" : "float32") + ")`").str());
      }
      if (!args[0].is(Kind::Constant)) return args[0].is(Kind::Tensor) ? Fresh(Value::Argument()) : Value::Unknown();
      const Value& v = args[0];
      if (v.is_constant(Constant::Str)) {
        if (name != "float") return Value::SomeConstant();
        std::string text = Text(v.symbol).lower();
        if (text == "inf" || text == "infinity" || text == "+inf") return Value::Float(std::numeric_limits<double>::infinity());
        if (text == "-inf" || text == "-infinity") return Value::Float(-std::numeric_limits<double>::infinity());
        if (text == "nan") return Value::Float(std::numeric_limits<double>::quiet_NaN());
        return Value::SomeConstant();
      }
      if (v.constant == Constant::Float) return name == "float" ? v : std::fabs(v.number) < 0x1p60 ? Value::Int(static_cast<int64_t>(v.number)) : Value::SomeConstant();
      if (v.constant == Constant::Int || v.constant == Constant::Bool) {
        if (name == "int") return Value::Int(v.integer);
        return v.integer.is_constant() ? Value::Float(static_cast<double>(v.integer.constant())) : Value::SomeConstant();
      }
      return Value::SomeConstant(name == "int" ? v.integer : Dim());
    }
    if (name == "min" || name == "max") {
      if (args.size() != 2) return Value::Unknown();
      if (tensor) {
        // These are tl.minimum and tl.maximum, which work on f32 in place of bf16.
        for (Value& arg : args) {
          if (arg.is(Kind::Tensor) && arg.type.is_number() && arg.type.scalar == Scalar::Bf16) arg.type.scalar = Scalar::Fp32;
        }
        return Combine(node, name, args[0], args[1], false, false);
      }
      if (!args[0].is(Kind::Constant) || !args[1].is(Kind::Constant)) return args[0].is(Kind::Tensor) || args[1].is(Kind::Tensor) ? Fresh(Value::Argument()) : Value::Unknown();
      bool ints = args[0].constant != Constant::Float && args[1].constant != Constant::Float;
      if (ints) {
        Dim dim = name == "min" ? shape::Min(args[0].integer, args[1].integer) : shape::Max(args[0].integer, args[1].integer);
        return known ? Value::Int(dim) : Value::SomeConstant(dim);
      }
      Value less = FoldCompare(parse::CompareOp::Lt, args[0], args[1]);
      std::optional<bool> truth = Truth(less);
      if (!truth) return Value::SomeConstant();
      return (*truth == (name == "min")) ? args[0] : args[1];
    }
    if (name == "print") {
      if (!args.empty() && args[0].is(Kind::Constant) && args[0].constant != Constant::Str && args[0].constant != Constant::Unknown) {
        return Report("triton-string-value", node, "print() needs a string constant first, not " + args[0].ToString());
      }
      return Value::None();
    }
    if (name == "range") return Value::Unknown();
    return Value::SomeConstant();
  }
  if (name == "triton.cdiv" || name == "triton.next_power_of_2") {
    if (tensor) {
      return Report("triton-constexpr-needed", node,
                    (name + " works on constants only, not on a runtime value (" + tensor->ToString() + ")" + (name == "triton.cdiv" ? ": use tl.cdiv" : "")).str());
    }
    if (name == "triton.cdiv" && args.size() == 2 && args[0].is(Kind::Constant) && args[1].is(Kind::Constant)) {
      Dim dim = shape::FloorDiv(args[0].integer + args[1].integer - Dim(1), args[1].integer);
      return known ? Value::Int(dim) : Value::SomeConstant(dim);
    }
    if (name == "triton.next_power_of_2" && args.size() == 1) {
      std::optional<int64_t> n = args[0].AsInt();
      if (!n || *n < 0) return Value::SomeConstant();
      int64_t power = 1;
      while (power < *n) power *= 2;
      return Value::Int(*n == 0 ? 0 : power);
    }
    return Value::SomeConstant();
  }
  if (name.starts_with("math.")) {
    if (tensor) return Report("triton-constexpr-needed", node, (name + " works on constants only, not on a runtime value (" + tensor->ToString() + "): use `tl." + name.drop_front(5) + "`").str());
    if (args.size() != 1 || !known) return Value::SomeConstant();
    std::optional<int64_t> whole = args[0].AsInt();
    if (!whole && args[0].constant != Constant::Float) return Value::SomeConstant();
    double x = whole ? static_cast<double>(*whole) : args[0].number;
    llvm::StringRef f = name.drop_front(5);
    if (f == "sqrt" && x >= 0) return Value::Float(std::sqrt(x));
    if (f == "log" && x > 0) return Value::Float(std::log(x));
    if (f == "log2" && x > 0) return Value::Float(std::log2(x));
    if (f == "exp") return Value::Float(std::exp(x));
    if (f == "ceil") return Value::Int(static_cast<int64_t>(std::ceil(x)));
    if (f == "floor") return Value::Int(static_cast<int64_t>(std::floor(x)));
    return Value::SomeConstant();
  }
  return Value::Unknown();
}

Value Interp::CallRule(NodeId node, const Rule& rule, std::vector<Value> positional, std::vector<NodeId> nodes,
                       const std::vector<std::pair<Symbol, std::pair<Value, NodeId>>>& keywords, bool open) {
  llvm::ArrayRef<RuleParameter> parameters = ParametersOf(rule);
  Site site{*this, node, rule, {}, {}, {}, open};
  site.values.resize(parameters.size());
  site.nodes.assign(parameters.size(), kNoNode);
  auto arity = [&](const std::string& message) {
    auto [first, method] = llvm::StringRef(rule.name).split('.');
    return Report("triton-call-arguments", node, (first == "descriptor" ? method.str() : "tl." + first.str()) + "() " + message);
  };
  unsigned next = 0;
  for (unsigned i = 0; i < positional.size(); ++i) {
    if (next < parameters.size() && parameters[next].rest) {
      site.rest.push_back(positional[i]);
    } else if (next < parameters.size()) {
      site.values[next] = positional[i];
      site.nodes[next] = nodes[i];
      ++next;
    } else {
      return arity("takes " + Count(parameters.size(), "argument") + ", but " + std::to_string(positional.size()) + " were given");
    }
  }
  for (const auto& [keyword, given] : keywords) {
    if (llvm::StringRef(rule.name) == "python.range") {
      Report("triton-range-keyword", given.second, "`" + Text(keyword).str() + "=` is ignored here: range() in a kernel takes positional arguments; tl.range has options");
      continue;
    }
    auto at = llvm::find_if(parameters, [&, &keyword = keyword](const RuleParameter& p) { return p.name == Text(keyword); });
    if (at == parameters.end()) {
      if (Text(keyword).starts_with("_")) continue;
      llvm::SmallVector<llvm::StringRef, 12> names;
      for (const RuleParameter& each : parameters) names.push_back(each.name);
      return arity("has no parameter `" + Text(keyword).str() + "`" + DidYouMean(Text(keyword), names));
    }
    unsigned i = at - parameters.begin();
    if (at->rest) {
      if (given.first.is(Kind::Tuple)) site.rest = given.first.elements().vec();
      continue;
    }
    if (!site.values[i].undefined()) return arity("got two values for `" + Text(keyword).str() + "`");
    site.values[i] = given.first;
    site.nodes[i] = given.second;
  }
  if (!open) {
    for (unsigned i = 0; i < parameters.size(); ++i) {
      bool missing = site.values[i].undefined() && !parameters[i].optional && !parameters[i].rest;
      if (missing) return arity("needs `" + parameters[i].name.str() + "`");
    }
  } else {
    for (Value& value : site.values) {
      if (value.undefined()) value = Value::Unknown();
    }
  }
  Value out = rule.apply(site);
  TraceRule(site, out);
  NoteExchange(site, out);
  AdviseReduction(site);
  return out;
}

Value Interp::CallFunction(NodeId node, const Function& function, std::vector<Value> positional,
                           const std::vector<std::pair<Symbol, std::pair<Value, NodeId>>>& keywords, bool open) {
  std::string name = Text(function.module->tree->symbol(function.node)).str();
  auto arity = [&](const std::string& message) {
    return Report("triton-call-arguments", node, name + "() " + message, {{{function.module, function.node}, "defined here"}});
  };
  const std::vector<Parameter>& parameters = function.parameters;
  std::vector<Value> arguments(parameters.size());
  bool variadic = llvm::any_of(parameters, [&](const Parameter& p) {
    auto kind = static_cast<parse::ParameterKind>(function.module->tree->flags(p.node));
    return kind == parse::ParameterKind::VarArgs || kind == parse::ParameterKind::KwArgs;
  });
  if (variadic) return Value::Unknown();
  if (positional.size() > parameters.size()) {
    return arity("takes " + Count(parameters.size(), "argument") + ", but " + std::to_string(positional.size()) + " were given");
  }
  for (unsigned i = 0; i < positional.size(); ++i) arguments[i] = positional[i];
  for (const auto& [keyword, given] : keywords) {
    auto at = llvm::find_if(parameters, [&, &keyword = keyword](const Parameter& p) { return p.name == keyword; });
    if (at == parameters.end()) {
      llvm::SmallVector<llvm::StringRef, 12> names;
      for (const Parameter& each : parameters) names.push_back(Text(each.name));
      return arity("has no parameter `" + Text(keyword).str() + "`" + DidYouMean(Text(keyword), names));
    }
    Value& slot = arguments[at - parameters.begin()];
    if (!slot.undefined()) return arity("got two values for `" + Text(keyword).str() + "`");
    slot = given.first;
  }
  for (unsigned i = 0; i < parameters.size(); ++i) {
    if (!arguments[i].undefined()) continue;
    if (open) {
      arguments[i] = Value::Unknown();
    } else if (parameters[i].default_value != kNoNode) {
      Value value = globals_.Evaluate(*function.module, parameters[i].default_value);
      value.plain = false;
      arguments[i] = value.unknown() ? Value::SomeConstant() : value;
    } else {
      return arity("needs `" + Text(parameters[i].name).str() + "`");
    }
  }
  if (function.noinline) {
    for (unsigned i = 0; i < arguments.size(); ++i) {
      bool block = arguments[i].is(Kind::Tensor) && arguments[i].type.is_block();
      if (block) return Report("triton-noinline", node, "`" + name + "` is marked noinline and takes scalars only, but `" + Text(parameters[i].name).str() + "` is " + arguments[i].ToString());
    }
  }
  return Invoke(node, function, std::move(arguments));
}

Value Interp::Invoke(NodeId node, const Function& function, std::vector<Value> arguments) {
  if (depth_ >= kMaxCallDepth) return Value::Unknown();
  std::string key = llvm::utohexstr(reinterpret_cast<uintptr_t>(&function)) + "/" + std::to_string(doubt_ > 0) + std::to_string(muted_ > 0) + "/";
  for (const Value& argument : arguments) AppendKey(argument, key);
  if (auto found = memo_.find(key); found != memo_.end()) {
    // What it stores was noted where it was visited first.
    for (Loop& loop : loops_) loop.stores = true;
    return Fresh(found->second);
  }
  // A call of itself with the same arguments has no end; its result is not known yet.
  memo_[key] = Value::Unknown();
  Frame frame;
  frame.parent = frame_;
  frame.call = node;
  frame.function = &function;
  for (unsigned i = 0; i < arguments.size(); ++i) {
    frame.locals.emplace_back(function.parameters[i].name, arguments[i]);
    frame.defined.push_back(function.parameters[i].name);
  }
  frame_ = &frame;
  ++depth_;
  for (unsigned i = 0; i < arguments.size(); ++i) Record(function.parameters[i].node, function.parameters[i].name, arguments[i]);
  Block(tree().child(function.node, 1));
  --depth_;
  frame_ = frame.parent;
  Value result = frame.returned ? frame.returned_maybe ? Value::Unknown() : *frame.returned : Value::None();
  memo_[key] = result;
  return result;
}

}  // namespace trident::kernel
