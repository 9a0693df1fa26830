// Rules of the loss functions that compare with a margin: hinge, ranking, cosine and triplet losses.
#include "core/ops/loss.h"
#include "core/ops/matrix.h"

namespace trident::ops {
namespace {

Result HingeEmbedding(Bound& call) {
  TensorType input = call.Tensor("input"), target = call.Tensor("target");
  return ReturnLoss(call, call.Broadcast({input, target}), FloatOf(input.dtype));
}

// The loss is written into a tensor of the input's shape.
Result SoftMargin(Bound& call) {
  TensorType input = call.Tensor("input"), target = call.Tensor("target");
  Shape all = call.Broadcast({input, target});
  if (all.rank_known()) {
    bool grows = all.rank() > Rank(input);
    for (unsigned i = 0; !grows && i < all.rank(); ++i) {
      grows = ProvablyDifferent(all.dims()[i], DimsOf(input)[i]);
    }
    if (grows) {
      call.Fail("loss-sizes", Join("soft_margin_loss needs `target` to broadcast to `input`, they are ", target.shape, " and ", input.shape), "target");
    }
  }
  return ReturnLoss(call, input.shape, FloatOf(ResultType({input, target})));
}

bool CheckOneRank(Bound& call, std::initializer_list<llvm::StringRef> params) {
  std::optional<TensorType> first;
  for (llvm::StringRef param : params) {
    TensorType type = call.Tensor(param);
    if (!Known(type)) {
      continue;
    }
    if (first && Rank(*first) != Rank(type)) {
      call.Fail("tensor-rank", Join(call.name(), " needs tensors of one rank, they are ", first->shape, " and ", type.shape), param);
      return false;
    }
    first = type;
  }
  return true;
}

Result MarginRanking(Bound& call) {
  TensorType first = call.Tensor("input1"), second = call.Tensor("input2"), target = call.Tensor("target");
  Shape shape = CheckOneRank(call, {"input1", "input2", "target"}) ? call.Broadcast({first, second, target}) : Shape();
  return ReturnLoss(call, shape, FloatOf(ResultType({first, second, target})));
}

Result CosineEmbedding(Bound& call) {
  TensorType first = call.Tensor("input1"), second = call.Tensor("input2"), target = call.Tensor("target");
  DType dtype = FloatOf(ResultType({first, second}));
  if (!call.CheckRank("target", 0, 1)) {
    return ReturnLoss(call, Shape(), dtype);
  }
  if (Known(target)) {
    unsigned wanted = Rank(target) + 1;
    for (llvm::StringRef param : {"input1", "input2"}) {
      TensorType type = call.Tensor(param);
      if (Known(type) && Rank(type) != wanted) {
        return call.Fail("tensor-rank", Join("cosine_embedding_loss of a ", Rank(target), "-d target needs ", wanted, "-d inputs, `", param, "` is ", type.shape), param);
      }
    }
  }
  Shape both = call.Broadcast({first, second});
  Shape shape = both.rank_known() && both.rank() > 0 ? call.Broadcast({Typed(both.dims().drop_back(), dtype), target}) : Shape();
  return ReturnLoss(call, shape, dtype);
}

// Distances over the last dim.
Shape DistanceShape(Bound& call, const TensorType& left, const TensorType& right) {
  Shape both = call.Broadcast({left, right});
  return both.rank_known() && both.rank() > 0 ? Shape::Of(both.dims().drop_back()) : both;
}

void CheckMargin(Bound& call) {
  if (std::optional<double> margin = call.Number("margin"); margin && *margin <= 0) {
    call.Fail("argument-value", Join(call.name(), " needs `margin` above 0"), "margin");
  }
}

Result TripletMargin(Bound& call) {
  TensorType anchor = call.Tensor("anchor"), positive = call.Tensor("positive"), negative = call.Tensor("negative");
  DType dtype = RealPart(FloatOf(ResultType({anchor, positive, negative})));
  CheckMargin(call);
  if (!CheckOneRank(call, {"anchor", "positive", "negative"})) {
    return ReturnLoss(call, Shape(), dtype);
  }
  if (call.Given("distance_function") && call.Has("distance_function")) {
    return ReturnLoss(call, Shape(), DType::Unknown);
  }
  Shape near = DistanceShape(call, anchor, positive), far = DistanceShape(call, anchor, negative);
  return ReturnLoss(call, call.Broadcast({Typed(near, dtype), Typed(far, dtype)}), dtype);
}

// A vector of scores for each class, or a batch of them: the number of samples and of classes.
struct Scores {
  Dim samples, classes;
};

std::optional<Scores> ScoresOf(Bound& call) {
  TensorType input = call.Tensor("input");
  if (!call.CheckRank("input", 0, 2) || !Known(input)) {
    return std::nullopt;
  }
  Dim classes = Rank(input) == 0 ? Dim(1) : DimsOf(input).back();
  if (classes == Dim(0)) {
    call.Fail("loss-sizes", Join(call.name(), " needs at least one class, `input` is ", input.shape), "input");
    return std::nullopt;
  }
  return Scores{Rank(input) == 2 ? DimsOf(input)[0] : Dim(1), classes};
}

Result MultilabelMargin(Bound& call) {
  TensorType input = call.Tensor("input"), target = call.Tensor("target");
  std::optional<Scores> scores = ScoresOf(call);
  if (!scores) {
    return ReturnLoss(call, Shape(), input.dtype);
  }
  if (Known(target)) {
    bool match = Rank(input) == 2 ? Rank(target) == 2 && !ProvablyDifferent(DimsOf(target)[0], scores->samples) && !ProvablyDifferent(DimsOf(target)[1], scores->classes)
                                  : Rank(target) <= 1 && !ProvablyDifferent(target.shape.numel(), scores->classes);
    if (!match) {
      return call.Fail("loss-sizes", Join("multilabel_margin_loss needs `target` of the shape of `input`, they are ", target.shape, " and ", input.shape), "target");
    }
  }
  CheckLongTarget(call);
  CheckTargetRange(call, scores->classes, -1);
  return ReturnLoss(call, Rank(input) == 2 ? Shape::Of({scores->samples}) : Shape::Scalar(), input.dtype);
}

Result MultiMargin(Bound& call) {
  TensorType input = call.Tensor("input"), target = call.Tensor("target"), weight = call.Tensor("weight");
  if (std::optional<double> p = call.Number("p"); p && *p != 1 && *p != 2) {
    call.Fail("argument-value", "multi_margin_loss takes `p` 1 or 2", "p");
  }
  if (Known(weight) && Rank(weight) != 1) {
    call.Fail("tensor-rank", Join("multi_margin_loss needs a 1-d `weight`, it is ", weight.shape), "weight");
  }
  std::optional<Scores> scores = ScoresOf(call);
  if (!scores) {
    return ReturnLoss(call, Shape(), input.dtype);
  }
  if (Known(target) && (Rank(target) > 1 || ProvablyDifferent(target.shape.numel(), scores->samples))) {
    return call.Fail("loss-sizes", Join("multi_margin_loss needs one class index for each of ", scores->samples, " samples, `target` is ", target.shape), "target",
                     {scores->samples});
  }
  if (Known(weight) && ProvablyDifferent(weight.shape.numel(), scores->classes)) {
    call.Fail("loss-sizes", Join("multi_margin_loss needs a weight for each of the ", scores->classes, " classes, `weight` is ", weight.shape), "weight", {scores->classes});
  }
  CheckLongTarget(call);
  CheckTargetRange(call, scores->classes);
  bool scalar = Known(target) && Rank(target) == 0;
  return ReturnLoss(call, scalar ? Shape::Scalar() : Known(target) ? Shape::Of({scores->samples}) : Shape(), input.dtype);
}

Result MultilabelSoftMargin(Bound& call) {
  TensorType input = call.Tensor("input"), target = call.Tensor("target");
  DType dtype = FloatOf(ResultType({input, target}));
  call.CheckRank("input", 1, 64);
  Shape shape = call.Get("weight").is_tensor() ? call.Broadcast({input, target, call.Tensor("weight")})
                : call.Get("weight").is_none() ? call.Broadcast({input, target})
                                               : Shape();
  // The mean is over the input's last dim, counted from the front.
  std::optional<Axes> axes;
  if (Known(input) && Rank(input) > 0) {
    axes = Axes{Rank(input) - 1};
  }
  return ReturnLoss(call, shape.rank_known() && axes ? Reduced(shape, axes, false) : Shape(), dtype);
}

constexpr Op kOps[] = {
    {"n", "hinge_embedding_loss", "Tensor input, Tensor target, float margin=1.0, " TRIDENT_LEGACY, HingeEmbedding},
    {"n", "soft_margin_loss", "Tensor input, Tensor target, " TRIDENT_LEGACY, SoftMargin},
    {"n", "margin_ranking_loss", "Tensor input1, Tensor input2, Tensor target, float margin=0, " TRIDENT_LEGACY, MarginRanking},
    {"n", "cosine_embedding_loss", "Tensor input1, Tensor input2, Tensor target, float margin=0, " TRIDENT_LEGACY, CosineEmbedding},
    {"n", "triplet_margin_loss",
     "Tensor anchor, Tensor positive, Tensor negative, float margin=1.0, float p=2, float eps=1e-06, bool swap=False, " TRIDENT_LEGACY, TripletMargin},
    {"n", "triplet_margin_with_distance_loss",
     "Tensor anchor, Tensor positive, Tensor negative, *, any distance_function=None, float margin=1.0, bool swap=False, str reduction='mean'", TripletMargin},
    {"n", "multilabel_margin_loss", "Tensor input, Tensor target, " TRIDENT_LEGACY, MultilabelMargin},
    {"n", "multi_margin_loss", "Tensor input, Tensor target, int p=1, float margin=1.0, Tensor? weight=None, " TRIDENT_LEGACY, MultiMargin},
    {"n", "multilabel_soft_margin_loss", "Tensor input, Tensor target, Tensor? weight=None, " TRIDENT_LEGACY, MultilabelSoftMargin},
};

}  // namespace

llvm::ArrayRef<Op> LossMarginOps() { return kOps; }

}  // namespace trident::ops
