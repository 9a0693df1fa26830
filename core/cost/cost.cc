#include "core/cost/cost.h"

#include "core/graph/facts.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringSwitch.h"

#include <array>

namespace trident::cost {

using shape::Dim;

namespace {

enum class Formula : uint8_t { None, Linear, MatMul, AddMM, Conv, ConvTransposed, Attention, Einsum };

Formula FormulaNamed(llvm::StringRef op) {
  return llvm::StringSwitch<Formula>(op.rsplit('.').second)
      .Case("linear", Formula::Linear)
      .Cases("matmul", "mm", "bmm", "mv", "dot", "__matmul__", "__rmatmul__", Formula::MatMul)
      .Cases("addmm", "baddbmm", "addbmm", "addmv", Formula::AddMM)
      .Cases("conv1d", "conv2d", "conv3d", Formula::Conv)
      .Cases("conv_transpose1d", "conv_transpose2d", "conv_transpose3d", Formula::ConvTransposed)
      .Case("scaled_dot_product_attention", Formula::Attention)
      .Case("einsum", Formula::Einsum)
      .Default(Formula::None);
}

// Names are compared once: graphs have as many nodes as they have few operators.
Formula FormulaOf(Symbol op) {
  static thread_local llvm::DenseMap<Symbol, Formula> known;
  auto [formula, added] = known.try_emplace(op);
  if (added) formula->second = FormulaNamed(Text(op));
  return formula->second;
}

Dim ProductOf(llvm::ArrayRef<Dim> dims) { return shape::Product(dims); }

// 2 * (elements of the result) * (length of the contracted axis).
Dim Contraction(const graph::Node& node, unsigned left) {
  if (node.inputs.size() <= left || node.outputs.empty()) return Dim::Unknown();
  llvm::ArrayRef<Dim> dims = node.inputs[left].type.shape.dims();
  if (!node.inputs[left].type.shape.rank_known() || dims.empty()) return Dim::Unknown();
  return Dim(2) * node.outputs[0].type.shape.numel() * dims.back();
}

// einsum of two operands multiplies them as batched matrices when a label is summed over, and element by element when
// none is. With more operands the pairs are taken from the left, as torch does unless opt_einsum is installed.
Dim EinsumFlops(const graph::Node& node) {
  if (node.arguments.empty() || !node.arguments[0].is(graph::Argument::Kind::Str)) return Dim::Unknown();
  std::string equation;
  for (char c : Text(node.arguments[0].symbol())) {
    if (c != ' ') equation += c;
  }
  auto [left, result] = llvm::StringRef(equation).split("->");
  llvm::SmallVector<llvm::StringRef, 4> operands;
  left.split(operands, ',');
  if (operands.size() != node.inputs.size() || equation.find('.') != std::string::npos || equation.find("->") == std::string::npos) return Dim::Unknown();
  std::array<Dim, 128> sizes;
  for (size_t i = 0; i < operands.size(); ++i) {
    llvm::ArrayRef<Dim> dims = node.inputs[i].type.shape.dims();
    if (dims.size() != operands[i].size()) return Dim::Unknown();
    for (size_t k = 0; k < dims.size(); ++k) {
      Dim& size = sizes[operands[i][k] & 127];
      if (size.is_unknown() || size == Dim(1)) size = dims[k];
    }
  }
  Dim total = 0;
  std::string together = operands.empty() ? "" : operands[0].str();
  for (size_t i = 1; i < operands.size(); ++i) {
    std::string needed = result.str();
    for (size_t k = i + 1; k < operands.size(); ++k) needed += operands[k].str();
    bool sums = false;
    Dim work = 2;
    std::string all = together + operands[i].str(), kept;
    for (size_t k = 0; k < all.size(); ++k) {
      if (all.find(all[k]) != k) continue;
      bool shared = llvm::StringRef(together).contains(all[k]) && operands[i].contains(all[k]), stays = llvm::StringRef(needed).contains(all[k]);
      sums |= shared && !stays;
      // A label of one operand alone that is not needed any more is summed before the product.
      if (shared || stays) work = work * sizes[all[k] & 127];
      if (stays) kept += all[k];
    }
    if (sums) total = total + work;
    together = kept;
  }
  return total;
}

Dim NodeFlops(const graph::Node& node) {
  Formula formula = FormulaOf(node.op);
  switch (formula) {
    case Formula::None: return 0;
    case Formula::Linear:
    case Formula::MatMul: return Contraction(node, 0);
    case Formula::AddMM: return Contraction(node, 1);
    case Formula::Conv:
    case Formula::ConvTransposed: {
      if (node.inputs.size() < 2 || node.outputs.empty()) return Dim::Unknown();
      shape::Shape input = node.inputs[0].type.shape, weight = node.inputs[1].type.shape, output = node.outputs[0].type.shape;
      if (!input.rank_known() || !weight.rank_known() || !output.rank_known()) return Dim::Unknown();
      // A transposed convolution visits the input's positions, a plain one the output's.
      shape::Shape visited = formula == Formula::Conv ? output : input;
      unsigned spatial = weight.rank() - 2;
      if (visited.rank() < spatial + 1) return Dim::Unknown();
      Dim batch = visited.rank() == weight.rank() ? visited.dims()[0] : Dim(1);
      return Dim(2) * batch * ProductOf(visited.dims().take_back(spatial)) * ProductOf(weight.dims());
    }
    case Formula::Einsum: return EinsumFlops(node);
    case Formula::Attention: {
      if (node.inputs.size() < 3) return Dim::Unknown();
      shape::Shape query = node.inputs[0].type.shape, key = node.inputs[1].type.shape, value = node.inputs[2].type.shape;
      if (query.rank() < 2 || key.rank() < 2 || value.rank() < 2) return Dim::Unknown();
      Dim heads = ProductOf(query.dims().drop_back(2));
      Dim rows = query.dims()[query.rank() - 2], columns = key.dims()[key.rank() - 2];
      return Dim(2) * heads * rows * columns * (query.dims().back() + value.dims().back());
    }
  }
  return 0;
}

Dim Bytes(llvm::ArrayRef<graph::Use> uses) {
  Dim total = 0;
  for (const graph::Use& use : uses) total = total + use.type.shape.numel() * Dim(shape::ItemSize(use.type.dtype));
  return total;
}

}  // namespace

Cost NodeCost(const graph::Node& node) {
  Cost cost;
  cost.nodes = 1;
  cost.flops = NodeFlops(node);
  if (!graph::RunsNothing(node)) {
    cost.bytes_read = Bytes(node.inputs);
    cost.bytes_written = Bytes(node.outputs);
  }
  cost.uncounted = cost.flops.is_unknown();
  return cost;
}

Flops SumFlops(const graph::Graph& graph, uint32_t first, uint32_t end) {
  // Models repeat the same layers: equal counts are added as numbers, and each symbolic one is multiplied once.
  struct Times {
    int64_t all = 0, attention = 0;
  };
  llvm::MapVector<uint64_t, Times> times;
  for (uint32_t i = first; i < end; ++i) {
    Dim flops = NodeFlops(graph.nodes[i]);
    if (flops.is_unknown() && !flops.bound()) return {flops, flops};
    Times& each = times[flops.raw()];
    ++each.all;
    each.attention += FormulaOf(graph.nodes[i].op) == Formula::Attention;
  }
  Flops total;
  for (auto [raw, count] : times) {
    Dim each = Dim::FromRaw(raw);
    if (each.is_unknown()) {
      total.at_most = true;
      each = Dim(*each.bound());
    }
    total.all = total.all + each * Dim(count.all);
    if (count.attention) total.attention = total.attention + each * Dim(count.attention);
  }
  return total;
}

Cost Sum(const graph::Graph& graph, uint32_t first, uint32_t end) {
  Cost total;
  for (uint32_t i = first; i < end; ++i) {
    Cost cost = NodeCost(graph.nodes[i]);
    total.flops = total.flops + cost.flops;
    total.bytes_read = total.bytes_read + cost.bytes_read;
    total.bytes_written = total.bytes_written + cost.bytes_written;
    total.nodes += 1;
    total.uncounted += cost.uncounted;
  }
  return total;
}

}  // namespace trident::cost
