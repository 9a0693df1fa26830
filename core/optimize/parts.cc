// Level 3: tensors that are joined only to be parted again, parted only to be joined, or joined in two steps.
#include "core/optimize/rewriter.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

namespace trident::optimize {

using graph::Argument;
using graph::FindArgument;
using graph::Node;
using Kind = Argument::Kind;

namespace {

constexpr const char* kSlug = "cat-and-split";

// The dim that cat() or split() works on, from 0; nothing when it is not known.
std::optional<int64_t> DimOf(const Node& node, unsigned position, unsigned rank) {
  const Argument* argument = FindArgument(node, position, "dim");
  if (!argument) return 0;
  std::optional<int64_t> dim = IntOf(argument);
  return dim && *dim < 0 ? *dim + rank : dim;
}

class Parts {
 public:
  Parts(Program& program, Log& log) : rewriter_(program, log), aliases_(program.nodes) {
    for (const Argument& argument : program.entry.output) {
      if (argument.is(Kind::Tensor)) returned_.insert(aliases_.RootOf(argument.value()));
    }
    for (size_t i = 0; i < rewriter_.size(); ++i) {
      bool needs_strides = rewriter_.name(i) == "view" || rewriter_.name(i) == "as_strided";
      if (needs_strides && !rewriter_.node(i).inputs.empty()) viewed_.insert(aliases_.RootOf(rewriter_.node(i).inputs[0].value));
    }
  }

  void Run() {
    for (size_t i = 0; i < rewriter_.size(); ++i) {
      std::optional<int64_t> dim = rewriter_.alive(i) ? JoinedDim(i) : std::nullopt;
      if (!dim) continue;
      JoinedInSteps(i, *dim);
      if (!PartedBefore(i, *dim)) PartedAfter(i, *dim);
    }
    rewriter_.Finish();
  }

 private:
  // The dim along which the node joins the tensors that are its inputs; nothing when it does something else.
  std::optional<int64_t> JoinedDim(size_t i) const {
    llvm::StringRef name = rewriter_.name(i);
    if (name != "cat" && name != "concat" && name != "concatenate") return std::nullopt;
    const Node& node = rewriter_.node(i);
    bool has_dim = FindArgument(node, 1, "dim") != nullptr;
    bool plain = node.outputs.size() == 1 && node.writes < 0 && node.arguments[0].count == node.inputs.size() && node.arguments.size() == 1 + node.inputs.size() + has_dim;
    bool known = plain && node.outputs[0].type.shape.is_constant() && !aliases_.Written(node.outputs[0].value);
    bool alike = known && llvm::all_of(node.inputs, [&](const graph::Use& use) {
                   return use.type.shape.rank() == node.outputs[0].type.shape.rank() && use.type.dtype == node.outputs[0].type.dtype && !aliases_.Written(use.value);
                 });
    return alike ? DimOf(node, 1, node.outputs[0].type.shape.rank()) : std::nullopt;
  }

  // The dim along which the node parts its first input.
  std::optional<int64_t> PartedDim(size_t i) const {
    llvm::StringRef name = rewriter_.name(i);
    bool parts = name == "split" || name == "chunk" || name == "split_with_sizes" || name == "tensor_split";
    const Node& node = rewriter_.node(i);
    if (!parts || node.inputs.size() != 1 || node.returns != Node::Returns::Tensors) return std::nullopt;
    return DimOf(node, 2, node.inputs[0].type.shape.rank());
  }

  // Whether all that reads `gone` may read `stays`, which holds the same numbers.
  bool MayStandFor(ValueNumber stays, ValueNumber gone) const {
    shape::TensorType with = rewriter_.TypeOf(stays), type = rewriter_.TypeOf(gone);
    if (with.shape != type.shape || with.dtype != type.dtype || !type.shape.is_constant()) return false;
    // Whoever is given a result may write into it.
    if (aliases_.Written(gone) || aliases_.Written(stays) || returned_.contains(aliases_.RootOf(gone))) return false;
    return with.contiguity == shape::Contiguity::Yes || !viewed_.contains(aliases_.RootOf(gone));
  }

  // cat([a, cat([b, c])]) is cat([a, b, c]).
  void JoinedInSteps(size_t i, int64_t dim) {
    Rewriter::Arguments operands = {Argument::Of(Kind::List)};
    llvm::SmallVector<size_t, 2> inner;
    for (const graph::Use& use : rewriter_.node(i).inputs) {
      int maker = rewriter_.MadeBy(use.value, {"cat", "concat", "concatenate"});
      bool once = llvm::count_if(rewriter_.node(i).inputs, [&](const graph::Use& other) { return other.value == use.value; }) == 1;
      if (maker < 0 || !once || JoinedDim(maker) != dim) {
        operands.push_back(Argument::OfTensor(use.value));
        continue;
      }
      inner.push_back(maker);
      for (const graph::Use& part : rewriter_.node(maker).inputs) operands.push_back(Argument::OfTensor(part.value));
    }
    if (inner.empty()) return;
    operands[0].count = operands.size() - 1;
    operands.push_back(Named("dim", Argument::OfInt(dim)));
    rewriter_.Applied(kSlug, "tensors are joined in one step", i, inner, {"nothing else reads what is joined first", "both join along one dim"});
    for (size_t each : inner) rewriter_.Kill(each);
    rewriter_.Become(i, "torch.cat", std::move(operands));
  }

  // cat(x.split(...)) is x.
  bool PartedBefore(size_t i, int64_t dim) {
    const Node& node = rewriter_.node(i);
    int maker = node.inputs.empty() ? -1 : rewriter_.MakerOf(node.inputs[0].value);
    if (maker < 0 || PartedDim(maker) != dim) return false;
    const Node& split = rewriter_.node(maker);
    bool in_order = split.outputs.size() == node.inputs.size();
    for (size_t k = 0; in_order && k < node.inputs.size(); ++k) in_order = node.inputs[k].value == split.outputs[k].value;
    ValueNumber whole = split.inputs[0].value, gone = node.outputs[0].value;
    if (!in_order) {
      rewriter_.Rejected(kSlug, "the parts are joined in another order, or not all of them are", i);
    } else if (!MayStandFor(whole, gone)) {
      rewriter_.Rejected(kSlug, "what is joined again is written into, returned, or viewed where the whole is not contiguous", i);
    } else {
      rewriter_.Applied(kSlug, "the parts of one tensor are joined to what it was", i, {i}, {"all parts are joined in their order", "nothing writes into either", "it is not returned"});
      rewriter_.Forward(gone, whole);
      rewriter_.Kill(i);
      bool read = llvm::any_of(split.outputs, [&](const graph::Use& use) { return rewriter_.ReadersOf(use.value) > 0; });
      if (!read) rewriter_.Kill(maker);
    }
    return true;
  }

  // cat([a, b]).split(...) is a, b.
  void PartedAfter(size_t i, int64_t dim) {
    const Node& node = rewriter_.node(i);
    std::vector<size_t> readers = rewriter_.ReadingNodes(node.outputs[0].value);
    auto parting = llvm::find_if(readers, [&](size_t reader) { return PartedDim(reader) == dim; });
    if (parting == readers.end()) return;
    const Node& split = rewriter_.node(*parting);
    if (!rewriter_.Alone(node.outputs[0].value)) return rewriter_.Rejected(kSlug, "something else reads what is joined", i);
    bool same = split.outputs.size() == node.inputs.size();
    for (size_t k = 0; same && k < node.inputs.size(); ++k) same = node.inputs[k].type.shape == split.outputs[k].type.shape;
    if (!same) return rewriter_.Rejected(kSlug, "it is not parted where it was joined", *parting);
    for (size_t k = 0; k < node.inputs.size(); ++k) {
      if (!MayStandFor(node.inputs[k].value, split.outputs[k].value)) {
        return rewriter_.Rejected(kSlug, "a part is written into, returned, or viewed where the tensor that it came from is not contiguous", *parting);
      }
    }
    rewriter_.Applied(kSlug, "tensors are joined only to be parted again", *parting, {i}, {"nothing else reads what is joined", "it is parted where it was joined", "nothing writes into the parts, and none is returned"});
    rewriter_.SetOther(i);
    for (size_t k = 0; k < node.inputs.size(); ++k) rewriter_.Forward(split.outputs[k].value, node.inputs[k].value);
    rewriter_.Kill(*parting);
    rewriter_.Kill(i);
  }

  Rewriter rewriter_;
  Aliases aliases_;
  llvm::DenseSet<ValueNumber> returned_, viewed_;  // Memory that the caller is given; memory that is looked at by its strides.
};

}  // namespace

void JoinParts(Program& program, Log& log) { Parts(program, log).Run(); }

}  // namespace trident::optimize
