// Contents of small constant tensors.
//
// Networks compute widths, depths and drop rates with a few tensor operations on constants and read them back with
// tolist() or item(). Values are kept as doubles and rounded to the tensor's dtype after each operation, as torch
// rounds; results that are read as integers come through round() or int(), so the last bit does not matter.
#include "core/eval/interp.h"

#include "llvm/ADT/StringSwitch.h"

#include <cmath>

namespace trident::eval {

// More elements than this are data, not configuration.
static constexpr size_t kMaxElements = 2048;

namespace {

std::optional<double> NumberOf(const Value& value) {
  if (value.is(Kind::Float)) return value.some() ? std::nullopt : std::optional<double>(value.number);
  if (std::optional<int64_t> n = value.AsInt()) return *n;
  if (value.is(Kind::Tensor) && As<TensorObj>(value)->numbers.size() == 1) return As<TensorObj>(value)->numbers[0];
  return std::nullopt;
}

double RoundTo(shape::DType dtype, double d) {
  if (dtype == shape::DType::F32) return static_cast<float>(d);
  if (dtype == shape::DType::F64) return d;
  if (dtype == shape::DType::Bool) return d != 0;
  return std::trunc(d);
}

using UnaryRule = double (*)(double);
UnaryRule UnaryOf(llvm::StringRef op) {
  return llvm::StringSwitch<UnaryRule>(op)
      .Case("log", [](double d) { return std::log(d); }).Case("log2", [](double d) { return std::log2(d); })
      .Case("exp", [](double d) { return std::exp(d); }).Case("sqrt", [](double d) { return std::sqrt(d); })
      .Case("round", [](double d) { return std::nearbyint(d); }).Case("floor", [](double d) { return std::floor(d); })
      .Case("ceil", [](double d) { return std::ceil(d); }).Case("abs", [](double d) { return std::fabs(d); })
      .Cases("neg", "-", [](double d) { return -d; })
      .Cases("int", "long", "float", "double", "to", [](double d) { return d; })
      .Cases("clone", "detach", "contiguous", "cpu", "type", [](double d) { return d; })
      .Default(nullptr);
}

using BinaryRule = double (*)(double, double);
BinaryRule BinaryOf(llvm::StringRef op) {
  return llvm::StringSwitch<BinaryRule>(op)
      .Cases("add", "add_", [](double a, double b) { return a + b; }).Cases("sub", "sub_", [](double a, double b) { return a - b; })
      .Cases("mul", "mul_", [](double a, double b) { return a * b; })
      .Cases("div", "divide", "true_divide", "div_", [](double a, double b) { return a / b; })
      .Case("floor_divide", [](double a, double b) { return std::floor(a / b); }).Case("pow", [](double a, double b) { return std::pow(a, b); })
      .Case("maximum", [](double a, double b) { return std::fmax(a, b); }).Case("minimum", [](double a, double b) { return std::fmin(a, b); })
      .Case("remainder", [](double a, double b) { return a - b * std::floor(a / b); })
      .Case("eq", [](double a, double b) { return double(a == b); }).Case("ne", [](double a, double b) { return double(a != b); })
      .Case("lt", [](double a, double b) { return double(a < b); }).Case("le", [](double a, double b) { return double(a <= b); })
      .Case("gt", [](double a, double b) { return double(a > b); }).Case("ge", [](double a, double b) { return double(a >= b); })
      .Default(nullptr);
}

// Contents of a factory's result, when its arguments say them.
std::optional<std::vector<double>> Made(llvm::StringRef op, llvm::ArrayRef<Value> positional, size_t count) {
  std::vector<double> out;
  auto number = [&](size_t i) { return i < positional.size() ? NumberOf(positional[i]) : std::nullopt; };
  if (op == "arange") {
    double start = 0, step = 1;
    if (positional.empty() || !number(0)) return std::nullopt;
    if (positional.size() > 1) start = *number(0);
    if (positional.size() > 2) {
      if (!number(2)) return std::nullopt;
      step = *number(2);
    }
    for (size_t i = 0; i < count; ++i) out.push_back(start + i * step);
    return out;
  }
  if (op == "linspace") {
    std::optional<double> start = number(0), end = number(1);
    if (!start || !end) return std::nullopt;
    for (size_t i = 0; i < count; ++i) out.push_back(count == 1 ? *start : *start + (*end - *start) * i / (count - 1));
    return out;
  }
  if (op == "zeros" || op == "ones") return std::vector<double>(count, op == "ones");
  if (op == "full") return number(1) ? std::optional(std::vector<double>(count, *number(1))) : std::nullopt;
  return std::nullopt;
}

bool Flatten(const Value& value, std::vector<double>& out) {
  if (std::optional<double> n = NumberOf(value)) {
    out.push_back(*n);
    return true;
  }
  if (!value.is(Kind::List) && !value.is(Kind::Tuple)) return false;
  auto* list = As<ListObj>(value);
  if (list->open || list->items.size() > kMaxElements) return false;
  for (const Value& item : list->items) {
    if (!Flatten(item, out)) return false;
  }
  return true;
}

}  // namespace

Value Interp::Fold(llvm::StringRef op, llvm::ArrayRef<Value> inputs, const Args& args, Value result) {
  const TensorObj* source = !inputs.empty() && inputs[0].is(Kind::Tensor) ? As<TensorObj>(inputs[0]) : nullptr;
  bool from_tensor = source && !source->numbers.empty();
  if (from_tensor && (op == "tolist" || op == "item")) {
    bool whole = !shape::IsFloating(source->type.dtype);
    RecordDecision(inputs[0]);
    auto scalar = [&](double d) { return source->type.dtype == shape::DType::Bool ? Value::Bool(d != 0) : whole ? Value::Int(static_cast<int64_t>(d)) : Value::Float(d); };
    if (op == "item" || source->type.shape.rank() == 0) return scalar(source->numbers[0]);
    if (source->type.shape.rank() != 1) return result;
    llvm::SmallVector<Value, 16> items;
    for (double d : source->numbers) items.push_back(scalar(d));
    return NewList(items);
  }
  bool parts = op == "split" || op == "chunk" || op == "unbind" || op == "tensor_split";
  if (parts && from_tensor && source->type.shape.rank() == 1 && (result.is(Kind::Tuple) || result.is(Kind::List))) {
    // The parts of a 1-d tensor are its elements in order.
    size_t next = 0;
    for (const Value& part : As<ListObj>(result)->items) {
      if (!part.is(Kind::Tensor)) break;
      std::optional<int64_t> count = As<TensorObj>(part)->type.shape.numel().value();
      if (!count || next + *count > source->numbers.size()) break;
      As<TensorObj>(part)->numbers.assign(source->numbers.begin() + next, source->numbers.begin() + next + *count);
      next += *count;
    }
    return result;
  }
  if (!result.is(Kind::Tensor)) return result;
  auto* made = As<TensorObj>(result);
  std::optional<int64_t> count = made->type.shape.numel().value();
  if (!count || *count == 0 || made->type.dtype == shape::DType::Unknown || static_cast<size_t>(*count) > kMaxElements) return result;
  std::vector<double> out;
  if (!source && (op == "tensor" || op == "as_tensor")) {
    if (inputs.empty() || !Flatten(inputs[0], out)) return result;
  } else if (std::optional<std::vector<double>> contents = !source ? Made(op, args.positional, *count) : std::nullopt) {
    out = std::move(*contents);
  } else if (UnaryRule unary = from_tensor ? UnaryOf(op) : nullptr) {
    for (double d : source->numbers) out.push_back(unary(d));
  } else if (BinaryRule binary = BinaryOf(op); binary && inputs.size() - args.keywords.size() == 2) {
    auto contents = [](const Value& v) {
      if (v.is(Kind::Tensor)) return As<TensorObj>(v)->numbers;
      std::optional<double> n = NumberOf(v);
      return n ? std::vector<double>{*n} : std::vector<double>();
    };
    std::vector<double> a = contents(inputs[0]), b = contents(inputs[1]);
    size_t n = *count;
    const Value* rounding = args.Keyword(Intern("rounding_mode"));
    bool floors = rounding && rounding->is(Kind::Str) && rounding->text() == "floor", cuts = rounding && rounding->is(Kind::Str) && rounding->text() == "trunc";
    if (floors) binary = BinaryOf("floor_divide");
    else if (cuts) binary = [](double a, double b) { return std::trunc(a / b); };
    // Another keyword changes the result.
    if (args.keywords.size() != (floors || cuts)) return result;
    if (a.empty() || b.empty() || (a.size() != n && a.size() != 1) || (b.size() != n && b.size() != 1)) return result;
    for (size_t i = 0; i < n; ++i) out.push_back(binary(a[a.size() == 1 ? 0 : i], b[b.size() == 1 ? 0 : i]));
  } else if (from_tensor && op == "sum" && *count == 1 && inputs.size() == 1) {
    double total = 0;
    for (double d : source->numbers) total += d;
    out.push_back(total);
  } else if (from_tensor && (op == "all" || op == "any") && *count == 1 && inputs.size() == 1 && args.keywords.empty()) {
    auto holds = [](double d) { return d != 0; };
    out.push_back(op == "all" ? llvm::all_of(source->numbers, holds) : llvm::any_of(source->numbers, holds));
  } else if (source && (op == "ones_like" || op == "zeros_like")) {
    out.assign(*count, op == "ones_like");
  } else if (from_tensor && op == "diff" && source->type.shape.rank() == 1 && inputs.size() == 1) {
    for (size_t i = 1; i < source->numbers.size(); ++i) out.push_back(source->numbers[i] - source->numbers[i - 1]);
  } else if (from_tensor && op == "cumsum" && source->type.shape.rank() == 1) {
    double total = 0;
    for (double d : source->numbers) out.push_back(total += d);
  } else if (from_tensor && op == "__getitem__" && source->type.shape.rank() == 1 && made->type.shape.rank() == 0 && inputs[1].AsInt()) {
    int64_t i = *inputs[1].AsInt(), size = source->numbers.size();
    if (i < 0) i += size;
    if (i < 0 || i >= size) return result;
    out.push_back(source->numbers[i]);
  } else if (from_tensor && (op == "view" || op == "reshape" || op == "flatten" || op == "squeeze" || op == "unsqueeze") && source->numbers.size() == static_cast<size_t>(*count)) {
    out = source->numbers;
  } else {
    // An in-place change of a tensor whose contents were known makes them unknown.
    if (from_tensor && source == made) made->numbers.clear();
    return result;
  }
  if (out.size() != static_cast<size_t>(*count)) return result;
  for (double& d : out) d = RoundTo(made->type.dtype, d);
  made->numbers = std::move(out);
  if (!shape::IsFloating(made->type.dtype) && made->type.shape.rank() <= 1) {
    made->contents.clear();
    for (double d : made->numbers) made->contents.push_back(static_cast<int64_t>(d));
  }
  return result;
}

}  // namespace trident::eval
