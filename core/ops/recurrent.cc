// Rules of the recurrent kernels of torch: whole layers over a sequence, and single cells.
//
// Source: the schemas of torch.lstm, torch.gru, torch.rnn_tanh and their cells.
#include "core/ops/rule.h"

namespace trident::ops {
namespace {

Dim LastOf(const TensorType& type) { return Known(type) && Rank(type) > 0 ? DimsOf(type).back() : Dim::Unknown(); }

// [..., features] with as many features as all directions give.
TensorType OutputOf(Bound& call, const TensorType& input, const TensorType& state) {
  std::optional<bool> both_ways = call.Bool("bidirectional");
  if (!Known(input) || Rank(input) == 0) {
    return Typed(Shape(), input.dtype);
  }
  Dims dims = Copy(input);
  dims.back() = both_ways ? LastOf(state) * Dim(*both_ways ? 2 : 1) : Dim::Unknown();
  return Typed(dims, input.dtype);
}

// The second overload is of a packed sequence: its data, and the batch size of each step.
llvm::StringRef InputParam(Bound& call) { return call.overload() == 0 ? "input" : "data"; }

bool CheckInput(Bound& call) { return call.overload() == 0 ? call.CheckRank("input", 3) : call.CheckRank("data", 2); }

Result Lstm(Bound& call) {
  TensorType input = call.Tensor(InputParam(call));
  std::optional<std::vector<TensorType>> states = call.Tensors("hx");
  if (states && states->size() != 2) {
    return call.Fail("argument-length", Join(call.name(), " needs two states `hx`, the hidden and the cell state, got ", states->size()), "hx");
  }
  TensorType unknown = Typed(Shape(), input.dtype);
  if (!CheckInput(call) || !states) {
    return call.ReturnTuple({unknown, unknown, unknown});
  }
  return call.ReturnTuple({OutputOf(call, input, (*states)[0]), (*states)[0], (*states)[1]});
}

Result Recurrent(Bound& call) {
  TensorType input = call.Tensor(InputParam(call)), state = call.Tensor("hx");
  CheckInput(call);
  return call.ReturnTuple({OutputOf(call, input, state), state});
}

bool CheckWeight(Bound& call, const TensorType& type, llvm::StringRef of, llvm::StringRef weight_param) {
  TensorType weight = call.Tensor(weight_param);
  if (!call.CheckRank(weight_param, 2) || !Known(weight) || !Known(type)) {
    return true;
  }
  if (ProvablyDifferent(LastOf(type), DimsOf(weight)[1])) {
    call.Fail("linear-in-features", Join(call.name(), " has a weight for ", DimsOf(weight)[1], " features, `", of, "` has ", LastOf(type)), weight_param,
              {LastOf(type), DimsOf(weight)[1]});
    return false;
  }
  return true;
}

Result LstmCell(Bound& call) {
  TensorType input = call.Tensor("input");
  std::optional<std::vector<TensorType>> states = call.Tensors("hx");
  CheckWeight(call, input, "input", "w_ih");
  if (!states || states->size() != 2) {
    TensorType unknown = Typed(Shape(), input.dtype);
    return call.ReturnTuple({unknown, unknown});
  }
  CheckWeight(call, (*states)[0], "hx", "w_hh");
  return call.ReturnTuple({(*states)[0], (*states)[1]});
}

Result Cell(Bound& call) {
  TensorType state = call.Tensor("hx");
  CheckWeight(call, call.Tensor("input"), "input", "w_ih");
  CheckWeight(call, state, "hx", "w_hh");
  return call.Return(state.shape, state.dtype);
}

#define TRIDENT_LAYERS "bool has_biases, int num_layers, float dropout, bool train, bool bidirectional"
#define TRIDENT_CELL "Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None"

constexpr Op kOps[] = {
    {"xv", "torch.lstm torch._VF.lstm",
     "Tensor input, Tensor[] hx, Tensor[] params, " TRIDENT_LAYERS ", bool batch_first | "
     "Tensor data, Tensor batch_sizes, Tensor[] hx, Tensor[] params, " TRIDENT_LAYERS,
     Lstm},
    {"xv", "torch.gru torch._VF.gru torch.rnn_tanh torch._VF.rnn_tanh torch.rnn_relu torch._VF.rnn_relu",
     "Tensor input, Tensor hx, Tensor[] params, " TRIDENT_LAYERS ", bool batch_first | "
     "Tensor data, Tensor batch_sizes, Tensor hx, Tensor[] params, " TRIDENT_LAYERS,
     Recurrent},
    {"x", "torch.lstm_cell torch._VF.lstm_cell", "Tensor input, Tensor[] hx, " TRIDENT_CELL, LstmCell},
    {"x", "torch.gru_cell torch._VF.gru_cell torch.rnn_tanh_cell torch._VF.rnn_tanh_cell torch.rnn_relu_cell torch._VF.rnn_relu_cell",
     "Tensor input, Tensor hx, " TRIDENT_CELL, Cell},
};

}  // namespace

llvm::ArrayRef<Op> RecurrentOps() { return kOps; }

}  // namespace trident::ops
