#include "core/codegen/modules.h"

#include "core/codegen/expression.h"
#include "core/codegen/forward.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringExtras.h"

namespace trident::codegen {

using graph::Argument;
using graph::Node;
using graph::State;
using Form = ModuleTree::Form;
using Kind = Argument::Kind;

namespace {

std::string ShapeText(const shape::TensorType& type) {
  std::string text = "(";
  for (unsigned i = 0; i < type.shape.rank(); ++i) text += (i ? ", " : "") + type.shape.dims()[i].ToString();
  return text + (type.shape.rank() == 1 ? ",)" : ")");
}

std::optional<unsigned> IndexOf(llvm::StringRef name) {
  unsigned index = 0;
  bool plain = !name.empty() && llvm::all_of(name, llvm::isDigit) && (name == "0" || name[0] != '0');
  return plain && !name.getAsInteger(10, index) ? std::optional(index) : std::nullopt;
}

// "_": names of torch that the text uses, and Python's own.
bool IsReserved(llvm::StringRef name) { return name == "torch" || name == "nn" || name == "F" || name == "convert_state_dict" || name == "triton" || name == "tl" || name.starts_with("fused_"); }

}  // namespace

ModuleTree& ModuleWriter::ModuleAt(llvm::StringRef path) {
  ModuleTree* module = &root_;
  while (!path.empty()) {
    auto [name, rest] = path.split('.');
    auto found = llvm::find_if(module->children, [&](const std::unique_ptr<ModuleTree>& child) { return child->name == name; });
    if (found == module->children.end()) {
      auto child = std::make_unique<ModuleTree>();
      child->name = name.str();
      child->path = module->path.empty() ? name.str() : module->path + "." + name.str();
      module->children.push_back(std::move(child));
      found = std::prev(module->children.end());
    }
    module = found->get();
    path = rest;
  }
  return *module;
}

bool ModuleWriter::Run(std::string& reason) {
  for (const State& state : program_.entry.state) {
    auto [module, name] = llvm::StringRef(state.path).rsplit('.');
    if (name.empty()) std::swap(module, name);
    // A buffer that state_dict leaves out is there only where it is read.
    bool read = state.kind != State::Kind::TransientBuffer;
    for (const Node& node : program_.nodes) {
      if (read) break;
      read = llvm::any_of(node.inputs, [&](const graph::Use& use) { return use.value == state.value; });
    }
    if (read) ModuleAt(module).held.push_back({name, &state});
  }
  for (const std::unique_ptr<Call>& call : calls_.calls) ModuleAt(call->path).calls.push_back(call.get());
  // Constants that the module does not register are kept by the entry.
  llvm::DenseSet<ValueNumber> made;
  for (const Node& node : program_.constants) {
    for (const graph::Use& use : node.outputs) made.insert(use.value);
  }
  for (const Node& node : program_.nodes) {
    for (const graph::Use& use : node.inputs) {
      if (made.contains(use.value) && !calls_.state.contains(use.value)) constants_.try_emplace(use.value, "constant_" + std::to_string(constants_.size()));
    }
  }
  std::optional<std::string> text = AsClass(root_);
  if (!text) {
    reason = reason_.empty() ? "a part of it cannot be written" : reason_;
    return false;
  }
  root_class_ = llvm::StringRef(*text).drop_back(2).str();
  return true;
}

std::optional<std::string> ModuleWriter::Construct(ModuleTree& module) {
  if (std::optional<std::string> layer = AsLayer(module)) {
    module.form = Form::Layer;
    return layer;
  }
  if (std::optional<std::string> sequential = AsSequential(module)) return sequential;
  if (!reason_.empty()) return std::nullopt;
  if (module.calls.empty() && module.held.empty()) {
    if (std::optional<std::string> container = AsContainer(module)) return container;
    if (!reason_.empty()) return std::nullopt;
  }
  return AsClass(module);
}

std::optional<std::string> ModuleWriter::AsLayer(const ModuleTree& module) const {
  if (module.calls.empty() || !module.children.empty() || module.held.empty()) return std::nullopt;
  std::optional<std::string> text;
  for (const Call* call : module.calls) {
    if (call->items.size() != 1 || !call->items[0].node || call->inputs.size() != 1 || call->outputs.size() != 1) return std::nullopt;
    const Node& node = *call->items[0].node;
    bool reads_input = node.arguments.size() > 0 && node.arguments[0].is(Kind::Tensor) && node.arguments[0].value() == call->inputs[0];
    std::optional<std::string> layer = reads_input ? LayerOf(node, module.held) : std::nullopt;
    if (!layer || (text && *text != *layer)) return std::nullopt;
    text = layer;
  }
  return text;
}

// A chain of children that are called one after the other.
std::optional<std::string> ModuleWriter::AsSequential(ModuleTree& module) {
  if (module.calls.size() != 1 || !module.held.empty()) return std::nullopt;
  const Call& call = *module.calls[0];
  if (call.inputs.size() != 1 || call.outputs.size() != 1 || call.items.empty()) return std::nullopt;
  ValueNumber current = call.inputs[0];
  std::vector<std::pair<unsigned, std::string>> parts;
  size_t children = 0;
  auto place = [&](llvm::StringRef path) { return path.starts_with(module.path + ".") ? IndexOf(path.drop_front(module.path.size() + 1)) : std::nullopt; };
  // What cannot be a chain is found out before anything is written.
  for (const Call::Item& item : call.items) {
    std::optional<unsigned> index = place(item.node ? program_.graph->scopes[item.node->scope].path : item.call->path);
    if (!index || (!parts.empty() && *index <= parts.back().first)) return std::nullopt;
    if (item.node) {
      std::optional<std::string> layer = PlainLayerOf(*item.node);
      if (!layer || item.node->inputs[0].value != current) return std::nullopt;
      current = item.node->outputs[0].value;
      parts.emplace_back(*index, *layer);
    } else {
      if (item.call->inputs.size() != 1 || item.call->inputs[0] != current || item.call->outputs.size() != 1) return std::nullopt;
      if (ModuleAt(item.call->path).calls.size() != 1) return std::nullopt;
      current = item.call->outputs[0];
      parts.emplace_back(*index, "");
      ++children;
    }
  }
  if (current != call.outputs[0] || children != module.children.size()) return std::nullopt;
  std::string text;
  unsigned next = 0;
  for (auto& [index, layer] : parts) {
    for (; next < index; ++next) text += "            nn.Identity(),\n";
    if (layer.empty()) {
      std::optional<std::string> child = Construct(ModuleAt(module.path + "." + std::to_string(index)));
      if (!child) return std::nullopt;
      layer = *child;
    }
    text += "            " + layer + ",\n";
    ++next;
  }
  module.form = Form::Sequential;
  return "nn.Sequential(\n" + text + "        )";
}

std::optional<std::string> ModuleWriter::AsContainer(ModuleTree& module) {
  bool list = true, dict = false;
  for (size_t i = 0; i < module.children.size(); ++i) {
    list &= IndexOf(module.children[i]->name) == i;
    dict |= !IsIdentifier(module.children[i]->name);
  }
  if (!list && !dict) return std::nullopt;
  std::string text;
  for (const std::unique_ptr<ModuleTree>& child : module.children) {
    std::optional<std::string> constructor = Construct(*child);
    if (!constructor) return std::nullopt;
    text += "            " + (list ? "" : Quote(child->name) + ": ") + *constructor + ",\n";
  }
  module.form = list ? Form::List : Form::Dict;
  return list ? "nn.ModuleList([\n" + text + "        ])" : "nn.ModuleDict({\n" + text + "        })";
}

std::string ModuleWriter::ClassNameOf(const ModuleTree& module) const {
  std::string name;
  if (!module.calls.empty()) {
    Symbol symbol = program_.graph->scopes[module.calls[0]->scope].class_name;
    if (symbol.valid()) name = Text(symbol).str();
  } else if (!module.name.empty() && llvm::isAlpha(module.name[0])) {
    for (llvm::StringRef rest = module.name; !rest.empty();) {
      auto [word, tail] = rest.split('_');
      if (!word.empty()) name += llvm::toUpper(word[0]) + word.drop_front().str();
      rest = tail;
    }
  }
  if (!IsIdentifier(name)) name = "Part";
  return IsReserved(name) ? name + "Module" : name;
}

std::string ModuleWriter::UniqueName(std::string wanted) {
  unsigned count = ++names_[wanted];
  return count == 1 ? wanted : wanted + "_" + std::to_string(count);
}

std::optional<std::string> ModuleWriter::AsClass(ModuleTree& module) {
  module.form = Form::Class;
  bool dict = llvm::any_of(module.children, [](const std::unique_ptr<ModuleTree>& child) { return !IsIdentifier(child->name); });
  if (dict) module.form = Form::Dict;
  std::vector<std::pair<std::string, std::string>> attributes;
  for (const std::unique_ptr<ModuleTree>& child : module.children) {
    std::optional<std::string> constructor = Construct(*child);
    if (!constructor) return std::nullopt;
    attributes.emplace_back(child->name, *constructor);
  }
  std::string body = "(" + std::string(dict ? "nn.ModuleDict" : "nn.Module") + "):\n" + Declarations(module, attributes);
  std::optional<std::string> methods = Methods(module);
  if (!methods) return std::nullopt;
  body += *methods;
  // The entry comes last and has its own name.
  std::string& name = known_[&module == &root_ ? "entry " + body : body];
  if (name.empty()) {
    name = UniqueName(ClassNameOf(module));
    classes_.push_back("class " + name + body);
  }
  return name + "()";
}

std::string ModuleWriter::Declarations(const ModuleTree& module, llvm::ArrayRef<std::pair<std::string, std::string>> attributes) {
  std::string entries, text;
  for (const auto& [name, constructor] : attributes) {
    if (IsIdentifier(name)) text += "        self." + name + " = " + constructor + "\n";
    else entries += "            " + Quote(name) + ": " + constructor + ",\n";
  }
  for (const Held& held : module.held) text += DeclareHeld(held);
  if (&module == &root_) {
    for (const auto& [value, name] : constants_) {
      text += "        self.register_buffer(" + Quote(name) + ", " + ConstantFunction(value, name) + "(), persistent=False)\n";
    }
    const graph::Scope& scope = program_.graph->scopes[program_.entry.scope];
    if (program_.channels_last) text += "        self.to(memory_format=torch.channels_last)\n";
    if (!scope.training) text += "        self.eval()\n";
  }
  std::string base = entries.empty() ? "super().__init__()\n" : "super().__init__({\n" + entries + "        })\n";
  return "    def __init__(self):\n        " + base + text;
}

std::string ModuleWriter::DeclareHeld(const Held& held) {
  const State& state = *held.state;
  std::string dtype = state.type.dtype == shape::DType::F32 ? "" : ", dtype=torch." + shape::TorchName(state.type.dtype).str();
  if (!state.type.shape.is_constant() || state.type.dtype == shape::DType::Unknown) reason_ = "the size of `" + state.path + "` is not known";
  std::string empty = "torch.empty(" + ShapeText(state.type) + dtype + ")";
  switch (state.kind) {
    case State::Kind::Parameter: {
      bool floating = shape::IsFloating(state.type.dtype) || shape::IsComplex(state.type.dtype);
      return "        self." + held.name.str() + " = nn.Parameter(" + empty + (floating ? ")\n" : ", requires_grad=False)\n");
    }
    case State::Kind::Buffer: return "        self.register_buffer(" + Quote(held.name) + ", " + empty + ")\n";
    case State::Kind::TransientBuffer:
      return "        self.register_buffer(" + Quote(held.name) + ", " + ConstantFunction(state.value, held.name) + "(), persistent=False)\n";
  }
  return "";
}

// A function that computes what the original's constructor computed; its name.
std::string ModuleWriter::ConstantFunction(ValueNumber value, llvm::StringRef wanted) {
  optimize::Aliases aliases(program_.constants);
  llvm::DenseSet<ValueNumber> needed = {value};
  llvm::DenseSet<ValueNumber> roots = {aliases.RootOf(value)};
  std::vector<const Node*> nodes;
  for (bool changed = true; changed;) {
    changed = false;
    nodes.clear();
    for (const Node& node : program_.constants) {
      bool makes = llvm::any_of(node.outputs, [&](const graph::Use& use) { return needed.contains(use.value); });
      bool writes = node.writes >= 0 && roots.contains(aliases.RootOf(node.outputs[0].value));
      if (!makes && !writes) continue;
      nodes.push_back(&node);
      for (const graph::Use& use : node.inputs) {
        changed |= needed.insert(use.value).second;
        changed |= roots.insert(aliases.RootOf(use.value)).second;
      }
    }
  }
  std::string text = WriteFunction(nodes, {}, value, "NAME");
  std::string body = llvm::StringRef(text).split("NAME").second.str();
  std::string& name = known_["def" + body];
  if (name.empty()) {
    name = UniqueName(wanted.str());
    functions_.push_back("def " + name + body);
  }
  return name;
}

std::string ModuleWriter::Access(const ModuleTree& from, llvm::StringRef path, bool is_module) const {
  std::string text = "self";
  const ModuleTree* module = &from;
  llvm::StringRef rest = from.path.empty() ? path : path.drop_front(std::min(path.size(), from.path.size() + 1));
  while (!rest.empty()) {
    auto [name, tail] = rest.split('.');
    bool last_tensor = tail.empty() && !is_module;
    if (last_tensor || IsIdentifier(name)) text += "." + name.str();
    else if (module->form == Form::Dict) text += "[" + Quote(name) + "]";
    else text += "[" + name.str() + "]";
    if (!last_tensor) {
      auto child = llvm::find_if(module->children, [&](const std::unique_ptr<ModuleTree>& each) { return each->name == name; });
      if (child == module->children.end()) break;
      module = child->get();
    }
    rest = tail;
  }
  return text;
}

std::optional<std::string> ModuleWriter::Methods(const ModuleTree& module) {
  std::string text;
  std::map<std::string, std::string> seen;
  for (const Call* call : module.calls) {
    auto held = [&](ValueNumber value) -> std::string {
      auto state = calls_.state.find(value);
      if (state != calls_.state.end() && IsInside(state->second->path, module.path)) return Access(module, state->second->path, false);
      auto constant = constants_.find(value);
      return constant != constants_.end() && &module == &root_ ? "self." + constant->second : "";
    };
    auto callee = [&](const Call& below) {
      std::string method = methods_[&below];
      return Access(module, below.path, true) + (method.empty() ? "" : "." + method);
    };
    MethodContext context{calls_, call->parent ? nullptr : &program_.entry, held, callee};
    std::optional<std::string> method = WriteMethod(*call, "NAME", context, reason_);
    if (!method) return std::nullopt;
    auto [known, added] = seen.try_emplace(*method, seen.empty() ? "" : "forward_" + std::to_string(seen.size() + 1));
    methods_[call] = known->second;
    if (!added) continue;
    std::string name = known->second.empty() ? "forward" : known->second;
    text += "\n" + method->replace(method->find("NAME"), 4, name);
  }
  return text;
}

}  // namespace trident::codegen
