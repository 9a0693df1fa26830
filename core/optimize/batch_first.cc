// Level 1: attention layers that turn the batch behind the sequence and back again. Linear layers work on the last dim
// alone, so that the turn can wait until the heads are parted, where it costs no copy.
#include "core/optimize/rewriter.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::optimize {

using graph::Argument;
using graph::FindArgument;
using graph::Node;
using Kind = Argument::Kind;
using Sizes = llvm::SmallVector<int64_t, 4>;

namespace {

constexpr const char* kSlug = "redundant-operation";

class BatchFirst {
 public:
  BatchFirst(Program& program, Log& log) : rewriter_(program, log), aliases_(program.nodes) {}

  void Run() {
    for (size_t i = 0; i < rewriter_.size(); ++i) {
      bool linear = rewriter_.alive(i) && rewriter_.name(i) == "linear" && rewriter_.node(i).inputs.size() > 1 && !aliases_.Written(rewriter_.node(i).outputs[0].value);
      if (linear && !Into(i)) OutOf(i);
    }
    rewriter_.Finish();
  }

 private:
  // Whether the node puts the dims in this order: a permute, or a transpose of the first two dims of three.
  bool Orders(int at, std::initializer_list<int64_t> wanted) const {
    if (at < 0 || rewriter_.node(at).inputs.size() != 1) return false;
    const Node& node = rewriter_.node(at);
    Sizes order;
    for (size_t i = 1; i < node.arguments.size(); ++i) {
      if (node.arguments[i].is(Kind::Tuple) || node.arguments[i].is(Kind::List)) continue;
      order.push_back(IntOf(&node.arguments[i]).value_or(-1));
    }
    bool swaps = rewriter_.name(at) == "transpose" && order.size() == 2 && order[0] + order[1] == 1 && order[0] * order[1] == 0;
    if (swaps && node.inputs[0].type.shape.rank() == 3) order = {1, 0, 2};
    return llvm::equal(order, wanted);
  }

  // The one node that reads the value, when it is called so.
  int OnlyReader(ValueNumber value, std::initializer_list<llvm::StringRef> names) const {
    std::vector<size_t> readers = rewriter_.ReadingNodes(value);
    bool one = readers.size() == 1 && rewriter_.Alone(value) && llvm::is_contained(names, rewriter_.name(readers[0]));
    return one ? static_cast<int>(readers[0]) : -1;
  }

  // The node makes a result of these sizes of what it now reads.
  void Become(size_t i, llvm::StringRef op, Rewriter::Arguments arguments, llvm::ArrayRef<int64_t> sizes) {
    graph::Use& use = rewriter_.node(i).outputs[0];
    use.type = {shape::Shape::Of(llvm::SmallVector<shape::Dim, 4>(sizes.begin(), sizes.end())), {}, use.type.dtype, shape::Contiguity::Unknown, false};
    rewriter_.Become(i, op, std::move(arguments));
  }

  static Rewriter::Arguments With(ValueNumber tensor, llvm::ArrayRef<int64_t> numbers) {
    Rewriter::Arguments arguments = {Argument::OfTensor(tensor)};
    for (int64_t number : numbers) arguments.push_back(Argument::OfInt(shape::Dim(number)));
    return arguments;
  }

  struct Head {
    size_t view, order;
  };
  // Views of the tensors [S, B, H * D] as [S, B, H, D], each put in the order [B, H, S, D]; empty when one is not.
  llvm::SmallVector<Head, 3> HeadsOf(llvm::ArrayRef<graph::Use> parts, int64_t length, int64_t batch) const {
    llvm::SmallVector<Head, 3> heads;
    for (const graph::Use& part : parts) {
      int view = OnlyReader(part.value, {"view"}), order = view < 0 ? -1 : OnlyReader(rewriter_.node(view).outputs[0].value, {"permute"});
      if (!Orders(order, {1, 2, 0, 3})) return {};
      Sizes sizes = ResultSizes(rewriter_.node(view));
      if (sizes.size() != 4 || sizes[0] != length || sizes[1] != batch) return {};
      heads.push_back({static_cast<size_t>(view), static_cast<size_t>(order)});
    }
    return heads;
  }

  // linear(x.transpose(0, 1)), its parts .view(S, B, H, D).permute(1, 2, 0, 3): the product copies x.
  bool Into(size_t i) {
    int turn = rewriter_.MadeBy(TensorOf(&rewriter_.node(i).arguments[0]), {"transpose", "permute"});
    Sizes product = ResultSizes(rewriter_.node(i));
    if (product.size() != 3 || !Orders(turn, {1, 0, 2})) return false;
    llvm::SmallVector<graph::Use, 3> parts = {rewriter_.node(i).outputs[0]};
    int parting = OnlyReader(parts[0].value, {"chunk", "split"});
    if (parting >= 0) {
      if (!IsLastDim(FindArgument(rewriter_.node(parting), 2, "dim"), 3)) return false;
      parts.assign(rewriter_.node(parting).outputs.begin(), rewriter_.node(parting).outputs.end());
    }
    llvm::SmallVector<Head, 3> heads = HeadsOf(parts, product[0], product[1]);
    if (heads.empty()) return false;
    rewriter_.Applied(kSlug, "heads are parted with the batch first, as it comes", i, {static_cast<size_t>(turn)}, {"nothing else reads what is in between", "linear works on the last dim alone"});
    rewriter_.Kill(turn);
    Rewriter::Arguments arguments(rewriter_.node(i).arguments.begin(), rewriter_.node(i).arguments.end());
    arguments[0] = Argument::OfTensor(rewriter_.node(turn).inputs[0].value);
    std::string op = Text(rewriter_.node(i).op).str();
    Become(i, op, std::move(arguments), {product[1], product[0], product[2]});
    if (parting >= 0) Repart(parting, product[1], product[0]);
    for (size_t k = 0; k < heads.size(); ++k) {
      Sizes sizes = ResultSizes(rewriter_.node(heads[k].view)), turned = ResultSizes(rewriter_.node(heads[k].order));
      std::swap(sizes[0], sizes[1]);
      Become(heads[k].view, "torch.Tensor.view", With(parts[k].value, sizes), sizes);
      Become(heads[k].order, "torch.Tensor.permute", With(rewriter_.node(heads[k].view).outputs[0].value, {0, 2, 1, 3}), turned);
    }
    return true;
  }

  // The parts of what is [B, S, N] now.
  void Repart(size_t parting, int64_t batch, int64_t length) {
    for (graph::Use& part : rewriter_.node(parting).outputs) {
      part.type.shape = shape::Shape::Of({shape::Dim(batch), shape::Dim(length), part.type.shape.dims()[2]});
      part.type.strides = {};
      part.type.contiguity = shape::Contiguity::Unknown;
    }
    Rewriter::Arguments arguments(rewriter_.node(parting).arguments.begin(), rewriter_.node(parting).arguments.end());
    std::string op = Text(rewriter_.node(parting).op).str();
    rewriter_.Become(parting, op, std::move(arguments));
  }

  // linear(x.permute(2, 0, 1, 3).contiguous().view(S * B, E)).view(S, B, N).transpose(0, 1): the same rows in the batch's order.
  void OutOf(size_t i) {
    int rows = rewriter_.MadeBy(TensorOf(&rewriter_.node(i).arguments[0]), {"view", "reshape"});
    int copy = rows < 0 ? -1 : rewriter_.MadeBy(TensorOf(&rewriter_.node(rows).arguments[0]), {"contiguous"});
    int order = copy < 0 || rewriter_.node(copy).arguments.size() != 1 ? -1 : rewriter_.MadeBy(TensorOf(&rewriter_.node(copy).arguments[0]), {"permute"});
    ValueNumber product = rewriter_.node(i).outputs[0].value;
    int back = OnlyReader(product, {"view"}), turn = back < 0 ? -1 : OnlyReader(rewriter_.node(back).outputs[0].value, {"transpose", "permute"});
    if (!Orders(order, {2, 0, 1, 3}) || !Orders(turn, {1, 0, 2})) return;
    Sizes heads = ResultSizes(rewriter_.node(order)), flat = ResultSizes(rewriter_.node(rows)), whole = ResultSizes(rewriter_.node(back));
    if (heads.size() != 4 || flat.size() != 2 || whole.size() != 3) return;
    int64_t length = heads[0], batch = heads[1];
    if (flat[0] != length * batch || whole[0] != length || whole[1] != batch) return;
    rewriter_.Applied(kSlug, "heads are joined with the batch first, as they go on", turn, {static_cast<size_t>(turn)}, {"nothing else reads what is in between", "linear works on the last dim alone"});
    std::swap(heads[0], heads[1]);
    Become(order, "torch.Tensor.permute", With(rewriter_.node(order).inputs[0].value, {0, 2, 1, 3}), heads);
    Become(copy, "torch.Tensor.contiguous", With(rewriter_.node(order).outputs[0].value, {}), heads);
    Become(rows, "torch.Tensor.view", With(rewriter_.node(copy).outputs[0].value, flat), flat);
    Sizes joined = {batch, length, whole[2]};
    Become(back, "torch.Tensor.view", With(product, joined), joined);
    rewriter_.Forward(rewriter_.node(turn).outputs[0].value, rewriter_.node(back).outputs[0].value);
    rewriter_.Kill(turn);
  }

  Rewriter rewriter_;
  Aliases aliases_;  // As they were before.
};

}  // namespace

void KeepBatchFirst(Program& program, Log& log) {
  if (HasAny(program, {"linear"})) BatchFirst(program, log).Run();
}

}  // namespace trident::optimize
