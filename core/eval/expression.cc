// Expressions.
#include "core/eval/defaults.h"
#include "core/eval/interp.h"

#include "core/parse/literal.h"

namespace trident::eval {

using parse::BinaryOp;
using parse::CompareOp;
using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

Value Interp::LookupName(Symbol name) {
  EnvObj* env = frame_->env;
  EnvObj* module_env = frame_->module->env;
  if (env != module_env && !llvm::is_contained(env->global_names, name)) {
    for (; env && env != module_env; env = env->parent) {
      if (Value* value = env->variables.Find(name)) return *value;
    }
  }
  bool found = false;
  Value value = ModuleAttribute(frame_->module, name, &found, /*inside=*/true);
  if (found || value.raised()) return value;
  return BuiltinName(name);
}

// Whether a statement of the module is `exec(...)`, by itself or in a block: it may bind any name.
static bool ExecutesText(const Unit& unit) {
  const parse::Tree& tree = unit.tree();
  llvm::SmallVector<NodeId, 32> todo(tree.children(tree.root()).begin(), tree.children(tree.root()).end());
  while (!todo.empty()) {
    NodeId node = todo.pop_back_val();
    if (node == parse::kNoNode) continue;
    switch (tree.kind(node)) {
      case NodeKind::ExprStmt: {
        NodeId call = tree.child(node, 0);
        if (tree.kind(call) != NodeKind::Call || tree.kind(tree.child(call, 0)) != NodeKind::Name) break;
        if (Text(tree.symbol(tree.child(call, 0))) == "exec") return true;
        break;
      }
      case NodeKind::If:
      case NodeKind::Try:
      case NodeKind::Block:
      case NodeKind::With:
      case NodeKind::For:
      case NodeKind::ExceptHandler: todo.append(tree.children(node).begin(), tree.children(node).end()); break;
      default: break;
    }
  }
  return false;
}

// Whether an `if`, `try` or loop of the module binds the name somewhere inside: which of its blocks run is up to what is installed.
static bool BoundUnderCondition(const Unit& unit, Symbol name) {
  auto found = unit.outline.bindings.find(name);
  if (found == unit.outline.bindings.end()) return false;
  llvm::ArrayRef<NodeId> statements = unit.tree().children(unit.tree().root());
  return llvm::any_of(found->second, [&](uint32_t index) {
    NodeKind kind = unit.tree().kind(statements[index]);
    return kind == NodeKind::If || kind == NodeKind::Try || kind == NodeKind::For || kind == NodeKind::While || kind == NodeKind::With;
  });
}

Value Interp::EvalName(NodeId node) {
  Symbol name = frame_->unit->tree().symbol(node);
  Value value = LookupName(name);
  if (value.defined()) {
    return value;
  }
  // A star import of something that is not found may bring any name.
  if (!frame_->unit->outline.star_imports.empty() || frame_->unit->prelude) return Lost("a name that is not found");
  llvm::StringRef text = Text(name);
  if (llvm::is_contained({"__spec__", "__loader__", "__path__", "__package__", "__builtins__", "__annotations__", "__debug__", "__doc__", "__cached__"}, text)) {
    return Lost("what an import leaves in a module");
  }
  if (ExecutesText(*frame_->unit)) return Lost("a name that a text executed at run time may bind");
  if (BoundUnderCondition(*frame_->unit, name)) return Lost("a name that some environments bind");
  frame_->expression = node;
  return Raise("NameError", "name '" + Text(name).str() + "' is not defined", "undefined-name");
}

Value Interp::Eval(NodeId node) {
  Value value = EvalNode(node);
  NoteSeen(value);
  if (value.is(Kind::Tensor) || value.is(Kind::Tuple) || value.is(Kind::List) || value.is(Kind::Int)) RecordExpression(node, value);
  return value;
}

Value Interp::EvalNode(NodeId node) {
  const parse::Tree& tree = frame_->unit->tree();
  switch (tree.kind(node)) {
    case NodeKind::Name: return EvalName(node);
    case NodeKind::NoneLiteral: return Value::None();
    case NodeKind::TrueLiteral: return Value::Bool(true);
    case NodeKind::FalseLiteral: return Value::Bool(false);
    case NodeKind::EllipsisLiteral: return Value::Of(Kind::Ellipsis);
    case NodeKind::Int:
    case NodeKind::Float:
    case NodeKind::Imaginary:
    case NodeKind::Str:
    case NodeKind::Bytes:
    case NodeKind::FStringText: {
      bool of_script = frame_->unit == script_literals_.unit.get();
      Value& slot = of_script ? script_literals_.values[node] : literals_[{frame_->unit, node}];
      if (!slot.defined()) slot = LiteralValue(*frame_->unit, node);
      return slot;
    }
    case NodeKind::JoinedStr: return FormatString(node);
    case NodeKind::Call: return EvalCall(node);
    case NodeKind::Attribute: {
      TRIDENT_TRY(object, Eval(tree.child(node, 0)));
      frame_->expression = node;
      return GetAttribute(object, tree.symbol(node));
    }
    case NodeKind::Subscript: {
      DictObj* table = TableNamed(tree.child(node, 0));
      TRIDENT_TRY(object, table ? Value::Obj(table) : Eval(tree.child(node, 0)));
      TRIDENT_TRY(index, Eval(tree.child(node, 1)));
      frame_->expression = node;
      const Value* item = table ? ItemNamed(tree.child(node, 0), table, index) : nullptr;
      return item ? *item : GetItem(object, index);
    }
    case NodeKind::BinOp: {
      TRIDENT_TRY(left, Eval(tree.child(node, 0)));
      TRIDENT_TRY(right, Eval(tree.child(node, 1)));
      frame_->expression = node;
      return Binary(static_cast<BinaryOp>(tree.flags(node)), left, right);
    }
    case NodeKind::UnaryOp: {
      TRIDENT_TRY(operand, Eval(tree.child(node, 0)));
      frame_->expression = node;
      return Unary(static_cast<parse::UnaryOp>(tree.flags(node)), operand);
    }
    case NodeKind::BoolOp: {
      bool is_or = tree.flags(node) == 1;
      Value result;
      for (NodeId part : tree.children(node)) {
        Value value;
        if (result.defined()) {
          // The operands before were unknown: this one may not be evaluated at all.
          Uncertain scope(*this);
          value = Eval(part);
          if (value.raised()) {
            ClearException();
            return Lost("an operand of `and` or `or` fails");
          }
        } else {
          value = Eval(part);
          if (value.raised()) return value;
        }
        Tri truth = Truth(value);
        if (truth == ToTri(is_or)) {
          return !result.defined() ? value : value.is(Kind::Bool) && result.is(Kind::Bool) && is_or == (truth == Tri::True) ? value : Join(result, value);
        }
        if (truth == Tri::Unknown || part == tree.children(node).back()) {
          result = result.defined() ? Join(result, value) : value;
        }
      }
      return result;
    }
    case NodeKind::Compare: {
      TRIDENT_TRY(left, Eval(tree.child(node, 0)));
      auto op = static_cast<CompareOp>(tree.flags(node));
      DictObj* table = op == CompareOp::In || op == CompareOp::NotIn ? TableNamed(tree.child(node, 1)) : nullptr;
      if (table && ItemNamed(tree.child(node, 1), table, left)) return Value::Bool(op == CompareOp::In);
      TRIDENT_TRY(right, table ? Value::Obj(table) : Eval(tree.child(node, 1)));
      frame_->expression = node;
      return Compare(op, left, right);
    }
    case NodeKind::CompareChain: {
      TRIDENT_TRY(left, Eval(tree.child(node, 0)));
      Tri all = Tri::True;
      for (NodeId link : tree.children(node).drop_front()) {
        TRIDENT_TRY(right, Eval(tree.child(link, 0)));
        frame_->expression = node;
        TRIDENT_TRY(one, Compare(static_cast<CompareOp>(tree.flags(link)), left, right));
        Tri truth = Truth(one);
        if (truth == Tri::False) return Value::Bool(false);
        if (truth == Tri::Unknown) all = Tri::Unknown;
        left = right;
      }
      return all == Tri::True ? Value::Bool(true) : Value::SomeBool();
    }
    case NodeKind::IfExp: {
      TRIDENT_TRY(test, Eval(tree.child(node, 1)));
      Tri truth = Truth(test);
      if (truth != Tri::Unknown) return Eval(tree.child(node, truth == Tri::True ? 0 : 2));
      Value first, second;
      Flow flow = BothWays(
          [&] {
            first = Eval(tree.child(node, 0));
            return first.raised() ? Flow::Raise : Flow::Normal;
          },
          [&] {
            second = Eval(tree.child(node, 2));
            return second.raised() ? Flow::Raise : Flow::Normal;
          });
      if (flow == Flow::Raise) return Value::Raised();
      return first.raised() ? second : second.raised() ? first : Join(first, second);
    }
    case NodeKind::Tuple:
    case NodeKind::List:
    case NodeKind::Set: {
      // `{{ name }}` can be no set: a template has a placeholder there.
      bool placeholder = tree.kind(node) == NodeKind::Set && tree.children(node).size() == 1 && tree.kind(tree.child(node, 0)) == NodeKind::Set;
      if (placeholder) return Lost("a placeholder of a template");
      Args elements;
      if (!EvalArguments(tree.children(node), elements)) return Value::Raised();
      if (tree.kind(node) == NodeKind::Set) {
        DictObj* set = NewDict(Kind::Set);
        for (const Value& element : elements.positional) DictSet(set, element, Value::None());
        set->open |= elements.open;
        return Value::Obj(set);
      }
      Value list = NewList(elements.positional, tree.kind(node) == NodeKind::Tuple ? Kind::Tuple : Kind::List);
      if (elements.open) {
        As<ListObj>(list)->open = true;
        As<ListObj>(list)->items.clear();
      }
      return list;
    }
    case NodeKind::Dict: {
      DictObj* dict = NewDict();
      llvm::ArrayRef<NodeId> parts = tree.children(node);
      for (size_t i = 0; i + 1 < parts.size(); i += 2) {
        if (parts[i] == kNoNode) {
          TRIDENT_TRY(more, Eval(parts[i + 1]));
          if (more.is(Kind::Instance) && As<InstanceObj>(more)->payload.is(Kind::Dict)) more = As<InstanceObj>(more)->payload;
          if (!more.is(Kind::Dict)) {
            dict->open = true;
            continue;
          }
          for (const DictObj::Item& item : As<DictObj>(more)->items) {
            if (item.live) DictSet(dict, item.key, item.value);
          }
          dict->open |= As<DictObj>(more)->open;
          continue;
        }
        TRIDENT_TRY(key, Eval(parts[i]));
        TRIDENT_TRY(value, Eval(parts[i + 1]));
        DictSet(dict, key, value);
      }
      return Value::Obj(dict);
    }
    case NodeKind::ListComp:
    case NodeKind::SetComp:
    case NodeKind::DictComp:
    case NodeKind::GeneratorExp: return EvalComprehension(node);
    case NodeKind::Lambda: return Value::Obj(MakeFunction(node));
    case NodeKind::NamedExpr: {
      TRIDENT_TRY(value, Eval(tree.child(node, 1)));
      return Assign(tree.child(node, 0), value) ? value : Value::Raised();
    }
    case NodeKind::Slice: {
      auto* slice = heap_.New<SliceObj>();
      Value* parts[] = {&slice->start, &slice->stop, &slice->step};
      for (unsigned i = 0; i < 3; ++i) {
        NodeId part = tree.child(node, i);
        *parts[i] = part == kNoNode ? Value::None() : Eval(part);
        if (parts[i]->raised()) return Value::Raised();
      }
      return Value::Obj(slice);
    }
    case NodeKind::Yield: {
      TRIDENT_TRY(value, tree.child(node, 0) == kNoNode ? Value::None() : Eval(tree.child(node, 0)));
      if (frame_->yields) {
        NoteCertaintyAsked();
        if (frame_->yields->items.size() > 20000 || uncertain()) frame_->yields->open = true;
        if (frame_->yields->items.size() <= 20000) frame_->yields->items.push_back(value);
      }
      return Value::None();
    }
    case NodeKind::YieldFrom: {
      TRIDENT_TRY(value, Eval(tree.child(node, 0)));
      llvm::SmallVector<Value, 8> items;
      bool open = false;
      if (!Iterate(value, items, open)) return Value::Raised();
      if (frame_->yields) {
        frame_->yields->items.append(items.begin(), items.end());
        frame_->yields->open |= open;
      }
      return Value::None();
    }
    case NodeKind::Await: return Eval(tree.child(node, 0));
    case NodeKind::Starred: return Eval(tree.child(node, 0));
    case NodeKind::Error: return Lost("a syntax error");
    default: return Lost("an expression Trident does not evaluate");
  }
}

// Positional and starred elements go to args.positional, keywords to args.keywords.
bool Interp::EvalArguments(llvm::ArrayRef<NodeId> nodes, Args& args) {
  const parse::Tree& tree = frame_->unit->tree();
  for (NodeId node : nodes) {
    NodeKind kind = tree.kind(node);
    if (kind == NodeKind::Starred) {
      Value value = Eval(tree.child(node, 0));
      if (value.raised()) return false;
      llvm::SmallVector<Value, 8> items;
      bool open = false;
      if (!Iterate(value, items, open)) return false;
      if (!open) args.positional.append(items.begin(), items.end());
      args.open |= open;
    } else if (kind == NodeKind::Keyword) {
      Value value = Eval(tree.child(node, 0));
      if (value.raised()) return false;
      if (tree.symbol(node).valid()) {
        args.keywords.emplace_back(tree.symbol(node), value);
        continue;
      }
      if (value.is(Kind::Instance) && As<InstanceObj>(value)->payload.is(Kind::Dict)) value = As<InstanceObj>(value)->payload;
      if (!value.is(Kind::Dict)) {
        args.open = true;
        continue;
      }
      auto* dict = As<DictObj>(value);
      args.open |= dict->open;
      args.exposed |= dict->exposed;
      for (const DictObj::Item& item : dict->items) {
        if (!item.live) continue;
        if (item.key.is(Kind::Str) && !item.key.some()) args.keywords.emplace_back(item.key.symbol(), item.value);
      }
    } else {
      Value value = Eval(node);
      if (value.raised()) return false;
      args.positional.push_back(value);
    }
  }
  return true;
}

Value Interp::EvalCall(NodeId node) {
  const parse::Tree& tree = frame_->unit->tree();
  if (!Step()) return Raise("SystemExit", "analysis budget spent");
  NodeId function = tree.child(node, 0);
  Args args;
  if (tree.kind(function) == NodeKind::Attribute) {
    TRIDENT_TRY(object, Eval(tree.child(function, 0)));
    Symbol name = tree.symbol(function);
    if (object.is(Kind::List) || object.is(Kind::Dict) || object.is(Kind::Str) || object.is(Kind::Tuple) || object.is(Kind::Set)) {
      if (!EvalArguments(tree.children(node).drop_front(), args)) return Value::Raised();
      frame_->expression = node;
      return CallNativeMethod(object, name, args);
    }
    frame_->expression = function;
    TRIDENT_TRY(callee, GetAttribute(object, name));
    if (!EvalArguments(tree.children(node).drop_front(), args)) return Value::Raised();
    frame_->expression = node;
    return Call(callee, args);
  }
  TRIDENT_TRY(callee, Eval(function));
  // These take no more of a generator than they need.
  if (callee.is(Kind::Builtin) && tree.children(node).size() > 1 && tree.kind(tree.child(node, 1)) == NodeKind::GeneratorExp) {
    llvm::StringRef name = Text(As<BuiltinObj>(callee)->name);
    generator_end_ = name == "next" ? GeneratorEnd::First : name == "any" ? GeneratorEnd::True : name == "all" ? GeneratorEnd::False : GeneratorEnd::Last;
  }
  if (!EvalArguments(tree.children(node).drop_front(), args)) return Value::Raised();
  frame_->expression = node;
  return Call(callee, args);
}

Value Interp::EvalComprehension(NodeId node) {
  const parse::Tree& tree = frame_->unit->tree();
  NodeKind kind = tree.kind(node);
  unsigned first_clause = kind == NodeKind::DictComp ? 2 : 1;
  llvm::ArrayRef<NodeId> clauses = tree.children(node).drop_front(first_clause);
  auto* env = heap_.New<EnvObj>();
  env->module = frame_->module;
  env->parent = frame_->env == frame_->module->env ? nullptr : frame_->env;
  EnvObj* outer = frame_->env;

  ListObj* list = kind == NodeKind::ListComp || kind == NodeKind::GeneratorExp ? heap_.New<ListObj>(Kind::List) : nullptr;
  DictObj* dict = list ? nullptr : NewDict(kind == NodeKind::DictComp ? Kind::Dict : Kind::Set);
  bool open = false, ended = false;
  GeneratorEnd end = std::exchange(generator_end_, GeneratorEnd::Last);

  std::function<bool(size_t)> run = [&](size_t i) -> bool {
    if (i == clauses.size()) {
      if (!Step()) {
        Raise("SystemExit", "analysis budget spent");
        return false;
      }
      Value value = Eval(tree.child(node, 0));
      if (value.raised()) return false;
      if (list) {
        list->items.push_back(value);
        Tri truth = end == GeneratorEnd::True || end == GeneratorEnd::False ? Truth(value) : Tri::Unknown;
        ended = !open && (end == GeneratorEnd::First || (end == GeneratorEnd::True && truth == Tri::True) || (end == GeneratorEnd::False && truth == Tri::False));
      } else if (kind == NodeKind::SetComp) {
        DictSet(dict, value, Value::None());
      } else {
        Value item = Eval(tree.child(node, 1));
        if (item.raised()) return false;
        DictSet(dict, value, item);
      }
      return true;
    }
    llvm::ArrayRef<NodeId> parts = tree.children(clauses[i]);
    // The first iterable is evaluated outside the comprehension's scope.
    if (i == 0) frame_->env = outer;
    Value iterable = Eval(parts[1]);
    frame_->env = env;
    if (iterable.raised()) return false;
    llvm::SmallVector<Value, 16> items;
    bool items_open = false;
    if (!Iterate(iterable, items, items_open)) return false;
    open |= items_open;
    for (const Value& item : items) {
      if (!Assign(parts[0], item)) return false;
      bool keep = true, unsure = items_open;
      for (NodeId condition : parts.drop_front(2)) {
        Value test = Eval(condition);
        if (test.raised()) return false;
        Tri truth = Truth(test);
        if (truth == Tri::False) {
          keep = false;
          break;
        }
        if (truth == Tri::Unknown) unsure = open = true;
      }
      if (!keep) continue;
      if (unsure) {
        Uncertain scope(*this);
        if (!run(i + 1)) return false;
      } else if (!run(i + 1)) {
        return false;
      }
      if (ended) return true;
    }
    return true;
  };
  bool ok = run(0);
  frame_->env = outer;
  if (!ok) return Value::Raised();
  if (dict) {
    dict->open |= open;
    return Value::Obj(dict);
  }
  if (open) {
    // An open list keeps one typical element.
    list->open = true;
    while (list->items.size() > 1) {
      list->items[0] = Join(list->items[0], list->items.back());
      list->items.pop_back();
    }
  }
  if (kind == NodeKind::ListComp) return Value::Obj(list);
  auto* iterator = heap_.New<IteratorObj>();
  iterator->items.assign(list->items.begin(), list->items.end());
  iterator->open = list->open;
  return Value::Obj(iterator);
}

const char* CompareText(CompareOp op) {
  static constexpr const char* kText[] = {"==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in"};
  return kText[static_cast<int>(op)];
}

Value Interp::Compare(CompareOp op, const Value& left, const Value& right) {
  auto boolean = [](Tri t) { return t == Tri::Unknown ? Value::SomeBool() : Value::Bool(t == Tri::True); };
  switch (op) {
    case CompareOp::Is: return boolean(Identical(left, right));
    case CompareOp::IsNot: return boolean(Not(Identical(left, right)));
    case CompareOp::In: return boolean(Contains(right, left));
    case CompareOp::NotIn: return boolean(Not(Contains(right, left)));
    default: break;
  }
  if (left.is(Kind::Tensor) || right.is(Kind::Tensor)) {
    if (left.unknown() || right.unknown()) return Lost("comparison with an unknown value");
    if ((op == CompareOp::Eq || op == CompareOp::NotEq) && (left.is(Kind::None) || right.is(Kind::None))) return Value::Bool(op == CompareOp::NotEq);
    return TensorOperator(CompareText(op), left, right, false);
  }
  // What is not known may be a tensor or an array, and so may then the answer. Texts and containers only make bools.
  auto elementwise = [](const Value& v) { return v.unknown() || v.is(Kind::Int) || v.is(Kind::Float) || v.is(Kind::Bool); };
  if (left.unknown() && elementwise(right)) return left;
  if (right.unknown() && elementwise(left)) return right;
  if (op == CompareOp::Eq) return boolean(Equals(left, right));
  if (op == CompareOp::NotEq) return boolean(Not(Equals(left, right)));
  bool less = op == CompareOp::Lt || op == CompareOp::LtE;
  const Value &a = less ? left : right, &b = less ? right : left;  // a < b or a <= b
  bool strict = op == CompareOp::Lt || op == CompareOp::Gt;
  if (a.is(Kind::Int) && b.is(Kind::Int)) {
    if (a.dim().is_constant() && b.dim().is_constant()) {
      return Value::Bool(strict ? a.dim().constant() < b.dim().constant() : a.dim().constant() <= b.dim().constant());
    }
    if (ProvablyLess(a.dim(), b.dim())) return Value::Bool(true);
    if (strict ? (ProvablyLess(b.dim(), a.dim()) || ProvablyEqual(a.dim(), b.dim())) : ProvablyLess(b.dim(), a.dim())) return Value::Bool(false);
    return Value::SomeBool();
  }
  auto number = [](const Value& v) -> std::optional<double> {
    if (v.is(Kind::Float)) return v.some() ? std::nullopt : std::optional<double>(v.number);
    if (std::optional<int64_t> n = v.AsInt()) return *n;
    return std::nullopt;
  };
  if (std::optional<double> x = number(a)) {
    if (std::optional<double> y = number(b)) return Value::Bool(strict ? *x < *y : *x <= *y);
  }
  auto is_number = [](const Value& v) { return v.is(Kind::Int) || v.is(Kind::Float) || v.is(Kind::Bool); };
  auto is_plain = [](const Value& v) { return v.is(Kind::Str) || v.is(Kind::None) || v.is(Kind::List) || v.is(Kind::Tuple) || v.is(Kind::Dict); };
  // torch.__version__ compares with tuples of numbers.
  bool version = a.kind != b.kind && (a.is(Kind::Str) || b.is(Kind::Str)) && (a.is(Kind::Tuple) || b.is(Kind::Tuple));
  if (version) return Value::SomeBool();
  if (((is_number(a) && is_plain(b)) || (is_plain(a) && is_number(b)) || (is_plain(a) && is_plain(b) && a.kind != b.kind)) && !a.guess() && !b.guess()) {
    return Raise("TypeError", std::string("'") + CompareText(op) + "' cannot compare '" + Text(TypeOf(left)->name).str() + "' and '" + Text(TypeOf(right)->name).str() + "'",
                 "operand-types");
  }
  if (a.is(Kind::Str) && b.is(Kind::Str)) return a.some() || b.some() ? Value::SomeBool() : Value::Bool(strict ? a.text() < b.text() : a.text() <= b.text());
  if ((a.is(Kind::Tuple) && b.is(Kind::Tuple)) || (a.is(Kind::List) && b.is(Kind::List))) {
    auto *x = As<ListObj>(a), *y = As<ListObj>(b);
    if (x->open || y->open) return Value::SomeBool();
    for (size_t i = 0; i < x->items.size() && i < y->items.size(); ++i) {
      Tri same = Equals(x->items[i], y->items[i]);
      if (same == Tri::Unknown) return Value::SomeBool();
      if (same == Tri::False) return Compare(CompareOp::Lt, x->items[i], y->items[i]);
    }
    return Value::Bool(strict ? x->items.size() < y->items.size() : x->items.size() <= y->items.size());
  }
  if (a.is(Kind::Set) && b.is(Kind::Set)) {
    Tri all = Tri::True;
    for (const DictObj::Item& item : As<DictObj>(a)->items) {
      if (!item.live) continue;
      Tri in = Contains(b, item.key);
      if (in == Tri::False) return Value::Bool(false);
      if (in == Tri::Unknown) all = Tri::Unknown;
    }
    if (strict && As<DictObj>(a)->live_count == As<DictObj>(b)->live_count) return Value::SomeBool();
    return boolean(all);
  }
  static constexpr const char* kMethods[] = {"__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"};
  if (left.is(Kind::Instance)) {
    Value method = FindInClass(As<InstanceObj>(left)->cls, Intern(kMethods[static_cast<int>(op)]));
    if (method.defined()) {
      Args args;
      args.positional.push_back(right);
      return Call(BindDescriptor(method, left, As<InstanceObj>(left)->cls), args);
    }
    if (As<InstanceObj>(left)->payload.defined()) return Compare(op, PayloadOf(As<InstanceObj>(left)), right);
  }
  if (right.is(Kind::Instance) && As<InstanceObj>(right)->payload.defined()) return Compare(op, left, PayloadOf(As<InstanceObj>(right)));
  bool none = left.is(Kind::None) != right.is(Kind::None);
  bool plain = left.is(Kind::Int) || left.is(Kind::Float) || right.is(Kind::Int) || right.is(Kind::Float);
  if (none && plain) {
    return Raise("TypeError", std::string("'") + CompareText(op) + "' is not supported between '" + Text(TypeOf(left)->name).str() +
                                  "' and '" + Text(TypeOf(right)->name).str() + "'", "operand-types");
  }
  return Value::SomeBool();
}

// Applies the part of Python's format language that names and numbers use; nullopt when the result is not certain.
static std::optional<std::string> ApplyFormat(Interp& interp, const Value& value, llvm::StringRef spec) {
  constexpr unsigned kMaxWidth = 4096;  // Wider text is no name (a guess).
  bool exact = true;
  std::string text = interp.ToStr(value, &exact);
  if (!exact) return std::nullopt;
  if (spec.empty()) return text;
  bool is_str = value.is(Kind::Str), is_int = value.is(Kind::Int), is_float = value.is(Kind::Float);
  if (!is_str && !is_int && !is_float) return std::nullopt;
  char align = is_str ? '<' : '>', fill = ' ';
  bool aligned = spec[0] == '<' || spec[0] == '>' || spec[0] == '^';
  if (aligned) {
    align = spec[0];
    spec = spec.drop_front();
  }
  if (spec.consume_front("0")) {
    fill = '0';
    if (!aligned && !is_str) align = '=';
  }
  unsigned width = 0, precision = 6;
  spec.consumeInteger(10, width);
  bool precise = spec.consume_front(".");
  if (width > kMaxWidth || (precise && spec.consumeInteger(10, precision)) || spec.size() > 1) return std::nullopt;
  char type = spec.empty() ? 0 : spec[0];
  if (type == 'f' || type == 'e' || type == 'g') {
    if (is_str || (is_int && !value.AsInt())) return std::nullopt;
    char buffer[64], format[] = {'%', '.', '*', type, 0};
    int length = std::snprintf(buffer, sizeof buffer, format, precision, is_float ? value.number : static_cast<double>(*value.AsInt()));
    if (length < 0 || static_cast<size_t>(length) >= sizeof buffer) return std::nullopt;
    text = buffer;
  } else if ((type != 0 && type != (is_str ? 's' : is_int ? 'd' : 0)) || (precise && !is_str) || !llvm::isASCII(llvm::StringRef(text))) {
    return std::nullopt;
  } else if (precise) {
    text.resize(std::min<size_t>(text.size(), precision));
  }
  if (text.size() >= width) return text;
  size_t missing = width - text.size();
  size_t before = align == '<' ? 0 : align == '^' ? missing / 2 : missing;
  size_t at = align == '=' && text.starts_with("-") ? 1 : 0;
  return text.insert(at, before, fill).append(missing - before, fill);
}

Value Interp::FormatString(NodeId node) {
  const parse::Tree& tree = frame_->unit->tree();
  std::string out;
  bool exact = true;
  for (NodeId part : tree.children(node)) {
    if (tree.kind(part) != NodeKind::FormattedValue) {
      TRIDENT_TRY(text, Eval(part));
      if (text.is(Kind::Str) && !text.some()) out += text.text();
      continue;
    }
    TRIDENT_TRY(value, Eval(tree.child(part, 0)));
    std::string spec;
    if (NodeId format = tree.child(part, 1); format != kNoNode) {
      TRIDENT_TRY(text, Eval(format));
      if (!text.is(Kind::Str) || text.some()) {
        exact = false;
        out += "{...}";
        continue;
      }
      spec = text.text().str();
    }
    if (tree.flags(part) == 'r') {
      out += Repr(value);
      exact &= !value.unknown() && !value.some() && out.find('?') == std::string::npos;
      continue;
    }
    if (std::optional<std::string> text = ApplyFormat(*this, value, spec)) {
      out += *text;
    } else {
      exact = false;
      out += ToStr(value);
    }
  }
  return exact ? Value::Str(out) : Value::SomeStr();
}

}  // namespace trident::eval
