// Statements of a kernel other than control flow.
#include "core/kernel/interp.h"

#include "llvm/ADT/STLExtras.h"

#include <functional>

namespace trident::kernel {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

// Beyond this many statements a kernel's unrolled loops are not followed: a guess, far above any real kernel.
static constexpr uint32_t kStepLimit = 200'000;

void Interp::Block(NodeId block) {
  for (NodeId child : tree().children(block)) {
    Statement(child);
    // What follows a return is dead code and never visited.
    if (tree().kind(child) == NodeKind::Return) break;
  }
}

void Interp::Statement(NodeId node) {
  if (++steps_ > kStepLimit) return;
  switch (tree().kind(node)) {
    case NodeKind::ExprStmt: {
      NodeId value = tree().child(node, 0);
      if (tree().kind(value) == NodeKind::Str) return;
      Eval(value);
      if (tree().kind(value) != NodeKind::Call) return;
      // Of `tl.advance(p, ...)` and `p.advance(...)`, which give the moved pointer.
      Value callee;
      {
        Mute mute(*this);
        callee = Eval(tree().child(value, 0));
      }
      bool advance = (callee.is_constant(Constant::Builtin) || callee.is_constant(Constant::Method)) && Text(callee.symbol) == "advance";
      if (advance) Report("triton-advance-unused", value, "the moved pointer is dropped: advance() changes nothing; assign its result");
      return;
    }
    case NodeKind::Assign: {
      llvm::ArrayRef<NodeId> targets = tree().children(node).drop_front();
      if (targets.size() != 1) {
        Unsupported(node, "an assignment to several targets", "write one assignment a line");
        return;
      }
      Value value = Sanitize(node, Eval(tree().child(node, 0)));
      if (tree().kind(targets[0]) == NodeKind::Name) AdviseAccumulation(node, tree().child(node, 0), tree().symbol(targets[0]), value);
      Assign(node, targets[0], value);
      return;
    }
    case NodeKind::AnnAssign: return AnnAssign(node);
    case NodeKind::AugAssign: return AugAssign(node);
    case NodeKind::Return: return Return(node);
    case NodeKind::If: return If(node);
    case NodeKind::For: return For(node);
    case NodeKind::While: return While(node);
    case NodeKind::With: return With(node);
    case NodeKind::Pass: return;
    case NodeKind::Assert:
      Eval(tree().child(node, 0));
      if (tree().child(node, 1) != kNoNode) Eval(tree().child(node, 1));
      return;
    case NodeKind::Error: return;
    case NodeKind::FunctionDef: Unsupported(node, "a function inside a kernel", "move it out and decorate it with @triton.jit"); return;
    case NodeKind::ClassDef: Unsupported(node, "a class inside a kernel"); return;
    case NodeKind::Break: Unsupported(node, "`break`", "make the condition part of the loop's bounds or of a mask"); return;
    case NodeKind::Continue: Unsupported(node, "`continue`", "put the rest of the body under an `if`"); return;
    case NodeKind::Try: Unsupported(node, "`try`"); return;
    case NodeKind::Raise:
      // What stands in a branch that no constant takes is never compiled.
      if (doubt_ == 0) Unsupported(node, "`raise`", "use tl.device_assert or tl.static_assert");
      return;
    case NodeKind::Global: Unsupported(node, "`global`"); return;
    case NodeKind::Nonlocal: Unsupported(node, "`nonlocal`"); return;
    case NodeKind::Delete: Unsupported(node, "`del`"); return;
    case NodeKind::Import:
    case NodeKind::ImportFrom: Unsupported(node, "an import inside a kernel"); return;
    case NodeKind::Match: Unsupported(node, "`match`", "use `if`"); return;
    default: return;
  }
}

// What a plain assignment makes of a value: numbers become runtime scalars.
Value Interp::Sanitize(NodeId node, const Value& value) {
  if (value.is(Kind::Tuple)) {
    std::vector<Value> items;
    for (const Value& item : value.elements()) items.push_back(Sanitize(node, item));
    Value out = Value::Tuple(std::move(items));
    out.symbol = value.symbol;
    return out;
  }
  if (!value.is(Kind::Constant)) return value;
  switch (value.constant) {
    case Constant::Bool:
    case Constant::Int:
    case Constant::Float: return ToTensor(node, value);
    case Constant::Unknown: return Fresh(Value::Argument());
    case Constant::Str:
      return Report("triton-string-value", node, "a string can only be a constexpr: it cannot be assigned to a variable; annotate the variable with tl.constexpr");
    default: return value;
  }
}

void Interp::SetName(Symbol name, Value value) {
  if (value.id == 0) value = Fresh(std::move(value));
  if (Value* slot = Find(name)) {
    *slot = std::move(value);
  } else {
    frame_->locals.emplace_back(name, std::move(value));
  }
  if (!llvm::is_contained(frame_->defined, name)) frame_->defined.push_back(name);
}

void Interp::Record(NodeId statement, Symbol name, const Value& value) {
  auto [it, added] = binding_index_.try_emplace({frame_->function->module, {statement, name}}, found_.bindings.size());
  if (added) {
    found_.bindings.push_back({frame_->function->module, statement, name, nullptr});
    bound_.emplace_back();
  }
  bound_[it->second].Add(value, value.ToString());
}

void Interp::Assign(NodeId statement, NodeId target, const Value& value) {
  switch (tree().kind(target)) {
    case NodeKind::Name:
      SetName(tree().symbol(target), value);
      Record(statement, tree().symbol(target), value);
      NoteLive(statement, tree().symbol(target));
      return;
    case NodeKind::Tuple:
    case NodeKind::List: {
      llvm::ArrayRef<NodeId> targets = tree().children(target);
      if (value.is(Kind::Tuple)) {
        size_t count = value.elements().size();
        if (count < targets.size()) {
          Report("triton-unpack", statement, std::to_string(targets.size()) + " targets, but " + std::to_string(count) + (count == 1 ? " value" : " values"));
        } else if (count > targets.size()) {
          Report("triton-unpack-surplus", statement,
                 std::to_string(targets.size()) + " targets for " + std::to_string(count) + " values: the surplus is dropped silently");
        }
        for (size_t i = 0; i < targets.size(); ++i) Assign(statement, targets[i], i < count ? value.elements()[i] : Value::Unknown());
        return;
      }
      if (value.is(Kind::Tensor) && !value.vague) {
        Report("triton-unpack", statement, "a tensor (" + value.ToString() + ") cannot be unpacked; tl.split takes it apart along a last axis of size 2");
      }
      for (NodeId each : targets) Assign(statement, each, Value::Unknown());
      return;
    }
    case NodeKind::Starred: return Assign(statement, tree().child(target, 0), Value::Unknown());
    case NodeKind::Subscript: {
      Value object = Eval(tree().child(target, 0));
      if (object.is(Kind::Tensor) && !object.vague) {
        Report("triton-tensor-index", statement, "a tensor cannot be assigned to by index; use tl.where, or tl.store through pointers");
      }
      return;
    }
    case NodeKind::Attribute: {
      Value object = Eval(tree().child(target, 0));
      if (object.is(Kind::Tensor) && !object.vague) Unsupported(statement, "an assignment to an attribute");
      return;
    }
    default: return;
  }
}

void Interp::AnnAssign(NodeId node) {
  NodeId target = tree().child(node, 0), annotation = tree().child(node, 1), value_node = tree().child(node, 2);
  Value type = Eval(annotation);
  bool is_constexpr = type.is_constant(Constant::Builtin) && Text(type.symbol) == "constexpr";
  Value value = value_node == kNoNode ? Value::None() : Eval(value_node);
  if (!is_constexpr || tree().kind(target) != NodeKind::Name) {
    Assign(node, target, Sanitize(node, value));
    return;
  }
  Symbol name = tree().symbol(target);
  if (Find(name) && doubt_ == 0) {
    Report("triton-constexpr-reassigned", node, "`" + Text(name).str() + "` is already defined: a constexpr cannot be assigned again; choose another name");
  }
  if (value.is(Kind::Tensor) && !value.vague) {
    Report("triton-constexpr-tensor", node, "`" + Text(name).str() + ": tl.constexpr` holds a runtime value (" + value.ToString() + ")");
  }
  if (value.id == 0) value = Fresh(std::move(value));
  // Annotated names are not seen by the join of branches and loops: only lookups find them.
  if (Value* slot = Find(name)) {
    *slot = value;
  } else {
    frame_->locals.emplace_back(name, value);
  }
  Record(node, name, value);
}

void Interp::AugAssign(NodeId node) {
  NodeId target = tree().child(node, 0);
  Value left = Eval(target);
  Value right = Eval(tree().child(node, 1));
  auto op = static_cast<parse::BinaryOp>(tree().flags(node));
  Value result = Sanitize(node, Binary(node, op, left, right));
  TraceBinary(node, op, left, right, result);
  if (op == parse::BinaryOp::Add && tree().kind(target) == NodeKind::Name) AdviseAccumulation(node, tree().child(node, 1), tree().symbol(target), result);
  Assign(node, target, result);
}

void Interp::With(NodeId node) {
  for (NodeId item : tree().children(node).drop_front()) {
    Eval(tree().child(item, 0));
    if (NodeId target = tree().child(item, 1); target != kNoNode) Assign(node, target, Value::Unknown());
  }
  Block(tree().child(node, 0));
}

void Interp::Return(NodeId node) {
  NodeId value_node = tree().child(node, 0);
  Value value = value_node == kNoNode ? Value::None() : Eval(value_node);
  std::function<Value(const Value&)> decay = [&](const Value& v) -> Value {
    if (v.is(Kind::Tuple)) {
      std::vector<Value> items;
      for (const Value& item : v.elements()) items.push_back(decay(item));
      return Value::Tuple(std::move(items));
    }
    if (v.is_constant(Constant::Unknown)) return Value::Unknown();
    bool number = v.is_constant(Constant::Int) || v.is_constant(Constant::Bool) || v.is_constant(Constant::Float);
    return number ? ToTensor(node, v) : v;
  };
  value = decay(value);
  if (!frame_->returned) {
    frame_->returned = value;
    frame_->first_return = node;
    frame_->returned_maybe = doubt_ > 0;
    return;
  }
  Same same = Compare(*frame_->returned, value);
  // Of two returns of which one may never be compiled, nothing can be said.
  if (same == Same::No && doubt_ == 0 && !frame_->returned_maybe) {
    Report("triton-return-types", node, "returns " + value.ToString() + " here and " + frame_->returned->ToString() + " elsewhere: every return needs one type",
           {{{frame_->function->module, frame_->first_return}, "returns " + frame_->returned->ToString()}});
  }
  if (same != Same::Yes) frame_->returned = Join(*frame_->returned, value);
  if (frame_->returned_maybe && doubt_ == 0) frame_->returned_maybe = true;
}

}  // namespace trident::kernel
