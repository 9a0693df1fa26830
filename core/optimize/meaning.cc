#include "core/optimize/meaning.h"

#include "core/optimize/rewriter.h"

#include <cmath>

namespace trident::optimize {

using graph::Argument;
using graph::Node;
using Kind = Argument::Kind;

namespace {

class Meaning {
 public:
  // Values that nobody makes are told apart by what they are, not by their numbers.
  void Name(ValueNumber value, llvm::StringRef kind, llvm::StringRef name) { values_[value] = Combine(FingerprintOf(kind), FingerprintOf(name)); }

  void Add(const Node& node) {
    Fingerprint print = FingerprintOf(Text(node.op));
    for (size_t i = 0; i < node.arguments.size(); ++i) {
      if (node.arguments[i].count == 0 && IsDefault(node, node.arguments[i])) continue;
      print = Combine(print, Of(node.arguments[i]));
    }
    for (size_t i = 0; i < node.outputs.size(); ++i) values_[node.outputs[i].value] = Combine(print, i);
  }

  Fingerprint Of(const Argument& argument) const {
    Fingerprint print = Combine(FingerprintOf(argument.keyword.valid() ? Text(argument.keyword) : llvm::StringRef()), (static_cast<uint64_t>(argument.kind) << 32) + argument.count);
    switch (argument.kind) {
      case Kind::Tensor: {
        auto found = values_.find(argument.value());
        return Combine(print, found == values_.end() ? FingerprintOf("unknown") : found->second);
      }
      case Kind::Int: return Combine(print, FingerprintOf(argument.dim().ToString()));
      case Kind::Str:
      case Kind::Device:
      case Kind::Name: return Combine(print, FingerprintOf(Text(argument.symbol())));
      default: return Combine(print, argument.bits);
    }
  }

 private:
  // What an operator that the optimiser writes would do anyway.
  static bool IsDefault(const Node& node, const Argument& argument) {
    if (!argument.keyword.valid()) return false;
    llvm::StringRef keyword = Text(argument.keyword);
    if (argument.is(Kind::None)) return true;
    if (graph::ShortName(node.op) != "scaled_dot_product_attention") return false;
    if (keyword == "dropout_p") return NumberOf(&argument) == 0.0;
    if (keyword == "is_causal") return argument.is(Kind::Bool) && !argument.truth();
    if (keyword != "scale" || node.inputs.empty() || node.inputs[0].type.shape.rank() == 0) return false;
    std::optional<int64_t> width = node.inputs[0].type.shape.dims().back().value();
    std::optional<double> scale = NumberOf(&argument);
    return width && scale && std::fabs(*scale * std::sqrt(static_cast<double>(*width)) - 1) < 1e-6;
  }

  llvm::DenseMap<ValueNumber, Fingerprint> values_;
};

// From the last to the first, so that what is equal to a value that goes too reads on.
void Drop(Program& program, const Equals& same, Log& log) {
  if (same.empty()) return;
  Rewriter rewriter(program, log);
  for (size_t i = rewriter.size(); i-- > 0;) {
    const Node& node = rewriter.node(i);
    auto found = node.outputs.size() == 1 ? same.find(node.outputs[0].value) : same.end();
    if (found == same.end()) continue;
    rewriter.Forward(found->first, found->second);
    rewriter.Kill(i);
  }
  rewriter.Finish();
}

}  // namespace

std::optional<Fingerprint> MeaningOf(const graph::Graph& graph, const graph::Entry& entry, const Equals& same) {
  for (const Argument& argument : entry.output) {
    if (argument.is(Kind::Unknown)) return std::nullopt;
  }
  Program program = Recorded(graph, entry);
  Log log;
  Drop(program, same, log);
  FuseSpelledOut(program, log);
  FuseAttention(program, log);
  Meaning meaning;
  for (uint32_t i = 0; i < entry.first_node; ++i) meaning.Add(graph.nodes[i]);
  for (const graph::State& state : entry.state) meaning.Name(state.value, "state", state.path);
  unsigned inputs = 0;
  for (const Argument& argument : entry.inputs) {
    if (argument.is(Kind::Tensor)) meaning.Name(argument.value(), "input", std::to_string(inputs++));
  }
  for (const Node& node : program.nodes) meaning.Add(node);
  Fingerprint print;
  for (const Argument& argument : program.entry.output) print = Combine(print, meaning.Of(argument));
  return print;
}

}  // namespace trident::optimize
