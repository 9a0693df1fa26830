// Operators that make tensors: from sizes, from Python numbers, from ranges, from other tensors, at random.
#include "core/ops/rule.h"

#include <algorithm>
#include <cmath>

namespace trident::ops {
namespace {

using Kind = Value::Kind;

// Contents beyond this are not kept: lists of sizes and small masks are short.
constexpr size_t kMaxContents = 4096;

// The size list of a call, checked; unknown rank where its length is unknown.
Shape SizeOf(Bound& call, llvm::StringRef param = "size") {
  std::optional<Dims> dims = call.Ints(param);
  if (!dims) {
    return Shape();
  }
  for (Dim dim : *dims) {
    if (ProvablyLess(dim, Dim(0))) {
      call.Fail("negative-size", Join(call.name(), "() cannot make a tensor with the negative size ", dim), param, {dim});
    }
  }
  return Shape::Of(*dims);
}

Value WithContents(TensorType type, int64_t value) {
  Value tensor = Value::MakeTensor(type);
  Dim count = type.shape.numel();
  // A bool tensor of zeros is a mask about to be filled, maybe through a view.
  bool exact = shape::IsIntegral(type.dtype);
  if (exact && count.is_constant() && count.constant() > 0 && count.constant() <= 1024) {
    tensor.contents.assign(count.constant(), value);
  }
  return tensor;
}

enum Content : int { kNone, kZeros, kOnes };

Result Filled(Bound& call) {
  TensorType type = Typed(SizeOf(call), call.GetDType("dtype", kDefaultFloat));
  return call.Return(call.data() == kNone ? Value::MakeTensor(type) : WithContents(type, call.data() == kOnes));
}

Result FilledLike(Bound& call) {
  TensorType self = call.Tensor("self");
  TensorType type = Typed(self.shape, call.GetDType("dtype", self.dtype));
  return call.Return(call.data() == kNone ? Value::MakeTensor(type) : WithContents(type, call.data() == kOnes));
}

Result NewFilled(Bound& call) { return call.Return(SizeOf(call), call.GetDType("dtype", call.Tensor("self").dtype)); }

DType DTypeOfNumber(const Value& value) { return OperandType(value).dtype; }

Result Full(Bound& call) {
  const Value& fill = call.Get("fill_value");
  TensorType type = Typed(SizeOf(call), call.GetDType("dtype", DTypeOfNumber(fill)));
  bool known = fill.kind == Kind::Int && fill.dim.is_constant();
  return call.Return(known ? WithContents(type, fill.dim.constant()) : Value::MakeTensor(type));
}

Result ScalarTensor(Bound& call) { return call.Return(Shape::Scalar(), call.GetDType("dtype", kDefaultFloat)); }

Result RandInt(Bound& call) {
  std::optional<int64_t> low = call.Constant("low"), high = call.Constant("high");
  if (low && high && *low >= *high) {
    call.Fail("argument-value", Join(call.name(), "() needs `low` < `high`, they are ", *low, " and ", *high), "high");
  }
  if (call.Given("self")) {
    TensorType self = call.Tensor("self");
    return call.Return(self.shape, call.GetDType("dtype", self.dtype));
  }
  return call.Return(SizeOf(call), call.GetDType("dtype", DType::I64));
}

// Random numbers have no integer form.
Result Random(Bound& call) {
  TensorType like = call.Tensor("self");
  DType dtype = call.GetDType("dtype", call.Given("self") ? like.dtype : kDefaultFloat);
  if (shape::IsIntegral(dtype) || dtype == DType::Bool) {
    call.Fail("tensor-dtype", Join(call.name(), "() makes floating-point numbers, not ", dtype, "; randint() makes integers"), "dtype");
  }
  return call.Return(call.Given("self") ? like.shape : SizeOf(call), dtype);
}

Result RandPerm(Bound& call) { return call.Return({call.Int("n")}, call.GetDType("dtype", DType::I64)); }

// The number of steps of a range; a bound given as a float needs its value.
Dim RangeLength(Bound& call, const Value& start, const Value& end, const Value& step) {
  auto integral = [](const Value& value) { return value.kind == Kind::Int || value.kind == Kind::Bool; };
  if (integral(start) && integral(end) && integral(step)) {
    if (step.dim == Dim(0)) {
      call.Fail("argument-value", Join("the step of ", call.name(), "() must not be 0"), "step");
      return Dim::Unknown();
    }
    bool down = step.dim.is_constant() && step.dim.constant() < 0;
    Dim span = down ? start.dim - end.dim : end.dim - start.dim, stride = down ? Dim(0) - step.dim : step.dim;
    if (ProvablyLess(span, Dim(0))) {
      call.Fail("argument-value", Join(call.name(), "() from ", start.dim, " to ", end.dim, " cannot take the step ", step.dim), "end");
      return Dim::Unknown();
    }
    return FloorDiv(span + stride - Dim(1), stride);
  }
  auto number = [&](const Value& value) -> std::optional<double> {
    if (value.kind == Kind::Float && value.known) {
      return value.number;
    }
    return integral(value) && value.dim.is_constant() ? std::optional<double>(value.dim.constant()) : std::nullopt;
  };
  std::optional<double> from = number(start), to = number(end), by = number(step);
  if (!from || !to || !by) {
    return Dim::Unknown();
  }
  if (*by == 0 || (*to - *from) / *by < 0 || !std::isfinite(*to - *from)) {
    call.Fail("argument-value", Join(call.name(), "() cannot reach its end with this step"), "step");
    return Dim::Unknown();
  }
  return Dim(static_cast<int64_t>(std::ceil((*to - *from) / *by)));
}

Result Arange(Bound& call) {
  Value zero = Value::MakeInt(0), one = Value::MakeInt(1);
  bool has_start = call.overload() == 1;
  const Value& start = has_start ? call.Get("start") : zero;
  const Value& end = call.Get("end");
  const Value& step = has_start ? call.Get("step") : one;
  DType dtype = DType::I64;
  for (const Value* value : {&start, &end, &step}) {
    DType own = DTypeOfNumber(*value);
    if (own == DType::Unknown || dtype == DType::Unknown) {
      dtype = DType::Unknown;
    } else if (shape::IsFloating(own)) {
      dtype = value->is_tensor() ? own : kDefaultFloat;
    }
  }
  Dim length = RangeLength(call, start, end, step);
  Value range = Value::MakeTensor(Typed({length}, call.GetDType("dtype", dtype)));
  bool plain = start.kind == Kind::Int && step.kind == Kind::Int && start.dim.is_constant() && step.dim.is_constant();
  if (plain && length.is_constant() && length.constant() <= static_cast<int64_t>(kMaxContents) && shape::IsIntegral(range.tensor.dtype)) {
    for (int64_t i = 0; i < length.constant(); ++i) {
      range.contents.push_back(start.dim.constant() + i * step.dim.constant());
    }
  }
  return call.Return(std::move(range));
}

Result Linspace(Bound& call) {
  Dim steps = call.Int("steps");
  if (ProvablyLess(steps, Dim(0))) {
    call.Fail("negative-size", Join("`steps` of ", call.name(), "() must not be negative, it is ", steps), "steps");
  }
  DType dtype = kDefaultFloat;
  for (const char* name : {"start", "end"}) {
    TensorType bound = call.Operand(name);
    if (call.Get(name).is_tensor() && Known(bound) && Rank(bound) > 0) {
      call.Fail("tensor-rank", Join(call.name(), "() needs numbers or 0-d tensors, `", name, "` is ", bound.shape), name);
    }
    if (shape::IsComplex(bound.dtype)) {
      dtype = DType::C64;
    }
  }
  DType given = call.GetDType("dtype", dtype);
  if (shape::IsComplex(dtype) && given != DType::Unknown && !shape::IsComplex(given)) {
    call.Fail("tensor-dtype", Join(call.name(), "() between complex numbers cannot make ", given), "dtype");
  }
  return call.Return({steps}, given);
}

Result Eye(Bound& call) {
  Dim rows = call.Int("n"), columns = call.Has("m") ? call.Int("m") : rows;
  for (Dim size : {rows, columns}) {
    if (ProvablyLess(size, Dim(0))) {
      call.Fail("negative-size", Join("eye() cannot make a matrix with the negative size ", size), "n");
    }
  }
  return call.Return({rows, columns}, call.GetDType("dtype", kDefaultFloat));
}

Result TriIndices(Bound& call) {
  std::optional<int64_t> rows = call.Constant("row"), columns = call.Constant("col"), offset = call.Constant("offset");
  Dim count = Dim::Unknown();
  if (rows && columns && offset && *rows >= 0 && *columns >= 0 && *rows <= 100000) {
    int64_t lower = 0;
    for (int64_t row = 0; row < *rows; ++row) {
      lower += std::clamp<int64_t>(row + *offset + (call.data() ? 0 : 1), 0, *columns);
    }
    count = Dim(call.data() ? *rows * *columns - lower : lower);
  }
  return call.Return({Dim(2), count}, call.GetDType("dtype", DType::I64));
}

// torch.tensor and friends: nested lists of numbers.
struct Literal {
  Dims dims;
  std::optional<DType> dtype;
  bool known = true;  // Of rank and dtype.
  bool ragged = false;
  std::vector<int64_t> contents;
  bool contents_known = true;
  DType floating = kDefaultFloat;  // What a float of Python becomes.
};

void Read(const Value& value, size_t depth, Literal& literal) {
  if (value.kind == Kind::List || value.kind == Kind::Tuple) {
    Dim length = value.length_known ? Dim(static_cast<int64_t>(value.elements.size())) : Dim::Unknown();
    literal.known &= value.length_known;
    literal.floating = value.is_array ? DType::F64 : literal.floating;
    if (depth == literal.dims.size()) {
      literal.dims.push_back(length);
    } else if (ProvablyDifferent(literal.dims[depth], length)) {
      literal.ragged = true;
    }
    for (const Value& element : value.elements) {
      Read(element, depth + 1, literal);
    }
    return;
  }
  if (value.is_tensor() && depth > 0 && Known(value.tensor) && Rank(value.tensor) == 0) {
    literal.dtype = literal.dtype ? Promote(*literal.dtype, value.tensor.dtype) : value.tensor.dtype;
    literal.contents_known = false;
    return;
  }
  DType dtype = value.kind == Kind::Float ? literal.floating : DTypeOfNumber(value);
  if (dtype == DType::Unknown || value.is_tensor()) {
    literal.known = literal.contents_known = false;
    return;
  }
  literal.dtype = literal.dtype ? Promote(*literal.dtype, dtype) : dtype;
  bool integer = (value.kind == Kind::Int || value.kind == Kind::Bool) && value.dim.is_constant();
  literal.contents_known &= integer && literal.contents.size() < kMaxContents;
  if (literal.contents_known) {
    literal.contents.push_back(value.dim.constant());
  }
}

Result MakeTensor(Bound& call) {
  const Value& data = call.Get("data");
  if (data.is_tensor()) {
    Value copy = data;
    copy.tensor = Typed(data.tensor.shape, call.GetDType("dtype", data.tensor.dtype));
    return call.Return(std::move(copy));
  }
  Literal literal;
  Read(data, 0, literal);
  if (literal.ragged) {
    return call.Fail("ragged-data", Join(call.name(), "() needs nested lists of equal lengths"), "data");
  }
  DType dtype = call.GetDType("dtype", literal.known ? literal.dtype.value_or(kDefaultFloat) : DType::Unknown);
  Value tensor = Value::MakeTensor(Typed(literal.known ? Shape::Of(literal.dims) : Shape(), dtype));
  if (literal.known && literal.contents_known && (shape::IsIntegral(dtype) || dtype == DType::Bool)) {
    tensor.contents = std::move(literal.contents);
    if (dtype == DType::Bool) {
      for (int64_t& element : tensor.contents) {
        element = element != 0;
      }
    }
  }
  return call.Return(std::move(tensor));
}

Result FromNumpy(Bound& call) {
  const Value& data = call.Get("data");
  return data.is_tensor() || data.is_array ? MakeTensor(call) : call.Return(Shape(), DType::Unknown);
}

// torch.Tensor(2, 3), torch.FloatTensor([1, 2]): sizes or data.
Result LegacyTensor(Bound& call) {
  DType dtype = static_cast<DType>(call.data());
  if (call.overload() == 1) {
    return call.Return(SizeOf(call), dtype);
  }
  const Value& args = call.Get("args");
  if (!call.Given("args")) {
    return call.Return({Dim(0)}, dtype);
  }
  if (args.kind != Kind::Tuple || !args.length_known) {
    return call.Return(Shape(), dtype);
  }
  if (args.elements.empty()) {
    return call.Return({Dim(0)}, dtype);
  }
  if (args.elements[0].kind == Kind::Int) {
    return call.Return(SizeOf(call, "args"), dtype);
  }
  if (args.elements[0].is_tensor()) {
    return call.Return(args.elements[0].tensor.shape, dtype);
  }
  Literal literal;
  Read(args.elements[0], 0, literal);
  return call.Return(literal.known && !literal.ragged ? Shape::Of(literal.dims) : Shape(), dtype);
}

Result EmptyStrided(Bound& call) {
  TensorType like = call.Tensor("self");
  std::optional<Dims> strides = call.Ints("stride");
  TensorType type = Typed(SizeOf(call), call.GetDType("dtype", call.Given("self") ? like.dtype : kDefaultFloat));
  if (!strides || !Known(type)) {
    return call.ReturnView(type);
  }
  if (strides->size() != Rank(type)) {
    return call.Fail("argument-length",
                     Join(call.name(), "() needs a stride for each of the ", Rank(type), " sizes, ", strides->size(), " are given"), "stride");
  }
  return call.ReturnView(WithStrides(type, *strides));
}

Result EmptyPermuted(Bound& call) {
  TensorType type = Typed(SizeOf(call), call.GetDType("dtype", kDefaultFloat));
  std::optional<Dims> order = call.Ints("physical_layout");
  if (order && Known(type)) {
    std::vector<bool> seen(Rank(type));
    bool valid = order->size() == Rank(type);
    for (Dim dim : *order) {
      bool constant = dim.is_constant();
      valid = valid && (!constant || (dim.constant() >= 0 && dim.constant() < Rank(type) && !seen[dim.constant()]));
      if (valid && constant) {
        seen[dim.constant()] = true;
      }
    }
    if (!valid) {
      return call.Fail("dim-repeated", Join("`physical_layout` of empty_permuted() must name each of the ", Rank(type), " dims once"),
                       "physical_layout");
    }
  }
  return call.ReturnView(type);
}

Result Normal(Bound& call) {
  TensorType mean = call.Operand("mean"), std = call.Operand("std");
  if (call.Given("size")) {
    return call.Return(SizeOf(call), call.GetDType("dtype", kDefaultFloat));
  }
  for (const char* name : {"mean", "std"}) {
    DType dtype = call.Tensor(name).dtype;
    if (shape::IsIntegral(dtype) || dtype == DType::Bool) {
      call.Fail("tensor-dtype", Join("normal() needs floating-point tensors, `", name, "` is ", dtype), name);
    }
  }
  return call.Return(call.Broadcast({mean, std}), call.Get("mean").is_tensor() ? mean.dtype : std.dtype);
}

Result Bernoulli(Bound& call) {
  TensorType self = call.Tensor("self");
  return call.Return(call.Given("p") ? call.Broadcast({self, call.Operand("p")}) : self.shape, self.dtype);
}

// x.uniform_() and the like: the tensor itself, refilled.
Result Refill(Bound& call) { return call.Return(call.Tensor("self")); }

#define LIKE "*, dtype? dtype=None, any layout=None, any device=None, bool? pin_memory=False, bool? requires_grad=False, any memory_format=None"
#define SIZES "int... size, *, any generator=None, any names=None, any memory_format=None, " TRIDENT_FACTORY

constexpr Op kOps[] = {
    {"fo", "zeros", SIZES, Filled, kZeros},
    {"fo", "ones", SIZES, Filled, kOnes},
    {"fo", "empty", SIZES, Filled, kNone},
    {"fo", "rand", SIZES, Random},
    {"fo", "randn", SIZES, Random},
    {"f", "zeros_like", "Tensor self, " LIKE, FilledLike, kZeros},
    {"f", "ones_like", "Tensor self, " LIKE, FilledLike, kOnes},
    {"f", "empty_like", "Tensor self, " LIKE, FilledLike, kNone},
    {"f", "rand_like", "Tensor self, " LIKE ", any generator=None", Random},
    {"f", "randn_like", "Tensor self, " LIKE ", any generator=None", Random},
    {"f", "full_like", "Tensor self, Scalar fill_value, " LIKE, FilledLike, kNone},
    {"fu", "randint_like", "Tensor self, int high, " LIKE " | Tensor self, int low, int high, " LIKE, RandInt},
    {"fou", "randint",
     "int high, int[] size, *, any generator=None, " TRIDENT_FACTORY " | int low, int high, int[] size, *, any generator=None, " TRIDENT_FACTORY,
     RandInt},
    {"fo", "randperm", "int n, *, any generator=None, " TRIDENT_FACTORY, RandPerm},
    {"m", "new_zeros new_ones new_empty", "Tensor self, int... size, *, " TRIDENT_FACTORY, NewFilled},
    {"m", "new_full", "Tensor self, int[] size, Scalar fill_value, *, " TRIDENT_FACTORY, NewFilled},
    {"m", "new_tensor", "Tensor self, any data, *, " TRIDENT_FACTORY, MakeTensor},
    {"m", "new_empty_strided", "Tensor self, int[] size, int[] stride, *, " TRIDENT_FACTORY, EmptyStrided},
    {"f", "empty_strided", "int[] size, int[] stride, *, " TRIDENT_FACTORY, EmptyStrided},
    {"fo", "empty_permuted", "int[] size, int[] physical_layout, *, " TRIDENT_FACTORY, EmptyPermuted},
    {"fo", "full", "int[1] size, Scalar fill_value, *, any names=None, " TRIDENT_FACTORY, Full},
    {"f", "scalar_tensor", "Scalar s, *, " TRIDENT_FACTORY, ScalarTensor},
    {"fo", "arange", "Scalar end, *, " TRIDENT_FACTORY " | Scalar start, Scalar end, Scalar step=1, *, " TRIDENT_FACTORY, Arange},
    {"fo", "linspace", "Operand start, Operand end, int steps, *, " TRIDENT_FACTORY, Linspace},
    {"fo", "logspace", "Operand start, Operand end, int steps, float base=10.0, *, " TRIDENT_FACTORY, Linspace},
    {"fo", "eye", "int n, int? m=None, *, " TRIDENT_FACTORY, Eye},
    {"f", "tril_indices", "int row, int col, int offset=0, *, " TRIDENT_FACTORY, TriIndices, 0},
    {"f", "triu_indices", "int row, int col, int offset=0, *, " TRIDENT_FACTORY, TriIndices, 1},
    {"f", "tensor", "any data, *, " TRIDENT_FACTORY, MakeTensor},
    {"f", "from_numpy", "any data", FromNumpy},
    {"f", "as_tensor", "any data, dtype? dtype=None, any device=None", MakeTensor},
    {"f", "asarray", "any data, *, dtype? dtype=None, any device=None, bool? copy=None, bool requires_grad=False", MakeTensor},
    {"f", "Tensor FloatTensor", "any... args=None, *, any device=None | int[] size, *, any device=None", LegacyTensor, static_cast<int>(DType::F32)},
    {"f", "LongTensor", "any... args=None, *, any device=None | int[] size, *, any device=None", LegacyTensor, static_cast<int>(DType::I64)},
    {"f", "IntTensor", "any... args=None, *, any device=None | int[] size, *, any device=None", LegacyTensor, static_cast<int>(DType::I32)},
    {"f", "BoolTensor", "any... args=None, *, any device=None | int[] size, *, any device=None", LegacyTensor, static_cast<int>(DType::Bool)},
    {"f", "ByteTensor", "any... args=None, *, any device=None | int[] size, *, any device=None", LegacyTensor, static_cast<int>(DType::U8)},
    {"f", "HalfTensor", "any... args=None, *, any device=None | int[] size, *, any device=None", LegacyTensor, static_cast<int>(DType::F16)},
    {"f", "DoubleTensor", "any... args=None, *, any device=None | int[] size, *, any device=None", LegacyTensor, static_cast<int>(DType::F64)},
    {"fo", "normal",
     "Operand mean, float std=1.0, *, any generator=None | Operand mean, Tensor std, *, any generator=None | "
     "float mean, float std, int[] size, *, any generator=None, " TRIDENT_FACTORY,
     Normal},
    {"fmo", "bernoulli", "Tensor self, Operand? p=None, *, any generator=None", Bernoulli},
    {"i", "bernoulli", "Tensor self, Operand p=0.5, *, any generator=None", Refill},
    {"i", "fill_diagonal", "Tensor self, Scalar fill_value, bool wrap=False", Refill},
    {"i", "uniform", "Tensor self, float from=0.0, float to=1.0, *, any generator=None", Refill},
    {"i", "normal", "Tensor self, float mean=0.0, float std=1.0, *, any generator=None", Refill},
    {"i", "exponential", "Tensor self, float lambd=1.0, *, any generator=None", Refill},
    {"i", "geometric", "Tensor self, float p, *, any generator=None", Refill},
    {"i", "cauchy", "Tensor self, float median=0.0, float sigma=1.0, *, any generator=None", Refill},
    {"i", "log_normal", "Tensor self, float mean=1.0, float std=2.0, *, any generator=None", Refill},
    {"iu", "random",
     "Tensor self, *, any generator=None | Tensor self, int to, *, any generator=None | Tensor self, int from, int? to, *, any generator=None",
     Refill},
};

#undef LIKE
#undef SIZES

}  // namespace

llvm::ArrayRef<Op> FactoriesOps() { return kOps; }

}  // namespace trident::ops
