// Holds the syntax tree of one file as an array of 32-bit words.
//
// A node is a 12-byte header (kind, flags, number of words, start and end byte offset) and then its words: raw
// atoms first, child ids after them (node_kind.def says which). A NodeId is the index of the header. Children are
// stored before their parent, so the nodes of a statement are one contiguous run of words: a node's number
// relative to the first word of its item does not change when other items do.
// Lifetime: immutable once built; owns its memory. Threads: any. Cost: every accessor is O(1).
#pragma once

#include "core/base/check.h"
#include "core/base/symbol.h"

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace trident::parse {

enum class NodeKind : uint8_t {
#define TRIDENT_NODE(Kind, atoms, layout) Kind,
#include "core/parse/node_kind.def"
};

enum class BinaryOp : uint8_t { Add, Sub, Mul, MatMul, Div, Mod, Pow, LShift, RShift, BitOr, BitXor, BitAnd, FloorDiv };
enum class UnaryOp : uint8_t { Invert, Not, UAdd, USub };
enum class CompareOp : uint8_t { Eq, NotEq, Lt, LtE, Gt, GtE, Is, IsNot, In, NotIn };
enum class ParameterKind : uint8_t { PositionalOnly, Normal, VarArgs, KeywordOnly, KwArgs };

// Flags of an FStringText.
inline constexpr uint8_t kRawText = 1;       // No escapes.
inline constexpr uint8_t kVerbatimText = 2;  // The source of a `=` field: no escapes and no doubled braces.
inline constexpr uint8_t kFormatText = 4;    // In a format specification: no doubled braces.

using NodeId = uint32_t;
inline constexpr NodeId kNoNode = 0xFFFFFFFFu;

const char* NodeKindName(NodeKind kind);
inline constexpr uint8_t kAtomCounts[] = {
#define TRIDENT_NODE(Kind, atoms, layout) atoms,
#include "core/parse/node_kind.def"
};
// Number of raw words before the children of a node of this kind.
inline unsigned AtomCount(NodeKind kind) { return kAtomCounts[static_cast<unsigned>(kind)]; }
// How many of those are symbols; the others, behind them, are byte offsets.
inline unsigned SymbolCount(NodeKind kind) {
  if (kind == NodeKind::FunctionDef || kind == NodeKind::ClassDef) return 1;
  return kind == NodeKind::FormattedValue ? 0 : AtomCount(kind);
}
// Whether the child at `index` of such a node is what it assigns to.
bool IsTarget(NodeKind kind, size_t index);

struct NodeHeader {
  NodeKind kind;
  uint8_t flags;
  uint16_t word_count;  // kManyWords: the true count is the first word after the header.
  uint32_t start;       // Byte offsets into the file's text, [start, end).
  uint32_t end;
};
static_assert(sizeof(NodeHeader) == 12, "the tree's memory budget: three words a leaf");

class Tree {
 public:
  static constexpr unsigned kHeaderWords = 3;
  static constexpr uint16_t kManyWords = 0xFFFF;

  NodeId root() const { return root_; }
  const NodeHeader& header(NodeId node) const {
    DCHECK(node + kHeaderWords <= words_.size());
    return *reinterpret_cast<const NodeHeader*>(words_.data() + node);
  }
  NodeKind kind(NodeId node) const { return header(node).kind; }
  uint8_t flags(NodeId node) const { return header(node).flags; }
  uint32_t start(NodeId node) const { return header(node).start; }
  uint32_t end(NodeId node) const { return header(node).end; }

  // Atoms and children together.
  llvm::ArrayRef<uint32_t> words(NodeId node) const {
    const NodeHeader& h = header(node);
    const uint32_t* first = words_.data() + node + kHeaderWords;
    return h.word_count == kManyWords ? llvm::ArrayRef<uint32_t>(first + 1, *first) : llvm::ArrayRef<uint32_t>(first, h.word_count);
  }
  uint32_t atom(NodeId node, unsigned i) const {
    return words_[node + kHeaderWords + i];
  }  // Kinds with atoms never have kManyWords... except through words().
  Symbol symbol(NodeId node, unsigned i = 0) const { return Symbol(words(node)[i]); }
  // Where the next node begins, or the tree ends.
  NodeId Behind(NodeId node) const { return static_cast<NodeId>(words(node).end() - words_.data()); }
  llvm::ArrayRef<NodeId> children(NodeId node) const { return words(node).drop_front(AtomCount(kind(node))); }
  NodeId child(NodeId node, unsigned i) const { return children(node)[i]; }

  // The memory the tree owns, in bytes.
  size_t bytes() const { return words_.capacity() * sizeof(uint32_t); }
  size_t word_size() const { return words_.size(); }

  // The tree of a text in which a part takes the place of another: the nodes of `part` but its root that of as many words
  // from `first` on. The part begins at the byte `start`; what stands behind it moves by `grown`, modulo 2^32.
  Tree With(const Tree& part, NodeId first, uint32_t start, uint32_t grown) const;

 private:
  // Moves a node's offsets, and the numbers of its children; gives the next node.
  NodeId Move(NodeId node, uint32_t offset, NodeId number);

  friend class TreeBuilder;
  std::vector<uint32_t> words_;
  NodeId root_ = kNoNode;
};

}  // namespace trident::parse
