// What a kernel loads and multiplies, noted while it is visited: the input of the estimates of resources.h.
#include "core/kernel/rules.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::kernel {

using parse::NodeId;
using parse::NodeKind;

bool Interp::InLoop() const {
  for (const Frame* frame = frame_; frame; frame = frame->parent) {
    if (frame->loops > 0) return true;
  }
  return false;
}

void Interp::NoteLoad(const Value& value, bool descriptor, bool aligned) {
  std::optional<int64_t> count = value.type.shape.numel().value();
  if (!count || value.type.scalar == Scalar::Unknown || !value.type.is_block()) return;
  loaded_[value.id] = {value.id, InLoop(), descriptor, aligned, *count * Bytes(value.type.scalar)};
}

void Interp::NoteSame(const Value& from, const Value& to) {
  if (auto found = loaded_.find(from.id); found != loaded_.end() && from.id != 0) {
    Loaded loaded = found->second;
    loaded_[to.id] = loaded;
  }
}

void Interp::NoteProduct(const Value& a, const Value& b) {
  Product product;
  product.scalar = a.type.scalar;
  unsigned rank = a.type.shape.rank_known() ? a.type.shape.rank() : 0;
  std::optional<int64_t> rows = rank >= 2 ? a.type.shape.dims()[rank - 2].value() : std::nullopt;
  std::optional<int64_t> columns = b.type.shape.rank_known() && b.type.shape.rank() == rank && rank >= 2 ? b.type.shape.dims()[rank - 1].value() : std::nullopt;
  if (!rows || !columns) return;
  product.rows = *rows;
  product.columns = *columns;
  product.in_loop = InLoop();
  found_.workload.products.push_back(product);
  for (const Value* side : {&a, &b}) {
    auto found = loaded_.find(side->id);
    if (found == loaded_.end() || !fed_.insert(found->second.id).second) continue;
    found_.workload.operands.push_back({found->second.bytes, found->second.in_loop && product.in_loop, found->second.descriptor, found->second.aligned});
  }
}

void Interp::NoteStore(const Value& value, Scalar element) {
  std::optional<int64_t> count = value.type.shape.numel().value();
  for (const Product& product : found_.workload.products) {
    if (count && *count == product.rows * product.columns) found_.workload.stored_bytes = std::max<int64_t>(found_.workload.stored_bytes, Bytes(element));
  }
}

Spread Interp::SpreadOf(const shape::Shape& shape) const {
  auto found = spreads_.find(shape.raw());
  // Without an access of its own a block lies as blocks lie by default.
  return found != spreads_.end() ? found->second : Spread{shape.rank() - 1, 1};
}

void Interp::NoteSpread(const Value& pointer, const Value* stored, const Access& access) {
  std::optional<int64_t> count = pointer.type.shape.numel().value();
  if (!count) {
    found_.workload.opaque = true;
    return;
  }
  auto [slot, added] = spreads_.try_emplace(pointer.type.shape.raw(), Spread{access.fastest, access.elements});
  if (added) return;
  if (slot->second.fastest == access.fastest) {
    slot->second.elements = std::max(slot->second.elements, access.elements);
  } else if (stored && stored->type.is_block()) {
    // Threads hold rows and write columns: the whole block goes through shared memory.
    found_.workload.scratch = std::max<int64_t>(found_.workload.scratch, *count * Bytes(stored->type.scalar));
  }
}

void Interp::NoteExchange(const Site& site, const Value& out) {
  const Rule& rule = site.rule;
  if (!launched_ || silent() || !site.at(0).is(Kind::Tensor)) return;
  bool plain = rule.apply == &Sum || rule.apply == &MaxMin || rule.apply == &IntReduce || rule.apply == &Reduce;
  bool scan = rule.apply == &Cumulative || rule.apply == &Scan, softmax = rule.apply == &Softmax;
  if (!plain && !scan && !softmax) {
    // Blocks that change their shape or order: what that takes is not known.
    bool moves = rule.apply == &ArgMaxMin || rule.apply == &Sort || rule.apply == &Topk || rule.apply == &Histogram || rule.apply == &Gather || rule.apply == &Flip ||
                 rule.apply == &Reshape || rule.apply == &Trans || rule.apply == &Permute || rule.apply == &JoinRule || rule.apply == &Cat || rule.apply == &Interleave;
    found_.workload.opaque |= moves;
    return;
  }
  if (!out.is(Kind::Tensor)) {
    found_.workload.opaque = true;
    return;
  }
  Value input = site.at(0);
  input.type.scalar = out.type.scalar;
  bool whole = !softmax && !scan && (!site.given(1) || site.at(1).none());
  std::optional<int64_t> axis = whole ? std::nullopt : site.given(1) ? site.at(1).AsInt() : std::optional<int64_t>(0);
  if (!whole && !axis) {
    found_.workload.opaque = true;
    return;
  }
  NoteReduction(input, axis, scan);
}

void Interp::NoteReduction(const Value& input, std::optional<int64_t> axis, bool scan) {
  const shape::Shape& shape = input.type.shape;
  if (!shape.rank_known() || shape.rank() == 0 || !shape.numel().is_constant() || Bytes(input.type.scalar) == 0) {
    found_.workload.opaque = true;
    return;
  }
  llvm::SmallVector<int64_t, 4> sizes;
  for (shape::Dim dim : shape.dims()) sizes.push_back(dim.constant());
  Spread spread = SpreadOf(shape);
  if (!axis) {
    // All dims are one.
    sizes = {shape.numel().constant()};
    spread.fastest = 0;
  }
  if (axis && *axis < 0) *axis += shape.rank();
  if (axis && (*axis < 0 || *axis >= shape.rank())) return;
  unsigned along = axis.value_or(0);
  int64_t bytes = Bytes(input.type.scalar);
  int64_t needed = scan ? ScanBytes(sizes, along, spread, warps_, bytes) : ReductionBytes(sizes, along, spread, warps_, bytes);
  // What is left of a block lies along some threads only, and is spread over all of them to be stored.
  if (!scan && sizes.size() > 1) needed = std::max(needed, shape.numel().constant() / sizes[along] * bytes);
  found_.workload.scratch = std::max(found_.workload.scratch, needed);
}

// The end of the last text that reads each name; one that a loop reads is needed until the loop ends.
static void NoteUses(const parse::Tree& tree, NodeId node, uint32_t until, llvm::DenseMap<Symbol, uint32_t>& last_use) {
  if (tree.kind(node) == NodeKind::For || tree.kind(node) == NodeKind::While) until = std::max(until, tree.end(node));
  if (tree.kind(node) == NodeKind::Name) {
    uint32_t& last = last_use[tree.symbol(node)];
    last = std::max(last, std::max(until, tree.end(node)));
  }
  for (NodeId child : tree.children(node)) {
    if (child != parse::kNoNode) NoteUses(tree, child, until, last_use);
  }
}

void Interp::NoteLive(NodeId statement, Symbol name) {
  if (!launched_ || frame_->parent || silent()) return;
  if (last_use_.empty()) {
    NoteUses(tree(), tree().child(frame_->function->node, 1), 0, last_use_);
  }
  llvm::SmallVector<uint32_t, 16> seen;
  int64_t bytes = 0;
  for (const auto& [each, value] : frame_->locals) {
    bool number = value.is(Kind::Tensor) && value.type.pointer == Pointer::No && IsFloat(value.type.scalar) && value.type.is_block();
    if (!number || llvm::is_contained(seen, value.id)) continue;
    auto last = last_use_.find(each);
    if (each != name && (last == last_use_.end() || last->second <= tree().end(statement))) continue;
    std::optional<int64_t> count = value.type.shape.numel().value();
    if (!count) continue;
    seen.push_back(value.id);
    bytes += *count * Bytes(value.type.scalar);
  }
  found_.workload.live_bytes = std::max(found_.workload.live_bytes, bytes);
}

}  // namespace trident::kernel
