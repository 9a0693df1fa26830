#include "core/codegen/codegen.h"

namespace trident::codegen {

std::string Emit(const graph::Graph& graph, uint32_t first, uint32_t end) {
  graph::Graph part;
  part.scopes = graph.scopes;
  part.nodes.assign(graph.nodes.begin() + first, graph.nodes.begin() + end);
  return part.ToString();
}

}  // namespace trident::codegen
