#include "server/cli/format.h"

#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <map>

namespace trident::cli {
namespace {

constexpr unsigned kNarrowest = 40;  // Types stand in one column, no further left than this
constexpr unsigned kWidest = 88;     // and no further right: longer lines push their own types along.

void WriteFile(llvm::raw_ostream& out, const ide::FileReport& report, const source::Text& text, Style style) {
  std::map<uint32_t, std::string> beside;
  for (const ide::InlayHint& hint : report.inlay_hints) {
    if (hint.position.line < text.lines.line_count()) {
      std::string& types = beside[hint.position.line];
      types += (types.empty() ? "" : "   ") + hint.name + llvm::StringRef(hint.label).trim().str();
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
