#include "core/eval/program.h"

#include "core/prelude/prelude.h"
#include "core/profile/profile.h"

namespace trident::eval {
namespace {

// Stands for the parsing of a file where calls are measured; no node of a tree has this number.
constexpr uint32_t kParsing = parse::kNoNode - 1;

// `parsed`: of the text, if that is known.
std::shared_ptr<Unit> Parse(std::shared_ptr<const source::Text> text, llvm::StringRef path, bool prelude, std::optional<parse::ParseResult> parsed = std::nullopt) {
  auto unit = std::make_shared<Unit>();
  unit->path = path.str();
  unit->prelude = prelude;
  unit->text = std::move(text);
  profile::ScopedCall measured({unit.get(), kParsing}, [&] { return profile::Function{unit->path, "<parse>", 0}; });
  {
    profile::ScopedStage stage(profile::Stage::Parse);
    unit->parsed = parsed ? std::move(*parsed) : parse::ParseText(unit->content());
    profile::Current()[profile::Stage::Parse].items += unit->text->lines.line_count();
  }
  for (const parse::Part& part : unit->parsed.parts) unit->structure = Combine(unit->structure, part.fingerprint);
  // Recovery may make one tree of a text that parses and one that does not.
  for (const parse::SyntaxError& error : unit->parsed.errors) unit->structure = Combine(unit->structure, FingerprintOf(error.message));
  // Comments that say types are part of what is evaluated.
  llvm::StringRef content = unit->content();
  unit->fills_globals = !prelude && content.contains("globals().update(");
  for (size_t at = content.find('#'); at != llvm::StringRef::npos; at = content.find('#', at + 1)) {
    if (!content.drop_front(at).starts_with("# type:")) continue;
    unit->structure = Combine(unit->structure, FingerprintOf(content.drop_front(at).split('\n').first));
  }
  profile::ScopedStage stage(profile::Stage::Outline);
  unit->outline = outline::Build(unit->tree());
  profile::Current()[profile::Stage::Outline].items += 1;
  return unit;
}

// Of a text that is known to be an edit of the unit's.
std::optional<parse::ParseResult> ReparseEdited(const Unit& known, const source::Text& text) {
  profile::ScopedStage stage(profile::Stage::Parse);
  return parse::Reparse(known.parsed, text.content, source::ChangeBetween(known.content(), text.content));
}

}  // namespace

std::shared_ptr<const Unit> ParseInstead(const Unit& unit, std::string content) {
  auto text = std::make_shared<source::Text>();
  text->content = std::move(content);
  text->fingerprint = FingerprintOf(text->content);
  text->lines = source::LineTable(text->content);
  text->version = unit.text->version;
  std::shared_ptr<Unit> parsed = Parse(std::move(text), unit.path, false);
  return parsed;
}

llvm::Expected<std::shared_ptr<const Unit>> UnitStore::Load(llvm::StringRef path) {
  llvm::Expected<std::shared_ptr<const source::Text>> text = files_.Read(path);
  if (!text) return text.takeError();
  std::unique_lock<std::mutex> lock(mutex_);
  std::shared_ptr<Unit> known = units_[path].lock();
  if (known && known->text->fingerprint == (*text)->fingerprint) {
    profile::Current()[profile::Stage::Parse].hits += 1;
    return known;
  }
  std::optional<parse::ParseResult> parsed;
  if (known) parsed = ReparseEdited(*known, **text);
  // Parsing needs no lock; of two threads that race, the first to finish decides which object all see.
  lock.unlock();
  std::shared_ptr<Unit> unit = Parse(*text, path, false, std::move(parsed));
  lock.lock();
  std::weak_ptr<Unit>& slot = units_[path];
  known = slot.lock();
  if (known && known->text->fingerprint == unit->text->fingerprint) return known;
  if (known) {
    OffsetMap moved(source::ChangeBetween(known->content(), unit->content()));
    if (known->TakeText(*unit, moved)) {
      if (moved_) moved_(*known, moved);
      return known;
    }
  }
  slot = unit;
  return unit;
}

std::shared_ptr<const Unit> UnitStore::LoadPrelude(llvm::StringRef path) {
  std::lock_guard<std::mutex> lock(mutex_);
  std::shared_ptr<const Unit>& slot = prelude_[path];
  if (!slot) {
    auto text = std::make_shared<source::Text>();
    text->content = prelude::FindFile(path)->str();
    text->lines = source::LineTable(text->content);
    slot = Parse(std::move(text), ("<prelude>/" + path).str(), true);
  }
  return slot;
}

}  // namespace trident::eval
