// Turns a size of a tensor into the place that decided it, by walking the tensor graph back. Internal to core/ide.
//
// A size comes from the operator whose inputs do not have it; where that operator is a layer's, from the layer's
// construction. Threads: pure. Cost: building is one pass over the graph; a question is a walk along one chain.
#pragma once

#include "core/eval/eval.h"
#include "core/ide/ide.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace trident::ide {

class Origins {
 public:
  Origins(const eval::Outcome& outcome, const eval::Unit& script);

  // The value that an expression of the script was when it was last evaluated, or kNoValue.
  graph::Use ValueOf(parse::NodeId expression) const;
  // The value that a binding gave its name: that of the assigned expression, or the argument of a parameter.
  graph::Use ValueOf(const eval::Binding& binding) const;

  // One entry for each distinct size of the value, in the order of its axes.
  std::vector<SizeOrigin> Of(const graph::Use& value) const;
  std::optional<SizeOrigin> Of(const graph::Use& value, unsigned axis) const;

 private:
  const eval::Unit* UnitOf(uint32_t file) const;
  std::optional<uint32_t> Producer(graph::ValueNumber value) const;
  graph::Use Input(const graph::Node& node, unsigned axis, shape::Dim dim, unsigned& input_axis) const;
  std::optional<SizeOrigin> Describe(const graph::Node& node, shape::Dim dim) const;
  std::optional<SizeOrigin> Construction(const graph::Node& node) const;
  std::optional<SizeOrigin> Argument(shape::Dim dim) const;

  const eval::Outcome& outcome_;
  const eval::Unit& script_;
  uint32_t file_ = graph::kNoUnit;  // Of the script, in the graph.
  std::vector<const eval::Unit*> units_;                            // Parallel to Graph::files.
  llvm::DenseMap<graph::ValueNumber, uint32_t> producers_;  // Value -> node.
  llvm::DenseSet<graph::ValueNumber> states_;               // Parameters and buffers.
};

}  // namespace trident::ide
