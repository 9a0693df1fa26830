// Warnings: calls that succeed and seldom do what was meant.
#include "core/eval/interp.h"

#include "core/shape/polynomial.h"
#include "core/shape/regroup.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace trident::eval {

using parse::NodeId;
using parse::NodeKind;
using shape::Dim;

namespace {

bool IsElementwise(llvm::StringRef op) {
  return llvm::StringSwitch<bool>(op)
      .Cases("+", "-", "*", "/", "add", "sub", "mul", "div", true)
      .Cases("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", true)
      .Default(false);
}

bool TakesScores(llvm::StringRef op) {
  return llvm::StringSwitch<bool>(op)
      .Cases("cross_entropy", "nll_loss", "ctc_loss", "kl_div", "binary_cross_entropy", "binary_cross_entropy_with_logits", true)
      .Default(false);
}

bool IsLoss(llvm::StringRef op) { return op.ends_with("_loss"); }

// Whether the user's expression that made the tensor adds an axis on purpose.
bool AddsAxis(const TensorObj* tensor) {
  if (!tensor->origin_unit || tensor->origin_node == parse::kNoNode) return true;
  const parse::Tree& tree = tensor->origin_unit->tree();
  llvm::StringRef text = tensor->origin_unit->content().slice(tree.start(tensor->origin_node), tree.end(tensor->origin_node));
  for (llvm::StringRef word : {"unsqueeze", "None", "newaxis", "view", "reshape", "expand", "transpose", ".T", "rearrange", "keepdim"}) {
    if (text.contains(word)) return true;
  }
  return false;
}

// The name of the reduction over the last of `rank` axes that made the tensor without keeping it; empty when none did.
llvm::StringRef ReductionWithoutKeepdim(const TensorObj* tensor, unsigned rank) {
  if (!tensor->origin_unit || tensor->origin_node == parse::kNoNode) return "";
  const parse::Tree& tree = tensor->origin_unit->tree();
  if (tree.kind(tensor->origin_node) != NodeKind::Call) return "";
  NodeId callee = tree.child(tensor->origin_node, 0);
  if (tree.kind(callee) != NodeKind::Attribute) return "";
  llvm::StringRef name = Text(tree.symbol(callee));
  bool reduces = llvm::StringSwitch<bool>(name).Cases("sum", "mean", "norm", "amax", "amin", "logsumexp", "std", "var", "prod", true)
                     .Cases("max", "min", "median", "mode", true).Default(false);
  bool last_axis = false;
  for (NodeId argument : tree.children(tensor->origin_node).drop_front()) {
    llvm::StringRef text = tensor->origin_unit->content().slice(tree.start(argument), tree.end(argument));
    if (text.starts_with("keepdim") || text == "True") return "";
    text.consume_front("dim=");
    last_axis |= text == "-1" || text == std::to_string(rank - 1);
  }
  return reduces && last_axis ? name : llvm::StringRef();
}

}  // namespace

void Interp::WarnHere(llvm::StringRef slug, std::string message, const TensorObj* origin) {
  Problem problem;
  problem.slug = slug.str();
  problem.message = std::move(message);
  std::vector<Place> stack = Stack();
  if (stack.empty()) return;
  problem.unit = stack[0].unit;
  problem.node = stack[0].node;
  for (size_t i = 1; i < stack.size(); ++i) problem.stack.emplace_back(stack[i].unit, stack[i].node);
  bool elsewhere = origin && origin->origin_unit && !origin->origin_unit->prelude && (origin->origin_unit != problem.unit || origin->origin_node != problem.node);
  if (elsewhere) problem.notes.push_back({origin->origin_unit, origin->origin_node, origin->type.ToString() + " comes from here"});
  Report(std::move(problem));
}

// [N] beside [N, 1] gives [N, N]; sums of rows beside the rows line up with the columns.
void Interp::WarnOfBroadcast(llvm::StringRef op, const TensorObj* a, const TensorObj* b) {
  shape::Shape x = a->type.shape, y = b->type.shape;
  if (!x.rank_known() || !y.rank_known()) return;
  if (x.rank() < y.rank()) {
    std::swap(a, b);
    std::swap(x, y);
  }
  if (x.rank() == 2 && y.rank() == 1 && x.dims()[1] == Dim(1) && x.dims()[0] == y.dims()[0] && !x.dims()[0].is_unknown() && x.dims()[0] != Dim(1)) {
    if (!IsLoss(op) && (AddsAxis(a) || AddsAxis(b))) return;
    std::string n = x.dims()[0].ToString();
    WarnHere("silent-broadcast", "[" + n + ", 1] and [" + n + "] broadcast to [" + n + ", " + n + "]: every pair of elements is combined", a);
    return;
  }
  if (x.rank() < 2 || y.rank() + 1 != x.rank() || !std::equal(y.dims().begin(), y.dims().end(), x.dims().begin())) return;
  bool all_known = llvm::none_of(x.dims(), [](Dim size) { return size.is_unknown(); });
  llvm::StringRef reduction = ReductionWithoutKeepdim(b, x.rank());
  if (!all_known || reduction.empty() || y.dims().back() == Dim(1)) return;
  WarnHere("silent-broadcast", reduction.str() + "() without keepdim: its " + y.ToString() + " lines up with the last dim of " + x.ToString() + ", not with the rows it was made of", b);
}

namespace {

// The sizes that `value` holds with each symbol replaced by a number of its own, large and prime: what is not so for
// these is so for special sizes only.
void PutNumbers(ops::Value& value, llvm::SmallVectorImpl<Dim>& symbols) {
  static constexpr int64_t kPrimes[] = {10007, 10009, 10037, 10039, 10061, 10067, 10069, 10079};
  auto number = [&](Dim size) {
    shape::CollectSymbols(size, symbols);
    for (size_t i = 0; i < symbols.size() && i < std::size(kPrimes); ++i) size = Substitute(size, symbols[i], Dim(kPrimes[i]));
    return size;
  };
  auto numbers = [&](shape::Shape sizes) {
    llvm::SmallVector<Dim, 6> out;
    for (Dim size : sizes.dims()) out.push_back(number(size));
    return shape::Shape::Of(out);
  };
  if (value.kind == ops::Value::Kind::Int) value.dim = number(value.dim);
  if (value.is_tensor() && value.tensor.shape.rank_known()) value.tensor.shape = numbers(value.tensor.shape);
  if (value.is_tensor() && value.tensor.strides.rank_known()) value.tensor.strides = numbers(value.tensor.strides);
  for (ops::Value& element : value.elements) PutNumbers(element, symbols);
}

// All of `value` that PutNumbers changes.
void AddSizes(const ops::Value& value, Fingerprint& key) {
  key = Combine(key, static_cast<uint64_t>(value.kind) << 48 | static_cast<uint64_t>(value.dtype) << 40 | static_cast<uint64_t>(value.length_known) << 32 | value.elements.size());
  if (value.kind == ops::Value::Kind::Int) key = Combine(key, value.dim.raw());
  if (value.is_tensor()) {
    key = Combine(key, static_cast<uint64_t>(value.tensor.shape.raw()) << 32 | value.tensor.strides.raw());
    key = Combine(key, static_cast<uint64_t>(value.tensor.dtype) << 8 | static_cast<uint64_t>(value.tensor.contiguity));
  }
  for (const ops::Value& element : value.elements) AddSizes(element, key);
}

}  // namespace

// A view that merges axes which permute() took out of order: it works only where one of them has size 1.
void Interp::WarnOfView(llvm::ArrayRef<Value> inputs) {
  auto* tensor = As<TensorObj>(inputs[0]);
  const shape::TensorType& type = tensor->type;
  bool symbolic = llvm::any_of(type.shape.dims(), [](Dim size) { return size.is_symbolic(); });
  if (!type.shape.rank_known() || !symbolic || type.contiguity == shape::Contiguity::Yes) return;
  std::vector<ops::Argument> arguments;
  Fingerprint key;
  for (const Value& input : inputs) {
    arguments.push_back({"", ToOps(input)});
    AddSizes(arguments.back().value, key);
  }
  // Asked in every layer, and in every run of it; sizes are interned, so that what they come to stays right.
  auto [known, added] = failing_views_.try_emplace({key.low, key.high}, false);
  if (added) {
    llvm::SmallVector<Dim, 8> symbols;
    for (ops::Argument& argument : arguments) PutNumbers(argument.value, symbols);
    static const ops::OpId view = ops::Find("torch.Tensor.view");
    ops::Result result = ops::Call(view, arguments);
    known->second = result.status == ops::Result::Status::Error && llvm::StringRef(result.error.slug) == "view-layout";
  }
  if (!known->second) return;
  WarnHere("view-of-permuted", "view() of " + type.ToString() + " merges dims that do not lie together in memory: it fails unless one of them is 1; use reshape(), or contiguous() first", tensor);
}

// A product whose inner sizes are equal for special sizes only, and whose other operand would fit the other way round.
void Interp::WarnOfProduct(llvm::StringRef op, const TensorObj* a, const TensorObj* b) {
  shape::Shape x = a->type.shape, y = b->type.shape;
  if (!x.rank_known() || !y.rank_known() || x.rank() < 2 || y.rank() < 2) return;
  Dim inner = x.dims().back(), rows = y.dims()[y.rank() - 2], columns = y.dims().back();
  // Sizes of 1 are broadcast on purpose, as in outer products.
  bool known = llvm::none_of(std::initializer_list<Dim>{inner, rows, columns}, [](Dim size) { return size.is_unknown() || size == Dim(1); });
  if (!known || inner == rows || ProvablyDifferent(inner, rows) || inner != columns || a->parameter || b->parameter) return;
  WarnHere("missing-transpose", op.str() + "() of " + a->type.ToString() + " and " + b->type.ToString() + " works only where " + rows.ToString() + " is " + inner.ToString() +
                                    "; with the second operand transposed it fits any size", b);
}

namespace {

bool AreDistinct(llvm::ArrayRef<Dim> sizes) {
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (llvm::is_contained(sizes.drop_front(i + 1), sizes[i])) return false;
  }
  return true;
}

// "transpose(1, 2)", "permute(0, 2, 3, 1)".
std::string MoveText(llvm::ArrayRef<unsigned> order) {
  llvm::SmallVector<std::string, 6> moved, all;
  for (unsigned i = 0; i < order.size(); ++i) {
    all.push_back(std::to_string(order[i]));
    if (order[i] != i) moved.push_back(all.back());
  }
  // In the order of the places: the second one of two comes first.
  if (moved.size() == 2) return "transpose(" + moved[1] + ", " + moved[0] + ")";
  return "permute(" + llvm::join(all, ", ") + ")";
}

}  // namespace

// A reshape whose sizes say that axes were meant to be moved: heads before positions, say, without a transpose. Says
// whether it is one.
bool Interp::WarnOfReshape(llvm::StringRef op, llvm::ArrayRef<Value> inputs, const Value& result) {
  if (!result.is(Kind::Tensor)) return false;
  auto* tensor = As<TensorObj>(inputs[0]);
  shape::Shape before = tensor->type.shape, after = As<TensorObj>(result)->type.shape;
  // Asked in every layer, and in every run of it; shapes are interned, so that what they come to stays right.
  uint64_t both = static_cast<uint64_t>(before.raw()) << 32 | after.raw();
  if (kept_orders_.contains(both)) return false;
  llvm::ArrayRef<Dim> from = before.dims(), to = after.dims();
  std::optional<shape::MissedOrder> missed = shape::MissedOrderOf(from, to);
  if (!missed) {
    kept_orders_.insert(both);
    return false;
  }
  // Numbers that can be read in order as well may be equal by chance, unless the batch says that single axes are meant.
  if (missed->ambiguous && (from[0] != to[0] || !AreDistinct(missed->splits ? to : from))) return false;
  std::string advice = MoveText(missed->order) + " is missing before it";
  if (missed->splits) {
    llvm::SmallVector<Dim, 6> split;
    llvm::SmallVector<unsigned, 6> back(to.size());
    for (unsigned i = 0; i < to.size(); ++i) {
      split.push_back(to[missed->order[i]]);
      back[missed->order[i]] = i;
    }
    advice = "it takes " + shape::Shape::Of(split).ToString() + " and " + MoveText(back);
  }
  WarnHere("scrambled-reshape", op.str() + "() of " + tensor->type.ToString() + " to " + after.ToString() + " keeps the order of the elements and so mixes the axes: " + advice, tensor);
  return true;
}

void Interp::Warn(llvm::StringRef op, llvm::ArrayRef<Value> inputs, const Args& args, const Value& result) {
  if (uncertain() || inputs.empty() || !inputs[0].is(Kind::Tensor)) return;
  auto* first = As<TensorObj>(inputs[0]);
  if (IsElementwise(op) && inputs.size() > 1 && inputs[1].is(Kind::Tensor)) {
    WarnOfBroadcast(op, first, As<TensorObj>(inputs[1]));
  } else if ((op == "@" || op == "matmul" || op == "bmm" || op == "mm") && inputs.size() > 1 && inputs[1].is(Kind::Tensor)) {
    WarnOfProduct(op == "@" ? "matmul" : op, first, As<TensorObj>(inputs[1]));
  } else if (op == "view" || op == "reshape") {
    if (!WarnOfReshape(op, inputs, result) && op == "view") WarnOfView(inputs);
  } else if (TakesScores(op)) {
    WarnOfLoss(op, inputs, args);
  } else if (op == "softmax" || op == "log_softmax" || op == "softmin") {
    const Value* dim = args.Keyword(Intern("dim"));
    if (!dim && inputs.size() > 1) dim = &inputs[1];
    bool implicit = !dim || dim->is(Kind::None);
    if (implicit) WarnHere("implicit-softmax-dim", op.str() + "() without dim takes dim 0 of 0-, 1- and 3-d tensors and dim 1 of all others", nullptr);
  }
}

}  // namespace trident::eval
