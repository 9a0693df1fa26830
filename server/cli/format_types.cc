#include "server/cli/format.h"

#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <map>

namespace trident::cli {
namespace {

constexpr unsigned kNarrowest = 40;  // Types stand in one column, no further left than this
constexpr unsigned kWidest = 88;     // and no further right: longer lines push their own types along.

// "x: f32[N, 64]" from the hint ": f32[N, 64]" and the name that ends where the hint stands.
std::string Beside(llvm::StringRef line, const ide::InlayHint& hint) {
  llvm::StringRef before = line.take_front(hint.position.column);
  size_t start = before.size();
  while (start > 0 && (llvm::isAlnum(before[start - 1]) || before[start - 1] == '_' || static_cast<uint8_t>(before[start - 1]) >= 0x80)) {
    --start;
  }
  return before.drop_front(start).str() + hint.label;
}

void WriteFile(llvm::raw_ostream& out, const ide::FileReport& report, const source::Text& text, Style style) {
  std::map<uint32_t, std::string> beside;
  for (const ide::InlayHint& hint : report.inlay_hints) {
    if (hint.position.line < text.lines.line_count()) {
      std::string& types = beside[hint.position.line];
      bool is_type = hint.kind == ide::HintKind::Type || hint.kind == ide::HintKind::Parameter;
      std::string shown = is_type ? Beside(text.lines.Line(text.content, hint.position.line), hint) : llvm::StringRef(hint.label).trim().str();
      types += (types.empty() ? "" : "   ") + shown;
    }
  }
  std::map<uint32_t, std::string> above;
  for (const ide::CodeLens& lens : report.lenses) {
    std::string& titles = above[lens.range.start.line];
    titles += (titles.empty() ? "" : "  |  ") + lens.title;
  }
  unsigned column = kNarrowest;
  for (const auto& [line, types] : beside) {
    unsigned width = DisplayWidth(ExpandTabs(text.lines.Line(text.content, line).rtrim())) + 2;
    column = std::max(column, std::min(width, kWidest));
  }
  uint32_t count = text.lines.line_count();
  if (count > 0 && text.lines.Line(text.content, count - 1).empty()) {
    --count;
  }
  size_t gutter = std::max<size_t>(4, std::to_string(count).size());
  out << style.Bold(ShownPath(report.path)) << "\n";
  for (uint32_t line = 0; line < count; ++line) {
    std::string shown = ExpandTabs(text.lines.Line(text.content, line).rtrim());
    if (auto lens = above.find(line); lens != above.end()) {
      size_t indent = shown.size() - llvm::StringRef(shown).ltrim().size();
      out << std::string(gutter, ' ') << style.Dim(" | ") << std::string(indent, ' ') << style.Dim("# " + lens->second) << "\n";
    }
    out << style.Dim(AlignRight(std::to_string(line + 1), gutter) + " |") << (shown.empty() ? "" : " ") << shown;
    if (auto types = beside.find(line); types != beside.end()) {
      unsigned width = DisplayWidth(shown);
      out << std::string(width < column ? column - width : 2, ' ') << style.Cyan("# " + types->second);
    }
    out << "\n";
  }
  out << "\n";
}

}  // namespace

void WriteTypes(llvm::raw_ostream& out, const Findings& findings, source::FileStore& sources, Style style) {
  for (const std::shared_ptr<const ide::FileReport>& report : findings.reports) {
    if (llvm::Expected<std::shared_ptr<const source::Text>> text = sources.Read(report->path)) {
      WriteFile(out, *report, **text, style);
    } else {
      llvm::consumeError(text.takeError());
    }
  }
}

}  // namespace trident::cli
