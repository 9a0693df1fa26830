#include "core/graph/graph.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

namespace trident::graph {

std::string Graph::ToString() const {
  std::string text;
  llvm::raw_string_ostream out(text);
  for (const Node& node : nodes) {
    std::string left;
    for (const Use& use : node.outputs) {
      left += (left.empty() ? "%" : ", %") + std::to_string(use.value) + ": " + use.type.ToString();
    }
    out << left << " = " << Text(node.op) << '(';
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      out << (i ? ", " : "") << '%' << node.inputs[i].value << ": " << node.inputs[i].type.ToString();
    }
    out << ')';
    const Scope& scope = scopes[node.scope];
    if (scope.class_name.valid()) {
      out << "  # " << (scope.path.empty() ? Text(scope.class_name) : llvm::StringRef(scope.path));
    }
    out << '\n';
  }
  return text;
}

}  // namespace trident::graph
