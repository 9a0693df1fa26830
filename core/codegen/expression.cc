#include "core/codegen/expression.h"

#include "core/graph/facts.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <charconv>
#include <cmath>

namespace trident::codegen {

using graph::Argument;
using graph::Node;
using Kind = Argument::Kind;

std::string Number(double number) {
  if (std::isnan(number)) return "float('nan')";
  if (std::isinf(number)) return number > 0 ? "float('inf')" : "-float('inf')";
  char buffer[40];
  auto [end, error] = std::to_chars(buffer, buffer + sizeof(buffer), number);
  std::string text(buffer, error == std::errc() ? end : buffer);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

std::string Quote(llvm::StringRef text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    if (c == '\n') out += "\\n";
    else out += c;
  }
  return out + "'";
}

bool IsIdentifier(llvm::StringRef text) {
  static constexpr llvm::StringRef kKeywords[] = {"False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
                                                  "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
                                                  "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield"};
  if (text.empty() || llvm::isDigit(text[0]) || llvm::is_contained(kKeywords, text)) return false;
  return llvm::all_of(text, [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

static std::string Elements(llvm::ArrayRef<Argument> arguments, size_t at, const Names& names) {
  std::string text;
  size_t next = at + 1;
  for (uint32_t i = 0; i < arguments[at].count; ++i, next = SkipArgument(arguments, next)) text += (i ? ", " : "") + Express(arguments, next, names);
  return text;
}

std::string Express(llvm::ArrayRef<Argument> arguments, size_t at, const Names& names) {
  const Argument& argument = arguments[at];
  switch (argument.kind) {
    case Kind::Unknown:
    case Kind::None: return "None";
    case Kind::Bool: return argument.truth() ? "True" : "False";
    case Kind::Int: return argument.dim().is_constant() ? std::to_string(argument.dim().constant()) : names.size(argument.dim());
    case Kind::Float: return Number(argument.number());
    case Kind::Str: return Quote(Text(argument.symbol()));
    case Kind::DType: return "torch." + shape::TorchName(argument.dtype()).str();
    case Kind::Device: {
      llvm::StringRef device = Text(argument.symbol());
      return device.empty() || device == "cpu" || device == "meta" ? names.device : Quote(device);
    }
    case Kind::Ellipsis: return "...";
    case Kind::Name: return Text(argument.symbol()).str();
    case Kind::Tensor: return names.tensor(argument.value());
    case Kind::Tuple: return "(" + Elements(arguments, at, names) + (argument.count == 1 ? ",)" : ")");
    case Kind::List: return "[" + Elements(arguments, at, names) + "]";
    case Kind::Slice: return "slice(" + Elements(arguments, at, names) + ")";
    case Kind::Dict: {
      std::string text = "{";
      size_t next = at + 1;
      for (uint32_t i = 0; i < argument.count; ++i, next = SkipArgument(arguments, next)) {
        text += (i ? ", " : "") + Quote(Text(arguments[next].keyword)) + ": " + Express(arguments, next, names);
      }
      return text + "}";
    }
  }
  return "None";
}

// What stands between the brackets of x[...]: slices have their own syntax there.
static std::string Subscript(llvm::ArrayRef<Argument> arguments, size_t at, const Names& names) {
  auto one = [&](size_t i) {
    if (!arguments[i].is(Kind::Slice)) return Express(arguments, i, names);
    size_t start = i + 1, stop = SkipArgument(arguments, start), step = SkipArgument(arguments, stop);
    auto part = [&](size_t p) { return arguments[p].is(Kind::None) ? std::string() : Express(arguments, p, names); };
    std::string text = part(start) + ":" + part(stop);
    if (!arguments[step].is(Kind::None)) text += ":" + part(step);
    return text;
  };
  if (!arguments[at].is(Kind::Tuple) || arguments[at].count < 2) return one(at);
  std::string text;
  size_t next = at + 1;
  for (uint32_t i = 0; i < arguments[at].count; ++i, next = SkipArgument(arguments, next)) text += (i ? ", " : "") + one(next);
  return text;
}

static llvm::StringRef InfixOf(llvm::StringRef op) {
  return llvm::StringSwitch<llvm::StringRef>(op)
      .Case("torch.add", "+").Case("torch.sub", "-").Case("torch.mul", "*").Case("torch.div", "/").Case("torch.matmul", "@")
      .Case("torch.floor_divide", "//").Case("torch.remainder", "%").Case("torch.pow", "**").Case("torch.eq", "==").Case("torch.ne", "!=")
      .Case("torch.lt", "<").Case("torch.le", "<=").Case("torch.gt", ">").Case("torch.ge", ">=").Case("torch.bitwise_and", "&")
      .Case("torch.bitwise_or", "|").Case("torch.bitwise_xor", "^").Case("torch.<<", "<<").Case("torch.>>", ">>").Default("");
}

bool IsAssignment(const Node& node) { return graph::ShortName(node.op) == "__setitem__"; }

std::string Express(const Node& node, const Names& names) {
  llvm::StringRef op = Text(node.op);
  llvm::ArrayRef<Argument> arguments = node.arguments;
  llvm::SmallVector<size_t, 8> top;
  bool keywords = false;
  for (size_t i = 0; i < arguments.size(); i = SkipArgument(arguments, i)) {
    top.push_back(i);
    keywords |= arguments[i].keyword.valid();
  }
  auto receiver = [&] {
    std::string text = Express(arguments, 0, names);
    return IsIdentifier(text) || text.find_first_of(" -") == std::string::npos ? text : "(" + text + ")";
  };
  if (op == "torch.Tensor.__getitem__") return receiver() + "[" + Subscript(arguments, top[1], names) + "]";
  if (op == "torch.Tensor.__setitem__") return receiver() + "[" + Subscript(arguments, top[1], names) + "] = " + Express(arguments, top[2], names);
  if (llvm::StringRef infix = InfixOf(op); !infix.empty() && top.size() == 2 && !keywords) {
    return Express(arguments, top[0], names) + " " + infix.str() + " " + Express(arguments, top[1], names);
  }
  if (op == "torch.neg" && top.size() == 1) return "-" + Express(arguments, 0, names);
  if (op == "torch.bitwise_not" && top.size() == 1) return "~" + Express(arguments, 0, names);
  std::string text;
  size_t first = 0;
  if (op.consume_front("torch.Tensor.") && !top.empty() && !arguments[0].keyword.valid()) {
    text = receiver() + "." + op.str();
    if (node.attribute) return text;
    first = 1;
  } else if (op.consume_front("torch.nn.functional.")) {
    text = "F." + op.str();
  } else {
    text = op.str();
  }
  text += "(";
  for (size_t i = first; i < top.size(); ++i) {
    if (i > first) text += ", ";
    if (arguments[top[i]].keyword.valid()) text += Text(arguments[top[i]].keyword).str() + "=";
    text += Express(arguments, top[i], names);
  }
  return text + ")";
}

}  // namespace trident::codegen
