// Evaluates expressions over torch, one JSON line each, through trident::ops; prints one JSON answer a line.
//
// Input: what tests/oracle/ops_oracle.py writes. Output: {"type": TYPE, "known": bool} or {"error": "message [slug]"}.
// `ops_probe --blur KIND` takes knowledge away from the arguments of the outermost call before it is made: what is then
// still said must hold for the original too.
#include "core/base/symbol.h"
#include "core/ops/ops.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

using namespace trident;
namespace json = llvm::json;

namespace {

enum class Blur { None, Sizes, Ranks, DTypes, Symbols, SharedSymbols, EverySecondSize, Tensors, Scalars, Sequences };

Blur blur = Blur::None;

std::optional<Blur> BlurOf(llvm::StringRef name) {
  return llvm::StringSwitch<std::optional<Blur>>(name)
      .Case("sizes", Blur::Sizes)
      .Case("ranks", Blur::Ranks)
      .Case("dtypes", Blur::DTypes)
      .Case("symbols", Blur::Symbols)
      .Case("shared-symbols", Blur::SharedSymbols)
      .Case("every-second-size", Blur::EverySecondSize)
      .Case("tensors", Blur::Tensors)
      .Case("scalars", Blur::Scalars)
      .Case("sequences", Blur::Sequences)
      .Default(std::nullopt);
}

shape::Dim BlurSize(shape::Dim size, size_t place) {
  static unsigned symbols = 0;
  bool named = size.is_constant() && size.constant() > 1;  // A symbol is at least 1, and 1 has a meaning of its own.
  switch (blur) {
    case Blur::Sizes: return shape::Dim::Unknown();
    case Blur::EverySecondSize: return place % 2 == 0 ? shape::Dim::Unknown() : size;
    case Blur::Symbols: return named ? shape::Dim::Named(Intern("n" + std::to_string(symbols++))) : size;
    case Blur::SharedSymbols: return named ? shape::Dim::Named(Intern("s" + std::to_string(size.constant()))) : size;
    default: return size;
  }
}

void BlurTensor(ops::Value& value) {
  shape::TensorType& type = value.tensor;
  if (blur == Blur::Tensors) {
    value = ops::Value();
  } else if (blur == Blur::Ranks) {
    type.shape = shape::Shape();
  } else if (blur == Blur::DTypes) {
    type.dtype = shape::DType::Unknown;
  } else if (type.shape.rank_known()) {
    llvm::SmallVector<shape::Dim, 6> sizes;
    for (shape::Dim size : type.shape.dims()) {
      sizes.push_back(BlurSize(size, sizes.size()));
    }
    type.shape = shape::Shape::Of(sizes);
  }
  if (blur != Blur::DTypes) {
    value.contents.clear();
  }
}

void BlurValue(ops::Value& value) {
  using Kind = ops::Value::Kind;
  bool sequence = value.kind == Kind::List || value.kind == Kind::Tuple;
  if (value.is_tensor()) {
    if (blur != Blur::Scalars && blur != Blur::Sequences) {
      BlurTensor(value);
    }
  } else if (blur == Blur::Sequences && sequence) {
    value.length_known = false;
    value.elements.clear();
  } else if (blur == Blur::Scalars && (value.kind == Kind::Int || value.kind == Kind::Bool || value.kind == Kind::Float)) {
    value.known = value.kind == Kind::Int;
    value.dim = shape::Dim::Unknown();
  }
  for (ops::Value& element : value.elements) {
    BlurValue(element);
  }
}

struct Evaluator {
  std::string error;  // Of the first call that must fail.
  unsigned depth = 0;  // Of calls around the one whose arguments are evaluated.

  ops::Value Take(ops::Result result) {
    if (result.status == ops::Result::Status::Error && error.empty()) {
      error = result.error.message + " [" + result.error.slug + "]";
    }
    return result.status == ops::Result::Status::Ok ? std::move(result.value) : ops::Value();
  }

  ops::Value Call(llvm::StringRef name, std::vector<ops::Argument> arguments) {
    llvm::StringRef bare = name;
    while (bare.starts_with("torch.torch.")) {
      bare = bare.drop_front(6);
    }
    ops::OpId op = ops::Find(bare);
    return op == ops::kNoOp ? ops::Value() : Take(ops::Call(op, arguments));
  }

  static ops::Value NameOf(llvm::StringRef name) {
    llvm::StringRef last = name.rsplit('.').second;
    if (std::optional<shape::DType> dtype = shape::FromTorchName(last)) {
      return ops::Value::MakeDType(*dtype);
    }
    return ops::Value();
  }

  std::vector<ops::Argument> Arguments(const json::Array& positional, const json::Array& keywords, const json::Array* receiver = nullptr) {
    std::vector<ops::Argument> arguments;
    ++depth;
    if (receiver) {
      arguments.push_back({{}, Eval(*receiver)});
    }
    for (const json::Value& argument : positional) {
      arguments.push_back({{}, Eval(*argument.getAsArray())});
    }
    for (const json::Value& pair : keywords) {
      arguments.push_back({*(*pair.getAsArray())[0].getAsString(), Eval(*(*pair.getAsArray())[1].getAsArray())});
    }
    if (--depth == 0 && blur != Blur::None) {
      for (ops::Argument& argument : arguments) {
        BlurValue(argument.value);
      }
    }
    return arguments;
  }

  std::vector<ops::Value> All(const json::Array& elements, size_t from = 0) {
    std::vector<ops::Value> values;
    for (size_t i = from; i < elements.size(); ++i) {
      values.push_back(Eval(*elements[i].getAsArray()));
    }
    return values;
  }

  ops::Value Eval(const json::Array& node) {
    llvm::StringRef kind = *node[0].getAsString();
    auto child = [&](size_t i) { return Eval(*node[i].getAsArray()); };
    auto array = [&](size_t i) -> const json::Array& { return *node[i].getAsArray(); };
    auto text = [&](size_t i) { return *node[i].getAsString(); };
    ops::Value value;
    if (kind == "none") {
      return ops::Value::MakeNone();
    } else if (kind == "ellipsis") {
      value.kind = ops::Value::Kind::Ellipsis;
    } else if (kind == "complex") {
      value.kind = ops::Value::Kind::Complex;
    } else if (kind == "int") {
      return ops::Value::MakeInt(node[1].getAsInteger().value_or(INT64_MAX));
    } else if (kind == "bool") {
      return ops::Value::MakeBool(*node[1].getAsBoolean());
    } else if (kind == "float") {
      return ops::Value::MakeFloat(std::strtod(text(1).str().c_str(), nullptr));
    } else if (kind == "str") {
      return ops::Value::MakeStr(text(1));
    } else if (kind == "list") {
      return ops::Value::MakeList(All(array(1)));
    } else if (kind == "tuple") {
      return ops::Value::MakeTuple(All(array(1)));
    } else if (kind == "slice") {
      value.kind = ops::Value::Kind::Slice;
      value.elements = All(node, 1);
    } else if (kind == "name") {
      return NameOf(text(1));
    } else if (kind == "attribute") {
      return Take(ops::TensorAttribute(child(1), text(2)));
    } else if (kind == "item") {
      ops::Value of = child(1);
      if (of.kind == ops::Value::Kind::Tuple || of.kind == ops::Value::Kind::List) {
        std::optional<int64_t> place = child(2).dim.value();
        bool inside = place && *place >= 0 && static_cast<size_t>(*place) < of.elements.size();
        return inside ? of.elements[*place] : ops::Value();
      }
      return Take(ops::GetItem(of, child(2)));
    } else if (kind == "unary") {
      return Take(ops::UnaryOperator(text(1), child(2)));
    } else if (kind == "binary") {
      ops::Value left = child(2);
      return Take(ops::BinaryOperator(text(1), left, child(3)));
    } else if (kind == "call") {
      return Call(text(1), Arguments(array(2), array(3)));
    } else if (kind == "method") {
      std::vector<ops::Argument> arguments = Arguments(array(3), array(4), &array(1));
      if (!arguments[0].value.is_tensor()) {
        return ops::Value();
      }
      return Call("torch.Tensor." + text(2).str(), std::move(arguments));
    }
    return value;
  }
};

json::Value TypeOf(const ops::Value& value, bool& known) {
  switch (value.kind) {
    case ops::Value::Kind::Tensor: {
      json::Array dims;
      for (shape::Dim dim : value.tensor.shape.dims()) {
        known &= dim.is_constant();
        dims.push_back(dim.is_constant() ? json::Value(dim.constant()) : dim.is_unknown() ? json::Value(nullptr) : json::Value(dim.ToString()));
      }
      known &= value.tensor.is_exact();
      json::Value shape = value.tensor.shape.rank_known() ? json::Value(std::move(dims)) : json::Value(nullptr);
      return json::Array{shape::MachineName(value.tensor.dtype).str(), std::move(shape)};
    }
    case ops::Value::Kind::Tuple:
    case ops::Value::Kind::List: {
      json::Array elements;
      known &= value.length_known;
      for (const ops::Value& element : value.elements) {
        elements.push_back(TypeOf(element, known));
      }
      return json::Object{{"seq", std::move(elements)}};
    }
    case ops::Value::Kind::Int:
      if (value.dim.is_constant()) {
        return json::Object{{"val", value.dim.constant()}};
      }
      break;
    case ops::Value::Kind::Bool:
      if (value.known && value.dim.is_constant()) {
        return json::Object{{"val", value.dim.constant() != 0}};
      }
      break;
    case ops::Value::Kind::Float: return json::Object{{"val", "float"}};
    case ops::Value::Kind::Str: return json::Object{{"val", value.text}};
    default: break;
  }
  known = false;
  return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && llvm::StringRef(argv[1]) == "--blur") {
    std::optional<Blur> asked = BlurOf(argv[2]);
    if (!asked) {
      llvm::errs() << "no such blur: " << argv[2] << "\n";
      return 2;
    }
    blur = *asked;
  }
  std::string line;
  while (std::getline(std::cin, line)) {
    llvm::Expected<json::Value> parsed = json::parse(line);
    if (!parsed) {
      llvm::consumeError(parsed.takeError());
      llvm::outs() << "{}\n";
      continue;
    }
    Evaluator evaluator;
    ops::Value value = evaluator.Eval(*parsed->getAsArray());
    bool known = true;
    json::Object answer{{"type", TypeOf(value, known)}};
    answer["known"] = known;
    if (!evaluator.error.empty()) {
      answer["error"] = evaluator.error;
    }
    llvm::outs() << json::Value(std::move(answer)) << "\n";
  }
  return 0;
}
