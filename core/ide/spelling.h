// Writes the operator that a rewrite leaves as an expression of the user's source, in the user's own words.
//
// A tensor or a number is written as the expression that the replaced operators were given. Internal to core/ide.
// Lifetime: what it refers to must outlive it. Threads: pure.
#pragma once

#include "core/eval/eval.h"
#include "core/optimize/rewriter.h"

namespace trident::ide {

// Where a node of the graph stands in the script: the operator itself, or the call of the module that it is part of.
// Nothing for what runs elsewhere.
std::optional<std::pair<uint32_t, uint32_t>> PlaceInScript(const graph::Graph& graph, const graph::Node& node, const eval::Unit& script);

class Speller {
 public:
  // `nodes`: the operators that vanish and the one that is replaced, as they were.
  Speller(const graph::Graph& graph, const eval::Unit& script, const optimize::Rewrite& rewrite, std::vector<const graph::Node*> nodes)
      : graph_(graph), script_(script), tree_(script.tree()), rewrite_(rewrite), nodes_(std::move(nodes)) {}

  // The call; nothing when some part of it has no name at its place.
  std::optional<std::string> Call();
  // The same with an argument on each line.
  std::string Wrapped(llvm::StringRef indentation) const;
  // How the operator is called in this file: "F.silu".
  const std::string& callee() const { return callee_; }
  // The expressions that the call repeats, by their ranges.
  const std::vector<std::pair<uint32_t, uint32_t>>& repeated() const { return repeated_; }

 private:
  struct Text {
    std::string text;
    uint32_t start = 0, end = 0;  // Where it is from; equal when it is from nowhere.
    bool primary = true;  // May stand before `.name` or behind `~` without parentheses.
  };
  std::optional<std::string> NameOf(llvm::StringRef op) const;
  std::vector<Text> OperandsThat(llvm::function_ref<bool(const graph::Argument&)> wanted, llvm::function_ref<bool(const graph::Node&)> from) const;
  std::optional<Text> TheOne(const std::vector<Text>& texts);
  parse::NodeId Operand(const graph::Node& node, unsigned position, llvm::StringRef keyword) const;
  std::optional<Text> Tensor(graph::ValueNumber value);
  std::optional<Text> Inserted(const graph::Node& node);
  std::optional<std::string> Argument(llvm::ArrayRef<graph::Argument> arguments, size_t at);
  std::optional<std::string> Number(double number);
  bool AddAttention();
  std::optional<std::string> Dropout() const;
  Text TextOf(parse::NodeId node) const;
  bool IsModule(parse::NodeId node) const;

  const graph::Graph& graph_;
  const eval::Unit& script_;
  const parse::Tree& tree_;
  const optimize::Rewrite& rewrite_;
  std::vector<const graph::Node*> nodes_;
  std::string callee_;
  std::vector<std::string> arguments_;
  std::vector<std::pair<uint32_t, uint32_t>> repeated_;
};

}  // namespace trident::ide
