// Level 2: operators that were written out by hand, and pairs that one operator does.
//
// SiLU, GELU, layer norm, RMS norm, a product and a bias, scores and a mask, log_softmax and nll_loss. Each match runs
// backwards from its last operator and requires that nothing else reads what vanishes.
#include "core/optimize/rewriter.h"

#include <cmath>

namespace trident::optimize {

using graph::Argument;
using graph::FindArgument;
using graph::Node;
using graph::State;
using Kind = Argument::Kind;

namespace {

bool Near(std::optional<double> a, double b) { return a && std::fabs(*a - b) <= 1e-4 * std::fabs(b); }

// The operands of a commutative operator, the tensor that `wanted` made first.
struct Sides {
  Operand left, right;
};

class SpelledOut {
 public:
  SpelledOut(Program& program, Log& log) : rewriter_(program, log) {}

  void Run() {
    // A layer norm holds what an RMS norm of the difference would be: the larger match comes first.
    ForEach("add", [this](size_t i) { LayerNorm(i); });
    ForEach("mul", [this](size_t i) { (void)(Silu(i) || Gelu(i) || RmsNorm(i)); });
    ForEach("add", [this](size_t i) { (void)(LinearBias(i) || MatmulBias(i) || ScaledProduct(i)); });
    ForEach("nll_loss", [this](size_t i) { CrossEntropy(i); });
    rewriter_.Finish();
  }

 private:
  using Nodes = llvm::SmallVector<size_t, 10>;

  void ForEach(llvm::StringRef name, llvm::function_ref<void(size_t)> rule) {
    for (size_t i = 0; i < rewriter_.size(); ++i) {
      if (rewriter_.alive(i) && rewriter_.name(i) == name && rewriter_.node(i).outputs.size() == 1 && rewriter_.node(i).writes < 0) rule(i);
    }
  }

  Sides SidesOf(size_t i) const { return {OperandOf(rewriter_.node(i), 0), OperandOf(rewriter_.node(i), 1)}; }

  // The node that makes `value`, whether or not others read it, when its name is one of these.
  int Maker(ValueNumber value, std::initializer_list<llvm::StringRef> names) const {
    if (value == graph::kNoValue) return -1;
    int at = rewriter_.MakerOf(value);
    return at >= 0 && llvm::is_contained(names, rewriter_.name(at)) && rewriter_.node(at).outputs.size() == 1 ? at : -1;
  }

  ValueNumber First(int at) const { return TensorOf(FindArgument(rewriter_.node(at), 0, "input")); }

  // A tensor times (or plus) a number: the tensor and the number.
  std::optional<std::pair<ValueNumber, double>> WithNumber(int at) const {
    if (at < 0) return std::nullopt;
    Sides sides = SidesOf(at);
    if (sides.left.tensor != graph::kNoValue && sides.right.number) return std::pair{sides.left.tensor, *sides.right.number};
    if (sides.right.tensor != graph::kNoValue && sides.left.number) return std::pair{sides.right.tensor, *sides.left.number};
    return std::nullopt;
  }

  void Fuse(const char* slug, std::string message, size_t at, Nodes replaced, llvm::StringRef op, Rewriter::Arguments arguments) {
    rewriter_.Applied(slug, std::move(message), at, replaced, {"nothing else reads what is in between", "the sizes and numbers are those of the operator"});
    for (size_t i : replaced) rewriter_.Kill(i);
    rewriter_.Become(at, op, std::move(arguments));
  }

  // x * sigmoid(x)
  bool Silu(size_t i) {
    Sides sides = SidesOf(i);
    for (int turn = 0; turn < 2; ++turn, std::swap(sides.left, sides.right)) {
      int sigmoid = rewriter_.MadeBy(sides.right.tensor, {"sigmoid"});
      if (sigmoid < 0 || First(sigmoid) != sides.left.tensor || sides.left.tensor == graph::kNoValue) continue;
      Fuse("use-silu", "`x * sigmoid(x)` is silu(x)", i, {static_cast<size_t>(sigmoid)}, "torch.nn.functional.silu", {Argument::OfTensor(sides.left.tensor)});
      return true;
    }
    return false;
  }

  // The factors of a product of products, tensors and numbers; the nodes in between are added to `through`.
  void Factors(size_t at, llvm::SmallVectorImpl<ValueNumber>& tensors, double& number, Nodes& through, int depth = 0) {
    Sides sides = SidesOf(at);
    bool divides = rewriter_.name(at).starts_with("div");
    for (int side = 0; side < 2; ++side) {
      const Operand& operand = side == 0 ? sides.left : sides.right;
      if (operand.number) {
        number = side == 1 && divides ? number / *operand.number : number * *operand.number;
        continue;
      }
      int below = depth < 3 && !(side == 1 && divides) ? rewriter_.MadeBy(operand.tensor, {"mul", "div"}) : -1;
      if (below >= 0 && !(rewriter_.name(below) == "div" && OperandOf(rewriter_.node(below), 1).tensor != graph::kNoValue)) {
        through.push_back(below);
        Factors(below, tensors, number, through, depth + 1);
      } else {
        tensors.push_back(operand.tensor);
      }
    }
  }

  // x * 0.5 * (1 + erf(x / sqrt(2))), and its tanh form, in any order of factors.
  bool Gelu(size_t i) {
    llvm::SmallVector<ValueNumber, 4> tensors;
    Nodes through;
    double number = 1;
    Factors(i, tensors, number, through);
    if (tensors.size() != 2 || !Near(number, 0.5)) return false;
    for (int turn = 0; turn < 2; ++turn, std::swap(tensors[0], tensors[1])) {
      int sum = rewriter_.MadeBy(tensors[1], {"add"});
      std::optional<std::pair<ValueNumber, double>> one = WithNumber(sum);
      if (!one || one->second != 1) continue;
      int function = rewriter_.MadeBy(one->first, {"erf", "tanh"});
      if (function < 0) continue;
      through.push_back(sum);
      through.push_back(function);
      bool exact = rewriter_.name(function) == "erf";
      bool matches = exact ? IsScaled(First(function), tensors[0], 1 / std::sqrt(2.0), through) : IsTanhArgument(First(function), tensors[0], through);
      if (!matches) return false;
      Rewriter::Arguments arguments = {Argument::OfTensor(tensors[0])};
      if (!exact) arguments.push_back(Named("approximate", Argument::Of(Kind::Str, Intern("tanh").index)));
      Fuse("use-gelu", exact ? "the formula is gelu(x)" : "the formula is gelu(x, approximate='tanh')", i, through, "torch.nn.functional.gelu", std::move(arguments));
      return true;
    }
    return false;
  }

  // value is x * factor, alone.
  bool IsScaled(ValueNumber value, ValueNumber x, double factor, Nodes& through) {
    int at = rewriter_.MadeBy(value, {"mul", "div"});
    std::optional<std::pair<ValueNumber, double>> scaled = WithNumber(at);
    if (!scaled || scaled->first != x) return false;
    through.push_back(at);
    return Near(rewriter_.name(at) == "div" ? 1 / scaled->second : scaled->second, factor);
  }

  // sqrt(2 / pi) * (x + 0.044715 * x ** 3)
  bool IsTanhArgument(ValueNumber value, ValueNumber x, Nodes& through) {
    int outer = rewriter_.MadeBy(value, {"mul"});
    std::optional<std::pair<ValueNumber, double>> scaled = WithNumber(outer);
    if (!scaled || !Near(scaled->second, std::sqrt(2 / M_PI))) return false;
    int sum = rewriter_.MadeBy(scaled->first, {"add"});
    if (sum < 0) return false;
    Sides sides = SidesOf(sum);
    if (sides.left.tensor != x) std::swap(sides.left, sides.right);
    int cubic = rewriter_.MadeBy(sides.right.tensor, {"mul"});
    std::optional<std::pair<ValueNumber, double>> term = WithNumber(cubic);
    if (sides.left.tensor != x || !term || !Near(term->second, 0.044715)) return false;
    int power = rewriter_.MadeBy(term->first, {"pow"});
    if (power < 0 || First(power) != x || OperandOf(rewriter_.node(power), 1).number != 3) return false;
    for (int at : {outer, sum, cubic, power}) through.push_back(at);
    return true;
  }

  bool ReducesLastDim(int at, ValueNumber of) const {
    const Node& node = rewriter_.node(at);
    const Argument *dim = FindArgument(node, 1, "dim"), *keep = FindArgument(node, 2, "keepdim");
    if (rewriter_.name(at) == "var" || rewriter_.name(at) == "std") {
      keep = FindArgument(node, 3, "keepdim");
      const Argument *unbiased = FindArgument(node, 2, "unbiased"), *correction = FindArgument(node, 9, "correction");
      bool population = (unbiased && unbiased->is(Kind::Bool) && !unbiased->truth()) || (correction && IntOf(correction) == 0);
      if (!population) return false;
    }
    return First(at) == of && IsLastDim(dim, node.inputs[0].type.shape.rank()) && IsTrue(keep) && !FindArgument(node, 9, "dtype");
  }

  // value is a square of x: x ** 2, x.pow(2), x * x, x.square().
  bool IsSquare(ValueNumber value, ValueNumber x, Nodes& through) {
    int at = rewriter_.MadeBy(value, {"pow", "mul", "square"});
    if (at < 0 || First(at) != x) return false;
    Operand second = OperandOf(rewriter_.node(at), 1);
    if (rewriter_.name(at) == "pow" && second.number != 2) return false;
    if (rewriter_.name(at) == "mul" && second.tensor != x) return false;
    through.push_back(at);
    return true;
  }

  // The reciprocal root of (something + eps) as a factor or a divisor: what is under the root.
  struct Root {
    ValueNumber inside = graph::kNoValue;
    double eps = 0;
  };
  std::optional<Root> UnderRoot(ValueNumber value, std::initializer_list<llvm::StringRef> names, Nodes& through) {
    int root = rewriter_.MadeBy(value, names);
    if (root < 0) return std::nullopt;
    int sum = rewriter_.MadeBy(First(root), {"add"});
    std::optional<std::pair<ValueNumber, double>> plus = WithNumber(sum);
    if (!plus) return std::nullopt;
    through.push_back(root);
    through.push_back(sum);
    return Root{plus->first, plus->second};
  }

  // The last dim of a tensor as normalized_shape, when it is a number.
  std::optional<Rewriter::Arguments> NormalizedShape(ValueNumber x) const {
    llvm::ArrayRef<shape::Dim> dims = rewriter_.TypeOf(x).shape.dims();
    if (dims.empty() || !dims.back().is_constant()) return std::nullopt;
    Argument tuple = Argument::Of(Kind::Tuple);
    tuple.count = 1;
    return Rewriter::Arguments{Argument::OfTensor(x), tuple, Argument::OfInt(dims.back())};
  }

  bool IsVector(ValueNumber value, ValueNumber of) const {
    if (value == graph::kNoValue) return false;
    shape::TensorType vector = rewriter_.TypeOf(value), whole = rewriter_.TypeOf(of);
    return vector.shape.rank() == 1 && whole.shape.rank() > 1 && vector.shape.dims()[0] == whole.shape.dims().back() && vector.dtype == whole.dtype;
  }

  // weight * (x * rsqrt(mean(x ** 2) + eps))
  bool RmsNorm(size_t i) {
    Sides sides = SidesOf(i);
    for (int turn = 0; turn < 2; ++turn, std::swap(sides.left, sides.right)) {
      int inner = rewriter_.MadeBy(sides.right.tensor, {"mul", "div"});
      if (inner < 0 || sides.left.tensor == graph::kNoValue) continue;
      Sides factors = SidesOf(inner);
      bool divides = rewriter_.name(inner) == "div";
      for (int order = 0; order < (divides ? 1 : 2); ++order, std::swap(factors.left, factors.right)) {
        Nodes through = {static_cast<size_t>(inner)};
        std::optional<Root> root = divides ? UnderRoot(factors.right.tensor, {"sqrt"}, through) : UnderRoot(factors.right.tensor, {"rsqrt"}, through);
        ValueNumber x = factors.left.tensor;
        if (!root || x == graph::kNoValue) continue;
        int mean = rewriter_.MadeBy(root->inside, {"mean"});
        if (mean < 0 || !ReducesLastDim(mean, First(mean))) continue;
        through.push_back(mean);
        if (!IsSquare(First(mean), x, through) || !IsVector(sides.left.tensor, x)) continue;
        std::optional<Rewriter::Arguments> arguments = NormalizedShape(x);
        if (!arguments) return false;
        arguments->push_back(Argument::OfTensor(sides.left.tensor));
        arguments->push_back(Argument::OfFloat(root->eps));
        Fuse("use-rms-norm", "the formula is rms_norm", i, through, "torch.nn.functional.rms_norm", std::move(*arguments));
        return true;
      }
    }
    return false;
  }

  // x - mean(x), whoever else reads it.
  ValueNumber Centered(ValueNumber value, llvm::SmallVectorImpl<size_t>& mean) const {
    int at = Maker(value, {"sub"});
    if (at < 0) return graph::kNoValue;
    Sides sides = SidesOf(at);
    int average = Maker(sides.right.tensor, {"mean"});
    if (average < 0 || sides.left.tensor == graph::kNoValue || !ReducesLastDim(average, sides.left.tensor)) return graph::kNoValue;
    mean.push_back(at);
    mean.push_back(average);
    return sides.left.tensor;
  }

  // weight * (x - mean) / sqrt(var + eps) + bias
  bool LayerNorm(size_t i) {
    Sides sum = SidesOf(i);
    for (int turn = 0; turn < 2; ++turn, std::swap(sum.left, sum.right)) {
      int scaled = rewriter_.MadeBy(sum.left.tensor, {"mul"});
      if (scaled < 0 || sum.right.tensor == graph::kNoValue) continue;
      Sides product = SidesOf(scaled);
      for (int order = 0; order < 2; ++order, std::swap(product.left, product.right)) {
        int normal = rewriter_.MadeBy(product.left.tensor, {"div", "mul"});
        if (normal < 0 || product.right.tensor == graph::kNoValue) continue;
        Nodes through = {static_cast<size_t>(scaled), static_cast<size_t>(normal)};
        Sides fraction = SidesOf(normal);
        std::optional<Root> root = UnderRoot(fraction.right.tensor, {rewriter_.name(normal) == "div" ? "sqrt" : "rsqrt"}, through);
        if (root && Normalizes(i, *root, fraction.left.tensor, product.right.tensor, sum.right.tensor, through)) return true;
      }
    }
    return ScaledBeforeDivision(i);
  }

  // weight * (x - mean) / sqrt(var + eps) + bias, as Python reads it: the product is divided.
  bool ScaledBeforeDivision(size_t i) {
    Sides sum = SidesOf(i);
    for (int turn = 0; turn < 2; ++turn, std::swap(sum.left, sum.right)) {
      int quotient = rewriter_.MadeBy(sum.left.tensor, {"div"});
      if (quotient < 0 || sum.right.tensor == graph::kNoValue) continue;
      Sides fraction = SidesOf(quotient);
      int scaled = rewriter_.MadeBy(fraction.left.tensor, {"mul"});
      if (scaled < 0) continue;
      Sides product = SidesOf(scaled);
      for (int order = 0; order < 2; ++order, std::swap(product.left, product.right)) {
        Nodes through = {static_cast<size_t>(quotient), static_cast<size_t>(scaled)};
        std::optional<Root> root = UnderRoot(fraction.right.tensor, {"sqrt"}, through);
        if (root && Normalizes(i, *root, product.left.tensor, product.right.tensor, sum.right.tensor, through)) return true;
      }
    }
    return false;
  }

  bool Normalizes(size_t i, const Root& root, ValueNumber difference, ValueNumber weight, ValueNumber bias, Nodes& through) {
    Nodes centered;
    ValueNumber x = difference == graph::kNoValue ? graph::kNoValue : Centered(difference, centered);
    if (x == graph::kNoValue || !Variance(root, x, difference, through) || !IsVector(weight, x) || !IsVector(bias, x)) return false;
    std::optional<Rewriter::Arguments> arguments = NormalizedShape(x);
    if (!arguments) return false;
    arguments->push_back(Argument::OfTensor(weight));
    arguments->push_back(Argument::OfTensor(bias));
    arguments->push_back(Argument::OfFloat(root.eps));
    Fuse("use-layer-norm", "the formula is layer_norm", i, through, "torch.nn.functional.layer_norm", std::move(*arguments));
    return true;
  }

  // The variance of x over its last dim: var(unbiased=False), or the mean of the squared difference. The mean and the
  // difference may be read by both; they are dead afterwards unless something else reads them.
  bool Variance(const Root& root, ValueNumber x, ValueNumber difference, Nodes& through) {
    int at = rewriter_.MadeBy(root.inside, {"var", "mean"});
    if (at < 0) return false;
    through.push_back(at);
    if (rewriter_.name(at) == "var") return ReducesLastDim(at, x);
    if (!ReducesLastDim(at, First(at))) return false;
    int square = rewriter_.MadeBy(First(at), {"pow", "mul", "square"});
    if (square < 0) return false;
    ValueNumber base = First(square);
    Nodes again;
    bool same = base == difference || (base != graph::kNoValue && Centered(base, again) == x);
    return same && IsSquare(First(at), base, through);
  }

  // linear(x, w) + b
  bool LinearBias(size_t i) {
    Sides sides = SidesOf(i);
    if (FindArgument(rewriter_.node(i), 2, "alpha")) return false;
    for (int turn = 0; turn < 2; ++turn, std::swap(sides.left, sides.right)) {
      int linear = rewriter_.MadeBy(sides.left.tensor, {"linear"});
      if (linear < 0 || !IsVector(sides.right.tensor, sides.left.tensor)) continue;
      const Node& node = rewriter_.node(linear);
      if (node.inputs.size() != 2) continue;
      Fuse("use-linear", "the sum is the linear layer's bias", i, {static_cast<size_t>(linear)}, "torch.nn.functional.linear",
           {Argument::OfTensor(node.inputs[0].value), Argument::OfTensor(node.inputs[1].value), Argument::OfTensor(sides.right.tensor)});
      return true;
    }
    return false;
  }

  // x @ w.t() + b is linear(x, w, b); a 2-D x @ w + b is addmm(b, x, w).
  bool MatmulBias(size_t i) {
    Sides sides = SidesOf(i);
    if (FindArgument(rewriter_.node(i), 2, "alpha")) return false;
    for (int turn = 0; turn < 2; ++turn, std::swap(sides.left, sides.right)) {
      int product = rewriter_.MadeBy(sides.left.tensor, {"matmul", "mm"});
      if (product < 0 || !IsVector(sides.right.tensor, sides.left.tensor) || rewriter_.node(product).inputs.size() != 2) continue;
      const Node& node = rewriter_.node(product);
      if (node.inputs[1].type.shape.rank() != 2) continue;
      int turned = rewriter_.MadeBy(node.inputs[1].value, {"t", "T", "transpose", "mT"});
      if (turned >= 0 && rewriter_.node(turned).inputs[0].type.shape.rank() == 2) {
        Fuse("use-linear", "the product and the sum are linear(x, weight, bias)", i, {static_cast<size_t>(product), static_cast<size_t>(turned)}, "torch.nn.functional.linear",
             {Argument::OfTensor(node.inputs[0].value), Argument::OfTensor(rewriter_.node(turned).inputs[0].value), Argument::OfTensor(sides.right.tensor)});
        return true;
      }
      if (node.inputs[0].type.shape.rank() != 2) continue;
      Fuse("use-addmm", "the product and the sum are addmm(bias, x, weight)", i, {static_cast<size_t>(product)}, "torch.addmm",
           {Argument::OfTensor(sides.right.tensor), Argument::OfTensor(node.inputs[0].value), Argument::OfTensor(node.inputs[1].value)});
      return true;
    }
    return false;
  }

  // bmm(a, b) * s + m
  bool ScaledProduct(size_t i) {
    Sides sides = SidesOf(i);
    if (FindArgument(rewriter_.node(i), 2, "alpha")) return false;
    for (int turn = 0; turn < 2; ++turn, std::swap(sides.left, sides.right)) {
      int scaled = rewriter_.MadeBy(sides.left.tensor, {"mul", "div"});
      std::optional<std::pair<ValueNumber, double>> factor = WithNumber(scaled);
      int product = factor ? rewriter_.MadeBy(factor->first, {"bmm"}) : -1;
      if (product < 0 || sides.right.tensor == graph::kNoValue) continue;
      shape::TensorType sum = rewriter_.TypeOf(sides.right.tensor);
      if (sum.shape != rewriter_.node(i).outputs[0].type.shape || sum.dtype != rewriter_.node(i).outputs[0].type.dtype) continue;
      if (rewriter_.name(scaled) == "div" && OperandOf(rewriter_.node(scaled), 0).number) continue;
      double alpha = rewriter_.name(scaled) == "div" ? 1 / factor->second : factor->second;
      const Node& node = rewriter_.node(product);
      Fuse("use-addmm", "the product, its scale and the sum are baddbmm", i, {static_cast<size_t>(product), static_cast<size_t>(scaled)}, "torch.baddbmm",
           {Argument::OfTensor(sides.right.tensor), Argument::OfTensor(node.inputs[0].value), Argument::OfTensor(node.inputs[1].value), Named("alpha", Argument::OfFloat(alpha))});
      return true;
    }
    return false;
  }

  // nll_loss(log_softmax(x, 1), target)
  void CrossEntropy(size_t i) {
    const Node& loss = rewriter_.node(i);
    ValueNumber input = TensorOf(FindArgument(loss, 0, "input"));
    int softmax = rewriter_.MadeBy(input, {"log_softmax"});
    if (softmax < 0) return;
    const Node& node = rewriter_.node(softmax);
    unsigned rank = node.inputs[0].type.shape.rank();
    std::optional<int64_t> dim = IntOf(FindArgument(node, 1, "dim"));
    int64_t classes = rank == 1 ? 0 : 1;
    if (!dim || rank == 0 || (*dim < 0 ? *dim + static_cast<int64_t>(rank) : *dim) != classes || FindArgument(node, 9, "dtype")) {
      return rewriter_.Rejected("use-cross-entropy", "the softmax does not run over the classes", i);
    }
    Rewriter::Arguments arguments(loss.arguments.begin(), loss.arguments.end());
    for (Argument& argument : arguments) {
      if (argument.is(Kind::Tensor) && argument.value() == input) argument.bits = node.inputs[0].value;
    }
    Fuse("use-cross-entropy", "log_softmax and nll_loss are cross_entropy", i, {static_cast<size_t>(softmax)}, "torch.nn.functional.cross_entropy", std::move(arguments));
  }

  Rewriter rewriter_;
};

}  // namespace

void FuseSpelledOut(Program& program, Log& log) {
  if (HasAny(program, {"add", "mul", "nll_loss"})) SpelledOut(program, log).Run();
}

}  // namespace trident::optimize
