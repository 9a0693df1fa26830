#include "core/codegen/calls.h"

#include "llvm/ADT/DenseSet.h"

namespace trident::codegen {

using graph::Argument;
using graph::Node;

namespace {

// A module without tensors of its own gets a class when it does more than this: a guess at what reads better.
constexpr unsigned kMergedNodes = 6;

class Builder {
 public:
  explicit Builder(const optimize::Program& program) : program_(program) {}

  CallTree Run() {
    for (const graph::State& state : program_.entry.state) {
      tree_.state[state.value] = &state;
      tree_.types[state.value] = state.type;
    }
    Count();
    auto root = std::make_unique<Call>();
    root->scope = program_.entry.scope;
    tree_.calls.push_back(std::move(root));
    by_scope_[program_.entry.scope] = &tree_.root();
    for (const Node& node : program_.nodes) CallOf(node.scope)->items.push_back({&node, nullptr});
    Connect();
    return std::move(tree_);
  }

 private:
  const graph::Scope& ScopeAt(uint32_t scope) const { return program_.graph->scopes[scope]; }

  void Count() {
    for (const Node& node : program_.nodes) {
      for (uint32_t scope = node.scope;; scope = ScopeAt(scope).parent) {
        ++nodes_below_[scope];
        if (scope == program_.entry.scope || ScopeAt(scope).parent == scope) break;
      }
    }
    for (const graph::State& state : program_.entry.state) {
      llvm::StringRef path = state.path;
      while (path.contains('.')) {
        path = path.rsplit('.').first;
        has_state_.insert(path);
      }
    }
  }

  // The call that the nodes of a scope are emitted in.
  Call* CallOf(uint32_t scope) {
    if (auto found = by_scope_.find(scope); found != by_scope_.end()) return found->second;
    uint32_t outer = ScopeAt(scope).parent;
    Call* parent = outer == scope ? &tree_.root() : CallOf(outer);
    const std::string& path = ScopeAt(scope).path;
    bool below = path != parent->path && IsInside(path, parent->path);
    bool worth = has_state_.contains(path) || nodes_below_[scope] > kMergedNodes;
    if (!below || !worth) return by_scope_[scope] = parent;
    auto call = std::make_unique<Call>();
    call->parent = parent;
    call->scope = scope;
    call->path = path;
    parent->items.push_back({nullptr, call.get()});
    tree_.calls.push_back(std::move(call));
    return by_scope_[scope] = tree_.calls.back().get();
  }

  static unsigned DepthOf(const Call* call) {
    unsigned depth = 0;
    for (; call->parent; call = call->parent) ++depth;
    return depth;
  }

  static const Call* Common(const Call* a, const Call* b) {
    unsigned x = DepthOf(a), y = DepthOf(b);
    for (; x > y; --x) a = a->parent;
    for (; y > x; --y) b = b->parent;
    while (a != b) a = a->parent, b = b->parent;
    return a;
  }

  void Read(ValueNumber value, Call* at) {
    if (auto held = tree_.state.find(value); held != tree_.state.end()) {
      // Passed down from the innermost caller that holds it.
      llvm::StringRef module = llvm::StringRef(held->second->path).contains('.') ? llvm::StringRef(held->second->path).rsplit('.').first : "";
      for (Call* call = at; call->parent && !IsInside(module, call->path); call = call->parent) AddInput(call, value);
      return;
    }
    auto found = defined_in_.find(value);
    Call* definer = found == defined_in_.end() ? &tree_.root() : found->second;
    const Call* common = Common(at, definer);
    for (Call* call = at; call != common; call = call->parent) AddInput(call, value);
    for (Call* call = definer; call != common; call = call->parent) AddOutput(call, value);
  }

  void AddInput(Call* call, ValueNumber value) {
    if (inputs_.insert({call, value}).second) call->inputs.push_back(value);
  }
  void AddOutput(Call* call, ValueNumber value) {
    if (outputs_.insert({call, value}).second) call->outputs.push_back(value);
  }

  void Connect() {
    for (const Node& node : program_.nodes) {
      for (const graph::Use& use : node.outputs) {
        defined_in_[use.value] = CallOf(node.scope);
        tree_.types[use.value] = use.type;
      }
      for (const graph::Use& use : node.inputs) tree_.types.try_emplace(use.value, use.type);
    }
    for (const Node& node : program_.nodes) {
      for (const Argument& argument : node.arguments) {
        if (argument.is(Argument::Kind::Tensor)) Read(argument.value(), CallOf(node.scope));
      }
    }
    for (const Argument& argument : program_.entry.output) {
      if (argument.is(Argument::Kind::Tensor)) Read(argument.value(), &tree_.root());
    }
  }

  const optimize::Program& program_;
  CallTree tree_;
  llvm::DenseMap<uint32_t, Call*> by_scope_;
  llvm::DenseMap<uint32_t, unsigned> nodes_below_;
  llvm::DenseSet<llvm::StringRef> has_state_;
  llvm::DenseMap<ValueNumber, Call*> defined_in_;
  llvm::DenseSet<std::pair<Call*, ValueNumber>> inputs_, outputs_;
};

}  // namespace

bool IsInside(llvm::StringRef path, llvm::StringRef module) {
  return module.empty() || path == module || (path.starts_with(module) && path[module.size()] == '.');
}

CallTree BuildCalls(const optimize::Program& program) { return Builder(program).Run(); }

}  // namespace trident::codegen
