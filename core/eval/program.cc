#include "core/eval/program.h"

#include "core/prelude/prelude.h"
#include "core/profile/profile.h"

namespace trident::eval {

// Stands for the parsing of a file where calls are measured; no node of a tree has this number.
static constexpr uint32_t kParsing = parse::kNoNode - 1;

std::shared_ptr<const Unit> Program::Parse(std::shared_ptr<const source::Text> text, llvm::StringRef path, bool prelude) {
  auto unit = std::make_shared<Unit>();
  unit->path = path.str();
  unit->prelude = prelude;
  unit->text = std::move(text);
  profile::ScopedCall measured({unit.get(), kParsing}, [&] { return profile::Function{unit->path, "<parse>", 0}; });
  {
    profile::ScopedStage stage(profile::Stage::Parse);
    unit->parsed = parse::ParseText(unit->text->content);
    profile::Current()[profile::Stage::Parse].items += unit->text->lines.line_count();
  }
  profile::ScopedStage stage(profile::Stage::Outline);
  unit->outline = outline::Build(unit->tree());
  profile::Current()[profile::Stage::Outline].items += 1;
  return unit;
}

llvm::Expected<std::shared_ptr<const Unit>> Program::Load(llvm::StringRef path) {
  llvm::Expected<std::shared_ptr<const source::Text>> text = files_.Read(path);
  if (!text) {
    return text.takeError();
  }
  std::lock_guard<std::mutex> lock(mutex_);
  std::shared_ptr<const Unit>& slot = units_[path];
  if (slot && slot->text->fingerprint == (*text)->fingerprint) {
    profile::Current()[profile::Stage::Parse].hits += 1;
    return slot;
  }
  slot = Parse(*text, path, false);
  return slot;
}

std::shared_ptr<const Unit> Program::LoadPrelude(llvm::StringRef path) {
  std::lock_guard<std::mutex> lock(mutex_);
  std::shared_ptr<const Unit>& slot = units_[("<prelude>/" + path).str()];
  if (!slot) {
    auto text = std::make_shared<source::Text>();
    text->content = prelude::FindFile(path)->str();
    text->lines = source::LineTable(text->content);
    slot = Parse(std::move(text), ("<prelude>/" + path).str(), true);
  }
  return slot;
}

}  // namespace trident::eval
