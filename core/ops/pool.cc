// Pooling: over windows, to a fixed output size, at random places, and back.
//
// Source: the formulas of torch.nn.MaxPool2d's and torch.nn.MaxUnpool2d's pages.
#include "core/ops/rule.h"

#include <algorithm>
#include <cmath>

namespace trident::ops {
namespace {

// Which dims of the input may be empty, and whether indices come out; `data` holds it with the number of dims.
enum Kind : int { kMax = 0, kAverage = 4, kPower = 8, kWithIndices = 16 };

unsigned SpatialOf(Bound& call) { return call.data() & 3; }

bool CheckInput(Bound& call, const TensorType& input, unsigned n, bool batch_may_be_first) {
  if (!Known(input)) {
    return true;
  }
  if (Rank(input) != n + 1 && Rank(input) != n + 2) {
    call.Fail("tensor-rank", Join(call.name(), "() needs an input of ", n + 2, " dims, or ", n + 1, " without a batch, it is ", input.shape),
              "input");
    return false;
  }
  for (unsigned i = Rank(input) == n + 2 || batch_may_be_first ? 1 : 0; i < Rank(input); ++i) {
    if (DimsOf(input)[i] == Dim(0)) {
      call.Fail("empty-reduction", Join(call.name(), "() of ", input, ", which has no elements at dim ", i), "input");
      return false;
    }
  }
  return true;
}

bool CheckAtLeast(Bound& call, llvm::StringRef param, llvm::ArrayRef<Dim> values, int64_t least) {
  for (Dim value : values) {
    if (ProvablyLess(value, Dim(least))) {
      call.Fail("argument-value", Join("`", param, "` of ", call.name(), "() must be at least ", least, ", it is ", value), param);
      return false;
    }
  }
  return true;
}

// None and () stand for the kernel's size.
Dims StrideOf(Bound& call, unsigned n, const Dims& kernel) {
  const Value& stride = call.Get("stride");
  bool empty = (stride.kind == Value::Kind::List || stride.kind == Value::Kind::Tuple) && stride.length_known && stride.elements.empty();
  return stride.is_none() || empty ? kernel : call.Ints("stride", n);
}

Dim OutputLength(Dim length, Dim reach, Dim padding, Dim stride, bool ceil) {
  Dim room = length + Dim(2) * padding - reach;
  if (!ceil) {
    return FloorDiv(room, stride) + Dim(1);
  }
  Dim steps = FloorDiv(room + stride - Dim(1), stride) + Dim(1);
  // The last window must start inside the input or its left padding.
  return Min(steps, FloorDiv(length + padding - Dim(1), stride) + Dim(1));
}

TensorType Resized(const TensorType& input, unsigned n, llvm::ArrayRef<Dim> spatial) {
  if (!Known(input)) {
    return Typed(Shape(), input.dtype);
  }
  Dims dims(DimsOf(input).begin(), DimsOf(input).end() - n);
  dims.append(spatial.begin(), spatial.end());
  return Typed(dims, input.dtype);
}

Result WithIndices(Bound& call, TensorType type, bool always = false) {
  std::optional<bool> indices = always                         ? std::optional<bool>(true)
                                : call.Given("return_indices") ? call.Bool("return_indices")
                                                               : std::optional<bool>(false);
  if (!indices) {
    return call.GiveUp("whether indices are returned is unknown");
  }
  return *indices ? call.ReturnTuple({type, With(type, DType::I64)}) : call.Return(type);
}

Result Pool(Bound& call) {
  unsigned n = SpatialOf(call);
  int kind = call.data() & ~(3 | kWithIndices);
  TensorType input = call.Tensor("input");
  Dims kernel = call.Ints("kernel_size", n), stride = StrideOf(call, n, kernel);
  Dims padding = kind == kPower ? Dims(n, Dim(0)) : call.Ints("padding", n), dilation = kind == kMax ? call.Ints("dilation", n) : Dims(n, Dim(1));
  CheckAtLeast(call, "kernel_size", kernel, 1);
  CheckAtLeast(call, "stride", stride, 1);
  CheckAtLeast(call, "dilation", dilation, 1);
  CheckAtLeast(call, "padding", padding, 0);
  if (kind == kAverage && call.Constant("divisor_override") == 0) {
    call.Fail("argument-value", Join("`divisor_override` of ", call.name(), "() must not be 0"), "divisor_override");
  }
  std::optional<bool> ceil = call.Bool("ceil_mode");
  bool fine = CheckInput(call, input, n, n == 1 && kind != kMax);
  Dims spatial(n);
  for (unsigned i = 0; i < n && fine && !call.failed(); ++i) {
    Dim reach = dilation[i] * (kernel[i] - Dim(1)) + Dim(1);
    if (ProvablyLess(FloorDiv(reach, Dim(2)), padding[i])) {
      call.Fail("argument-value", Join("`padding` of ", call.name(), "() must be at most half of its window of ", reach, ", it is ", padding[i]),
                "padding");
    }
    if (!Known(input) || !ceil) {
      continue;
    }
    Dim length = DimsOf(input)[Rank(input) - n + i];
    spatial[i] = OutputLength(length, reach, padding[i], stride[i], *ceil);
    bool covers = kind == kAverage && n == 3 && ProvablyLess(length, kernel[i]);
    // In one dim, and without indices, an empty output is taken.
    bool may_be_empty =
        n == 1 && kind == kMax && !(call.data() & kWithIndices) && (!call.Given("return_indices") || call.Bool("return_indices") == false);
    if (ProvablyLess(spatial[i], Dim(may_be_empty ? 0 : 1)) || covers) {
      call.Fail("pool-size",
                Join(call.name(), " has windows of ", reach, " elements, its ", covers ? "" : "padded ", "input has ",
                     covers ? length : length + Dim(2) * padding[i], " at dim ", Rank(input) - n + i),
                "input", {length, reach});
    }
  }
  return call.failed() ? call.Return(TensorType()) : WithIndices(call, Resized(input, n, spatial), (call.data() & kWithIndices) != 0);
}

// The output sizes asked for; None keeps the input's.
Result AdaptivePool(Bound& call) {
  unsigned n = SpatialOf(call);
  bool max = (call.data() & kAverage) == 0;
  TensorType input = call.Tensor("input");
  const Value& size = call.Get("output_size");
  bool list = size.kind == Value::Kind::List || size.kind == Value::Kind::Tuple;
  if (list && size.length_known && size.elements.size() != n && (size.elements.size() != 1 || n == 1)) {
    return call.Fail("argument-length", Join("`output_size` of ", call.name(), "() needs ", n, " values, it has ", size.elements.size()),
                     "output_size");
  }
  Dims spatial(n);
  for (unsigned i = 0; i < n; ++i) {
    const Value* one = list ? (size.length_known ? &size.elements[size.elements.size() == 1 ? 0 : i] : nullptr) : &size;
    if (one && one->is_none() && Known(input) && Rank(input) >= n) {
      spatial[i] = DimsOf(input)[Rank(input) - n + i];
    } else if (one && one->kind == Value::Kind::Int) {
      spatial[i] = one->dim;
    }
  }
  // Size 1 is a mean over the last dims, whatever stands before them.
  bool mean = !max && n > 1 && Known(input) && Rank(input) >= n &&
              std::none_of(spatial.begin(), spatial.end(), [](Dim size) { return ProvablyDifferent(size, Dim(1)); });
  if (!CheckAtLeast(call, "output_size", spatial, 0) || (!mean && !CheckInput(call, input, n, true))) {
    return call.Return(TensorType());
  }
  TensorType type = Resized(input, n, spatial);
  return max ? WithIndices(call, type, (call.data() & kWithIndices) != 0) : call.Return(type);
}

Result FractionalPool(Bound& call) {
  unsigned n = SpatialOf(call);
  TensorType input = call.Tensor("input");
  if (!call.Has("output_size") && !call.Has("output_ratio")) {
    return call.Fail("missing-argument", Join(call.name(), "() needs `output_size` or `output_ratio`"));
  }
  Dims kernel = call.Ints("kernel_size", n), spatial = call.Has("output_size") ? call.Ints("output_size", n) : Dims(n);
  if (!CheckInput(call, input, n, true) || !Known(input)) {
    return WithIndices(call, Typed(Shape(), input.dtype));
  }
  const Value& ratio = call.Get("output_ratio");
  for (unsigned i = 0; i < n; ++i) {
    Dim length = DimsOf(input)[Rank(input) - n + i];
    bool list = (ratio.kind == Value::Kind::Tuple || ratio.kind == Value::Kind::List) && ratio.elements.size() == n;
    const Value& one = list ? ratio.elements[i] : ratio;
    if (!call.Has("output_size") && one.kind == Value::Kind::Float && one.known && length.is_constant()) {
      spatial[i] = Dim(static_cast<int64_t>(std::floor(static_cast<double>(length.constant()) * one.number)));
    }
    if (ProvablyLess(length, spatial[i] + kernel[i] - Dim(n == 3 ? 0 : 1))) {
      return call.Fail("pool-size",
                       Join(call.name(), "() cannot place ", spatial[i], " windows of ", kernel[i], " elements in dim ", Rank(input) - n + i, " of ",
                            input, ", which has size ", length),
                       "input", {length});
    }
  }
  return WithIndices(call, Resized(input, n, spatial), (call.data() & kWithIndices) != 0);
}

Result Unpool(Bound& call) {
  unsigned n = SpatialOf(call);
  TensorType input = call.Tensor("input"), indices = call.Tensor("indices");
  Dims kernel = call.Ints("kernel_size", n), stride = StrideOf(call, n, kernel), padding = call.Ints("padding", n);
  if (indices.dtype != DType::Unknown && indices.dtype != DType::I64) {
    call.Fail("tensor-dtype", Join("the indices of ", call.name(), "() must be i64, they are ", indices.dtype), "indices");
  }
  if (!CheckInput(call, input, n, true) || !Known(input)) {
    return call.Return(Shape(), input.dtype);
  }
  Dims spatial(n);
  for (unsigned i = 0; i < n; ++i) {
    spatial[i] = (DimsOf(input)[Rank(input) - n + i] - Dim(1)) * stride[i] + kernel[i] - Dim(2) * padding[i];
  }
  if (call.Has("output_size")) {
    std::optional<Dims> wanted = call.Ints("output_size");
    if (wanted && wanted->size() == n + 2) {
      wanted->erase(wanted->begin(), wanted->begin() + 2);
    }
    if (wanted && wanted->size() != n) {
      return call.Fail("argument-length", Join("`output_size` of ", call.name(), "() needs ", n, " or ", n + 2, " values, it has ", wanted->size()),
                       "output_size");
    }
    for (unsigned i = 0; wanted && i < n; ++i) {
      Dim low = spatial[i] - stride[i], high = spatial[i] + stride[i];
      if (ProvablyLess((*wanted)[i], low + Dim(1)) || ProvablyLess(high - Dim(1), (*wanted)[i])) {
        return call.Fail("argument-value",
                         Join("`output_size` of ", call.name(), "() must be between ", low, " and ", high, " at dim ", i, ", it is ", (*wanted)[i]),
                         "output_size");
      }
    }
    spatial = wanted ? *wanted : Dims(n);
  }
  if (Known(indices)) {
    bool same = Rank(indices) == Rank(input);
    for (unsigned i = 0; same && i < Rank(input); ++i) {
      same = !ProvablyDifferent(DimsOf(indices)[i], DimsOf(input)[i]);
    }
    if (!same) {
      return call.Fail("size-mismatch", Join(call.name(), "() needs indices of the input's shape ", input.shape, ", they are ", indices.shape),
                       "indices");
    }
  }
  return call.Return(Resized(input, n, spatial));
}

#define MAX(n) "Tensor input, int[" #n "] kernel_size, int[" #n "]? stride=None, int[" #n "] padding=0, int[" #n "] dilation=1, bool ceil_mode=False"
#define AVERAGE(n)                                                           \
  "Tensor input, int[" #n "] kernel_size, int[" #n "]? stride=None, int[" #n \
  "] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None"
#define INDICES ", bool return_indices=False"

constexpr const char* kPowerSchema = "Tensor input, float norm_type, any kernel_size, any stride=None, bool ceil_mode=False";
constexpr const char* kAdaptive = "Tensor input, any output_size";
constexpr const char* kAdaptiveMax = "Tensor input, any output_size" INDICES;
constexpr const char* kFractional = "Tensor input, any kernel_size, any output_size=None, any output_ratio=None" INDICES ", any _random_samples=None";
constexpr const char* kUnpool = "Tensor input, Tensor indices, any kernel_size, any stride=None, any padding=0, any output_size=None";

constexpr Op kOps[] = {
    {"n", "max_pool1d", MAX(1) INDICES, Pool, kMax | 1},
    {"n", "max_pool2d", MAX(2) INDICES, Pool, kMax | 2},
    {"n", "max_pool3d", MAX(3) INDICES, Pool, kMax | 3},
    {"f", "max_pool1d", MAX(1), Pool, kMax | 1},
    {"f", "max_pool2d", MAX(2), Pool, kMax | 2},
    {"f", "max_pool3d", MAX(3), Pool, kMax | 3},
    {"fn", "max_pool1d_with_indices", MAX(1), Pool, kMax | kWithIndices | 1},
    {"n", "max_pool2d_with_indices", MAX(2), Pool, kMax | kWithIndices | 2},
    {"n", "max_pool3d_with_indices", MAX(3), Pool, kMax | kWithIndices | 3},
    {"fb", "avg_pool1d", AVERAGE(1), Pool, kAverage | 1},
    {"b", "avg_pool2d", AVERAGE(2), Pool, kAverage | 2},
    {"b", "avg_pool3d", AVERAGE(3), Pool, kAverage | 3},
    {"n", "lp_pool1d", kPowerSchema, Pool, kPower | 1},
    {"n", "lp_pool2d", kPowerSchema, Pool, kPower | 2},
    {"n", "lp_pool3d", kPowerSchema, Pool, kPower | 3},
    {"fn", "adaptive_avg_pool1d", kAdaptive, AdaptivePool, kAverage | 1},
    {"n", "adaptive_avg_pool2d", kAdaptive, AdaptivePool, kAverage | 2},
    {"n", "adaptive_avg_pool3d", kAdaptive, AdaptivePool, kAverage | 3},
    {"n", "adaptive_max_pool1d", kAdaptiveMax, AdaptivePool, kMax | 1},
    {"n", "adaptive_max_pool2d", kAdaptiveMax, AdaptivePool, kMax | 2},
    {"n", "adaptive_max_pool3d", kAdaptiveMax, AdaptivePool, kMax | 3},
    {"n", "adaptive_max_pool1d_with_indices", kAdaptiveMax, AdaptivePool, kMax | kWithIndices | 1},
    {"n", "adaptive_max_pool2d_with_indices", kAdaptiveMax, AdaptivePool, kMax | kWithIndices | 2},
    {"n", "adaptive_max_pool3d_with_indices", kAdaptiveMax, AdaptivePool, kMax | kWithIndices | 3},
    {"f", "adaptive_max_pool1d", kAdaptive, AdaptivePool, kMax | kWithIndices | 1},
    {"n", "fractional_max_pool2d", kFractional, FractionalPool, 2},
    {"n", "fractional_max_pool3d", kFractional, FractionalPool, 3},
    {"n", "fractional_max_pool2d_with_indices", kFractional, FractionalPool, kWithIndices | 2},
    {"n", "fractional_max_pool3d_with_indices", kFractional, FractionalPool, kWithIndices | 3},
    {"n", "max_unpool1d", kUnpool, Unpool, 1},
    {"n", "max_unpool2d", kUnpool, Unpool, 2},
    {"n", "max_unpool3d", kUnpool, Unpool, 3},
};

#undef MAX
#undef AVERAGE
#undef INDICES

}  // namespace

llvm::ArrayRef<Op> PoolOps() { return kOps; }

}  // namespace trident::ops
