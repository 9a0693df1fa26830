// Conversions of dtype and layout, copies, and questions about a tensor: to, float, contiguous, size, numel, item.
#include "core/ops/rule.h"

namespace trident::ops {
namespace {

using Kind = Value::Kind;

// A conversion keeps the layout of a tensor that is in order, and may keep any other.
Result Converted(Bound& call, const TensorType& self, DType dtype) {
  TensorType type = self.contiguity == Contiguity::Yes ? With(self, dtype) : Typed(self.shape, dtype);
  Value value = Value::MakeTensor(type);
  if (call.Get("self").is_tensor() && (shape::IsIntegral(dtype) || dtype == DType::Bool)) {
    value.contents = call.Get("self").contents;
    if (dtype == DType::Bool) {
      for (int64_t& element : value.contents) {
        element = element != 0;
      }
    }
  }
  call.MarkView();
  return call.Return(std::move(value));
}

Result Cast(Bound& call) { return Converted(call, call.Tensor("self"), static_cast<DType>(call.data())); }

// x.to(dtype), x.to(device), x.to(other), x.to(device, dtype): told apart by what the values are.
Result To(Bound& call) {
  TensorType self = call.Tensor("self");
  DType dtype = call.GetDType("dtype", self.dtype);
  for (const char* name : {"first", "second"}) {
    const Value& value = call.Get(name);
    if (value.kind == Kind::DType) {
      dtype = value.dtype;
    } else if (value.is_tensor()) {
      dtype = value.tensor.dtype;
    } else if (value.kind == Kind::Unknown && !value.some_text && call.Given(name)) {
      // A string names a device: `x.to("cuda" if available else "cpu")`.
      dtype = DType::Unknown;
    }
  }
  const Value& other = call.Get("other");
  if (call.Given("other")) {
    dtype = other.is_tensor() ? other.tensor.dtype : DType::Unknown;
  }
  return Converted(call, self, dtype);
}

// "torch.FloatTensor" and "torch.cuda.HalfTensor" as x.type() takes them.
std::optional<DType> FromTypeName(llvm::StringRef name) {
  name = name.rsplit('.').second.empty() ? name : name.rsplit('.').second;
  if (!name.consume_back("Tensor")) {
    return std::nullopt;
  }
  return name == "Byte" ? DType::U8 : name == "Char" ? DType::I8 : name == "BFloat16" ? DType::BF16 : shape::FromTorchName(name.lower());
}

Result Type(Bound& call) {
  TensorType self = call.Tensor("self");
  if (!call.Has("dtype")) {
    Value text = Value::MakeStr("");
    return call.GiveUp("the name of a tensor's type");
  }
  const Value& dtype = call.Get("dtype");
  if (dtype.kind == Kind::Str || dtype.kind == Kind::Opaque) {
    std::optional<DType> named = FromTypeName(dtype.text);
    return Converted(call, self, named.value_or(DType::Unknown));
  }
  return Converted(call, self, dtype.kind == Kind::DType ? dtype.dtype : DType::Unknown);
}

Result TypeAs(Bound& call) { return Converted(call, call.Tensor("self"), call.Tensor("other").dtype); }

Result Contiguous(Bound& call) {
  TensorType self = call.Tensor("self");
  TensorType type = Typed(self.shape, self.dtype);
  bool in_order = !call.Given("memory_format");
  type.contiguity = in_order ? Contiguity::Yes : Contiguity::Unknown;
  call.MarkView();
  Value value = Value::MakeTensor(type);
  value.contents = call.Get("self").contents;
  return call.Return(std::move(value));
}

Result Clone(Bound& call) { return Converted(call, call.Tensor("self"), call.Tensor("self").dtype); }

// copy_(source): the source must broadcast to the tensor, which keeps its type.
Result Copy(Bound& call) {
  TensorType self = call.Tensor("self"), source = call.Operand("src");
  Shape shape = call.Broadcast({self, source});
  return call.Return(shape, self.dtype);
}

Result Resize(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<Dims> size = call.Ints("size");
  return call.ReturnView(Typed(size ? Shape::Of(*size) : Shape(), self.dtype));
}

Result ResizeAs(Bound& call) { return call.ReturnView(Typed(call.Tensor("the_template").shape, call.Tensor("self").dtype)); }

Result SumToSize(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<Dims> size = call.Ints("size");
  if (!size) {
    bool floating = shape::IsFloating(self.dtype) || shape::IsComplex(self.dtype);
    return call.Return(Shape(), floating ? self.dtype : DType::Unknown);
  }
  bool fits = !Known(self) || size->size() <= Rank(self);
  for (size_t i = 0; fits && Known(self) && i < size->size(); ++i) {
    Dim from = DimsOf(self)[Rank(self) - 1 - i], to = (*size)[size->size() - 1 - i];
    fits = !ProvablyDifferent(from, to) || !ProvablyDifferent(to, Dim(1));
  }
  if (!fits) {
    return call.Fail("expand-sizes", Join("sum_to_size() cannot sum ", self, " to ", Shape::Of(*size)), "size");
  }
  // Nothing to sum keeps the dtype; a sum of bools and integers is i64.
  bool adds = self.dtype == DType::Bool || shape::IsIntegral(self.dtype);
  bool same = Known(self) && Rank(self) > 0 && self.shape == Shape::Of(*size);
  bool exact = Known(self) && self.shape.is_constant() && Shape::Of(*size).is_constant();
  DType dtype = !adds || self.dtype == DType::I64 ? self.dtype : !exact ? DType::Unknown : same ? self.dtype : DType::I64;
  return call.Return(*size, dtype);
}

Result Size(Bound& call) {
  TensorType self = call.Tensor("self");
  if (call.Has("dim")) {
    std::optional<unsigned> axis = call.Axis("dim", self);
    if (axis && Rank(self) == 0) {
      return call.Fail("dim-out-of-range", "a 0-d tensor has no sizes", "dim");
    }
    return call.Return(Value::MakeInt(axis ? DimsOf(self)[*axis] : Dim::Unknown()));
  }
  return TensorAttribute(call.Get("self"), "shape");
}

Result Stride(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<Dims> strides = StridesOf(self);
  if (call.Has("dim")) {
    std::optional<unsigned> axis = call.Axis("dim", self);
    return call.Return(Value::MakeInt(axis && strides && *axis < strides->size() ? (*strides)[*axis] : Dim::Unknown()));
  }
  std::vector<Value> values;
  for (unsigned i = 0; i < Rank(self); ++i) {
    values.push_back(Value::MakeInt(strides ? (*strides)[i] : Dim::Unknown()));
  }
  Value tuple = Value::MakeTuple(std::move(values));
  tuple.length_known = Known(self);
  return call.Return(std::move(tuple));
}

Result Numel(Bound& call) { return call.Return(Value::MakeInt(call.Tensor("self").shape.numel())); }
Result DimCount(Bound& call) { return TensorAttribute(call.Get("self"), "ndim"); }
Result ElementSize(Bound& call) { return TensorAttribute(call.Get("self"), "itemsize"); }

Result Length(Bound& call) {
  TensorType self = call.Tensor("self");
  if (Known(self) && Rank(self) == 0) {
    return call.Fail("tensor-rank", "a 0-d tensor has no length", "self");
  }
  return call.Return(Value::MakeInt(Known(self) ? DimsOf(self)[0] : Dim::Unknown()));
}

Result IsContiguous(Bound& call) {
  TensorType self = call.Tensor("self");
  bool plain = !call.Given("memory_format") && self.contiguity != Contiguity::Unknown;
  return call.Return(plain ? Value::MakeBool(self.contiguity == Contiguity::Yes) : Value::MakeSomeBool());
}

enum Question : int { kIsFloating, kIsComplex, kIsSigned };

Result Ask(Bound& call) {
  DType dtype = call.Tensor("self").dtype;
  if (dtype == DType::Unknown) {
    return call.Return(Value::MakeSomeBool());
  }
  bool unsigned_type = dtype == DType::Bool || dtype == DType::U8 || dtype == DType::U16 || dtype == DType::U32 || dtype == DType::U64;
  bool answer = call.data() == kIsFloating ? shape::IsFloating(dtype) : call.data() == kIsComplex ? shape::IsComplex(dtype) : !unsigned_type;
  return call.Return(Value::MakeBool(answer));
}

Result SomeBool(Bound& call) { return call.Return(Value::MakeSomeBool()); }

Result Item(Bound& call) {
  const Value& self = call.Get("self");
  if (!self.is_tensor()) {
    return call.Return(Value::MakeUnknown());
  }
  if (ProvablyDifferent(self.tensor.shape.numel(), Dim(1))) {
    return call.Fail("tensor-rank", Join("item() needs a tensor of one element, its input is ", self.tensor), "self");
  }
  Dim known = self.contents.size() == 1 ? Dim(self.contents[0]) : Dim::Unknown();
  switch (shape::Category(self.tensor.dtype)) {
    case 0: return call.Return(known.is_constant() ? Value::MakeBool(known.constant() != 0) : Value::MakeSomeBool());
    case 1: return call.Return(Value::MakeInt(known));
    case 2: return call.Return(Value::MakeSomeFloat());
    default: return call.Return(Value::MakeUnknown());
  }
}

Result ToList(Bound& call) {
  const Value& self = call.Get("self");
  bool flat = self.is_tensor() && Known(self.tensor) && Rank(self.tensor) == 1 && DimsOf(self.tensor)[0].is_constant();
  bool whole = flat && DimsOf(self.tensor)[0] == Dim(static_cast<int64_t>(self.contents.size())) && shape::IsIntegral(self.tensor.dtype);
  if (!whole) {
    return call.GiveUp("the elements of a tensor");
  }
  std::vector<Value> elements;
  for (int64_t element : self.contents) {
    elements.push_back(Value::MakeInt(element));
  }
  return call.Return(Value::MakeList(std::move(elements)));
}

Result SomeInt(Bound& call) { return call.Return(Value::MakeInt(Dim::Unknown())); }

Result CanCastTo(Bound& call) {
  DType from = call.GetDType("from_", DType::Unknown), to = call.GetDType("to", DType::Unknown);
  bool known = from != DType::Unknown && to != DType::Unknown;
  return call.Return(known ? Value::MakeBool(shape::CanCast(from, to)) : Value::MakeSomeBool());
}

// Data from elsewhere, of which nothing is known but that it is a tensor.
Result FromOutside(Bound& call) { return call.Return(Shape(), call.GetDType("dtype", DType::Unknown)); }

Result ResultTypeOf(Bound& call) { return call.Return(Value::MakeDType(ResultType({call.Operand("tensor1"), call.Operand("tensor2")}))); }
Result PromoteTypes(Bound& call) {
  return call.Return(Value::MakeDType(Promote(call.GetDType("type1", DType::Unknown), call.GetDType("type2", DType::Unknown))));
}

#define CAST(name, dtype) {"m", name, "Tensor self, any memory_format=None", Cast, static_cast<int>(DType::dtype)}

constexpr Op kOps[] = {
    {"m", "to",
     "Tensor self, any first=None, any second=None, any non_blocking=False, any copy=False, *, any memory_format=None, any device=None, dtype? "
     "dtype=None, any other=None",
     To},
    {"m", "type", "Tensor self, any dtype=None, bool non_blocking=False", Type},
    {"m", "type_as", "Tensor self, Tensor other", TypeAs},
    CAST("float", F32),
    CAST("double", F64),
    CAST("half", F16),
    CAST("bfloat16", BF16),
    CAST("int", I32),
    CAST("long", I64),
    CAST("short", I16),
    CAST("char", I8),
    CAST("byte", U8),
    CAST("bool", Bool),
    CAST("cfloat", C64),
    CAST("cdouble", C128),
    CAST("chalf", C32),
    {"m", "cuda cpu xpu mps ipu hpu", "Tensor self, any device=None, any non_blocking=False, any memory_format=None", Clone},
    {"fm", "clone", "Tensor self, *, any memory_format=None", Clone},
    {"m", "contiguous", "Tensor self, *, any memory_format=None", Contiguous},
    {"i", "copy", "Tensor self, Operand src, bool non_blocking=False", Copy},
    {"i", "resize", "Tensor self, int... size, *, any memory_format=None", Resize},
    {"ij", "resize_as", "Tensor self, Tensor the_template, *, any memory_format=None", ResizeAs},
    {"m", "sum_to_size", "Tensor self, int... size", SumToSize},
    {"m", "size", "Tensor self, int? dim=None", Size},
    {"m", "stride", "Tensor self, int? dim=None", Stride},
    {"fm", "numel", "Tensor self", Numel},
    {"m", "nelement", "Tensor self", Numel},
    {"m", "dim ndimension", "Tensor self", DimCount},
    {"m", "__len__", "Tensor self", Length},
    {"m", "element_size", "Tensor self", ElementSize},
    {"m", "is_contiguous", "Tensor self, *, any memory_format=None", IsContiguous},
    {"fm", "is_floating_point", "Tensor self", Ask, kIsFloating},
    {"fm", "is_complex", "Tensor self", Ask, kIsComplex},
    {"fm", "is_signed", "Tensor self", Ask, kIsSigned},
    {"fm", "is_nonzero is_inference is_conj is_neg", "Tensor self", SomeBool},
    {"m", "is_pinned is_shared __bool__", "Tensor self, any device=None", SomeBool},
    {"fm", "is_same_size", "Tensor self, Tensor other", SomeBool},
    {"fm", "is_set_to", "Tensor self, Tensor tensor", SomeBool},
    {"m", "item", "Tensor self", Item},
    {"m", "tolist", "Tensor self", ToList},
    {"m", "get_device storage_offset data_ptr sparse_dim dense_dim", "Tensor self", SomeInt},
    {"f", "can_cast", "dtype from_, dtype to", CanCastTo},
    {"f", "frombuffer", "any buffer, *, dtype? dtype, int count=-1, int offset=0, bool requires_grad=False", FromOutside},
    {"f", "result_type", "Operand tensor1, Operand tensor2", ResultTypeOf},
    {"f", "promote_types", "dtype type1, dtype type2", PromoteTypes},
};

#undef CAST

}  // namespace

llvm::ArrayRef<Op> ConvertOps() { return kOps; }

}  // namespace trident::ops
