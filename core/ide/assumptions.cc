#include "core/ide/assumptions.h"

#include "core/ops/ops.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::ide {

using Kind = graph::Argument::Kind;

namespace {

// The arguments of a node as its operator takes them.
class Reader {
 public:
  explicit Reader(const graph::Node& node) : node_(node) {}

  std::vector<ops::Argument> Read() {
    std::vector<ops::Argument> arguments;
    while (at_ < node_.arguments.size()) {
      Symbol keyword = node_.arguments[at_].keyword;
      arguments.push_back({keyword.valid() ? Text(keyword) : llvm::StringRef(), Next()});
    }
    return arguments;
  }

 private:
  ops::Value Next() {
    const graph::Argument& argument = node_.arguments[at_++];
    switch (argument.kind) {
      case Kind::None: return ops::Value::MakeNone();
      case Kind::Bool: return ops::Value::MakeBool(argument.truth());
      case Kind::Int: return ops::Value::MakeInt(argument.dim());
      case Kind::Float: return ops::Value::MakeFloat(argument.number());
      case Kind::DType: return ops::Value::MakeDType(argument.dtype());
      case Kind::Tensor: return tensor_ < node_.inputs.size() ? ops::Value::MakeTensor(node_.inputs[tensor_++].type) : ops::Value::MakeUnknown();
      case Kind::Tuple:
      case Kind::List: {
        std::vector<ops::Value> elements;
        for (uint32_t i = 0; i < argument.count; ++i) elements.push_back(Next());
        return argument.is(Kind::Tuple) ? ops::Value::MakeTuple(std::move(elements)) : ops::Value::MakeList(std::move(elements));
      }
      default:
        for (uint32_t i = 0; i < argument.count; ++i) Next();
        return ops::Value::MakeUnknown();
    }
  }

  const graph::Node& node_;
  size_t at_ = 0, tensor_ = 0;
};

}  // namespace

std::vector<std::string> AssumptionsBetween(const eval::Outcome& outcome, const eval::Unit& script, uint32_t start, uint32_t end) {
  std::vector<std::string> texts;
  const graph::Graph& graph = outcome.graph;
  for (const graph::Node& node : graph.nodes) {
    bool inside = node.unit < graph.files.size() && start <= node.start && node.end <= end && graph.files[node.unit] == script.path;
    ops::OpId op = inside ? ops::Find(Text(node.op)) : ops::kNoOp;
    if (op == ops::kNoOp) continue;
    for (const ops::Assumption& assumption : ops::Call(op, Reader(node).Read()).assumptions) {
      // That a size is not 1 goes without saying.
      if (assumption.kind == ops::Assumption::Kind::Differs) continue;
      std::string text = assumption.ToString();
      if (!llvm::is_contained(texts, text)) texts.push_back(std::move(text));
    }
  }
  return texts;
}

}  // namespace trident::ide
