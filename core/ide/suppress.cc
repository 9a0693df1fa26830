// Hides what comments ignore: `# trident: ignore[slug, slug]`, or `# trident: ignore` for everything on the line.
#include "core/ide/convert.h"
#include "core/ide/place.h"

#include <map>

namespace trident::ide {

namespace {

constexpr llvm::StringLiteral kIgnore = "trident: ignore";

struct Slug {
  llvm::StringRef name;  // Empty: everything.
  Range range;
  bool used = false;
};

// The marks of one file by line.
class Marks {
 public:
  explicit Marks(const eval::Unit& unit) : unit_(unit) {
    llvm::StringRef text = unit.content();
    for (size_t hash = text.find('#'); hash != llvm::StringRef::npos; hash = text.find('#', hash + 1)) {
      // Behind the hash stand the words and nothing else belongs to the comment, which is no part of a string.
      llvm::StringRef comment = text.drop_front(hash + 1).ltrim(" \t");
      if (comment.starts_with(kIgnore) && !IsInString(unit, hash)) Read(comment.data() - text.data() + kIgnore.size());
    }
  }

  // Whether some mark on the lines of the diagnostic hides it.
  bool Hides(const Diagnostic& diagnostic) {
    bool hidden = false;
    for (uint32_t line = diagnostic.location.range.start.line; line <= diagnostic.location.range.end.line; ++line) {
      auto found = slugs_.find(line);
      if (found == slugs_.end()) continue;
      for (Slug& slug : found->second) {
        if (!slug.name.empty() && slug.name != diagnostic.code) continue;
        slug.used = hidden = true;
      }
    }
    return hidden;
  }

  void AddUnused(FileReport& report) const {
    for (const auto& [line, slugs] : slugs_) {
      for (const Slug& slug : slugs) {
        if (slug.used) continue;
        Diagnostic diagnostic;
        diagnostic.location = {unit_.path, slug.range};
        diagnostic.severity = Severity::Hint;
        diagnostic.code = "unused-ignore";
        diagnostic.message = slug.name.empty() ? "everything is ignored here and nothing occurs" : "`" + slug.name.str() + "` is ignored here and does not occur";
        report.diagnostics.push_back(std::move(diagnostic));
      }
    }
  }

 private:
  // `at`: behind the words. A list without its end is no list: half a comment hides nothing.
  void Read(size_t at) {
    llvm::StringRef rest = unit_.content().substr(at).split('\n').first.rtrim();
    auto add = [&](size_t from, llvm::StringRef name) {
      Range range = RangeOf(*unit_.text, from, from + std::max<size_t>(1, name.size()));
      slugs_[range.start.line].push_back({name, range, false});
    };
    if (!rest.starts_with("[")) {
      if (rest.empty() || rest.starts_with(" ")) add(at - kIgnore.size(), "");
      return;
    }
    size_t close = rest.find(']');
    if (close == llvm::StringRef::npos) return;
    llvm::SmallVector<llvm::StringRef, 4> names;
    rest.slice(1, close).split(names, ',');
    for (llvm::StringRef name : names) {
      if (!name.trim().empty()) add(name.trim().data() - unit_.content().data(), name.trim());
    }
  }

  const eval::Unit& unit_;
  std::map<uint32_t, std::vector<Slug>> slugs_;
};

}  // namespace

void Suppress(const eval::Outcome& outcome, const eval::Unit& script, FileReport& report) {
  Marks own(script);
  // What does not parse is not hidden: the rest of the report depends on it.
  llvm::erase_if(report.diagnostics, [&](const Diagnostic& diagnostic) { return diagnostic.code != "syntax" && own.Hides(diagnostic); });
  if (script.parsed.errors.empty()) own.AddUnused(report);
  std::map<std::string, Marks> others;
  for (const std::shared_ptr<const eval::Unit>& unit : outcome.units) {
    bool spoken_of = llvm::any_of(report.elsewhere, [&](const Diagnostic& diagnostic) { return diagnostic.location.path == unit->path; });
    if (spoken_of) others.try_emplace(unit->path, *unit);
  }
  llvm::erase_if(report.elsewhere, [&](const Diagnostic& diagnostic) {
    auto marks = others.find(diagnostic.location.path);
    return marks != others.end() && marks->second.Hides(diagnostic);
  });
}

}  // namespace trident::ide
