#include "core/codegen/forward.h"

#include "core/codegen/expression.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

#include <functional>
#include <limits>
#include <map>
#include <set>

namespace trident::codegen {

using graph::Argument;
using graph::Node;
using Kind = Argument::Kind;

namespace {

constexpr size_t kForever = std::numeric_limits<size_t>::max();
constexpr const char* kNames[] = {"x", "y", "z", "a", "b", "c", "d", "e", "g", "h", "k", "m", "p", "q", "r", "s", "u", "v", "w"};

// Hands out variable names; a name is free again when all values that it holds are dead.
class Variables {
 public:
  void Reserve(llvm::StringRef name) { reserved_.insert(name); }

  std::string Take(llvm::StringRef preferred) {
    if (!preferred.empty() && !users_.contains(preferred)) return Use(preferred);
    for (const char* name : kNames) {
      if (!users_.contains(name) && !reserved_.contains(name)) return Use(name);
    }
    for (unsigned i = 0;; ++i) {
      std::string name = "t" + std::to_string(i);
      if (!users_.contains(name) && !reserved_.contains(name)) return Use(name);
    }
  }

  std::string Use(llvm::StringRef name) {
    ++users_[name];
    return name.str();
  }

  void Drop(llvm::StringRef name) {
    auto found = users_.find(name);
    if (found != users_.end() && --found->second == 0) users_.erase(found);
  }

 private:
  llvm::StringSet<> reserved_;
  llvm::StringMap<unsigned> users_;
};

// Size symbols in the text of a size: "N", "H" of "N * (H // 2)".
void CollectSymbols(llvm::StringRef text, std::set<std::string>& out) {
  for (size_t i = 0; i < text.size();) {
    if (!llvm::isAlpha(text[i]) && text[i] != '_') {
      i += llvm::isDigit(text[i]) ? text.substr(i).find_if_not([](char c) { return llvm::isAlnum(c); }) : 1;
      if (i > text.size()) return;
      continue;
    }
    size_t end = text.find_if_not([](char c) { return llvm::isAlnum(c) || c == '_'; }, i);
    llvm::StringRef word = text.slice(i, end);
    if (word != "min" && word != "max") out.insert(word.str());
    i = std::min(end, text.size());
  }
}

class MethodWriter {
 public:
  MethodWriter(const Call& call, const MethodContext& context) : call_(call), context_(context) {}

  std::optional<std::string> Write(llvm::StringRef name, std::string& reason) {
    FindLastUses();
    CollectSizes();
    std::string parameters = Parameters();
    std::string text = "    def " + name.str() + "(self" + parameters + "):\n";
    if (!SizeStatements(text, reason)) return std::nullopt;
    for (const std::string& line : unpacking_) text += "        " + line + "\n";
    std::string last;
    for (size_t i = 0; i < call_.items.size(); ++i) {
      if (i > 0) text += "        " + last + "\n";
      last = call_.items[i].node ? Statement(*call_.items[i].node, i) : Statement(*call_.items[i].call, i);
    }
    std::string result = Result();
    // `return f(x)`, not `x = f(x)` and `return x`.
    if (IsIdentifier(result) && llvm::StringRef(last).starts_with(result + " = ")) return text + "        return " + last.substr(result.size() + 3) + "\n";
    if (!last.empty()) text += "        " + last + "\n";
    return text + "        return " + result + "\n";
  }

 private:
  void FindLastUses() {
    for (size_t i = 0; i < call_.items.size(); ++i) {
      if (const Node* node = call_.items[i].node) {
        for (const Argument& argument : node->arguments) {
          if (argument.is(Kind::Tensor)) last_use_[argument.value()] = i;
        }
      } else {
        for (ValueNumber value : call_.items[i].call->inputs) last_use_[value] = i;
      }
    }
    for (ValueNumber value : call_.outputs) last_use_[value] = kForever;
    if (context_.entry) {
      for (const Argument& argument : context_.entry->output) {
        if (argument.is(Kind::Tensor)) last_use_[argument.value()] = kForever;
      }
    }
  }

  void CollectSizes() {
    for (const Call::Item& item : call_.items) {
      if (!item.node) continue;
      for (const Argument& argument : item.node->arguments) {
        if (argument.is(Kind::Int) && argument.dim().is_symbolic()) CollectSymbols(argument.dim().ToString(), symbols_);
      }
    }
    for (const std::string& symbol : symbols_) variables_.Reserve(symbol);
  }

  std::string Bind(ValueNumber value, const std::string& name) {
    names_[value] = name;
    return name;
  }

  std::string Parameters() {
    std::string text;
    if (context_.entry) {
      llvm::ArrayRef<Argument> inputs = context_.entry->inputs;
      for (size_t i = 0; i < inputs.size(); i = SkipArgument(inputs, i)) variables_.Reserve(Text(inputs[i].keyword));
      for (size_t i = 0; i < inputs.size(); i = SkipArgument(inputs, i)) {
        llvm::StringRef name = Text(inputs[i].keyword);
        if (inputs[i].is(Kind::Tensor)) {
          Bind(inputs[i].value(), variables_.Use(name));
          text += ", " + name.str();
        } else if (inputs[i].is(Kind::List) || inputs[i].is(Kind::Tuple)) {
          text += ", " + name.str();
          Unpack(inputs, i, name.str());
        } else {
          // What was given as a constant is part of the code; the parameter stays so that calls look the same.
          auto no_tensor = [](ValueNumber) { return std::string("None"); };
          auto no_size = [](shape::Dim) { return std::string("None"); };
          Names none{no_tensor, no_size, "None"};
          text += ", " + name.str() + "=" + Express(inputs, i, none);
        }
      }
    } else {
      for (ValueNumber value : call_.inputs) text += ", " + Bind(value, variables_.Take(""));
    }
    return text;
  }

  void Unpack(llvm::ArrayRef<Argument> inputs, size_t at, const std::string& name) {
    size_t next = at + 1;
    for (uint32_t k = 0; k < inputs[at].count; ++k, next = SkipArgument(inputs, next)) {
      std::string element = name + "[" + std::to_string(k) + "]";
      if (inputs[next].is(Kind::Tensor)) {
        unpacking_.push_back(Bind(inputs[next].value(), variables_.Take("")) + " = " + element);
      } else if (inputs[next].count > 0) {
        Unpack(inputs, next, element);
      }
    }
  }

  // `N, H = x.shape[0], x.shape[2]` for the sizes that the statements name.
  bool SizeStatements(std::string& text, std::string& reason) {
    std::string left, right;
    for (const std::string& symbol : symbols_) {
      std::string source;
      for (const auto& [value, name] : names_) {
        auto type = context_.tree.types.find(value);
        if (type == context_.tree.types.end()) type = EntryType(value);
        if (type == context_.tree.types.end()) continue;
        llvm::ArrayRef<shape::Dim> dims = type->second.shape.dims();
        for (size_t i = 0; i < dims.size() && source.empty(); ++i) {
          if (dims[i].ToString() == symbol) source = name + ".shape[" + std::to_string(i) + "]";
        }
      }
      if (source.empty()) {
        reason = "the size " + symbol + " is not a size of an input of " + (call_.path.empty() ? "the model" : call_.path);
        return false;
      }
      left += (left.empty() ? "" : ", ") + symbol;
      right += (right.empty() ? "" : ", ") + source;
    }
    if (!left.empty()) text += "        " + left + " = " + right + "\n";
    return true;
  }

  llvm::DenseMap<ValueNumber, shape::TensorType>::const_iterator EntryType(ValueNumber value) const { return context_.tree.types.find(value); }

  std::string NameOf(ValueNumber value) {
    auto found = names_.find(value);
    if (found != names_.end()) return found->second;
    std::string held = context_.held(value);
    return held.empty() ? "None" : held;
  }

  std::string Device() {
    for (const auto& [value, name] : names_) return name + ".device";
    return "None";
  }

  Names MakeNames() {
    tensor_name_ = [this](ValueNumber value) { return NameOf(value); };
    size_name_ = [](shape::Dim dim) {
      std::string size = dim.ToString();
      return IsIdentifier(size) ? size : "(" + size + ")";
    };
    return {tensor_name_, size_name_, Device()};
  }

  // Frees the variables whose values are used for the last time at `at`; returns the first of them.
  std::string Release(llvm::ArrayRef<ValueNumber> used, size_t at) {
    std::string first;
    llvm::DenseSet<ValueNumber> seen;
    for (ValueNumber value : used) {
      auto last = last_use_.find(value);
      if (last == last_use_.end() || last->second != at || !seen.insert(value).second) continue;
      auto name = names_.find(value);
      if (name == names_.end()) continue;
      if (first.empty() && IsIdentifier(name->second)) first = name->second;
      variables_.Drop(name->second);
      names_.erase(name);
    }
    return first;
  }

  std::string Targets(llvm::ArrayRef<ValueNumber> outputs, bool sequence, std::string preferred) {
    std::string text;
    for (ValueNumber value : outputs) {
      std::string name = "_";
      if (last_use_.contains(value)) {
        name = Bind(value, variables_.Take(preferred));
        preferred.clear();
      }
      text += (text.empty() ? "" : ", ") + name;
    }
    return sequence && outputs.size() == 1 ? "(" + text + ",)" : text;
  }

  std::string Statement(const Node& node, size_t at) {
    std::string expression = Express(node, MakeNames());
    llvm::SmallVector<ValueNumber, 8> used, made;
    for (const Argument& argument : node.arguments) {
      if (argument.is(Kind::Tensor)) used.push_back(argument.value());
    }
    for (const graph::Use& use : node.outputs) made.push_back(use.value);
    bool in_place = IsAssignment(node) || (node.writes == 0 && Text(node.op).starts_with("torch.Tensor.") && !node.arguments.empty() && node.arguments[0].is(Kind::Tensor));
    if (in_place) {
      // The result is the same tensor: it keeps the name.
      std::string name = NameOf(used[0]);
      if (last_use_.contains(made[0])) names_[made[0]] = IsIdentifier(name) ? variables_.Use(name) : name;
      Release(used, at);
      return expression;
    }
    std::string preferred = Release(used, at);
    bool wanted = llvm::any_of(made, [&](ValueNumber value) { return last_use_.contains(value); });
    if (!wanted) return expression;
    return Targets(made, node.returns == Node::Returns::Tensors, preferred) + " = " + expression;
  }

  std::string Statement(const Call& below, size_t at) {
    std::string arguments;
    for (ValueNumber value : below.inputs) arguments += (arguments.empty() ? "" : ", ") + NameOf(value);
    std::string expression = context_.callee(below) + "(" + arguments + ")";
    std::string preferred = Release(below.inputs, at);
    if (below.outputs.empty()) return expression;
    return Targets(below.outputs, false, preferred) + " = " + expression;
  }

  std::string Result() {
    if (context_.entry) {
      if (context_.entry->output.empty()) return "None";
      return Express(context_.entry->output, 0, MakeNames());
    }
    std::string text;
    for (ValueNumber value : call_.outputs) text += (text.empty() ? "" : ", ") + NameOf(value);
    return text.empty() ? "None" : text;
  }

  const Call& call_;
  const MethodContext& context_;
  Variables variables_;
  std::map<ValueNumber, std::string> names_;
  std::set<std::string> symbols_;
  std::vector<std::string> unpacking_;
  llvm::DenseMap<ValueNumber, size_t> last_use_;
  std::function<std::string(ValueNumber)> tensor_name_;
  std::function<std::string(shape::Dim)> size_name_;
};

}  // namespace

std::optional<std::string> WriteMethod(const Call& call, llvm::StringRef name, const MethodContext& context, std::string& reason) {
  return MethodWriter(call, context).Write(name, reason);
}

std::string ParameterName(size_t index) {
  Variables variables;
  std::string name;
  for (size_t i = 0; i <= index; ++i) name = variables.Take("");
  return name;
}

std::string WriteFunction(llvm::ArrayRef<const Node*> nodes, llvm::ArrayRef<ValueNumber> parameters, ValueNumber result, llvm::StringRef name) {
  // Written as a method of nothing: the same statements, without self.
  Call call;
  call.inputs.assign(parameters.begin(), parameters.end());
  for (const Node* node : nodes) call.items.push_back({node, nullptr});
  call.outputs = {result};
  CallTree tree;
  auto no_state = [](ValueNumber) { return std::string(); };
  auto no_callee = [](const Call&) { return std::string(); };
  std::string reason;
  std::optional<std::string> text = WriteMethod(call, name, {tree, nullptr, no_state, no_callee}, reason);
  if (!text) return "";
  std::string out;
  llvm::StringRef rest = *text;
  while (!rest.empty()) {
    auto [line, tail] = rest.split('\n');
    out += line.drop_front(4).str() + "\n";
    rest = tail;
  }
  size_t self = out.find("(self");
  out.erase(self + 1, parameters.empty() ? 4 : 6);
  return out;
}

}  // namespace trident::codegen
