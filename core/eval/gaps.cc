// Where knowledge was lost, why, and what depends on it.
//
// An unknown value carries the number of the gap it came from; what is made of it carries the same number, so that the
// names that end unknown are counted at the place where the first value was lost.
#include "core/eval/interp.h"

namespace trident::eval {

Value Interp::Lost(llvm::StringRef reason) {
  Value value = Value::Unknown(reason);
  Place place = Here();
  if (!place.unit || place.node == parse::kNoNode) return value;
  uint32_t slot = GapAt(place, value.symbol());
  if (piece_) {
    Loss loss = {place.unit, place.node, value.symbol(), parse::kNoNode, {}};
    NoteLoss(loss);
    gap_pieces_.resize(gaps_.size());
    if (gap_pieces_[slot] != pieces_.size() + 1) piece_->losses.push_back(loss);
    gap_pieces_[slot] = pieces_.size() + 1;
  }
  value.bits = slot + 1;
  return value;
}

uint32_t Interp::GapAt(Place place, Symbol reason) {
  auto [slot, added] = gap_index_.try_emplace({place.unit, place.node}, gaps_.size());
  if (added) gaps_.push_back({place, {}, {}, false});
  Lack& gap = gaps_[slot->second];
  // Of more reasons than one, the run's first counts.
  if (!gap.seen) gap.reason = reason;
  gap.seen = true;
  return slot->second;
}

void Interp::RecordGap(Symbol name, const Value& value) {
  if (frame_->unit->prelude || frame_->module != script_ || !frame_->record_bindings) return;
  uint32_t gap = value.unknown() ? static_cast<uint32_t>(value.bits) : value.is(Kind::Tensor) ? As<TensorObj>(value)->gap : 0;
  if (gap == 0 || gap > gaps_.size()) return;
  std::vector<Lack::Dependent>& dependents = gaps_[gap - 1].dependents;
  Lack::Dependent one = {frame_->statement, name};
  if (piece_) {
    const Lack& lack = gaps_[gap - 1];
    Loss loss = {lack.place.unit, lack.place.node, lack.reason, one.first, name};
    NoteLoss(loss);
    if (!llvm::is_contained(piece_->losses, loss)) piece_->losses.push_back(loss);
  }
  // A name in a loop is one name.
  if (!llvm::is_contained(dependents, one)) dependents.push_back(one);
}

// For the summaries of the calls that are open.
void Interp::NoteLoss(const Loss& loss) {
  constexpr size_t kMaxLosses = 4096;
  if (open_calls_.empty()) return;
  if (piece_->lost.size() < kMaxLosses) piece_->lost.push_back(loss);
  else ++unsummarised_;
}

// Loses again what was lost in the last run.
void Interp::PutLoss(const Loss& loss) {
  uint32_t slot = GapAt({loss.unit, loss.at}, loss.reason);
  if (piece_) {
    gap_pieces_.resize(gaps_.size());
    if (!llvm::is_contained(piece_->losses, loss)) piece_->losses.push_back(loss);
  }
  std::vector<Lack::Dependent>& dependents = gaps_[slot].dependents;
  Lack::Dependent one = {loss.dependent, loss.name};
  if (loss.dependent != parse::kNoNode && !llvm::is_contained(dependents, one)) dependents.push_back(one);
}

// The gap that an operator's result of unknown shape stands behind: that of the first operand that has one.
uint32_t Interp::GapOf(llvm::ArrayRef<Value> inputs) {
  for (const Value& input : inputs) {
    if (input.unknown() && input.bits != 0) return static_cast<uint32_t>(input.bits);
    if (input.is(Kind::Tensor) && As<TensorObj>(input)->gap != 0) return As<TensorObj>(input)->gap;
  }
  return 0;
}

void Interp::EndGaps() {
  auto known = [&](const Lack::Dependent& dependent) {
    auto found = binding_index_.find({{script_->unit.get(), dependent.first}, dependent.second});
    if (found == binding_index_.end() || found->second >= outcome_.bindings.size()) return false;
    return llvm::any_of(outcome_.bindings[found->second].types, [](const TypeDesc& type) {
      return type.kind == TypeDesc::Kind::Tensor ? type.tensor.shape.rank_known() : type.kind != TypeDesc::Kind::Unknown;
    });
  };
  for (Lack& gap : gaps_) {
    llvm::erase_if(gap.dependents, known);
    if (!gap.dependents.empty() && gap.place.unit) outcome_.gaps.push_back({gap.place.unit, gap.place.node, Text(gap.reason).str(), script_->unit.get(), std::move(gap.dependents)});
    gap.dependents.clear();
    gap.seen = false;
  }
  llvm::stable_sort(outcome_.gaps, [](const Gap& a, const Gap& b) { return a.dependents.size() > b.dependents.size(); });
}

// The next run reads the script anew. Values of imported modules keep the numbers of their gaps.
void Interp::ForgetGaps() {
  for (Lack& gap : gaps_) {
    if (!gap.place.unit || gap.place.unit != script_->unit.get()) continue;
    gap_index_.erase({gap.place.unit, gap.place.node});
    gap.place.unit = nullptr;
  }
}

}  // namespace trident::eval
