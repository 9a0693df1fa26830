#include "core/parse/tree.h"

#include <iterator>

namespace trident::parse {
namespace {

struct KindFacts {
  const char* name;
  unsigned atoms;
};
constexpr KindFacts kKinds[] = {
#define TRIDENT_NODE(Kind, atoms, layout) {#Kind, atoms},
#include "core/parse/node_kind.def"
};

}  // namespace

const char* NodeKindName(NodeKind kind) { return kKinds[static_cast<unsigned>(kind)].name; }
unsigned AtomCount(NodeKind kind) { return kKinds[static_cast<unsigned>(kind)].atoms; }

bool IsTarget(NodeKind kind, size_t index) {
  switch (kind) {
    case NodeKind::Assign: return index > 0;
    case NodeKind::WithItem: return index == 1;
    case NodeKind::AugAssign:
    case NodeKind::AnnAssign:
    case NodeKind::For:
    case NodeKind::NamedExpr: return index == 0;
    default: return false;
  }
}

}  // namespace trident::parse
