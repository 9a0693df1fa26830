#include "core/ops/schema.h"

#include "core/base/check.h"

#include "llvm/ADT/StringSwitch.h"

namespace trident::ops {
namespace {

using Kind = Value::Kind;

ParamType TypeOf(llvm::StringRef word) {
  int type = llvm::StringSwitch<int>(word)
                 .Case("Tensor", static_cast<int>(ParamType::Tensor))
                 .Case("Scalar", static_cast<int>(ParamType::Scalar))
                 .Case("Operand", static_cast<int>(ParamType::Operand))
                 .Case("int", static_cast<int>(ParamType::Int))
                 .Case("float", static_cast<int>(ParamType::Float))
                 .Case("bool", static_cast<int>(ParamType::Bool))
                 .Case("str", static_cast<int>(ParamType::Str))
                 .Case("dtype", static_cast<int>(ParamType::DType))
                 .Case("any", static_cast<int>(ParamType::Any))
                 .Default(-1);
  CHECK(type >= 0);
  return static_cast<ParamType>(type);
}

Value DefaultOf(llvm::StringRef text) {
  if (text == "None") {
    return Value::MakeNone();
  }
  if (text == "True" || text == "False") {
    return Value::MakeBool(text == "True");
  }
  if (text.consume_front("'")) {
    return Value::MakeStr(text.drop_back());
  }
  if (text.consume_front("[")) {
    std::vector<Value> elements;
    llvm::StringRef rest = text.drop_back();
    while (!rest.empty()) {
      auto [head, tail] = rest.split(',');
      elements.push_back(DefaultOf(head.trim()));
      rest = tail;
    }
    return Value::MakeList(std::move(elements));
  }
  int64_t integer = 0;
  if (!text.getAsInteger(10, integer)) {
    return Value::MakeInt(integer);
  }
  double number = 0;
  CHECK(!text.getAsDouble(number));
  return Value::MakeFloat(number);
}

Param ParseParam(llvm::StringRef text) {
  Param param;
  auto [type, rest] = text.split(' ');
  auto [name, default_text] = rest.split('=');
  param.name = name;
  param.has_default = rest.contains('=');
  if (param.has_default) {
    param.default_value = DefaultOf(default_text);
  }
  param.optional = type.consume_back("?");
  if (type.consume_back("...")) {
    param.list = param.variadic = true;
  } else if (type.consume_back("]")) {
    auto [element, size] = type.split('[');
    param.list = true;
    if (!size.empty()) {
      CHECK(!size.getAsInteger(10, param.size));
    }
    type = element;
  }
  param.type = TypeOf(type);
  return param;
}

Overload ParseOverload(llvm::StringRef text) {
  Overload overload;
  bool keyword_only = false;
  int depth = 0;
  size_t start = 0;
  text = text.trim();
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '[') {
      ++depth;
    } else if (i < text.size() && text[i] == ']') {
      --depth;
    }
    if (i < text.size() && (text[i] != ',' || depth > 0)) {
      continue;
    }
    llvm::StringRef piece = text.slice(start, i).trim();
    start = i + 1;
    if (piece == "*") {
      keyword_only = true;
    } else if (!piece.empty()) {
      overload.push_back(ParseParam(piece));
      overload.back().keyword_only = keyword_only;
    }
  }
  return overload;
}

Match AcceptsElement(ParamType type, const Value& value, bool strict) {
  if (value.kind == Kind::Unknown) {
    return Match::Maybe;
  }
  auto yes = [](bool condition) { return condition ? Match::Yes : Match::No; };
  bool number = value.kind == Kind::Bool || value.kind == Kind::Int || value.kind == Kind::Float;
  bool scalar_tensor = value.is_tensor() && (!value.tensor.shape.rank_known() || value.tensor.shape.rank() == 0);
  switch (type) {
    case ParamType::Tensor: return yes(value.is_tensor());
    case ParamType::Operand: return yes(value.is_tensor() || number || value.kind == Kind::Complex);
    case ParamType::Any: return Match::Yes;
    case ParamType::DType: return yes(value.kind == Kind::DType);
    case ParamType::Str: return yes(value.kind == Kind::Str);
    default: break;
  }
  if (!strict) {
    return Match::Yes;
  }
  switch (type) {
    case ParamType::Scalar: return yes(number || value.kind == Kind::Complex || scalar_tensor);
    case ParamType::Int: return yes(value.kind == Kind::Int || value.kind == Kind::Bool || scalar_tensor);
    case ParamType::Float: return yes(number || scalar_tensor);
    case ParamType::Bool: return yes(value.kind == Kind::Bool);
    default: return Match::Yes;
  }
}

}  // namespace

llvm::SmallVector<Overload, 1> ParseSchema(llvm::StringRef text) {
  llvm::SmallVector<Overload, 1> overloads;
  while (true) {
    size_t end = text.find(" | ");
    overloads.push_back(ParseOverload(text.substr(0, end)));
    if (end == llvm::StringRef::npos) {
      return overloads;
    }
    text = text.drop_front(end + 3);
  }
}

std::string Describe(const Param& param) {
  static const char* const kOne[] = {"a tensor", "a number", "a tensor or a number", "an int",   "a float",
                                     "a bool",   "a str",    "a torch.dtype",        "any value"};
  static const char* const kMany[] = {"tensors", "numbers", "tensors or numbers", "ints", "floats", "bools", "strs", "dtypes", "values"};
  unsigned type = static_cast<unsigned>(param.type);
  return param.list ? std::string("a list of ") + kMany[type] : kOne[type];
}

std::string Describe(const Value& value) {
  switch (value.kind) {
    case Kind::Unknown: return "an unknown value";
    case Kind::None: return "None";
    case Kind::Bool: return "a bool";
    case Kind::Int: return "an int";
    case Kind::Float: return "a float";
    case Kind::Complex: return "a complex number";
    case Kind::Str: return "the str '" + value.text + "'";
    case Kind::DType: return "a torch.dtype";
    case Kind::Device: return "a torch.device";
    case Kind::Tensor: return "a tensor " + value.tensor.ToString();
    case Kind::Tuple: return "a tuple";
    case Kind::List: return "a list";
    case Kind::Slice: return "a slice";
    case Kind::Ellipsis: return "...";
    case Kind::Opaque: return value.text.empty() ? "an object" : value.text;
  }
  return "a value";
}

// Whether a tensor may have one element: such a one stands for its number in a list of sizes.
static bool MayBeOneNumber(const Value& value) {
  if (!value.is_tensor() || !value.tensor.shape.rank_known()) return value.is_tensor();
  return llvm::none_of(value.tensor.shape.dims(), [](shape::Dim size) { return shape::ProvablyDifferent(size, shape::Dim(1)); });
}

Match Accepts(const Param& param, const Value& value, bool strict) {
  if (value.kind == Kind::Unknown) {
    return Match::Maybe;
  }
  if (value.is_none()) {
    // For a list that may be left out, None is the same as ().
    bool empty_by_default = param.list && param.has_default && param.default_value.kind == Kind::List && param.default_value.elements.empty();
    bool accepted = param.optional || param.type == ParamType::Any || empty_by_default || (param.has_default && param.default_value.is_none());
    return accepted || (!strict && param.type != ParamType::Tensor) ? Match::Yes : Match::No;
  }
  if (!param.list) {
    return AcceptsElement(param.type, value, strict);
  }
  if (value.kind != Kind::List && value.kind != Kind::Tuple) {
    if (!strict && param.type != ParamType::Tensor) {
      return Match::Yes;
    }
    bool one_for_all = (param.size > 0 || param.variadic) && param.type != ParamType::Tensor;
    return one_for_all ? AcceptsElement(param.type, value, strict) : Match::No;
  }
  if (!value.length_known) {
    return Match::Maybe;
  }
  Match match = Match::Yes;
  for (const Value& element : value.elements) {
    if (param.optional && element.is_none()) {
      continue;
    }
    bool number = param.type == ParamType::Int && MayBeOneNumber(element);
    match = std::min(match, number ? Match::Yes : AcceptsElement(param.type, element, strict));
  }
  return match;
}

}  // namespace trident::ops
