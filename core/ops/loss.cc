#include "core/ops/loss.h"

#include "core/ops/matrix.h"

namespace trident::ops {

Reduction ReductionOf(Bound& call, bool batch_mean) {
  if (call.Has("size_average") || call.Has("reduce")) {
    if (!call.Has("reduce")) {
      return Reduction::Whole;
    }
    std::optional<bool> reduce = call.Bool("reduce");
    return !reduce ? Reduction::Unknown : *reduce ? Reduction::Whole : Reduction::None;
  }
  if (!call.IsStr("reduction")) {
    return Reduction::Unknown;
  }
  llvm::StringRef name = call.Str("reduction");
  if (name == "none") {
    return Reduction::None;
  }
  if (name == "mean" || name == "sum" || (batch_mean && name == "batchmean")) {
    return Reduction::Whole;
  }
  call.Fail("argument-value", Join(call.name(), " takes `reduction` 'none', 'mean' or 'sum', got '", name, "'"), "reduction");
  return Reduction::Unknown;
}

Result ReturnLoss(Bound& call, Shape shape, DType dtype, bool batch_mean) {
  switch (ReductionOf(call, batch_mean)) {
    case Reduction::None: return call.Return(shape, dtype);
    case Reduction::Whole: return call.Return(Shape::Scalar(), dtype);
    case Reduction::Unknown: break;
  }
  return call.Return(shape == Shape::Scalar() ? shape : Shape(), dtype);
}

bool CheckSameShape(Bound& call, llvm::StringRef left, llvm::StringRef right) {
  TensorType a = call.Tensor(left), b = call.Tensor(right);
  if (!Known(a) || !Known(b)) {
    return true;
  }
  bool same = Rank(a) == Rank(b);
  Dim first, second;
  for (unsigned i = 0; same && i < Rank(a); ++i) {
    first = DimsOf(a)[i];
    second = DimsOf(b)[i];
    same = !ProvablyDifferent(first, second);
  }
  if (!same) {
    call.Fail("loss-sizes", Join(call.name(), " needs `", left, "` and `", right, "` of one shape, they are ", a.shape, " and ", b.shape), right, {first, second});
  }
  return same;
}

bool CheckLongTarget(Bound& call) {
  DType dtype = call.Tensor("target").dtype;
  if (dtype == DType::Unknown || dtype == DType::I64 || dtype == DType::U8) {
    return true;
  }
  call.Fail("tensor-dtype", Join(call.name(), " needs class indices of dtype i64 for `target`, it is ", dtype), "target");
  return false;
}

void CheckTargetRange(Bound& call, Dim classes, std::optional<int64_t> ignored) {
  if (!classes.is_constant()) {
    return;
  }
  for (int64_t index : call.Get("target").contents) {
    if (index != ignored && (index < 0 || index >= classes.constant())) {
      call.Fail("index-out-of-range", Join(call.name(), " is given the class ", index, ", there are ", classes, " classes"), "target", {classes});
      return;
    }
  }
}

namespace {

// The loss of every element, from two tensors that broadcast.
Result Pointwise(Bound& call) {
  TensorType input = call.Tensor("input"), target = call.Tensor("target");
  if (call.Has("weight") && call.Get("weight").is_tensor()) {
    CheckSameShape(call, "input", "weight");
  }
  if (std::optional<double> delta = call.Number("delta"); delta && *delta <= 0) {
    call.Fail("argument-value", Join(call.name(), " needs `delta` above 0"), "delta");
  }
  if (std::optional<double> beta = call.Number("beta"); beta && *beta < 0) {
    call.Fail("argument-value", Join(call.name(), " needs `beta` of at least 0"), "beta");
  }
  DType dtype = ResultType({input, target});
  bool absolute = call.name() == "l1_loss";
  return ReturnLoss(call, call.Broadcast({input, target}), absolute ? RealPart(dtype) : dtype);
}

Result KlDiv(Bound& call) {
  TensorType input = call.Tensor("input"), target = call.Tensor("target");
  return ReturnLoss(call, call.Broadcast({input, target}), ResultType({input, target}), true);
}

Result PoissonNll(Bound& call) {
  TensorType input = call.Tensor("input"), target = call.Tensor("target");
  return ReturnLoss(call, call.Broadcast({input, target}), FloatOf(ResultType({input, target})));
}

// What `var` is made to, or nothing when that is unknown: the shape of the input, or one that differs in one size 1.
std::optional<Shape> VarianceShape(Bound& call, const TensorType& input) {
  const Value& value = call.Get("var");
  if (value.kind == Value::Kind::Float || value.kind == Value::Kind::Int) {
    return input.shape;
  }
  TensorType var = call.Tensor("var");
  if (!Known(input) || !Known(var)) {
    return std::nullopt;
  }
  auto prefix_may_match = [&](unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      if (ProvablyDifferent(DimsOf(input)[i], DimsOf(var)[i])) {
        return false;
      }
    }
    return true;
  };
  if (Rank(var) + 1 == Rank(input) && prefix_may_match(Rank(var))) {
    Dims dims = Copy(var);
    dims.push_back(Dim(1));
    return Shape::Of(dims);
  }
  unsigned mismatches = 0, ones = 0;
  for (unsigned i = 0; Rank(var) == Rank(input) && i < Rank(var); ++i) {
    if (ProvablyDifferent(DimsOf(input)[i], DimsOf(var)[i])) {
      ++mismatches;
      ones += !ProvablyDifferent(DimsOf(var)[i], Dim(1));
    } else if (!ProvablyEqual(DimsOf(input)[i], DimsOf(var)[i])) {
      return std::nullopt;
    }
  }
  if (Rank(var) == Rank(input) && (mismatches == 0 || (mismatches == 1 && ones == 1))) {
    return var.shape;
  }
  call.Fail("loss-sizes", Join("gaussian_nll_loss needs `var` of the shape of `input`, without its last dim, or with size 1 in one dim; they are ", var.shape, " and ",
                               input.shape), "var");
  return std::nullopt;
}

Result GaussianNll(Bound& call) {
  TensorType input = call.Tensor("input"), target = call.Tensor("target");
  std::optional<Shape> var = VarianceShape(call, input);
  DType dtype = FloatOf(ResultType({input, target}));
  return ReturnLoss(call, call.Broadcast({input, target, Typed(var.value_or(Shape()), dtype)}), dtype);
}

// `param` is multiplied into a tensor of this shape in place.
void CheckFitsInto(Bound& call, llvm::StringRef param, Shape shape) {
  Shape all = call.Broadcast({Typed(shape, DType::F32), call.Tensor(param)});
  if (all.rank_known() && shape.rank_known() && all.rank() > shape.rank()) {
    call.Fail("loss-sizes", Join(call.name(), " cannot broadcast `", param, "` ", call.Tensor(param).shape, " to ", shape), param);
  }
}

Result BinaryCrossEntropy(Bound& call) {
  TensorType input = call.Tensor("input");
  CheckSameShape(call, "input", "target");
  if (call.Get("weight").is_tensor()) {
    call.Broadcast({call.Tensor("target"), call.Tensor("weight")});
  }
  DType of_target = call.Tensor("target").dtype;
  if (input.dtype != DType::Unknown && of_target != DType::Unknown && input.dtype != of_target) {
    call.Fail("tensor-dtype", Join(call.name(), " needs a target of the dtype of its input, ", input.dtype, "; `target` is ", of_target), "target");
  }
  return ReturnLoss(call, input.shape, input.dtype);
}

Result BinaryCrossEntropyWithLogits(Bound& call) {
  TensorType input = call.Tensor("input");
  CheckSameShape(call, "input", "target");
  for (llvm::StringRef param : {"weight", "pos_weight"}) {
    if (call.Get(param).is_tensor()) {
      CheckFitsInto(call, param, input.shape);
    }
  }
  return ReturnLoss(call, input.shape, FloatOf(input.dtype));
}

void CheckClassWeight(Bound& call, Dim classes) {
  TensorType weight = call.Tensor("weight");
  if (Known(weight) && (Rank(weight) != 1 || ProvablyDifferent(DimsOf(weight)[0], classes))) {
    call.Fail("loss-sizes", Join(call.name(), " needs a weight for each of the ", classes, " classes, `weight` is ", weight.shape), "weight", {classes});
  }
}

// Of class indices: input [C], [N, C] or [N, C, d1, ...] and a target without the C.
Result ClassIndices(Bound& call, const TensorType& input, DType dtype) {
  TensorType target = call.Tensor("target");
  if (!call.CheckRank("input", 1, 64) || !Known(input)) {
    return ReturnLoss(call, target.shape, dtype);
  }
  llvm::ArrayRef<Dim> in = DimsOf(input);
  Dim classes = in.size() == 1 ? in[0] : in[1];
  std::optional<int64_t> ignored = call.Constant("ignore_index");
  auto finish = [&](Shape shape) {
    CheckClassWeight(call, classes);
    if (CheckLongTarget(call)) {
      CheckTargetRange(call, classes, ignored);
    }
    return ReturnLoss(call, shape, dtype);
  };
  if (in.size() == 1) {
    if (Known(target) && (Rank(target) > 1 || (Rank(target) == 1 && ProvablyDifferent(DimsOf(target)[0], Dim(1))))) {
      return call.Fail("loss-sizes", Join(call.name(), " of one sample ", input.shape, " needs one class index, `target` is ", target.shape), "target");
    }
    return finish(Shape::Scalar());
  }
  Dims wanted = {in[0]};
  wanted.append(in.begin() + 2, in.end());
  if (Known(target)) {
    bool match = Rank(target) == wanted.size();
    for (unsigned i = 0; match && i < wanted.size(); ++i) {
      match = !ProvablyDifferent(wanted[i], DimsOf(target)[i]);
    }
    if (!match) {
      return call.Fail("loss-sizes", Join(call.name(), " of input ", input.shape, " needs class indices of shape ", Shape::Of(wanted), ", `target` is ", target.shape),
                       "target", {in[0], Rank(target) > 0 ? DimsOf(target)[0] : Dim::Unknown()});
    }
  }
  return finish(Shape::Of(wanted));
}

Result NllLoss(Bound& call) {
  TensorType input = call.Tensor("input");
  return ClassIndices(call, input, input.dtype);
}

// A target of the input's shape holds probabilities; any other holds class indices.
Result CrossEntropy(Bound& call) {
  TensorType input = call.Tensor("input"), target = call.Tensor("target");
  if (std::optional<double> smoothing = call.Number("label_smoothing"); smoothing && (*smoothing < 0 || *smoothing > 1)) {
    call.Fail("argument-value", Join(call.name(), " needs `label_smoothing` from 0 to 1"), "label_smoothing");
  }
  if (!Known(input) || !Known(target)) {
    return ReturnLoss(call, Shape(), FloatOf(input.dtype));
  }
  bool probabilities = Rank(input) == Rank(target) && Rank(input) > 0;
  for (unsigned i = 0; probabilities && i < Rank(input); ++i) {
    probabilities = !ProvablyDifferent(DimsOf(input)[i], DimsOf(target)[i]);
  }
  // A 1-d input with a 1-d target of size 1: probabilities only if there is one class.
  if (probabilities && Rank(input) == 1 && !ProvablyEqual(DimsOf(input)[0], DimsOf(target)[0])) {
    return ReturnLoss(call, Shape::Scalar(), FloatOf(input.dtype));
  }
  if (!probabilities) {
    return ClassIndices(call, input, FloatOf(input.dtype));
  }
  if (target.dtype != DType::Unknown && !shape::IsFloating(target.dtype)) {
    call.Fail("tensor-dtype",
              Join(call.name(), " of input ", input.shape, " takes a target of the same rank for probabilities, which are floating point; `target` ", target.shape, " is ",
                   target.dtype, ", and class indices have one dim less"),
              "target");
  }
  unsigned class_dim = Rank(input) == 1 ? 0 : 1;
  CheckClassWeight(call, DimsOf(input)[class_dim]);
  Dims dims = Copy(input);
  dims.erase(dims.begin() + class_dim);
  return ReturnLoss(call, Shape::Of(dims), FloatOf(ResultType({input, target})));
}

// The lengths of sequences: a list or a tensor, one for each of the batch.
void CheckLengths(Bound& call, llvm::StringRef param, Dim batch, Dim limit, const char* what) {
  const Value& value = call.Get(param);
  bool list = (value.kind == Value::Kind::List || value.kind == Value::Kind::Tuple) && value.length_known;
  Dim count = list ? Dim(value.elements.size()) : call.Tensor(param).shape.numel();
  if (ProvablyDifferent(count, batch)) {
    call.Fail("loss-sizes", Join("ctc_loss needs ", batch, " of `", param, "`, one for each of the batch, there are ", count), param, {batch, count});
    return;
  }
  if (value.is_tensor() && value.contents.empty()) {
    return;
  }
  for (Dim length : call.Ints(param).value_or(Dims())) {
    if (ProvablyLess(limit, length)) {
      call.Fail("loss-sizes", Join("ctc_loss is given a length ", length, " in `", param, "`, ", what, " has only ", limit), param, {length, limit});
      return;
    }
  }
}

// Targets in one row, one after the other.
void CheckConcatenated(Bound& call, Dim size, bool batched) {
  const Value& value = call.Get("target_lengths");
  std::optional<Dims> lengths = value.is_tensor() && value.contents.empty() ? std::nullopt : call.Ints("target_lengths");
  if (!batched || !lengths) {
    return;
  }
  Dim total(0);
  for (Dim length : *lengths) {
    total = total + length;
  }
  if (ProvablyDifferent(total, size)) {
    call.Fail("loss-sizes", Join("ctc_loss needs `targets` of ", total, " elements, the sum of `target_lengths`, there are ", size), "targets", {total, size});
  }
}

Result CtcLoss(Bound& call) {
  TensorType log_probs = call.Tensor("log_probs"), targets = call.Tensor("targets");
  if (!call.CheckRank("log_probs", 2, 3) || !call.CheckRank("targets", 1, 2) || !Known(log_probs)) {
    return ReturnLoss(call, Shape(), log_probs.dtype);
  }
  bool batched = Rank(log_probs) == 3;
  Dim frames = DimsOf(log_probs)[0], batch = batched ? DimsOf(log_probs)[1] : Dim(1), classes = DimsOf(log_probs).back();
  std::optional<int64_t> blank = call.Constant("blank");
  if (blank && (*blank < 0 || ProvablyLess(classes, Dim(*blank + 1)))) {
    call.Fail("argument-value", Join("ctc_loss needs `blank` to be one of the ", classes, " classes, got ", *blank), "blank", {classes});
  }
  Dim longest = Dim::Unknown();
  if (Known(targets) && Rank(targets) == 2) {
    longest = DimsOf(targets)[1];
    if (batched && ProvablyDifferent(DimsOf(targets)[0], batch)) {
      call.Fail("loss-sizes", Join("ctc_loss needs `targets` for a batch of ", batch, ", they are ", targets.shape), "targets", {batch, DimsOf(targets)[0]});
    }
  }
  if (Known(targets) && Rank(targets) == 1) {
    CheckConcatenated(call, DimsOf(targets)[0], batched);
  }
  CheckLengths(call, "input_lengths", batch, frames, "`log_probs`");
  CheckLengths(call, "target_lengths", batch, longest, "`targets`");
  return ReturnLoss(call, batched ? Shape::Of({batch}) : Shape::Scalar(), log_probs.dtype);
}

constexpr Op kOps[] = {
    {"n", "l1_loss mse_loss", "Tensor input, Tensor target, " TRIDENT_LEGACY ", Tensor? weight=None", Pointwise},
    {"n", "smooth_l1_loss", "Tensor input, Tensor target, " TRIDENT_LEGACY ", float beta=1.0", Pointwise},
    {"n", "huber_loss", "Tensor input, Tensor target, str reduction='mean', float delta=1.0, Tensor? weight=None", Pointwise},
    {"n", "kl_div", "Tensor input, Tensor target, " TRIDENT_LEGACY ", bool log_target=False", KlDiv},
    {"n", "poisson_nll_loss",
     "Tensor input, Tensor target, bool log_input=True, bool full=False, bool? size_average=None, float eps=1e-08, bool? reduce=None, str reduction='mean'", PoissonNll},
    {"n", "gaussian_nll_loss", "Tensor input, Tensor target, Operand var, bool full=False, float eps=1e-06, str reduction='mean'", GaussianNll},
    {"n", "binary_cross_entropy", "Tensor input, Tensor target, Tensor? weight=None, " TRIDENT_LEGACY, BinaryCrossEntropy},
    {"n", "binary_cross_entropy_with_logits",
     "Tensor input, Tensor target, Tensor? weight=None, " TRIDENT_LEGACY ", Tensor? pos_weight=None", BinaryCrossEntropyWithLogits},
    {"n", "nll_loss",
     "Tensor input, Tensor target, Tensor? weight=None, bool? size_average=None, int ignore_index=-100, bool? reduce=None, str reduction='mean'", NllLoss},
    {"n", "cross_entropy",
     "Tensor input, Tensor target, Tensor? weight=None, bool? size_average=None, int ignore_index=-100, bool? reduce=None, str reduction='mean', "
     "float label_smoothing=0.0",
     CrossEntropy},
    {"n", "ctc_loss",
     "Tensor log_probs, Tensor targets, any input_lengths, any target_lengths, int blank=0, str reduction='mean', bool zero_infinity=False", CtcLoss},
};

}  // namespace

llvm::ArrayRef<Op> LossOps() { return kOps; }

}  // namespace trident::ops
