// Warnings about losses that are given scores where they take probabilities, or the other way round.
#include "core/eval/interp.h"

#include "core/graph/facts.h"

#include "llvm/ADT/StringSwitch.h"

namespace trident::eval {

namespace {

// What the numbers of a tensor are, told by the operator that made it.
enum class Numbers : uint8_t { Any, Softmax, Sigmoid, Logs, Scores };

Numbers NumbersOf(llvm::StringRef op) {
  return llvm::StringSwitch<Numbers>(op)
      .Cases("softmax", "softmin", Numbers::Softmax)
      .Cases("sigmoid", "sigmoid_", Numbers::Sigmoid)
      .Cases("log_softmax", "logsigmoid", Numbers::Logs)
      .Cases("linear", "conv1d", "conv2d", "conv3d", Numbers::Scores)
      .Default(Numbers::Any);
}

// The same numbers, or some of them.
bool KeepsNumbers(llvm::StringRef op) {
  return llvm::StringSwitch<bool>(op)
      .Cases("squeeze", "unsqueeze", "view", "reshape", "flatten", "squeeze_", "unsqueeze_", "view_as", "reshape_as", true)
      .Cases("permute", "transpose", "movedim", "t", "T", "contiguous", "expand", "__getitem__", "select", "narrow", true)
      .Cases("float", "double", "half", "to", "clone", "detach", "cpu", "cuda", true)
      .Default(false);
}

const char* WhatIsWrong(llvm::StringRef loss, Numbers input) {
  bool probabilities = input == Numbers::Softmax || input == Numbers::Sigmoid;
  if (loss == "binary_cross_entropy_with_logits" && input != Numbers::Any && input != Numbers::Scores) return " applies sigmoid itself; its input has been through %s already";
  if (loss == "binary_cross_entropy" && input == Numbers::Logs) return " takes probabilities; its input has been through %s, which gives logarithms";
  if (loss == "binary_cross_entropy" && input == Numbers::Scores) return " takes probabilities; its input comes from %s and is not between 0 and 1: use binary_cross_entropy_with_logits";
  bool takes_logs = loss == "nll_loss" || loss == "ctc_loss";
  if (takes_logs && probabilities) return " takes logarithms of probabilities; its input has been through %s: use log_softmax";
  if (takes_logs && input == Numbers::Scores) return " takes logarithms of probabilities; its input comes from %s: use log_softmax first";
  if (loss == "kl_div" && probabilities) return " takes logarithms of probabilities as its input, which has been through %s: use log_softmax";
  return nullptr;
}

}  // namespace

// The operator that made what a tensor holds, through those that only arrange it; nothing when it is not among the last ones.
llvm::StringRef Interp::MakerOf(const TensorObj* tensor) {
  constexpr size_t kWindow = 64;
  const std::vector<graph::Node>& nodes = outcome_.graph.nodes;
  graph::ValueNumber value = tensor->node;
  for (size_t i = nodes.size(); i-- > 0 && i + kWindow >= nodes.size();) {
    const graph::Node& node = nodes[i];
    if (llvm::none_of(node.outputs, [&](const graph::Use& use) { return use.value == value; })) continue;
    oldest_asked_ = std::min(oldest_asked_, i);
    llvm::StringRef name = graph::ShortName(node.op);
    if (!KeepsNumbers(name) || node.inputs.empty()) return name;
    value = node.inputs[0].value;
  }
  // What made it lies before the call that asks, perhaps.
  oldest_asked_ = 0;
  return {};
}

void Interp::WarnOfLoss(llvm::StringRef loss, llvm::ArrayRef<Value> inputs, const Args& args) {
  auto* input = As<TensorObj>(inputs[0]);
  llvm::StringRef maker = MakerOf(input);
  if (loss == "cross_entropy") {
    if (NumbersOf(maker) == Numbers::Softmax) WarnHere("softmax-cross-entropy", "cross_entropy applies log_softmax itself; its input has been through " + maker.str() + " already", input);
    return;
  }
  if (const char* wrong = WhatIsWrong(loss, NumbersOf(maker))) {
    auto [before, after] = llvm::StringRef(wrong).split("%s");
    return WarnHere("loss-activation", (loss + before + maker + after).str(), input);
  }
  const Value* named = args.Keyword(Intern("target"));
  const Value& given = named ? *named : inputs.size() > 1 ? inputs[1] : inputs[0];
  if (loss != "kl_div" || &given == &inputs[0] || !given.is(Kind::Tensor)) return;
  const Value* log_target = args.Keyword(Intern("log_target"));
  Tri logs = log_target ? Truth(*log_target) : Tri::False;
  auto* target = As<TensorObj>(given);
  llvm::StringRef made = MakerOf(target);
  Numbers numbers = NumbersOf(made);
  if (logs == Tri::False && numbers == Numbers::Logs) {
    WarnHere("loss-activation", "kl_div takes probabilities as its target, which has been through " + made.str() + ": give it log_target=True", target);
  } else if (logs == Tri::True && (numbers == Numbers::Softmax || numbers == Numbers::Sigmoid)) {
    WarnHere("loss-activation", "kl_div with log_target=True takes logarithms as its target, which has been through " + made.str(), target);
  }
}

}  // namespace trident::eval
