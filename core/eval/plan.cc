// Which pieces of earlier runs say what an entry does in this one: that of the last run, or of one before it, for edits are
// taken back and values are tried again.
#include "core/eval/interp.h"

namespace trident::eval {

using parse::NodeId;

namespace {

template <typename Seen, typename Key>
bool Differ(const Seen& seen, const llvm::DenseMap<Key, Fingerprint>& before, const llvm::DenseMap<Key, Fingerprint>& now) {
  return llvm::any_of(seen, [&](Key key) { return before.lookup(key) != now.lookup(key); });
}

bool SameAround(const Pieces& run, const Pieces& other) { return run.surroundings == other.surroundings && run.sharing == other.sharing; }

// Whether the piece's graph names, of the values made before it, only those below `end`. Calls that name others are not made again by
// what they were.
bool SeesOnlyBelow(Piece& piece, uint32_t end) {
  bool only = true;
  if (piece.sees_values) ForEachValue(piece, [&](graph::ValueNumber value) { only &= value >= piece.first_value || value < end; });
  if (!only) return false;
  auto gone = [&](uint32_t number) { return number < piece.first_value && number >= end; };
  for (CallSummary& call : piece.calls) {
    for (const std::vector<uint32_t>* numbers : {&call.inputs, &call.after, &call.made, &call.given_numbers}) call.lasting &= llvm::none_of(*numbers, gone);
  }
  piece.replaced.reset();
  return true;
}

}  // namespace

bool SeesTheSame(const Sights& saw, const Pieces& one, const Pieces& other) {
  return !Differ(saw.names, one.names, other.names) && !Differ(saw.named_items, one.named_items, other.named_items) && !Differ(saw.registries, one.registries, other.registries) &&
         !Differ(saw.items, one.items, other.items) && !Differ(saw.models, one.models, other.models);
}

std::shared_ptr<Piece> Pieces::Find(Piece::Label label) const {
  auto found = llvm::find_if(pieces, [&](const std::shared_ptr<Piece>& piece) { return piece->label == label; });
  return found == pieces.end() ? nullptr : *found;
}

void EarlierRuns::Add(Pieces run, const Pieces& now) {
  if (run.unit.lock() != now.unit.lock()) return Clear();
  llvm::erase_if(runs_, [&](const Pieces& known) { return known.pieces == now.pieces; });
  if (run.pieces == now.pieces) return;
  runs_.insert(runs_.begin(), std::move(run));
  if (runs_.size() > kMaxRuns) runs_.pop_back();
}

bool Interp::OnlyTextDiffers(const Sights& saw) const { return SeesTheSame(saw, last_, next_); }

// The piece of a run before the last one, whose piece is `last`, that is what the entry does now. `chosen`: what stands for
// the entries before it.
std::shared_ptr<Piece> Interp::EarlierPiece(Piece::Label label, const Piece* last, llvm::ArrayRef<std::shared_ptr<Piece>> chosen) {
  for (const Pieces& run : earlier_.runs()) {
    std::shared_ptr<Piece> piece = run.Find(label);
    if (!piece || piece.get() == last || piece->writes || piece->cut || !SameAround(run, next_)) continue;
    std::optional<llvm::DenseSet<NodeId>> changed = ChangedFunctions(std::max(run.changes, piece->repeated));
    bool same_text = changed && llvm::none_of(piece->saw.executed, [&](NodeId function) { return changed->contains(function); });
    bool same_models = llvm::all_of(piece->models_of, [&](Piece::Label maker) {
      uint64_t content = run.Find(maker)->content;
      return llvm::any_of(chosen, [&](const std::shared_ptr<Piece>& one) { return one && one->content == content; });
    });
    // The script's values, if it has made as many in all these runs.
    bool as_many = run.first_value == last_.first_value && run.first_value == next_.first_value;
    if (same_text && same_models && SeesTheSame(piece->saw, run, next_) && SeesOnlyBelow(*piece, as_many ? run.first_value : 0)) return piece;
  }
  return nullptr;
}

void Interp::PlanPieces() {
  SeeSurroundings();
  if (last_.unit.lock() != script_->unit) return;
  std::optional<llvm::DenseSet<NodeId>> changed = SameAround(last_, next_) ? ChangedFunctions(last_.changes) : std::nullopt;
  may_recall_ = changed.has_value();
  changed_functions_ = std::move(changed).value_or(llvm::DenseSet<NodeId>());

  size_t count = last_.pieces.size();
  std::map<Piece::Label, size_t> index;
  std::vector<char> runs(count), differs(count);
  std::vector<std::shared_ptr<Piece>> chosen = last_.pieces;  // Null: it runs and does something else.
  bool writes_differ = false;
  for (size_t i = 0; i < count; ++i) {
    Piece& piece = *last_.pieces[i];
    index[piece.label] = i;
    bool other_models = llvm::any_of(piece.models_of, [&](Piece::Label label) {
      const Piece& maker = *last_.pieces[index[label]];
      return differs[index[label]] && !(resumed_ && maker.stands() && StillHolds(maker.construction.saw));
    });
    runs[i] = !may_recall_ || writes_differ || piece.cut || other_models;
    if (!runs[i] && StillHolds(piece.saw)) continue;
    std::shared_ptr<Piece> earlier = writes_differ || piece.writes ? nullptr : EarlierPiece(piece.label, &piece, llvm::ArrayRef(chosen).take_front(i));
    differs[i] = earlier || runs[i] || !HoldsAgain(piece);
    runs[i] = differs[i] && !earlier;
    if (differs[i]) chosen[i] = std::move(earlier);
    writes_differ |= runs[i] && piece.writes;
  }
  // What runs needs the models that it is entered with, and whatever was written before it.
  bool later_runs = false;
  for (size_t i = count; i-- > 0;) {
    runs[i] = runs[i] || (later_runs && chosen[i]->writes);
    later_runs |= runs[i];
    if (!runs[i]) continue;
    for (Piece::Label label : last_.pieces[i]->models_of) {
      size_t maker = index[label];
      runs[maker] = runs[maker] || !resumed_ || !chosen[maker]->stands();
    }
  }
  plan_.renumbered.push_back({0, 0, last_.first_value == next_.first_value});
  for (size_t i = 0; i < count; ++i) {
    Piece::Label label = last_.pieces[i]->label;
    if (!runs[i]) plan_.pieces[label] = chosen[i];
    else if (!differs[i]) plan_.as_before.insert(label);
  }
}

// The piece that is to be put for the entry, of which `last` is that of the last run; null: none.
std::shared_ptr<Piece> Interp::PieceToPut(Piece::Label label, const Piece* last) {
  if (plan_.renumbered.empty()) return nullptr;
  auto planned = plan_.pieces.find(label);
  if (planned != plan_.pieces.end()) {
    if (MayPut(*planned->second)) return planned->second;
    plan_.unplanned.insert(label);
  }
  std::shared_ptr<Piece> earlier = last && (planned == plan_.pieces.end() || last->writes) ? nullptr : EarlierPiece(label, last, pieces_);
  if (earlier && MayPut(*earlier)) return earlier;
  // Its turn was not planned.
  if (!last || planned != plan_.pieces.end()) plan_.failed |= plan_.writer_put;
  return nullptr;
}

// What the last run had in the place of an entry; null: nothing. Entries between that this run does not have are passed.
const Piece* Interp::FollowLast(Piece::Label label) {
  if (plan_.renumbered.empty()) return nullptr;
  auto first = last_.pieces.begin() + plan_.place;
  auto found = std::find_if(first, last_.pieces.end(), [&](const std::shared_ptr<Piece>& piece) { return piece->label == label; });
  if (found == last_.pieces.end()) {
    plan_.failed |= last_.Find(label) != nullptr;  // In another order.
    return nullptr;
  }
  for (const std::shared_ptr<Piece>& passed : llvm::make_range(first, found)) {
    plan_.failed |= passed->writes;
    NoteValues(passed->first_value, passed->first_value, /*as_before=*/false);
  }
  plan_.place = found - last_.pieces.begin() + 1;
  return found->get();
}

bool Interp::KeepPieces() {
  if (!options_.incremental || options_.all_bindings) return true;
  // The last run's pieces stay after one that was cancelled, unless some are numbered for this one.
  if (outcome_.cancelled && !plan_.numbers_changed) return true;
  bool failed = !outcome_.cancelled && !plan_.pieces.empty() && (plan_.failed || out_of_budget_);
  if (failed || out_of_budget_ || outcome_.cancelled) {
    last_ = Pieces();
    earlier_.Clear();
    return !failed;
  }
  next_.pieces = pieces_;
  next_.nodes = outcome_.graph.nodes.size();
  std::swap(last_, next_);
  earlier_.Add(std::exchange(next_, Pieces()), last_);
  // What modules register, earlier runs had not seen.
  if (effects_ran_.size() != effects_ran_before_.size()) earlier_.Clear();
  return true;
}

}  // namespace trident::eval
