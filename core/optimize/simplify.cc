// Level 1: what need not run at all. Dead code, operators that return their input, equal calls, constants.
#include "core/optimize/rewriter.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringSwitch.h"

#include <map>

namespace trident::optimize {

using graph::Argument;
using graph::FindArgument;
using graph::Node;
using Kind = Argument::Kind;

namespace {

// A constant larger than this is computed each time rather than kept: a guess at what a model should not grow by.
constexpr int64_t kMaxConstantBytes = 16 << 20;

bool SameShape(const Node& node) {
  return node.outputs.size() == 1 && !node.inputs.empty() && node.inputs[0].type.shape.is_constant() && node.inputs[0].type.shape == node.outputs[0].type.shape &&
         node.inputs[0].type.dtype == node.outputs[0].type.dtype;
}

bool IsIdentityPermutation(const Node& node) {
  int64_t rank = node.inputs[0].type.shape.rank(), next = 0;
  for (size_t i = 1; i < node.arguments.size(); ++i) {
    if (node.arguments[i].is(Kind::Tuple) || node.arguments[i].is(Kind::List)) continue;
    std::optional<int64_t> dim = IntOf(&node.arguments[i]);
    if (!dim || (*dim < 0 ? *dim + rank : *dim) != next++) return false;
  }
  return next == rank;
}

// Why the node returns what it is given; empty when it does something.
std::string WhyIdentity(const Node& node) {
  if (node.arguments.empty() || !node.arguments[0].is(Kind::Tensor) || node.outputs.size() != 1 || node.returns != Node::Returns::Tensor) return "";
  llvm::StringRef name = graph::ShortName(node.op);
  const shape::TensorType& input = node.inputs[0].type;
  if (name == "dropout" || name == "dropout1d" || name == "dropout2d" || name == "dropout3d" || name == "alpha_dropout" || name == "feature_alpha_dropout") {
    if (graph::IsRandom(node)) return "";
    return NumberOf(FindArgument(node, 1, "p")) == 0.0 ? "dropout with p = 0 does nothing" : "dropout does nothing in evaluation";
  }
  if (!SameShape(node)) return "";
  bool reshapes = llvm::StringSwitch<bool>(name).Cases("view", "reshape", "flatten", "unflatten", "squeeze", "expand", "expand_as", "view_as", "reshape_as", "ravel", true).Default(false);
  if (reshapes) return "`" + name.str() + "` keeps the shape";
  if (name == "permute") return IsIdentityPermutation(node) ? "`permute` keeps the order" : "";
  if (name == "contiguous" && node.arguments.size() == 1) return input.contiguity == shape::Contiguity::Yes ? "`contiguous` of a contiguous tensor copies nothing" : "";
  bool casts = llvm::StringSwitch<bool>(name).Cases("float", "half", "double", "bfloat16", "long", "int", "type_as", "bool", true).Default(false);
  if (casts) return "`" + name.str() + "` keeps the dtype";
  if ((name == "to" || name == "type") && node.arguments.size() == 2 && node.arguments[1].is(Kind::DType)) return "`to` keeps the dtype";
  return "";
}

bool IsActivationTwice(const Node& node, const Node& before) {
  llvm::StringRef name = graph::ShortName(node.op), inner = graph::ShortName(before.op);
  return name == inner && (name == "relu" || name == "relu6" || name == "abs");
}

class Simplifier {
 public:
  Simplifier(Program& program, Log& log) : rewriter_(program, log), aliases_(program.nodes) {}

  void Run() {
    Identities();
    Transposes();
    Heads();
    CommonSubexpressions();
    DeadCode();
    rewriter_.Finish();
  }

 private:
  // In front of the reader everything is as before: `to` and `from` are the same memory, or nothing writes to either.
  void Replace(size_t i, ValueNumber with, const char* slug, const std::string& why) {
    rewriter_.Applied(slug, why, i, {i}, {"nothing writes into the tensor, or both are the same memory"});
    rewriter_.Forward(rewriter_.node(i).outputs[0].value, with);
    rewriter_.Kill(i);
  }

  void Identities() {
    for (size_t i = 0; i < rewriter_.size(); ++i) {
      const Node& node = rewriter_.node(i);
      if (std::string why = WhyIdentity(node); !why.empty()) {
        Replace(i, node.arguments[0].value(), "redundant-operation", why);
        continue;
      }
      if (node.writes >= 0 || node.inputs.size() != 1 || node.arguments.empty() || !node.arguments[0].is(Kind::Tensor)) continue;
      int before = rewriter_.MakerOf(node.arguments[0].value());
      if (before < 0 || !IsActivationTwice(node, rewriter_.node(before)) || aliases_.Written(node.outputs[0].value)) continue;
      Replace(i, node.arguments[0].value(), "redundant-operation", "`" + graph::ShortName(node.op).str() + "` is applied twice");
    }
  }

  // x.transpose(a, b).transpose(a, b) is x.
  void Transposes() {
    for (size_t i = 0; i < rewriter_.size(); ++i) {
      const Node& node = rewriter_.node(i);
      if (!rewriter_.alive(i) || rewriter_.name(i) != "transpose" || node.arguments.size() != 3) continue;
      int before = rewriter_.MakerOf(node.arguments[0].value());
      if (before < 0 || rewriter_.name(before) != "transpose" || rewriter_.node(before).arguments.size() != 3) continue;
      int64_t rank = node.inputs[0].type.shape.rank();
      auto dims = [&](const Node& each) {
        int64_t a = IntOf(&each.arguments[1]).value_or(99), b = IntOf(&each.arguments[2]).value_or(99);
        if (a < 0) a += rank;
        if (b < 0) b += rank;
        return std::pair(std::min(a, b), std::max(a, b));
      };
      auto [a, b] = dims(node);
      auto [c, d] = dims(rewriter_.node(before));
      if (a == c && b == d && b < rank) Replace(i, rewriter_.node(before).arguments[0].value(), "redundant-operation", "a transpose undoes the one before it");
    }
  }

  // x.contiguous().view(S, B * H, D).transpose(0, 1).view(B, H, S, D) of a x[S, B, H * D] copies for the sake of the first
  // view; x.view(S, B, H, D).permute(1, 2, 0, 3) is the same without a copy.
  void Heads() {
    for (size_t i = 0; i < rewriter_.size(); ++i) {
      if (!rewriter_.alive(i) || rewriter_.name(i) != "view" || aliases_.Written(rewriter_.node(i).outputs[0].value)) continue;
      int turn = rewriter_.MadeBy(TensorOf(&rewriter_.node(i).arguments[0]), {"transpose"});
      if (turn < 0 || rewriter_.node(turn).arguments.size() != 3 || IntOf(&rewriter_.node(turn).arguments[1]) != 0 || IntOf(&rewriter_.node(turn).arguments[2]) != 1) continue;
      int flat = rewriter_.MadeBy(TensorOf(&rewriter_.node(turn).arguments[0]), {"view"});
      int copy = flat < 0 ? -1 : rewriter_.MadeBy(TensorOf(&rewriter_.node(flat).arguments[0]), {"contiguous"});
      if (copy < 0 || rewriter_.node(copy).arguments.size() != 1) continue;
      const shape::TensorType& part = rewriter_.node(copy).inputs[0].type;
      llvm::SmallVector<int64_t, 4> heads = ResultSizes(rewriter_.node(i)), merged = ResultSizes(rewriter_.node(flat));
      if (heads.size() != 4 || merged.size() != 3 || part.shape.rank() != 3 || !part.shape.is_constant()) continue;
      int64_t batch = heads[0], count = heads[1], length = heads[2], width = heads[3];
      bool splits = part.shape.dims()[0] == shape::Dim(length) && part.shape.dims()[1] == shape::Dim(batch) && merged[0] == length && merged[1] == batch * count && merged[2] == width;
      if (!splits || part.shape.dims()[2] != shape::Dim(count * width)) continue;
      rewriter_.Applied("redundant-operation", "heads are parted by views alone", i, {static_cast<size_t>(copy), static_cast<size_t>(flat), static_cast<size_t>(turn)},
                        {"nothing else reads what is in between", "parting the last dim needs no copy"});
      shape::TensorType type{shape::Shape::Of({shape::Dim(length), shape::Dim(batch), shape::Dim(count), shape::Dim(width)}), {}, part.dtype, shape::Contiguity::Unknown, false};
      auto size = [](int64_t n) { return Argument::OfInt(shape::Dim(n)); };
      ValueNumber source = rewriter_.node(copy).inputs[0].value;
      ValueNumber parted = rewriter_.Insert(i, "torch.Tensor.view", {Argument::OfTensor(source), size(length), size(batch), size(count), size(width)}, type);
      for (int each : {copy, flat, turn}) rewriter_.Kill(each);
      rewriter_.Become(i, "torch.Tensor.permute", {Argument::OfTensor(parted), size(1), size(2), size(0), size(3)});
    }
  }

  void CommonSubexpressions() {
    std::map<std::string, size_t> seen;
    for (size_t i = 0; i < rewriter_.size(); ++i) {
      const Node& node = rewriter_.node(i);
      if (!rewriter_.alive(i) || node.writes >= 0 || node.outputs.empty() || graph::IsRandom(node)) continue;
      bool written = llvm::any_of(node.outputs, [&](const graph::Use& use) { return aliases_.Written(use.value); }) ||
                     llvm::any_of(node.inputs, [&](const graph::Use& use) { return aliases_.Written(use.value); });
      if (written) continue;
      std::string key = std::to_string(node.op.index);
      for (const Argument& argument : node.arguments) {
        key += "," + std::to_string(static_cast<int>(argument.kind)) + ":" + std::to_string(argument.bits) + ":" + std::to_string(argument.count) + ":" + std::to_string(argument.keyword.index);
      }
      auto [place, added] = seen.try_emplace(std::move(key), i);
      if (added) continue;
      const Node& first = rewriter_.node(place->second);
      if (first.outputs.size() != node.outputs.size()) continue;
      if (!graph::RunsNothing(rewriter_.node(i))) {
        rewriter_.Applied("repeated-computation", "`" + graph::ShortName(node.op).str() + "` of the same arguments was computed before", i, {i},
                          {"its arguments are the same values", "nothing writes into them or the result", "it is not random"});
      }
      for (size_t k = 0; k < node.outputs.size(); ++k) rewriter_.Forward(node.outputs[k].value, first.outputs[k].value);
      rewriter_.Kill(i);
    }
  }

  void DeadCode() {
    for (size_t i = rewriter_.size(); i-- > 0;) {
      const Node& node = rewriter_.node(i);
      if (!rewriter_.alive(i) || node.writes >= 0) continue;
      bool read = llvm::any_of(node.outputs, [&](const graph::Use& use) { return rewriter_.ReadersOf(use.value) > 0; });
      if (read) continue;
      if (!graph::RunsNothing(rewriter_.node(i)) && !node.inputs.empty()) {
        rewriter_.Applied("unused-result", "nothing uses the result of `" + graph::ShortName(node.op).str() + "`", i, {i}, {"it writes into nothing"});
      }
      rewriter_.Kill(i);
    }
  }

  Rewriter rewriter_;
  Aliases aliases_;  // As they were before.
};

// Moves what depends on constants only to the constructor.
void HoistConstants(Program& program, Log& log) {
  Aliases aliases(program.nodes);
  llvm::DenseSet<ValueNumber> constant;
  for (const Node& node : program.constants) {
    for (const graph::Use& use : node.outputs) constant.insert(use.value);
  }
  // A buffer of state_dict comes from outside; so does what is computed from it.
  for (const graph::State& state : program.entry.state) {
    if (state.kind != graph::State::Kind::TransientBuffer) constant.erase(state.value);
  }
  // Whoever is given a result may write into it.
  llvm::DenseSet<ValueNumber> returned;
  for (const Argument& argument : program.entry.output) {
    if (argument.is(Kind::Tensor)) returned.insert(aliases.RootOf(argument.value()));
  }
  std::vector<Node> kept;
  for (Node& node : program.nodes) {
    bool fixed = node.writes < 0 && !graph::IsRandom(node) && !node.outputs.empty();
    for (const graph::Use& use : node.inputs) fixed &= constant.contains(use.value) && !aliases.Written(use.value);
    int64_t bytes = 0;
    for (const graph::Use& use : node.outputs) {
      std::optional<int64_t> count = use.type.shape.numel().value();
      fixed &= count.has_value() && use.type.dtype != shape::DType::Unknown && !aliases.Written(use.value) && !returned.contains(aliases.RootOf(use.value));
      bytes += count.value_or(0) * shape::ItemSize(use.type.dtype);
    }
    for (const Argument& argument : node.arguments) fixed &= !(argument.is(Kind::Int) && argument.dim().is_symbolic());
    if (!fixed || bytes > kMaxConstantBytes) {
      kept.push_back(std::move(node));
      continue;
    }
    for (const graph::Use& use : node.outputs) constant.insert(use.value);
    if (!graph::RunsNothing(node)) {
      Rewrite rewrite;
      rewrite.slug = "constant-in-forward";
      rewrite.message = "`" + graph::ShortName(node.op).str() + "` computes the same each time";
      rewrite.unit = node.unit;
      rewrite.start = node.start;
      rewrite.end = node.end;
      rewrite.replaced = {node};
      rewrite.conditions = {"it depends on no input and no weight", "nothing writes into the result"};
      rewrite.kernels_saved = 1;
      log.applied.push_back(std::move(rewrite));
    }
    program.constants.push_back(std::move(node));
  }
  program.nodes = std::move(kept);
}

}  // namespace

void Simplify(Program& program, Log& log) {
  Simplifier(program, log).Run();
  KeepBatchFirst(program, log);
  HoistConstants(program, log);
}

}  // namespace trident::optimize
