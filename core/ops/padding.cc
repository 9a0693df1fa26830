// Rules of padding, and of sliding blocks taken out of an image and put back.
#include "core/ops/rule.h"

namespace trident::ops {
namespace {

// The pairs of `pad` belong to the last dims, last first.
struct Padding {
  Dims pairs;
  Dim before(unsigned rank, unsigned axis) const { return pairs[2 * (rank - 1 - axis)]; }
  Dim after(unsigned rank, unsigned axis) const { return pairs[2 * (rank - 1 - axis) + 1]; }
  unsigned dims() const { return pairs.size() / 2; }
};

// Padding by anything but a constant: [C, d1, ...] or [N, C, d1, ...], where only N may be 0.
bool CheckSpatial(Bound& call, const TensorType& input, const Padding& padding, llvm::StringRef mode) {
  unsigned spatial = padding.dims();
  if (spatial < 1 || spatial > 3 || (Rank(input) != spatial + 1 && Rank(input) != spatial + 2)) {
    call.Fail("tensor-rank", Join("pad with mode '", mode, "' pads the last 1 to 3 dims of a tensor that has one or two more, got ", spatial, " of ", input.shape), "pad");
    return false;
  }
  for (unsigned i = Rank(input) == spatial + 2 ? 1 : 0; i < Rank(input) && mode != "circular"; ++i) {
    if (DimsOf(input)[i] == Dim(0)) {
      call.Fail("tensor-rank", Join("pad with mode '", mode, "' needs dims of at least one element but for the batch, `input` is ", input.shape), "input");
      return false;
    }
  }
  return true;
}

void CheckAmount(Bound& call, const TensorType& input, unsigned axis, Dim before, Dim after, llvm::StringRef mode) {
  Dim size = DimsOf(input)[axis];
  for (Dim amount : {before, after}) {
    bool too_much = mode == "reflect" ? ProvablyLess(size, amount + Dim(1)) : mode == "circular" && ProvablyLess(size, amount);
    if (too_much) {
      call.Fail("padding-size", Join("pad with mode '", mode, "' takes ", amount, " elements from dim ", axis, ", which has ", size), "pad", {amount, size});
      return;
    }
  }
}

Result PadBy(Bound& call, llvm::StringRef mode) {
  llvm::StringRef param = call.data() == 1 ? "self" : "input";
  TensorType input = call.Tensor(param);
  std::optional<Dims> pairs = call.Ints("pad");
  if (!pairs || !Known(input)) {
    return call.Return(Shape(), input.dtype);
  }
  if (pairs->size() % 2 != 0) {
    return call.Fail("argument-length", Join(call.name(), " needs `pad` in pairs, got ", pairs->size(), " values"), "pad");
  }
  Padding padding{*pairs};
  if (padding.dims() > Rank(input)) {
    return call.Fail("argument-length", Join(call.name(), " is given ", padding.dims(), " pairs for a tensor of ", Rank(input), " dims, ", input.shape), "pad");
  }
  bool constant = mode == "constant";
  if (!constant && !CheckSpatial(call, input, padding, mode)) {
    return call.Return(Shape(), input.dtype);
  }
  Dims dims = Copy(input);
  for (unsigned axis = Rank(input) - padding.dims(); axis < Rank(input); ++axis) {
    Dim before = padding.before(Rank(input), axis), after = padding.after(Rank(input), axis);
    CheckAmount(call, input, axis, before, after, mode);
    // Negative padding cuts first.
    Dim left = dims[axis] + Min(before, Dim(0)) + Min(after, Dim(0));
    dims[axis] = dims[axis] + before + after;
    if (ProvablyLess(dims[axis], Dim(constant || mode == "circular" ? 0 : 1)) || (constant && ProvablyLess(left, Dim(0)))) {
      return call.Fail("padding-size", Join(call.name(), " leaves ", dims[axis], " elements in dim ", axis, " of ", input.shape), "pad", {DimsOf(input)[axis]});
    }
  }
  return call.Return(dims, input.dtype);
}

Result ConstantPad(Bound& call) { return PadBy(call, "constant"); }

Result Pad(Bound& call) {
  llvm::StringRef mode = call.Str("mode");
  if (!call.IsStr("mode")) {
    return call.GiveUp("the mode is unknown");
  }
  if (mode != "constant" && mode != "reflect" && mode != "replicate" && mode != "circular") {
    return call.Fail("argument-value", Join("pad takes `mode` 'constant', 'reflect', 'replicate' or 'circular', got '", mode, "'"), "mode");
  }
  if (std::optional<double> value = call.Number("value"); mode != "constant" && value && *value != 0) {
    return call.Fail("argument-value", Join("pad takes a `value` only with mode 'constant', the mode is '", mode, "'"), "value");
  }
  return PadBy(call, mode);
}

// Where a window of kernel, dilation, padding and stride fits along one dim.
Dim Blocks(Dim size, Dim kernel, Dim dilation, Dim padding, Dim stride) {
  return FloorDiv(size + Dim(2) * padding - dilation * (kernel - Dim(1)) - Dim(1), stride) + Dim(1);
}

struct Window {
  Dims kernel, dilation, padding, stride;
};

Window WindowOf(Bound& call) {
  Window window{call.Ints("kernel_size", 2), call.Ints("dilation", 2), call.Ints("padding", 2), call.Ints("stride", 2)};
  auto check = [&](llvm::StringRef param, llvm::ArrayRef<Dim> values, int64_t least) {
    for (Dim value : values) {
      if (ProvablyLess(value, Dim(least))) {
        call.Fail("argument-value", Join(call.name(), " needs `", param, "` of at least ", least, ", got ", value), param, {value});
      }
    }
  };
  check("kernel_size", window.kernel, 1);
  check("dilation", window.dilation, 1);
  check("padding", window.padding, 0);
  check("stride", window.stride, 1);
  return window;
}

bool CheckImage(Bound& call, const TensorType& input, unsigned batched_rank) {
  if (!call.CheckRank("input", batched_rank - 1, batched_rank)) {
    return false;
  }
  for (unsigned i = Rank(input) == batched_rank ? 1 : 0; Known(input) && i < Rank(input); ++i) {
    if (DimsOf(input)[i] == Dim(0)) {
      call.Fail("tensor-rank", Join(call.name(), " needs dims of at least one element but for the batch, `input` is ", input.shape), "input");
      return false;
    }
  }
  return true;
}

// Counts the blocks of an image of this height and width; fails where there is none.
Dim CountBlocks(Bound& call, const Window& window, llvm::ArrayRef<Dim> image) {
  Dim count(1);
  for (unsigned i = 0; i < 2; ++i) {
    Dim along = Blocks(image[i], window.kernel[i], window.dilation[i], window.padding[i], window.stride[i]);
    if (ProvablyLess(along, Dim(1))) {
      call.Fail("pool-size", Join(call.name(), " has a kernel of ", window.kernel[i], " that does not fit into ", image[i], " elements with padding ", window.padding[i]),
                "kernel_size", {window.kernel[i], image[i]});
    }
    count = count * along;
  }
  return count;
}

Result Unfold(Bound& call) {
  TensorType input = call.Tensor("input");
  Window window = WindowOf(call);
  if (!CheckImage(call, input, 4) || !Known(input)) {
    return call.Return(Shape(), input.dtype);
  }
  llvm::ArrayRef<Dim> dims = DimsOf(input);
  Dims out(dims.begin(), dims.end() - 2);
  out.back() = out.back() * window.kernel[0] * window.kernel[1];
  out.push_back(CountBlocks(call, window, dims.take_back(2)));
  return call.Return(out, input.dtype);
}

Result Fold(Bound& call) {
  TensorType input = call.Tensor("input");
  Window window = WindowOf(call);
  Dims image = call.Ints("output_size", 2);
  if (!CheckImage(call, input, 3) || !Known(input)) {
    return call.Return(Shape(), input.dtype);
  }
  llvm::ArrayRef<Dim> dims = DimsOf(input);
  Dim per_block = window.kernel[0] * window.kernel[1], columns = dims[dims.size() - 2];
  Dim blocks = CountBlocks(call, window, image);
  if (Dim rest = shape::Mod(columns, per_block); rest.is_constant() && rest != Dim(0)) {
    call.Fail("size-mismatch", Join("fold needs dim -2 to hold whole blocks of ", per_block, " elements, it has ", columns), "input", {columns, per_block});
  } else if (ProvablyDifferent(dims.back(), blocks)) {
    call.Fail("size-mismatch", Join("fold into ", image[0], " by ", image[1], " needs ", blocks, " blocks in dim -1, there are ", dims.back()), "input",
              {dims.back(), blocks});
  }
  Dims out(dims.begin(), dims.end() - 2);
  out.append({FloorDiv(columns, per_block), image[0], image[1]});
  return call.Return(out, input.dtype);
}

constexpr Op kOps[] = {
    {"n", "pad", "Tensor input, int[] pad, str mode='constant', float? value=None", Pad},
    {"f", "constant_pad_nd", "Tensor self, int[] pad, Scalar value=0", ConstantPad, 1},
    {"n", "unfold", "Tensor input, int[2] kernel_size, int[2] dilation=1, int[2] padding=0, int[2] stride=1", Unfold},
    {"n", "fold", "Tensor input, int[2] output_size, int[2] kernel_size, int[2] dilation=1, int[2] padding=0, int[2] stride=1", Fold},
};

}  // namespace

llvm::ArrayRef<Op> PaddingOps() { return kOps; }

}  // namespace trident::ops
