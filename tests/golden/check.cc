#include "tests/golden/check.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

namespace trident::golden {
namespace {

using ide::Diagnostic;
using ide::Severity;

Kind KindOf(Severity severity) {
  switch (severity) {
    case Severity::Error: return Kind::Error;
    case Severity::Warning: return Kind::Warning;
    case Severity::Information: return Kind::Information;
    case Severity::Hint: return Kind::Hint;
  }
  return Kind::Error;
}

std::string WithoutRoot(llvm::StringRef text, llvm::StringRef root) {
  std::string out;
  std::string prefix = (root + "/").str();
  while (true) {
    auto [before, after] = text.split(prefix);
    out += before;
    if (before.size() == text.size()) return out;
    text = after;
  }
}

bool IsNameByte(char c) { return llvm::isAlnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }

uint32_t NameEnd(llvm::StringRef line, uint32_t column) {
  while (column < line.size() && IsNameByte(line[column])) ++column;
  return column;
}

// The label of the type hint that follows the name at the position, without its ": ".
std::string TypeAt(const FileView& view, llvm::StringRef code, uint32_t line, uint32_t column) {
  ide::Position end{line, NameEnd(code, column)};
  for (const ide::InlayHint& hint : view.report->inlay_hints) {
    if (hint.kind != ide::HintKind::Type || hint.position != end) continue;
    llvm::StringRef label = hint.label;
    label.consume_front(":");
    return label.trim().str();
  }
  return "";
}

const ide::CodeLens* LensAt(const FileView& view, uint32_t line, llvm::StringRef text) {
  const ide::CodeLens* first = nullptr;
  for (const ide::CodeLens& lens : view.report->lenses) {
    if (lens.range.start.line != line) continue;
    if (llvm::StringRef(lens.title).contains(text)) return &lens;
    if (!first) first = &lens;
  }
  return first;
}

// The caret may point at any byte of what is underlined on that line.
bool Covers(const Diagnostic& diagnostic, const Expectation& expectation) {
  const ide::Range& range = diagnostic.location.range;
  if (range.start.line != expectation.line || expectation.column < range.start.column) return false;
  return range.end.line > range.start.line || expectation.column < range.end.column || expectation.column == range.start.column;
}

std::string Describe(const Expectation& expectation) {
  if (IsDiagnostic(expectation.kind)) return llvm::formatv("{0}: [{1}] \"{2}\"", KindName(expectation.kind), expectation.slug, expectation.text).str();
  if (expectation.kind == Kind::NoType) return "no-type";
  return llvm::formatv("{0}: {1}", KindName(expectation.kind), expectation.text).str();
}

class Checker {
 public:
  Checker(const Section& section, const FileView& view, ide::Workspace& workspace, llvm::StringRef root, const std::set<std::string>& ran)
      : section_(section), view_(view), workspace_(workspace), ran_(ran), root_(root), seen_(view.diagnostics.size(), false) {}

  SectionResult Run() {
    for (const Expectation& expectation : section_.expectations) Check(expectation);
    for (auto [index, diagnostic] : llvm::enumerate(view_.diagnostics))
      if (!seen_[index]) Unexpected(diagnostic);
    llvm::stable_sort(result_.holding, [](const Expectation& a, const Expectation& b) { return a.line < b.line; });
    return std::move(result_);
  }

 private:
  void Check(const Expectation& expectation) {
    ++result_.checked;
    if (expectation.kind == Kind::Ran || expectation.kind == Kind::NotRan) {
      bool holds = ran_.count(expectation.text) == (expectation.kind == Kind::Ran ? 1 : 0);
      if (holds) result_.holding.push_back(expectation);
      else Fail(expectation, llvm::join(ran_, ", "));
      return;
    }
    if (IsDiagnostic(expectation.kind)) return CheckDiagnostic(expectation);
    llvm::StringRef code = section_.lines[expectation.line];
    switch (expectation.kind) {
      case Kind::Type:
      case Kind::NoType: return CheckType(expectation, TypeAt(view_, code, expectation.line, expectation.column));
      case Kind::Hover: return CheckHover(expectation);
      case Kind::Lens: {
        const ide::CodeLens* lens = LensAt(view_, expectation.line, expectation.text);
        return CheckContains(expectation, lens ? lens->title : "", lens ? lens->title : "");
      }
      default: return CheckFix(expectation);
    }
  }

  void CheckDiagnostic(const Expectation& expectation) {
    for (auto [index, diagnostic] : llvm::enumerate(view_.diagnostics)) {
      if (seen_[index] || KindOf(diagnostic.severity) != expectation.kind || !Covers(diagnostic, expectation)) continue;
      if (!expectation.slug.empty() && diagnostic.code != expectation.slug) continue;
      if (!llvm::StringRef(WithoutRoot(diagnostic.message, root_)).contains(expectation.text)) continue;
      seen_[index] = true;
      Expectation now = expectation;
      now.slug = diagnostic.code;
      result_.holding.push_back(now);
      return;
    }
    Fail(expectation, "");
  }

  void CheckType(const Expectation& expectation, const std::string& actual) {
    Expectation now = expectation;
    now.kind = actual.empty() ? Kind::NoType : Kind::Type;
    now.text = actual;
    result_.holding.push_back(now);
    bool holds = now.kind == expectation.kind && (now.kind == Kind::NoType || now.text == expectation.text);
    if (!holds) Fail(expectation, Describe(now));
  }

  void CheckHover(const Expectation& expectation) {
    auto hover = workspace_.HoverAt(view_.path, {expectation.line, expectation.column});
    std::string markdown = hover ? hover->markdown : "";
    // The first line that says something stands for the hover when --update writes it.
    std::string first;
    for (llvm::StringRef line : llvm::split(markdown, '\n')) {
      if (line.trim().empty() || line.starts_with("```")) continue;
      first = line.trim().str();
      break;
    }
    CheckContains(expectation, markdown, first);
  }

  void CheckContains(const Expectation& expectation, llvm::StringRef actual, const std::string& shown) {
    if (!actual.empty() && actual.contains(expectation.text)) {
      result_.holding.push_back(expectation);
      return;
    }
    Expectation now = expectation;
    now.text = shown;
    if (!shown.empty()) result_.holding.push_back(now);
    Fail(expectation, shown.empty() ? "" : Describe(now));
  }

  // What is offered for the diagnostic: an error's fixes are found with it, a hint's when someone asks.
  std::vector<ide::Fix> FixesOf(const Diagnostic& diagnostic) {
    std::vector<ide::Fix> fixes = diagnostic.fixes;
    for (const ide::Action& action : workspace_.ActionsIn(view_.path, *view_.report, diagnostic.location.range)) {
      if (action.kind != ide::ActionKind::Rewrite || action.diagnostic < 0) continue;
      const Diagnostic& answered = view_.report->diagnostics[action.diagnostic];
      if (answered.code == diagnostic.code && answered.location.range == diagnostic.location.range) fixes.push_back(action.fix);
    }
    return fixes;
  }

  // `fix`: the diagnostic under the caret offers a fix of that title, and applying it removes the diagnostic.
  // `no-fix`: it offers none. `becomes`: the text after the first fix holds these lines.
  void CheckFix(const Expectation& expectation) {
    std::string offered;
    for (const Diagnostic& diagnostic : view_.diagnostics) {
      if (!Covers(diagnostic, expectation)) continue;
      for (const ide::Fix& fix : FixesOf(diagnostic)) {
        offered = fix.title;
        if (expectation.kind == Kind::NoFix) return Fail(expectation, "fix: " + fix.title);
        std::string text = Fixed(fix);
        if (expectation.kind == Kind::Becomes) return CheckLines(expectation, text);
        if (!llvm::StringRef(fix.title).contains(expectation.text)) continue;
        if (!text.empty() && Removes(text, diagnostic)) {
          result_.holding.push_back(expectation);
        } else {
          Fail(expectation, "fix: " + fix.title + " (the diagnostic stays)");
        }
        return;
      }
    }
    if (expectation.kind == Kind::NoFix) result_.holding.push_back(expectation);
    else Fail(expectation, offered.empty() ? "" : "fix: " + offered);
  }

  // Lines are parted by "\\n" in the expectation; those that only state expectations do not count.
  void CheckLines(const Expectation& expectation, llvm::StringRef text) {
    std::string wanted, code;
    llvm::SmallVector<llvm::StringRef, 8> parts;
    llvm::StringRef(expectation.text).split(parts, "\\n");
    wanted = llvm::join(parts, "\n");
    for (llvm::StringRef line : llvm::split(text, '\n')) {
      if (!IsExpectation(line)) code += line.str() + "\n";
    }
    if (llvm::StringRef(code).contains(wanted)) result_.holding.push_back(expectation);
    else Fail(expectation, "becomes: " + code);
  }

  // The file after the fix; empty when it changes another one too: a golden fix changes one file.
  std::string Fixed(const ide::Fix& fix) {
    // Later edits first, so that earlier positions stay right.
    std::vector<ide::TextEdit> edits = fix.edits;
    llvm::sort(edits, [](const auto& a, const auto& b) { return a.location.range.start > b.location.range.start; });
    std::string text = section_.Text();
    for (const ide::TextEdit& edit : edits) {
      if (edit.location.path != view_.path) return "";
      size_t start = Offset(text, edit.location.range.start), end = Offset(text, edit.location.range.end);
      text.replace(start, end - start, edit.new_text);
    }
    return text;
  }

  bool Removes(const std::string& text, const Diagnostic& diagnostic) {
    workspace_.SetDocument(view_.path, text, 1000);
    auto report = workspace_.Report(view_.path);
    workspace_.SetDocument(view_.path, section_.Text(), 1001);
    if (!report) {
      llvm::consumeError(report.takeError());
      return false;
    }
    auto count = [&](const std::vector<Diagnostic>& diagnostics) { return llvm::count_if(diagnostics, [&](const Diagnostic& each) { return each.code == diagnostic.code; }); };
    return count((*report)->diagnostics) < count(view_.report->diagnostics);
  }

  static size_t Offset(llvm::StringRef text, ide::Position position) {
    size_t offset = 0;
    for (uint32_t line = 0; line < position.line; ++line) {
      size_t end = text.find('\n', offset);
      if (end == llvm::StringRef::npos) return text.size();
      offset = end + 1;
    }
    return std::min(offset + position.column, text.size());
  }

  void Unexpected(const Diagnostic& diagnostic) {
    Expectation now;
    now.kind = KindOf(diagnostic.severity);
    now.line = diagnostic.location.range.start.line;
    now.column = diagnostic.location.range.start.column;
    now.slug = diagnostic.code;
    now.text = WithoutRoot(diagnostic.message, root_);
    result_.holding.push_back(now);
    result_.mismatches.push_back({.line = now.line, .column = now.column, .expected = "", .actual = Describe(now)});
  }

  void Fail(const Expectation& expectation, std::string actual) {
    result_.mismatches.push_back(
        {.line = expectation.line, .column = expectation.column, .expected = Describe(expectation), .actual = std::move(actual)});
  }

  const Section& section_;
  const FileView& view_;
  ide::Workspace& workspace_;
  const std::set<std::string>& ran_;
  llvm::StringRef root_;
  std::vector<bool> seen_;
  SectionResult result_;
};

bool SamePlace(const Diagnostic& a, const Diagnostic& b) {
  return a.code == b.code && a.location.range == b.location.range && a.message == b.message;
}

void AddRange(std::string& out, const ide::Range& range) {
  out += llvm::formatv("{0}:{1}-{2}:{3} ", range.start.line + 1, range.start.column + 1, range.end.line + 1, range.end.column + 1).str();
}

}  // namespace

std::map<std::string, FileView> MergeViews(const std::vector<std::shared_ptr<const ide::FileReport>>& reports) {
  std::map<std::string, FileView> views;
  for (const auto& report : reports) {
    FileView& view = views[report->path];
    view.path = report->path;
    view.report = report;
  }
  auto add = [&](const Diagnostic& diagnostic) {
    auto found = views.find(diagnostic.location.path);
    if (found == views.end()) return;
    auto& all = found->second.diagnostics;
    if (llvm::none_of(all, [&](const Diagnostic& other) { return SamePlace(other, diagnostic); })) all.push_back(diagnostic);
  };
  for (const auto& report : reports) {
    llvm::for_each(report->diagnostics, add);
    llvm::for_each(report->elsewhere, add);
  }
  for (auto& [path, view] : views)
    llvm::stable_sort(view.diagnostics, [](const auto& a, const auto& b) { return a.location.range.start < b.location.range.start; });
  return views;
}

SectionResult CheckSection(const Section& section, const FileView& view, ide::Workspace& workspace, llvm::StringRef root, const std::set<std::string>& ran) {
  return Checker(section, view, workspace, root, ran).Run();
}

std::string Serialise(const FileView& view, llvm::StringRef root) {
  std::string out;
  for (const Diagnostic& diagnostic : view.diagnostics) {
    out += llvm::formatv("{0} ", KindName(KindOf(diagnostic.severity))).str();
    AddRange(out, diagnostic.location.range);
    out += llvm::formatv("[{0}] {1} | {2}\n", diagnostic.code, diagnostic.message, diagnostic.label).str();
    for (const ide::Related& related : diagnostic.related) {
      out += llvm::formatv("  related {0} ", related.location.path).str();
      AddRange(out, related.location.range);
      out += related.message + "\n";
    }
  }
  for (const ide::InlayHint& hint : view.report->inlay_hints)
    out += llvm::formatv("hint {0}:{1} {2}\n", hint.position.line + 1, hint.position.column + 1, hint.label).str();
  for (const ide::CodeLens& lens : view.report->lenses) {
    out += "lens ";
    AddRange(out, lens.range);
    out += lens.title + "\n";
  }
  for (const ide::FileBindings& file : view.report->bindings)
    for (const ide::Binding& binding : file.bindings)
      out += llvm::formatv("binding {0}:{1} {2} {3}\n", file.path, binding.line, binding.name, llvm::join(binding.types, " ")).str();
  for (const ide::ModelSummary& model : view.report->models)
    out += llvm::formatv("model {0} {1} parameters {2} flops {3} {4}\n", model.name, model.expression, model.parameters, model.flops, model.flops_text).str();
  return WithoutRoot(out, root);
}

}  // namespace trident::golden
