// What stands above a kernel: @triton.jit and its options, @triton.autotune, @triton.heuristics; and its parameters.
#include "core/kernel/interp.h"

#include "core/parse/literal.h"

namespace trident::kernel {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using parse::Tree;

namespace {

NodeId KeywordOf(const Tree& tree, NodeId call, llvm::StringRef name, unsigned position) {
  llvm::ArrayRef<NodeId> arguments = tree.children(call).drop_front();
  for (unsigned i = 0; i < arguments.size(); ++i) {
    bool keyword = tree.kind(arguments[i]) == NodeKind::Keyword;
    if (keyword && tree.symbol(arguments[i]).valid() && Text(tree.symbol(arguments[i])) == name) return tree.child(arguments[i], 0);
    if (!keyword && i == position) return arguments[i];
  }
  return kNoNode;
}

bool IsSequence(const Tree& tree, NodeId node) {
  return node != kNoNode && (tree.kind(node) == NodeKind::List || tree.kind(node) == NodeKind::Tuple);
}

// A parameter annotation that says a type: tl.int64, "i64", "*fp32", int, float, tl.pointer_type(tl.float32).
std::optional<Value> AnnotatedType(Globals& globals, const Module& module, NodeId node) {
  const Tree& tree = *module.tree;
  if (tree.kind(node) == NodeKind::Str) {
    std::string text = parse::DecodeString(module.text, tree, node);
    llvm::StringRef rest = llvm::StringRef(text).trim();
    bool is_const = rest.consume_front("const ");
    Value value = FromSignature(rest.ltrim());
    if (value.unknown()) return std::nullopt;
    value.type.is_const = is_const;
    return value;
  }
  if (tree.kind(node) == NodeKind::Name) {
    llvm::StringRef name = Text(tree.symbol(node));
    if (name == "int") return Value::Tensor(Type::Of(Scalar::Int32));
    if (name == "float") return Value::Tensor(Type::Of(Scalar::Fp32));
  }
  if (tree.kind(node) == NodeKind::Name || tree.kind(node) == NodeKind::Attribute) {
    Value value = globals.Evaluate(module, node);
    if (value.is_constant(Constant::DType)) return Value::Tensor(value.type);
  }
  return std::nullopt;
}

}  // namespace

void Globals::ReadDecorators(Function& function) {
  const Module& module = *function.module;
  const Tree& tree = *module.tree;
  for (NodeId decorator : tree.children(function.node).drop_front(4)) {
    bool call = tree.kind(decorator) == NodeKind::Call;
    if (IsTriton(module, decorator, "triton.jit")) {
      function.jit = true;
      if (!call) continue;
      NodeId noinline = KeywordOf(tree, decorator, "noinline", 99);
      function.noinline = noinline != kNoNode && tree.kind(noinline) == NodeKind::TrueLiteral;
      NodeId skip = KeywordOf(tree, decorator, "do_not_specialize", 99);
      if (!IsSequence(tree, skip)) continue;
      for (NodeId element : tree.children(skip)) {
        if (tree.kind(element) == NodeKind::Str) function.not_specialized.push_back(Intern(parse::DecodeString(module.text, tree, element)));
      }
    } else if (IsTriton(module, decorator, "triton.constexpr_function")) {
      function.constexpr_function = true;
    } else if (call && IsTriton(module, decorator, "triton.autotune")) {
      function.tuned = true;
      ReadAutotune(function, decorator);
    } else if (call && IsTriton(module, decorator, "triton.heuristics")) {
      NodeId values = KeywordOf(tree, decorator, "values", 0);
      function.tuned = true;
      if (values == kNoNode || tree.kind(values) != NodeKind::Dict) {
        function.decorated = true;
        continue;
      }
      for (unsigned i = 0; i + 1 < tree.children(values).size(); i += 2) {
        NodeId key = tree.child(values, i);
        if (key != kNoNode && tree.kind(key) == NodeKind::Str) function.heuristics.push_back(Intern(parse::DecodeString(module.text, tree, key)));
      }
    } else {
      function.decorated = true;
    }
  }
}

void Globals::ReadAutotune(Function& function, NodeId call) {
  const Module& module = *function.module;
  const Tree& tree = *module.tree;
  NodeId key = KeywordOf(tree, call, "key", 1);
  if (IsSequence(tree, key)) {
    for (NodeId element : tree.children(key)) {
      if (tree.kind(element) == NodeKind::Str) function.keys.emplace_back(Intern(parse::DecodeString(module.text, tree, element)), element);
    }
  }
  for (llvm::StringRef word : {"reset_to_zero", "restore_value", "pre_hook", "post_hook"}) function.restores |= KeywordOf(tree, call, word, 99) != kNoNode;
  function.pruned = KeywordOf(tree, call, "prune_configs_by", 2) != kNoNode;
  NodeId configs = KeywordOf(tree, call, "configs", 0);
  if (!IsSequence(tree, configs)) return;
  for (NodeId element : tree.children(configs)) {
    if (tree.kind(element) == NodeKind::Call && IsTriton(module, element, "triton.Config")) {
      ReadConfig(function, element);
    } else {
      function.configs.clear();
      return;
    }
  }
}

void Globals::ReadConfig(Function& function, NodeId node) {
  const Module& module = *function.module;
  const Tree& tree = *module.tree;
  Config config;
  config.node = node;
  NodeId values = KeywordOf(tree, node, "kwargs", 0);
  if (values == kNoNode || tree.kind(values) != NodeKind::Dict) return;
  for (unsigned i = 0; i + 1 < tree.children(values).size(); i += 2) {
    NodeId key = tree.child(values, i);
    if (key == kNoNode || tree.kind(key) != NodeKind::Str) return;
    Value value = Evaluate(module, tree.child(values, i + 1));
    value.plain = false;
    config.values.emplace_back(Intern(parse::DecodeString(module.text, tree, key)), value.unknown() ? Value::SomeConstant() : value);
  }
  for (NodeId argument : tree.children(node).drop_front()) {
    if (tree.kind(argument) != NodeKind::Keyword || !tree.symbol(argument).valid() || Text(tree.symbol(argument)) == "kwargs") continue;
    config.options.emplace_back(tree.symbol(argument), Evaluate(module, tree.child(argument, 0)));
  }
  function.configs.push_back(std::move(config));
}

void Globals::ReadParameters(Function& function) {
  const Module& module = *function.module;
  const Tree& tree = *module.tree;
  for (NodeId node : tree.children(tree.child(function.node, 0))) {
    Parameter parameter;
    parameter.name = tree.symbol(node);
    parameter.node = node;
    parameter.annotation = tree.child(node, 0);
    parameter.default_value = tree.child(node, 1);
    if (parameter.annotation != kNoNode) {
      llvm::StringRef text = module.text.slice(tree.start(parameter.annotation), tree.end(parameter.annotation));
      parameter.is_constexpr = text.contains("constexpr");
      if (!parameter.is_constexpr) parameter.annotated = AnnotatedType(*this, module, parameter.annotation);
    }
    function.parameters.push_back(std::move(parameter));
  }
}

Value FromSignature(llvm::StringRef text) {
  text = text.trim();
  bool divisible = text.ends_with(":16");
  if (text.consume_front("*")) {
    bool is_const = text.consume_front("k");
    std::optional<Scalar> scalar = FromSignatureName(text.split(':').first);
    Value out = scalar ? Value::Tensor(Type::PointerTo(*scalar, is_const)) : Value::Unknown();
    out.divisible = divisible;
    return out;
  }
  if (text.consume_front("tensordesc<")) {
    auto [name, rest] = text.split('[');
    std::optional<Scalar> scalar = FromSignatureName(name);
    llvm::SmallVector<shape::Dim, 4> dims;
    llvm::SmallVector<llvm::StringRef, 4> sizes;
    rest.split(']').first.split(sizes, ',');
    for (llvm::StringRef size : sizes) {
      int64_t number = 0;
      if (size.trim().getAsInteger(10, number)) return Value::Unknown();
      dims.push_back(number);
    }
    return scalar ? Value::Descriptor(*scalar, shape::Shape::Of(dims)) : Value::Unknown();
  }
  std::optional<Scalar> scalar = FromSignatureName(text.split(':').first);
  Value out = scalar ? Value::Tensor(Type::Of(*scalar)) : Value::Unknown();
  out.divisible = divisible;
  return out;
}

}  // namespace trident::kernel
