// x[index] and x[index] = value, with every form of index that torch takes.
#include "core/ops/rule.h"

#include <algorithm>

namespace trident::ops {
namespace {

using Kind = Value::Kind;

Result Fails(const char* slug, std::string message, std::initializer_list<Dim> sizes = {}) {
  Result result;
  result.status = Result::Status::Error;
  result.error.slug = slug;
  result.error.message = std::move(message);
  result.error.sizes.assign(sizes.begin(), sizes.end());
  return result;
}

Result Unsure(std::string reason) {
  Result result;
  result.reason = std::move(reason);
  return result;
}

bool IsMask(const Value& item) { return item.is_tensor() && (item.tensor.dtype == DType::Bool || item.tensor.dtype == DType::U8); }

// The tensor that a list of ints, bools or such lists stands for; nullopt when an element is none of these.
std::optional<Value> TensorOf(const Value& list) {
  Value tensor;
  Dims dims;
  bool bools = true, known = true;
  const Value* level = &list;
  while (level->kind == Kind::List || level->kind == Kind::Tuple) {
    if (!level->length_known) {
      return std::nullopt;
    }
    dims.push_back(Dim(static_cast<int64_t>(level->elements.size())));
    if (level->elements.empty()) {
      break;
    }
    level = &level->elements[0];
  }
  std::vector<const Value*> stack = {&list};
  while (!stack.empty()) {
    const Value* value = stack.back();
    stack.pop_back();
    if (value->kind == Kind::List || value->kind == Kind::Tuple) {
      for (auto element = value->elements.rbegin(); element != value->elements.rend(); ++element) {
        stack.push_back(&*element);
      }
      continue;
    }
    if (value->kind != Kind::Int && value->kind != Kind::Bool) {
      return std::nullopt;
    }
    bools &= value->kind == Kind::Bool;
    known &= value->dim.is_constant();
    tensor.contents.push_back(value->dim.is_constant() ? value->dim.constant() : 0);
  }
  if (!known) {
    tensor.contents.clear();
  }
  bool empty = list.elements.empty();
  tensor.kind = Kind::Tensor;
  tensor.tensor = Typed(dims, bools && !empty ? DType::Bool : DType::I64);
  return tensor;
}

// The size of x[start:stop:step] on an axis of `size`. `failed`: the step is not positive.
Dim SliceLength(const Value& slice, Dim size, bool& failed) {
  auto part = [&](size_t i, Dim absent) {
    const Value& value = slice.elements[i];
    if (value.is_none()) {
      return absent;
    }
    if (value.is_tensor() && value.contents.size() == 1) {
      return Dim(value.contents[0]);
    }
    return value.kind == Kind::Int || value.kind == Kind::Bool ? value.dim : Dim::Unknown();
  };
  // Into [0, size]: a negative bound counts from the end.
  auto clamp = [&](Dim bound) {
    if (ProvablyLess(bound, Dim(0))) {
      return Max(size + bound, Dim(0));
    }
    return ProvablyPositive(bound + Dim(1)) ? Min(bound, size) : Dim::Unknown();
  };
  Dim step = part(2, Dim(1));
  if (step.is_constant() && step.constant() <= 0) {
    failed = true;
    return Dim::Unknown();
  }
  bool whole = slice.elements[1].is_none();
  Dim start = clamp(part(0, Dim(0))), stop = whole ? size : clamp(part(1, size));
  // With an unknown size the bounds may still say it all: x[:0].
  if (size.is_unknown()) {
    bool from_start = slice.elements[0].is_none() || part(0, Dim(0)) == Dim(0);
    if (from_start && whole && step == Dim(1)) {
      return size;
    }
    // x[:100] is at most 100 long, and no longer than x.
    Dim end = part(1, size);
    if (!end.bound() || (size.bound() && *size.bound() < *end.bound())) {
      end = size;
    }
    return end == Dim(0) ? end : SomeOf(end);
  }
  Dim length = Max(stop - start, Dim(0));
  return FloorDiv(length + step - Dim(1), step);
}

// What an index makes of a shape.
struct Indexed {
  std::optional<Result> failure;
  bool rank_known = true;
  Dims dims;
  Dims strides;  // Of `dims`, when the index is basic.
  bool advanced = false;
};

class Indexer {
 public:
  explicit Indexer(const TensorType& type) : type_(type), strides_(StridesOf(type)) {}

  Indexed Run(llvm::ArrayRef<Value> items) {
    unsigned consumed = 0;
    bool ellipsis = false;
    for (const Value& item : items) {
      if (item.kind == Kind::Unknown || (item.is_tensor() && (!Known(item.tensor) || item.tensor.dtype == DType::Unknown))) {
        result_.rank_known = false;
        return result_;
      }
      if (item.kind == Kind::Ellipsis) {
        if (ellipsis) {  // torch, unlike NumPy, takes a second one where nothing follows.
          result_.rank_known = false;
          return result_;
        }
        ellipsis = true;
      }
      consumed += Consumes(item);
    }
    if (consumed > Rank(type_)) {
      return Fail(Fails("index-rank",
                        Join("too many indices: ", consumed, " for ", type_, ", which has ", Rank(type_), Rank(type_) == 1 ? " dim" : " dims")));
    }
    for (const Value& item : items) {
      if (item.kind == Kind::Ellipsis) {
        Keep(Rank(type_) - consumed);
      } else if (!Apply(item)) {
        return result_;
      }
    }
    Keep(Rank(type_) - axis_);
    if (result_.advanced) {
      PlaceAdvanced();
    }
    // The elements of index tensors are looked at only when there is something to select.
    bool selects = std::all_of(result_.dims.begin(), result_.dims.end(), [](Dim size) { return ProvablyDifferent(size, Dim(0)); });
    if (out_of_range_ && selects) {
      result_.failure = std::move(out_of_range_);
    }
    return result_;
  }

 private:
  static unsigned Consumes(const Value& item) {
    if (IsMask(item)) {
      return Rank(item.tensor);
    }
    return item.is_tensor() || item.kind == Kind::Int || item.kind == Kind::Slice ? 1 : 0;
  }

  Indexed& Fail(Result failure) {
    result_.failure = std::move(failure);
    return result_;
  }

  Dim Stride(unsigned axis) const { return strides_ ? (*strides_)[axis] : Dim::Unknown(); }

  void Keep(unsigned count) {
    for (; count > 0; --count, ++axis_) {
      Add(DimsOf(type_)[axis_], Stride(axis_));
    }
  }

  void Add(Dim size, Dim stride) {
    result_.dims.push_back(size);
    result_.strides.push_back(stride);
    after_advanced_ = result_.advanced;
  }

  bool Apply(const Value& item) {
    switch (item.kind) {
      case Kind::None: Add(Dim(1), Dim(1)); return true;
      case Kind::Slice: return ApplySlice(item);
      case Kind::Int: return ApplyInt(item.dim);
      case Kind::Bool: return ApplyAdvanced(Dims{item.dim.is_constant() ? item.dim : Dim::Unknown()});
      case Kind::Tensor: return IsMask(item) ? ApplyMask(item) : ApplyTensor(item);
      default: Fail(Fails("tensor-index", Join("a tensor cannot be indexed with ", Describe(item)))); return false;
    }
  }

  bool ApplySlice(const Value& slice) {
    bool failed = false;
    Dim size = DimsOf(type_)[axis_];
    Dim length = SliceLength(slice, size, failed);
    if (failed) {
      Fail(Fails("tensor-index", Join("the step of a slice of a tensor must be positive, it is ", slice.elements[2].dim, "; torch.flip() reverses")));
      return false;
    }
    Dim step = slice.elements[2].is_none() ? Dim(1) : slice.elements[2].kind == Kind::Int ? slice.elements[2].dim : Dim::Unknown();
    Add(length, Stride(axis_) * step);
    ++axis_;
    return true;
  }

  std::optional<Result> OutOfRange(Dim index, Dim size, unsigned axis) {
    bool beyond = !index.is_unknown() && !size.is_unknown() && (index == size || ProvablyLess(size, index) || ProvablyLess(index, Dim(0) - size));
    if (!beyond) {
      return std::nullopt;
    }
    return Fails("index-out-of-range", Join("index ", index, " is out of range for dim ", axis, " of ", type_, ", which has size ", size), {size});
  }

  bool ApplyInt(Dim index) {
    unsigned axis = axis_++;
    std::optional<Result> failure = OutOfRange(index, DimsOf(type_)[axis], axis);
    if (failure) {
      Fail(std::move(*failure));
    }
    return !failure;
  }

  bool ApplyTensor(const Value& index) {
    if (shape::IsFloating(index.tensor.dtype) || shape::IsComplex(index.tensor.dtype)) {
      Fail(Fails("tensor-index", Join("a tensor used as an index must hold integers or bools, it is ", index.tensor)));
      return false;
    }
    if (Rank(index.tensor) == 0 && index.contents.size() == 1) {
      return ApplyInt(Dim(index.contents[0]));
    }
    unsigned axis = axis_++;
    for (int64_t element : index.contents) {
      if (!out_of_range_) {
        out_of_range_ = OutOfRange(Dim(element), DimsOf(type_)[axis], axis);
      }
    }
    // A 0-d index selects, as an int does.
    return Rank(index.tensor) == 0 || ApplyAdvanced(Copy(index.tensor));
  }

  bool ApplyMask(const Value& mask) {
    for (unsigned i = 0; i < Rank(mask.tensor); ++i) {
      Dim size = DimsOf(type_)[axis_ + i], wanted = DimsOf(mask.tensor)[i];
      if (ProvablyDifferent(size, wanted)) {
        Fail(Fails("mask-shape",
                   Join("a mask of shape ", mask.tensor.shape, " cannot index ", type_, ": sizes ", wanted, " and ", size, " at dim ", axis_ + i),
                   {wanted, size}));
        return false;
      }
    }
    axis_ += Rank(mask.tensor);
    Dim count = SomeOf(mask.tensor.shape.numel());
    if (!mask.contents.empty()) {
      count = Dim(static_cast<int64_t>(std::count_if(mask.contents.begin(), mask.contents.end(), [](int64_t x) { return x != 0; })));
    } else if (mask.tensor.shape.numel() == Dim(0)) {
      count = Dim(0);
    }
    return ApplyAdvanced(Dims{count});
  }

  bool ApplyAdvanced(Dims shape) {
    shape::Broadcast step = shape::BroadcastShapes(advanced_, Shape::Of(shape));
    if (step.failed_axis >= 0) {
      Fail(Fails("index-shapes", Join("index tensors must broadcast together: ", advanced_, " and ", Shape::Of(shape)), {step.left, step.right}));
      return false;
    }
    advanced_ = step.shape;
    if (!result_.advanced) {
      place_ = result_.dims.size();
    } else if (after_advanced_) {
      apart_ = true;
    }
    result_.advanced = true;
    after_advanced_ = false;
    return true;
  }

  // The broadcast index dims stand where the indices stood side by side, else in front.
  void PlaceAdvanced() {
    size_t at = apart_ ? 0 : place_;
    result_.dims.insert(result_.dims.begin() + at, advanced_.dims().begin(), advanced_.dims().end());
  }

  TensorType type_;
  std::optional<Dims> strides_;
  Indexed result_;
  unsigned axis_ = 0;
  std::optional<Result> out_of_range_;  // Of an element of an index tensor.
  Shape advanced_ = Shape::Scalar();
  size_t place_ = 0;
  bool apart_ = false, after_advanced_ = false;
};

// The items of an index: a tuple's elements, with lists turned into tensors. nullopt when some element is not known
// well enough to tell how many dims it takes.
std::optional<std::vector<Value>> ItemsOf(const Value& index) {
  std::vector<Value> items;
  if (index.kind == Kind::Tuple) {
    if (!index.length_known) {
      return std::nullopt;
    }
    items = index.elements;
  } else {
    items.push_back(index);
    // A list of lists was an index of several dims in older releases and is one tensor in newer ones.
    bool nested = index.kind == Kind::List && std::any_of(index.elements.begin(), index.elements.end(), [](const Value& element) {
                    return element.kind == Kind::List || element.kind == Kind::Tuple;
                  });
    if (nested) {
      return std::nullopt;
    }
  }
  for (Value& item : items) {
    if (item.kind == Kind::List || item.kind == Kind::Tuple) {
      std::optional<Value> tensor = TensorOf(item);
      if (!tensor) {
        return std::nullopt;
      }
      item = std::move(*tensor);
    }
  }
  return items;
}

Indexed IndexOf(const TensorType& type, const Value& index) {
  Indexed unknown;
  unknown.rank_known = false;
  if (!Known(type)) {
    return unknown;
  }
  std::optional<std::vector<Value>> items = ItemsOf(index);
  return items ? Indexer(type).Run(*items) : unknown;
}

// The elements of x[i], and of x[a:b:c] in one dim, where x's are known: sizes and lengths kept in a tensor.
std::vector<int64_t> PartOf(const Value& tensor, const Value& index, const TensorType& part) {
  const TensorType& type = tensor.tensor;
  Dim count = part.shape.numel(), whole = type.shape.numel();
  bool listed = whole.is_constant() && whole.constant() == static_cast<int64_t>(tensor.contents.size()) && Rank(type) > 0;
  if (!listed || !count.is_constant() || tensor.contents.empty()) {
    return {};
  }
  int64_t length = DimsOf(type)[0].constant(), start = 0, step = 1;
  auto number = [](const Value& value) { return value.kind == Kind::Int ? value.dim.value() : std::nullopt; };
  if (std::optional<int64_t> place = number(index)) {
    start = (*place + (*place < 0 ? length : 0)) * count.constant();
  } else if (index.kind == Kind::Slice && Rank(type) == 1) {
    std::optional<int64_t> from = index.elements[0].is_none() ? 0 : number(index.elements[0]);
    std::optional<int64_t> by = index.elements[2].is_none() ? 1 : number(index.elements[2]);
    if (!from || !by) {
      return {};
    }
    start = std::clamp<int64_t>(*from + (*from < 0 ? length : 0), 0, length);
    step = *by;
  } else {
    return {};
  }
  std::vector<int64_t> elements;
  for (int64_t i = 0; i < count.constant(); ++i) {
    int64_t place = start + i * step;
    if (place < 0 || place >= static_cast<int64_t>(tensor.contents.size())) {
      return {};
    }
    elements.push_back(tensor.contents[place]);
  }
  return elements;
}

}  // namespace

Result GetItem(const Value& tensor, const Value& index) {
  if (!tensor.is_tensor()) {
    return Unsure("the indexed value is not known to be a tensor");
  }
  Indexed indexed = IndexOf(tensor.tensor, index);
  if (indexed.failure) {
    return *indexed.failure;
  }
  Result result;
  result.status = Result::Status::Ok;
  TensorType type = Typed(indexed.rank_known ? Shape::Of(indexed.dims) : Shape(), tensor.tensor.dtype);
  if (indexed.rank_known && indexed.advanced) {
    type.contiguity = Contiguity::Yes;
  } else if (indexed.rank_known) {
    type = WithStrides(type, indexed.strides);
  }
  result.value = Value::MakeTensor(type);
  result.value.contents = PartOf(tensor, index, result.value.tensor);
  return result;
}

Result SetItem(const Value& tensor, const Value& index, const Value& value) {
  if (!tensor.is_tensor()) {
    return Unsure("the indexed value is not known to be a tensor");
  }
  Indexed indexed = IndexOf(tensor.tensor, index);
  if (indexed.failure) {
    return *indexed.failure;
  }
  Result result;
  result.status = Result::Status::Ok;
  result.value = Value::MakeNone();
  if (!indexed.rank_known || !value.is_tensor() || !Known(value.tensor)) {
    return result;
  }
  // Sizes of 1 in front of the value do not count.
  llvm::ArrayRef<Dim> given = DimsOf(value.tensor);
  while (given.size() > indexed.dims.size() && !ProvablyDifferent(given[0], Dim(1))) {
    given = given.drop_front();
  }
  bool fits = given.size() <= indexed.dims.size();
  for (size_t i = 0; fits && i < given.size(); ++i) {
    Dim from = given[given.size() - 1 - i], to = indexed.dims[indexed.dims.size() - 1 - i];
    fits = !ProvablyDifferent(from, to) || !ProvablyDifferent(from, Dim(1));
  }
  if (!fits) {
    return Fails("setitem-shape",
                 Join("a value of shape ", value.tensor.shape, " does not fit into the indexed part, which has shape ", Shape::Of(indexed.dims)));
  }
  return result;
}

}  // namespace trident::ops
