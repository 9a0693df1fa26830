#include "core/ops/rule.h"

#include "core/base/check.h"

#include "llvm/ADT/StringSwitch.h"

#include <algorithm>

namespace trident::ops {
namespace {

using Kind = Value::Kind;

// The names under which built-in operators take a parameter besides its own, for the sake of NumPy's words.
bool IsAlias(llvm::StringRef param, llvm::StringRef keyword) {
  if (param == "self" || param == "input") {
    return keyword == "input" || keyword == "self" || keyword == "x" || keyword == "a" || keyword == "x1";
  }
  return (param == "dim" && keyword == "axis") || (param == "dims" && keyword == "axis") || (param == "keepdim" && keyword == "keepdims") ||
         (param == "other" && keyword == "x2");
}

std::string Plural(size_t count, llvm::StringRef word) { return Join(count, " ", word, count == 1 ? "" : "s"); }

}  // namespace

Bound::Bound(const Op& op, llvm::ArrayRef<Overload> overloads, llvm::StringRef name, bool in_place, llvm::ArrayRef<Argument> arguments)
    : op_(op), overloads_(overloads), name_(name.rsplit('.').second.str()), in_place_(in_place), arguments_(arguments) {
  llvm::StringRef where = op.where;
  strict_ = where.find_first_of("fmblts") != llvm::StringRef::npos;
  takes_out_ = where.contains('o');
}

int Bound::FindKeyword(const Overload& overload, llvm::StringRef keyword) const {
  for (size_t i = 0; i < overload.size(); ++i) {
    if (overload[i].name == keyword) {
      return static_cast<int>(i);
    }
  }
  for (size_t i = 0; strict_ && i < overload.size(); ++i) {
    if (IsAlias(overload[i].name, keyword)) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

bool Bound::BindTo(const Overload& overload, Binding& binding) const {
  binding.values.assign(overload.size(), nullptr);
  binding.places.assign(overload.size(), -1);
  auto fail = [&](const char* slug, std::string message, int blame) {
    binding.match = Match::No;
    binding.error = ops::Error{slug, std::move(message), blame, {}};
    return false;
  };
  size_t positional = 0;
  while (positional < arguments_.size() && arguments_[positional].keyword.empty()) {
    ++positional;
  }
  size_t takes = 0;
  while (takes < overload.size() && !overload[takes].keyword_only) {
    ++takes;
  }
  for (size_t i = 0; i < positional; ++i) {
    if (i >= takes) {
      return fail("too-many-arguments", Join(name_, "() takes ", Plural(takes, "argument"), ", ", positional, " are given"), static_cast<int>(i));
    }
    const Value& value = arguments_[i].value;
    bool sequence = (value.kind == Kind::List || value.kind == Kind::Tuple || value.is_none()) && overload[i].type != ParamType::Any;
    binding.places[i] = static_cast<int>(i);
    if (overload[i].variadic && !sequence && (value.kind != Kind::Unknown || positional - i > 1)) {
      std::vector<Value> elements;
      for (size_t j = i; j < positional; ++j) {
        elements.push_back(arguments_[j].value);
      }
      binding.gathered = std::make_unique<Value>(Value::MakeTuple(std::move(elements)));
      binding.values[i] = binding.gathered.get();
      break;
    }
    binding.values[i] = &value;
  }
  for (size_t i = 0; i < arguments_.size(); ++i) {
    llvm::StringRef keyword = arguments_[i].keyword;
    if (keyword.empty()) {
      continue;
    }
    if (keyword == "out" && takes_out_) {
      binding.out_place = static_cast<int>(i);
      continue;
    }
    int param = FindKeyword(overload, keyword);
    if (param < 0) {
      return fail("unknown-keyword", Join(name_, "() has no parameter `", keyword, "`"), static_cast<int>(i));
    }
    if (binding.values[param]) {
      return fail("too-many-arguments", Join(name_, "() is given `", keyword, "` twice"), static_cast<int>(i));
    }
    binding.values[param] = &arguments_[i].value;
    binding.places[param] = static_cast<int>(i);
  }
  for (size_t i = 0; i < overload.size(); ++i) {
    const Param& param = overload[i];
    if (!binding.values[i]) {
      if (!param.has_default && !(param.variadic && i == 0 && positional == 0 && param.type == ParamType::Int)) {
        return fail("missing-argument", Join(name_, "() needs `", param.name == "self" ? "input" : param.name, "`, ", Describe(param)), -1);
      }
      continue;
    }
    Match match = Accepts(param, *binding.values[i], strict_);
    if (match == Match::No) {
      return fail("argument-type",
                  Join("`", param.name == "self" ? "input" : param.name, "` of ", name_, "() must be ", Describe(param), ", not ",
                       Describe(*binding.values[i])),
                  binding.places[i]);
    }
    binding.match = std::min(binding.match, match);
    ++binding.bound;
  }
  return true;
}

bool Bound::Bind() {
  std::optional<Binding> closest;
  unsigned candidates = 0;
  for (unsigned i = 0; i < overloads_.size(); ++i) {
    Binding binding;
    if (!BindTo(overloads_[i], binding)) {
      if (!closest || binding.bound > closest->bound) {
        closest = std::move(binding);
      }
    } else if (candidates++ == 0) {
      overload_ = i;
      binding_ = std::move(binding);
      if (binding_.match == Match::Yes) {
        return true;
      }
    }
  }
  if (candidates == 1 || (candidates > 1 && llvm::StringRef(op_.where).contains('u'))) {
    return true;
  }
  if (candidates > 1) {
    GiveUp(Join("which form of ", name_, "() is called depends on an unknown argument"));
    return false;
  }
  failed_ = true;
  failure_.status = Result::Status::Error;
  failure_.error = std::move(closest->error);
  return false;
}

int Bound::IndexOf(llvm::StringRef param) const {
  const Overload& overload = overloads_[overload_];
  for (size_t i = 0; i < overload.size(); ++i) {
    if (overload[i].name == param) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

const Value& Bound::Get(llvm::StringRef param) const {
  static const Value unknown;
  int index = IndexOf(param);
  if (index < 0) {
    return unknown;
  }
  return binding_.values[index] ? *binding_.values[index] : overloads_[overload_][index].default_value;
}

bool Bound::Given(llvm::StringRef param) const {
  int index = IndexOf(param);
  return index >= 0 && binding_.values[index];
}

bool Bound::Has(llvm::StringRef param) const { return IndexOf(param) >= 0 && !Get(param).is_none(); }

TensorType Bound::Tensor(llvm::StringRef param) const {
  const Value& value = Get(param);
  return value.is_tensor() ? value.tensor : TensorType();
}

TensorType OperandType(const Value& value) {
  auto number = [](DType dtype) { return TensorType{Shape::Scalar(), {}, dtype, Contiguity::Yes, true}; };
  switch (value.kind) {
    case Kind::Tensor: return value.tensor;
    case Kind::Bool: return number(DType::Bool);
    case Kind::Int: return number(DType::I64);
    case Kind::Float: return number(kDefaultFloat);
    case Kind::Complex: return number(DType::C64);
    default: return TensorType();
  }
}

TensorType Bound::Operand(llvm::StringRef param) const { return OperandType(Get(param)); }

Dim Bound::Int(llvm::StringRef param) const {
  const Value& value = Get(param);
  if (value.kind == Kind::Int || value.kind == Kind::Bool) {
    return value.dim;
  }
  if (value.is_tensor() && value.contents.size() == 1) {
    return Dim(value.contents[0]);
  }
  return Dim::Unknown();
}

std::optional<bool> Bound::Bool(llvm::StringRef param) const {
  const Value& value = Get(param);
  if (value.is_none()) {
    return false;
  }
  if ((value.kind != Kind::Bool && value.kind != Kind::Int) || !value.dim.is_constant()) {
    return std::nullopt;
  }
  return value.dim.constant() != 0;
}

std::optional<double> Bound::Number(llvm::StringRef param) const {
  const Value& value = Get(param);
  if (value.kind == Kind::Float && value.known) {
    return value.number;
  }
  if ((value.kind == Kind::Int || value.kind == Kind::Bool) && value.dim.is_constant()) {
    return static_cast<double>(value.dim.constant());
  }
  return std::nullopt;
}

llvm::StringRef Bound::Str(llvm::StringRef param) const { return IsStr(param) ? llvm::StringRef(Get(param).text) : llvm::StringRef(); }

std::optional<Dims> Bound::Ints(llvm::StringRef param) const {
  const Value& value = Get(param);
  Dims dims;
  if (value.kind == Kind::Int || value.kind == Kind::Bool) {
    dims.push_back(value.dim);
    return dims;
  }
  if (value.is_tensor() && !value.contents.empty()) {
    for (int64_t element : value.contents) {
      dims.push_back(Dim(element));
    }
    return dims;
  }
  if ((value.kind != Kind::List && value.kind != Kind::Tuple) || !value.length_known) {
    return std::nullopt;
  }
  for (const Value& element : value.elements) {
    if (element.is_tensor() && element.contents.size() == 1) {
      dims.push_back(Dim(element.contents[0]));
    } else {
      dims.push_back(element.kind == Kind::Int || element.kind == Kind::Bool ? element.dim : Dim::Unknown());
    }
  }
  return dims;
}

Dims Bound::Ints(llvm::StringRef param, unsigned count) {
  std::optional<Dims> given = Ints(param);
  if (given && given->size() == 1) {
    return Dims(count, (*given)[0]);
  }
  if (given && given->size() == count) {
    return *given;
  }
  if (given) {
    Fail("argument-length", Join("`", param, "` of ", name_, "() needs ", count, " values, it has ", given->size()), param);
  }
  return Dims(count, Dim::Unknown());
}

DType Bound::GetDType(llvm::StringRef param, DType otherwise) const {
  const Value& value = Get(param);
  if (value.is_none() || IndexOf(param) < 0) {
    return otherwise;
  }
  return value.kind == Kind::DType ? value.dtype : DType::Unknown;
}

std::optional<std::vector<TensorType>> Bound::Tensors(llvm::StringRef param) const {
  const Value& value = Get(param);
  if ((value.kind != Kind::List && value.kind != Kind::Tuple) || !value.length_known) {
    return std::nullopt;
  }
  std::vector<TensorType> types;
  for (const Value& element : value.elements) {
    types.push_back(OperandType(element));
  }
  return types;
}

std::optional<TensorType> Bound::Typical(llvm::StringRef param) const {
  const Value& value = Get(param);
  bool open = (value.kind == Kind::List || value.kind == Kind::Tuple) && !value.length_known && value.elements.size() == 1;
  return open && value.elements[0].is_tensor() ? std::optional<TensorType>(value.elements[0].tensor) : std::nullopt;
}

std::optional<unsigned> Bound::AxisOf(const Value& value, const TensorType& of, llvm::StringRef param) {
  std::optional<int64_t> axis;
  if (value.kind == Kind::Int || value.kind == Kind::Bool) {
    axis = value.dim.value();
  }
  if (!axis || !Known(of)) {
    return std::nullopt;
  }
  int64_t rank = Rank(of), effective = std::max<int64_t>(rank, 1);
  if (*axis < -effective || *axis >= effective) {
    Fail("dim-out-of-range",
         Join("`", param, "` is ", *axis, ", but ", of, " has ", rank == 0 ? "no dims" : Join("dims ", -rank, " to ", rank - 1).c_str()), param);
    return std::nullopt;
  }
  return static_cast<unsigned>(*axis < 0 ? *axis + effective : *axis);
}

std::optional<unsigned> Bound::Axis(llvm::StringRef param, unsigned rank) {
  std::optional<int64_t> axis = Constant(param);
  if (!axis) {
    return std::nullopt;
  }
  int64_t count = rank;
  if (*axis < -count || *axis >= count) {
    Fail("dim-out-of-range", Join("`", param, "` is ", *axis, ", it must be from ", -count, " to ", count - 1), param);
    return std::nullopt;
  }
  return static_cast<unsigned>(*axis < 0 ? *axis + count : *axis);
}

std::optional<Axes> Bound::AxesOf(llvm::StringRef param, const TensorType& of) {
  const Value& value = Get(param);
  bool list = value.kind == Kind::List || value.kind == Kind::Tuple;
  if (!Known(of)) {
    return std::nullopt;
  }
  if (Rank(of) > 64) {
    Fail("tensor-rank", Join(name_, "() takes tensors of at most 64 dims, its input has ", Rank(of)), param);
    return std::nullopt;
  }
  Axes axes;
  if (value.is_none() || (list && value.length_known && value.elements.empty())) {
    for (unsigned i = 0; i < Rank(of); ++i) {
      axes.push_back(i);
    }
    return axes;
  }
  if (list && !value.length_known) {
    return std::nullopt;
  }
  for (const Value& element : list ? llvm::ArrayRef<Value>(value.elements) : llvm::ArrayRef<Value>(value)) {
    std::optional<unsigned> axis = AxisOf(element, of, param);
    if (!axis) {
      return std::nullopt;
    }
    if (std::find(axes.begin(), axes.end(), *axis) != axes.end()) {
      Fail("dim-repeated", Join("`", param, "` of ", name_, "() names dim ", *axis, " twice"), param);
      return std::nullopt;
    }
    axes.push_back(*axis);
  }
  return axes;
}

}  // namespace trident::ops
