#include "core/parse/tree.h"

#include <iterator>

namespace trident::parse {
namespace {

constexpr const char* kNames[] = {
#define TRIDENT_NODE(Kind, atoms, layout) #Kind,
#include "core/parse/node_kind.def"
};

}  // namespace

const char* NodeKindName(NodeKind kind) { return kNames[static_cast<unsigned>(kind)]; }

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
