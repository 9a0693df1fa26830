#include "core/eval/script_calls.h"

namespace trident::eval {

using parse::NodeId;

namespace {

constexpr size_t kMaxKeptObjects = 200'000;
constexpr size_t kMaxSurroundings = 64;

// The view of a name that calls did not always find to be the same.
constexpr Fingerprint kUnsteady = {~0ull, ~0ull};

}  // namespace

Views& ScriptCalls::ViewsNow() {
  if (!views || views_epoch != heap.epoch()) views.emplace(script, /*watched=*/true);
  views_epoch = heap.epoch();
  return *views;
}

Fingerprint ScriptCalls::ViewNow(Symbol name) {
  const Value* value = script->env->variables.Find(name);
  return value ? ViewsNow().Of(*value) : Fingerprint();
}

std::optional<Fingerprint> ScriptCalls::SurroundingsNow() {
  if (heap.changed_count() > kMaxSurroundings) return std::nullopt;
  if (views && views_epoch == heap.epoch() && surroundings_at == heap.permanent_writes()) return surroundings;
  Fingerprint sum = {heap.changed_count(), 0x5A};
  for (const Object* object : heap.ChangedByRun()) sum = Combine(Combine(sum, static_cast<uint64_t>(object->serial)), ViewsNow().OfChanged(object));
  surroundings = sum;
  surroundings_at = heap.permanent_writes();
  return sum;
}

void ScriptCalls::NoteViews(const Sights& saw) {
  auto note = [&](Symbol name) {
    Fingerprint now = ViewNow(name);
    auto [known, added] = seen.try_emplace(name, now);
    if (!added && known->second != now) known->second = kUnsteady;
  };
  llvm::for_each(saw.names, note);
  for (Sights::NamedItem item : saw.named_items) note(item.first);
}

bool ScriptCalls::SeesAsBefore(const Sights& saw) {
  auto same = [&](Symbol name) {
    auto then = past->seen.find(name);
    return then != past->seen.end() && then->second != kUnsteady && then->second == ViewNow(name);
  };
  return saw.registries.empty() && saw.items.empty() && saw.models.empty() && llvm::all_of(saw.names, same) &&
         llvm::all_of(saw.named_items, [&](Sights::NamedItem item) { return same(item.first); });
}

void ScriptCalls::NoteDefinition(NodeId place, Object* object) {
  auto [known, added] = definitions.try_emplace(place, object);
  if (added) places[object] = place;
  else known->second = nullptr;
}

Object* ScriptCalls::MovedTo(const Object* object) const {
  if (Object* found = moved.lookup(object)) return found;
  auto place = past->places.find(object);
  return place == past->places.end() ? nullptr : definitions.lookup(place->second);
}

bool ScriptCalls::Move(SavedValue& saved) const {
  if (saved.list) return llvm::all_of(saved.items, [&](SavedValue& item) { return Move(item); });
  if (saved.tensor || saved.permanent || !saved.value.is_object()) return true;
  saved.value.object = MovedTo(saved.value.object);
  return saved.value.object != nullptr;
}

void ScriptCalls::CopyModelsApart(uint32_t generation) {
  size_t objects = 0;
  for (CallSummary& call : calls) {
    if (!call.model || call.model->heap) continue;
    bool here = call.lasting && call.model->generation == generation && objects < kMaxKeptObjects;
    call.model = here ? CopyApart(*call.model, definitions) : nullptr;
    call.lasting &= call.model != nullptr;
    if (call.model) objects += call.model->of_run.size();
  }
}

}  // namespace trident::eval
