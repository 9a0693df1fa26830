#include "core/graph/graph.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <atomic>

namespace trident::graph {

uint64_t NewRun() {
  static std::atomic<uint64_t> last = 0;
  return ++last;
}

size_t SkipArgument(llvm::ArrayRef<Argument> arguments, size_t at) {
  size_t pending = 1;
  while (pending > 0 && at < arguments.size()) pending += arguments[at++].count, --pending;
  return at;
}

const Argument* FindArgument(const Node& node, unsigned position, llvm::StringRef name) {
  unsigned index = 0;
  for (size_t i = 0; i < node.arguments.size(); i = SkipArgument(node.arguments, i)) {
    const Argument& argument = node.arguments[i];
    if (argument.keyword.valid() ? Text(argument.keyword) == name : index++ == position) return &argument;
  }
  return nullptr;
}

std::string ToString(llvm::ArrayRef<Argument> arguments, size_t at) {
  const Argument& argument = arguments[at];
  auto elements = [&](llvm::StringRef open, llvm::StringRef close, bool keys) {
    std::string text = open.str();
    size_t next = at + 1;
    for (uint32_t i = 0; i < argument.count; ++i, next = SkipArgument(arguments, next)) {
      text += (i ? ", " : "") + (keys ? Text(arguments[next].keyword).str() + ": " : "") + ToString(arguments, next);
    }
    return text + close.str();
  };
  switch (argument.kind) {
    case Argument::Kind::Unknown: return "?";
    case Argument::Kind::None: return "None";
    case Argument::Kind::Bool: return argument.truth() ? "True" : "False";
    case Argument::Kind::Int: return argument.dim().ToString();
    case Argument::Kind::Float: {
      std::string text;
      llvm::raw_string_ostream(text) << llvm::format("%.9g", argument.number());
      if (llvm::StringRef(text).find_first_not_of("-0123456789") == llvm::StringRef::npos) text += ".0";
      return text;
    }
    case Argument::Kind::Str: return "'" + Text(argument.symbol()).str() + "'";
    case Argument::Kind::DType: return shape::MachineName(argument.dtype()).str();
    case Argument::Kind::Device: return "device " + Text(argument.symbol()).str();
    case Argument::Kind::Ellipsis: return "...";
    case Argument::Kind::Name: return Text(argument.symbol()).str();
    case Argument::Kind::Tensor: return "%" + std::to_string(argument.value());
    case Argument::Kind::Tuple: return elements("(", argument.count == 1 ? ",)" : ")", false);
    case Argument::Kind::List: return elements("[", "]", false);
    case Argument::Kind::Slice: return elements("slice(", ")", false);
    case Argument::Kind::Dict: return elements("{", "}", true);
  }
  return "?";
}

std::string CallText(const Node& node) {
  std::string text = Text(node.op).str() + "(";
  for (size_t i = 0; i < node.arguments.size(); i = SkipArgument(node.arguments, i)) {
    if (i > 0) text += ", ";
    if (node.arguments[i].keyword.valid()) text += Text(node.arguments[i].keyword).str() + "=";
    text += ToString(node.arguments, i);
  }
  return text + ")";
}

}  // namespace trident::graph
