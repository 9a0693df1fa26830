// Level 2: attention spelled out becomes scaled_dot_product_attention.
//
// The match runs backwards from the product with the values: dropout, softmax over the last dim, then any order of
// scaling, additive masks and masked_fill over the product of queries and transposed keys. Scaling may sit on the
// queries or the keys as well. Products are written as matmul, @, bmm, baddbmm or einsum.
#include "core/optimize/rewriter.h"

#include <cmath>

namespace trident::optimize {

using graph::Argument;
using graph::FindArgument;
using graph::Node;
using Kind = Argument::Kind;

namespace {

constexpr const char* kSlug = "use-sdpa";
// Numbers as large as this stand for minus infinity in a mask.
constexpr double kMinusInfinity = -1e4;

struct Match {
  llvm::SmallVector<size_t, 12> nodes;  // All that is replaced, but the last product.
  llvm::SmallVector<size_t, 1> spread;  // Of them those that spread a mask to the size of the scores, and read nothing else of them.
  ValueNumber query = graph::kNoValue, keys = graph::kNoValue;  // `keys` transposed: [..., D, S].
  bool keys_transposed = true;
  double scale = 1;
  double dropout = 0;
  llvm::SmallVector<ValueNumber, 2> added;   // Masks that are added.
  ValueNumber hidden = graph::kNoValue;      // A mask that is true where nothing is seen.
  ValueNumber seen = graph::kNoValue;        // A mask that is true where something is.
  shape::TensorType scores;
};

class Attention {
 public:
  Attention(Program& program, Log& log) : rewriter_(program, log), aliases_(program.nodes) {}

  void Run() {
    for (size_t i = 0; i < rewriter_.size(); ++i) {
      if (rewriter_.alive(i) && rewriter_.node(i).outputs.size() == 1) Try(i);
    }
    rewriter_.Finish();
  }

 private:
  // The operands of a plain batched product: matmul, bmm, or einsum that says the same.
  struct Product {
    ValueNumber left = graph::kNoValue, right = graph::kNoValue;
    bool right_transposed = false;  // einsum("...id,...jd->...ij"): the right side is not yet transposed.
  };
  std::optional<Product> ProductAt(const Node& node) const {
    llvm::StringRef name = graph::ShortName(node.op);
    if (name == "matmul" || name == "bmm" || name == "__matmul__") {
      Operand left = OperandOf(node, 0), right = OperandOf(node, 1);
      const Argument* second = FindArgument(node, 1, "mat2");
      if (right.tensor == graph::kNoValue) right.tensor = TensorOf(second);
      if (left.tensor == graph::kNoValue || right.tensor == graph::kNoValue) return std::nullopt;
      return Product{left.tensor, right.tensor, false};
    }
    if (name != "einsum" || node.inputs.size() != 2 || node.arguments.empty() || !node.arguments[0].is(Kind::Str)) return std::nullopt;
    std::string equation;
    for (char c : Text(node.arguments[0].symbol())) {
      if (c != ' ') equation += c;
    }
    auto [operands, result] = llvm::StringRef(equation).split("->");
    auto [left, right] = operands.split(',');
    if (left.size() < 3 || left.size() != right.size() || left.size() != result.size() || equation.find('.') != std::string::npos) return std::nullopt;
    llvm::StringRef batch = left.drop_back(2);
    if (!right.starts_with(batch) || !result.starts_with(batch)) return std::nullopt;
    char i = left[left.size() - 2], d = left.back(), a = right[right.size() - 2], b = right.back();
    if (result[result.size() - 2] != i || i == d) return std::nullopt;
    if (b == d && result.back() == a && a != i && a != d) return Product{node.inputs[0].value, node.inputs[1].value, true};
    if (a == d && result.back() == b && b != i && b != d) return Product{node.inputs[0].value, node.inputs[1].value, false};
    return std::nullopt;
  }

  void Try(size_t last) {
    scaled_after_mask_ = false;
    std::optional<Product> product = ProductAt(rewriter_.node(last));
    if (!product || product->right_transposed) return;
    Match match;
    ValueNumber weights = product->left;
    int softmax = FindSoftmax(weights, match);
    if (softmax < 0) return;
    const Node& node = rewriter_.node(softmax);
    if (node.inputs.empty()) return;
    unsigned rank = node.inputs[0].type.shape.rank();
    if (!IsLastDim(FindArgument(node, 1, "dim"), rank)) return;
    ValueNumber scores = TensorOf(&node.arguments[0]);
    if (!Alone(node.outputs[0].value, last, "the attention weights are used elsewhere")) return;
    match.nodes.push_back(softmax);
    match.scores = node.inputs[0].type;
    if (!Scores(scores, match, last)) return;
    Emit(last, product->right, match);
  }

  bool Alone(ValueNumber value, size_t at, const char* reason) {
    if (rewriter_.Alone(value)) return true;
    rewriter_.Rejected(kSlug, reason, at);
    return false;
  }

  // Through casts and dropout to the softmax that the weights come from; -1 when there is none.
  int FindSoftmax(ValueNumber weights, Match& match) {
    for (int depth = 0; depth < 4; ++depth) {
      int at = rewriter_.MakerOf(weights);
      if (at < 0 || rewriter_.node(at).arguments.empty()) return -1;
      llvm::StringRef name = rewriter_.name(at);
      if (name == "softmax") return at;
      if (!rewriter_.Alone(weights)) return -1;
      bool keeps = name == "to" || name == "type_as" || name == "float" || name == "contiguous";
      if (name == "dropout") {
        match.dropout = graph::IsRandom(rewriter_.node(at)) ? NumberOf(FindArgument(rewriter_.node(at), 1, "p")).value_or(0.5) : 0;
      } else if (!keeps || rewriter_.node(at).inputs[0].type.dtype != rewriter_.node(at).outputs[0].type.dtype) {
        return -1;
      }
      match.nodes.push_back(at);
      weights = TensorOf(&rewriter_.node(at).arguments[0]);
    }
    return -1;
  }

  // A number, or a tensor without dims that holds one: `torch.full((), -1e9)`.
  std::optional<double> ScalarOf(const Argument* argument) const {
    int made = rewriter_.MakerOf(TensorOf(argument));
    if (made < 0) return NumberOf(argument);
    const Node& node = rewriter_.node(made);
    bool scalar = rewriter_.name(made) == "full" && node.outputs.size() == 1 && node.outputs[0].type.shape.is_constant() && node.outputs[0].type.shape.rank() == 0;
    return scalar ? NumberOf(FindArgument(node, 1, "fill_value")) : std::nullopt;
  }

  // Takes scores apart down to the product of queries and keys.
  bool Scores(ValueNumber scores, Match& match, size_t last) {
    for (int depth = 0; depth < 8; ++depth) {
      int at = rewriter_.MakerOf(scores);
      if (at < 0) return false;
      const Node& node = rewriter_.node(at);
      if (node.outputs.size() != 1 || node.arguments.empty()) return false;
      if (!OnlySized(scores, match) && !Alone(scores, last, "the attention scores are used elsewhere")) return false;
      match.nodes.push_back(at);
      llvm::StringRef name = rewriter_.name(at);
      name.consume_back("_");
      if (name == "baddbmm") return Baddbmm(node, match);
      if (std::optional<Product> product = ProductAt(node)) {
        match.query = product->left;
        match.keys = product->right;
        match.keys_transposed = !product->right_transposed;
        Sides(match);
        return true;
      }
      Operand left = OperandOf(node, 0), right = OperandOf(node, 1);
      if (name == "mul" || name == "div") {
        if (!right.number) right.number = ScalarOf(FindArgument(node, 1, "other"));
        std::optional<double> factor = right.number ? right.number : name == "mul" ? left.number : std::nullopt;
        if (!factor || *factor == 0) return false;
        match.scale *= name == "mul" ? *factor : 1 / *factor;
        scores = left.tensor != graph::kNoValue ? left.tensor : right.tensor;
      } else if (name == "add" && left.tensor != graph::kNoValue && right.tensor != graph::kNoValue && !FindArgument(node, 2, "alpha")) {
        bool left_scores = rewriter_.Alone(left.tensor) && LooksLikeScores(left.tensor, node.outputs[0].type);
        scores = left_scores ? left.tensor : right.tensor;
        match.added.push_back(left_scores ? right.tensor : left.tensor);
        if (rewriter_.TypeOf(match.added.back()).dtype != node.outputs[0].type.dtype) return false;
        // What scales the sum scales the mask too, which the fused operator cannot.
        scaled_after_mask_ |= match.scale != 1;
      } else if (name == "masked_fill") {
        std::optional<double> fill = ScalarOf(FindArgument(node, 2, "value"));
        if (!fill || *fill > kMinusInfinity || match.hidden != graph::kNoValue) return false;
        match.hidden = TensorOf(FindArgument(node, 1, "mask"));
        if (match.hidden == graph::kNoValue || rewriter_.TypeOf(match.hidden).dtype != shape::DType::Bool) return false;
        scores = left.tensor;
        TakeSpread(match.hidden, scores, match);
      } else if (name == "where" && node.arguments.size() == 3) {
        std::optional<double> fill = ScalarOf(&node.arguments[2]);
        if (!fill || *fill > kMinusInfinity || match.seen != graph::kNoValue) return false;
        match.seen = TensorOf(&node.arguments[0]);
        scores = TensorOf(&node.arguments[1]);
        TakeSpread(match.seen, scores, match);
      } else if (name == "to" || name == "float" || name == "type_as" || name == "contiguous") {
        if (node.inputs[0].type.dtype != node.outputs[0].type.dtype) return false;
        scores = TensorOf(&node.arguments[0]);
      } else {
        return false;
      }
      if (scores == graph::kNoValue) return false;
    }
    return false;
  }

  // mask.expand_as(scores): the fused operator spreads a mask by itself.
  void TakeSpread(ValueNumber& mask, ValueNumber scores, Match& match) {
    int at = rewriter_.MadeBy(mask, {"expand_as"});
    if (at < 0 || rewriter_.node(at).inputs.size() != 2 || rewriter_.node(at).inputs[1].value != scores) return;
    if (rewriter_.node(at).inputs[0].type.shape.rank() != match.scores.shape.rank()) return;
    match.spread.push_back(at);
    match.nodes.push_back(at);
    mask = rewriter_.node(at).inputs[0].value;
  }

  // Whether all but one of those that read the scores ask for their size only.
  bool OnlySized(ValueNumber scores, const Match& match) const {
    std::vector<size_t> readers = rewriter_.ReadingNodes(scores);
    size_t sized = llvm::count_if(match.spread, [&](size_t at) { return llvm::is_contained(readers, at); });
    return sized > 0 && rewriter_.ReadersOf(scores) == sized + 1;
  }

  bool LooksLikeScores(ValueNumber value, const shape::TensorType& sum) const {
    if (rewriter_.TypeOf(value).shape != sum.shape) return false;
    int at = rewriter_.MakerOf(value);
    for (int depth = 0; at >= 0 && depth < 6; ++depth) {
      const Node& node = rewriter_.node(at);
      if (ProductAt(node) || rewriter_.name(at) == "baddbmm") return true;
      if (node.arguments.empty()) return false;
      Operand left = OperandOf(node, 0);
      at = left.tensor == graph::kNoValue ? -1 : rewriter_.MakerOf(left.tensor);
    }
    return false;
  }

  bool Baddbmm(const Node& node, Match& match) {
    if (node.inputs.size() != 3) return false;
    double beta = NumberOf(FindArgument(node, 3, "beta")).value_or(1), alpha = NumberOf(FindArgument(node, 4, "alpha")).value_or(1);
    if (beta != 1 && beta != 0) return false;
    if (beta == 1) match.added.push_back(node.inputs[0].value);
    scaled_after_mask_ |= beta == 1 && match.scale != 1;
    match.scale *= alpha;
    match.query = node.inputs[1].value;
    match.keys = node.inputs[2].value;
    return true;
  }

  // A scale on the queries or the keys belongs to the scores; one on the keys may stand before their transpose.
  void Sides(Match& match) {
    TakeScale(match.query, match);
    TakeScale(match.keys, match);
    ValueNumber turned = match.keys_transposed && rewriter_.Alone(match.keys) ? BeforeTranspose(match.keys) : graph::kNoValue;
    int turn = rewriter_.MakerOf(match.keys);
    if (turned == graph::kNoValue || !TakeScale(turned, match)) return;
    match.nodes.push_back(turn);
    match.keys = turned;
    match.keys_transposed = false;
  }

  bool TakeScale(ValueNumber& side, Match& match) {
    int at = rewriter_.MadeBy(side, {"mul", "div", "mul_", "div_"});
    if (at < 0) return false;
    const Node& node = rewriter_.node(at);
    Operand left = OperandOf(node, 0), right = OperandOf(node, 1);
    bool divides = rewriter_.name(at).starts_with("div");
    std::optional<double> factor = right.number ? right.number : divides ? std::nullopt : left.number;
    ValueNumber tensor = left.tensor != graph::kNoValue ? left.tensor : right.tensor;
    if (!factor || *factor == 0 || tensor == graph::kNoValue || (left.tensor != graph::kNoValue && right.tensor != graph::kNoValue)) return false;
    match.scale *= divides ? 1 / *factor : *factor;
    match.nodes.push_back(at);
    side = tensor;
    return true;
  }

  // What is transposed in its last two dims to make `value`; kNoValue when nothing is.
  ValueNumber BeforeTranspose(ValueNumber value) const {
    int at = rewriter_.MakerOf(value);
    if (at < 0 || rewriter_.node(at).inputs.size() != 1 || aliases_.Written(value)) return graph::kNoValue;
    const Node& node = rewriter_.node(at);
    llvm::StringRef name = rewriter_.name(at);
    int64_t rank = node.inputs[0].type.shape.rank();
    llvm::SmallVector<int64_t, 4> dims;
    for (size_t i = 1; i < node.arguments.size(); ++i) {
      if (node.arguments[i].is(Kind::Tuple) || node.arguments[i].is(Kind::List)) continue;
      int64_t dim = IntOf(&node.arguments[i]).value_or(rank);
      dims.push_back(dim < 0 ? dim + rank : dim);
    }
    bool turns = rank >= 2 && name == "mT" && dims.empty();
    if (name == "transpose" || name == "swapaxes" || name == "swapdims") turns = dims.size() == 2 && std::min(dims[0], dims[1]) == rank - 2 && std::max(dims[0], dims[1]) == rank - 1;
    if (name == "permute" && static_cast<int64_t>(dims.size()) == rank) {
      turns = dims[rank - 2] == rank - 1 && dims[rank - 1] == rank - 2;
      for (int64_t i = 0; i < rank - 2; ++i) turns &= dims[i] == i;
    }
    return turns ? node.inputs[0].value : graph::kNoValue;
  }

  void Emit(size_t last, ValueNumber values, Match& match) {
    if (scaled_after_mask_) return rewriter_.Rejected(kSlug, "the mask is scaled together with the scores", last);
    shape::TensorType query = rewriter_.TypeOf(match.query), keys = rewriter_.TypeOf(match.keys), value = rewriter_.TypeOf(values);
    unsigned rank = query.shape.rank();
    if ((rank != 3 && rank != 4) || keys.shape.rank() != rank || value.shape.rank() != rank) return rewriter_.Rejected(kSlug, "queries, keys and values do not have 3 or 4 dims each", last);
    if (query.dtype != keys.dtype || query.dtype != value.dtype || !shape::IsFloating(query.dtype)) return rewriter_.Rejected(kSlug, "queries, keys and values differ in dtype", last);
    auto batch = [&](const shape::TensorType& type) { return type.shape.dims().drop_back(2); };
    if (batch(query) != batch(keys) || batch(query) != batch(value)) return rewriter_.Rejected(kSlug, "keys and values are broadcast over the queries", last);
    std::optional<int64_t> width = query.shape.dims().back().value();
    if (!width) return rewriter_.Rejected(kSlug, "the width of a head is not a number", last);
    Rewriter::Arguments arguments = {Argument::OfTensor(match.query)};
    ValueNumber key = match.keys_transposed ? BeforeTranspose(match.keys) : match.keys;
    if (key == graph::kNoValue) {
      llvm::SmallVector<shape::Dim, 4> dims(keys.shape.dims().begin(), keys.shape.dims().end());
      std::swap(dims[rank - 1], dims[rank - 2]);
      shape::TensorType type{shape::Shape::Of(dims), {}, keys.dtype, shape::Contiguity::Unknown, false};
      key = rewriter_.Insert(last, "torch.Tensor.transpose", {Argument::OfTensor(match.keys), Argument::OfInt(-2), Argument::OfInt(-1)}, type);
    }
    arguments.push_back(Argument::OfTensor(key));
    arguments.push_back(Argument::OfTensor(values));
    std::optional<ValueNumber> mask = Mask(last, match);
    if (!mask) return;
    if (*mask != graph::kNoValue) arguments.push_back(Named("attn_mask", Argument::OfTensor(*mask)));
    if (match.dropout > 0) arguments.push_back(Named("dropout_p", Argument::OfFloat(match.dropout)));
    double usual = 1 / std::sqrt(static_cast<double>(*width));
    if (std::fabs(match.scale - usual) > 1e-6 * usual) arguments.push_back(Named("scale", Argument::OfFloat(match.scale)));
    std::vector<std::string> conditions = {"nothing else reads the scores or the weights", "the softmax runs over the keys", "queries, keys and values have one dtype"};
    rewriter_.Applied(kSlug, "attention spelled out is scaled_dot_product_attention", last, match.nodes, std::move(conditions));
    rewriter_.SetOther(match.nodes.back());
    for (size_t i : match.nodes) rewriter_.Kill(i);
    rewriter_.Become(last, "torch.nn.functional.scaled_dot_product_attention", std::move(arguments));
  }

  // One mask of all; kNoValue for none; nullopt when they cannot be one.
  std::optional<ValueNumber> Mask(size_t last, const Match& match) {
    if (match.added.empty() && match.hidden == graph::kNoValue) return match.seen;
    auto give_up = [&](const char* reason) {
      rewriter_.Rejected(kSlug, reason, last);
      return std::nullopt;
    };
    if (match.seen != graph::kNoValue || (match.hidden != graph::kNoValue && !match.added.empty())) return give_up("it adds one mask and fills by another");
    unsigned rank = match.scores.shape.rank();
    if (match.hidden != graph::kNoValue) {
      shape::TensorType type = rewriter_.TypeOf(match.hidden);
      if (type.shape.rank() > rank || type.shape.rank() < 2) return give_up("the mask's shape is not that of scores");
      int inverted = rewriter_.MakerOf(match.hidden);
      bool twice = inverted >= 0 && (rewriter_.name(inverted) == "bitwise_not" || rewriter_.name(inverted) == "logical_not") && rewriter_.node(inverted).inputs.size() == 1;
      if (twice && rewriter_.node(inverted).inputs[0].type.dtype == shape::DType::Bool) return rewriter_.node(inverted).inputs[0].value;
      return rewriter_.Insert(last, "torch.bitwise_not", {Argument::OfTensor(match.hidden)}, type);
    }
    ValueNumber sum = match.added.back();
    for (size_t i = match.added.size() - 1; i-- > 0;) {
      shape::Broadcast both = shape::BroadcastShapes(rewriter_.TypeOf(sum).shape, rewriter_.TypeOf(match.added[i]).shape);
      shape::TensorType type{both.shape, {}, rewriter_.TypeOf(sum).dtype, shape::Contiguity::Unknown, false};
      sum = rewriter_.Insert(last, "torch.add", {Argument::OfTensor(sum), Argument::OfTensor(match.added[i])}, type);
    }
    shape::Shape shape = rewriter_.TypeOf(sum).shape;
    if (shape.rank() > rank || shape.rank() < 2) return give_up("the mask's shape is not that of scores");
    return sum;
  }

  Rewriter rewriter_;
  Aliases aliases_;  // As they were before.
  bool scaled_after_mask_ = false;
};

}  // namespace

void FuseAttention(Program& program, Log& log) {
  if (HasAny(program, {"softmax"})) Attention(program, log).Run();
}

}  // namespace trident::optimize
