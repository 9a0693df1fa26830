// What a kernel loads and multiplies, noted while it is visited: the input of the estimates of resources.h.
#include "core/kernel/interp.h"

namespace trident::kernel {

bool Interp::InLoop() const {
  for (const Frame* frame = frame_; frame; frame = frame->parent) {
    if (frame->loops > 0) return true;
  }
  return false;
}

void Interp::NoteLoad(const Value& value, bool descriptor) {
  std::optional<int64_t> count = value.type.shape.numel().value();
  if (!count || value.type.scalar == Scalar::Unknown || !value.type.is_block()) return;
  loaded_[value.id] = {value.id, InLoop(), descriptor, *count * Bytes(value.type.scalar)};
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
  workload_.products.push_back(product);
  for (const Value* side : {&a, &b}) {
    auto found = loaded_.find(side->id);
    if (found == loaded_.end() || !fed_.insert(found->second.id).second) continue;
    workload_.operands.push_back({found->second.bytes, found->second.in_loop && product.in_loop, found->second.descriptor});
  }
}

void Interp::NoteStore(const Value& value, Scalar element) {
  std::optional<int64_t> count = value.type.shape.numel().value();
  for (const Product& product : workload_.products) {
    if (count && *count == product.rows * product.columns) workload_.stored_bytes = std::max<int64_t>(workload_.stored_bytes, Bytes(element));
  }
}

}  // namespace trident::kernel
