#include "server/cli/format.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>

namespace trident::cli {
namespace {

constexpr size_t kGutter = 5;        // Columns for line numbers, as wide as a 99,999-line file needs.
constexpr size_t kMaxExcerpt = 160;  // A longer line is cut around its carets.
constexpr size_t kMaxModels = 8;

std::string Paint(Style style, ide::Severity severity, llvm::StringRef text) {
  switch (severity) {
    case ide::Severity::Error: return style.Red(text);
    case ide::Severity::Warning: return style.Yellow(text);
    case ide::Severity::Information: return style.Blue(text);
    case ide::Severity::Hint: return style.Cyan(text);
  }
  return text.str();
}

// The severity as a person reads it: information is a note's word elsewhere, so it is shortened here alone.
llvm::StringRef SeverityWord(ide::Severity severity) { return severity == ide::Severity::Information ? "info" : SeverityName(severity); }

std::string Place(source::FileStore& sources, const ide::Location& location) {
  ShownPosition at = Show(sources, location.path, location.range.start);
  return ShownPath(location.path) + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ":";
}

// The end of a stretch of `text` from `from` that holds at most `columns` characters.
size_t Skip(llvm::StringRef text, size_t from, size_t columns) {
  while (from < text.size() && columns > 0) {
    do {
      ++from;
    } while (from < text.size() && (static_cast<uint8_t>(text[from]) & 0xC0) == 0x80);
    --columns;
  }
  return from;
}

void WriteExcerpt(llvm::raw_ostream& out, const ide::Diagnostic& diagnostic, const source::Text& text, Style style) {
  const ide::Range& range = diagnostic.location.range;
  if (range.start.line >= text.lines.line_count()) {
    return;
  }
  llvm::StringRef line = text.lines.Line(text.content, range.start.line);
  size_t start = std::min<size_t>(range.start.column, line.size());
  size_t end = range.end.line == range.start.line ? std::min<size_t>(range.end.column, line.size()) : line.size();
  end = std::max(start, end);
  std::string before = ExpandTabs(line.take_front(start));
  std::string whole = ExpandTabs(line.rtrim());
  std::string marked = ExpandTabs(line.take_front(end).rtrim());
  unsigned indent = DisplayWidth(before);
  unsigned width = std::max(1, static_cast<int>(DisplayWidth(marked)) - static_cast<int>(indent));
  std::string lead;
  if (indent + width > kMaxExcerpt) {
    size_t cut = Skip(whole, 0, indent > 40 ? indent - 40 : 0);
    lead = "…";
    indent = DisplayWidth(llvm::StringRef(before).substr(std::min(cut, before.size()))) + 1;
    whole = whole.substr(cut);
    width = std::min<unsigned>(width, kMaxExcerpt - std::min<size_t>(indent, kMaxExcerpt - 1));
  }
  size_t shown_end = Skip(whole, 0, kMaxExcerpt);
  std::string tail = shown_end < whole.size() ? "…" : "";
  std::string number = AlignRight(std::to_string(range.start.line + 1), kGutter);
  out << style.Dim(number + " | ") << lead << llvm::StringRef(whole).take_front(shown_end) << tail << "\n";
  out << style.Dim(std::string(kGutter, ' ') + " | ") << std::string(indent, ' ') << Paint(style, diagnostic.severity, std::string(width, '^'));
  if (!diagnostic.label.empty()) {
    out << " " << Paint(style, diagnostic.severity, diagnostic.label);
  }
  out << "\n";
}

void WriteDiagnostic(llvm::raw_ostream& out, const ide::Diagnostic& diagnostic, source::FileStore& sources, Style style) {
  out << style.Bold(Place(sources, diagnostic.location)) << " " << Paint(style, diagnostic.severity, SeverityWord(diagnostic.severity).str() + ":")
      << " " << style.Bold(diagnostic.message) << " " << style.Dim("[" + diagnostic.code + "]") << "\n";
  if (llvm::Expected<std::shared_ptr<const source::Text>> text = sources.Read(diagnostic.location.path)) {
    WriteExcerpt(out, diagnostic, **text, style);
  } else {
    llvm::consumeError(text.takeError());
  }
  for (const ide::Related& related : diagnostic.related) {
    out << style.Bold(Place(sources, related.location)) << " " << style.Cyan("note:") << " " << related.message << "\n";
  }
  for (const ide::Fix& fix : diagnostic.fixes) {
    out << std::string(kGutter + 1, ' ') << style.Green("= fix:") << " " << fix.title << "\n";
  }
}

// "ResNet  11,689,512 parameters  3,638,757,376 FLOP  train.py:12  model(x)"
std::string ModelLine(const ide::ModelSummary& model, Style style) {
  std::string line = style.Bold(model.name);
  if (model.parameters >= 0) line += "  " + Grouped(model.parameters) + " parameters";
  if (model.flops >= 0) {
    line += (model.flops_at_most ? "  ≤ " : "  ") + Grouped(model.flops) + " FLOP";
    if (model.attention_flops > 0) line += " (" + Grouped(model.attention_flops) + " in attention)";
  } else if (!model.flops_text.empty()) {
    line += "  " + model.flops_text + " FLOP";
  }
  llvm::StringRef expression = llvm::StringRef(model.expression).split('\n').first.rtrim();
  return line + style.Dim("  " + ShownPath(model.location.path) + ":" + std::to_string(model.location.range.start.line + 1) + "  " + expression.str());
}

void WriteModels(llvm::raw_ostream& out, const Findings& findings, Style style) {
  // A call in a loop is one line for each different sum.
  std::vector<std::string> lines;
  for (const ide::ModelSummary& model : findings.models) {
    std::string line = ModelLine(model, style);
    if (!llvm::is_contained(lines, line)) lines.push_back(std::move(line));
  }
  size_t shown = std::min(lines.size(), kMaxModels);
  for (const std::string& line : llvm::ArrayRef(lines).take_front(shown)) out << line << "\n";
  if (shown < lines.size()) out << style.Dim("and " + Counted(lines.size() - shown, "more model")) << "\n";
}

void WriteTotals(llvm::raw_ostream& out, const Findings& findings, Style style) {
  std::string scope = " in " + Counted(findings.files.size(), "file") + " (" + Duration(findings.seconds) + ")";
  std::vector<std::string> parts;
  for (ide::Severity severity : {ide::Severity::Error, ide::Severity::Warning, ide::Severity::Information, ide::Severity::Hint}) {
    if (size_t count = CountSeverity(findings, severity)) {
      parts.push_back(
          Paint(style, severity, severity == ide::Severity::Information ? Grouped(count) + " info" : Counted(count, SeverityName(severity))));
    }
  }
  if (findings.baselined > 0) {
    parts.push_back(Counted(findings.baselined, "problem") + " of the baseline left out");
  }
  if (parts.empty() && !findings.failures.empty()) {
    return;
  }
  out << (parts.empty() ? style.Green("no problems") : llvm::join(parts, ", ")) << scope << "\n";
}

}  // namespace

ShownPosition Show(source::FileStore& sources, const std::string& path, ide::Position position) {
  ShownPosition shown = {position.line + 1, position.column + 1};
  llvm::Expected<std::shared_ptr<const source::Text>> text = sources.Read(path);
  if (!text) {
    llvm::consumeError(text.takeError());
    return shown;
  }
  if (position.line < (*text)->lines.line_count()) {
    llvm::StringRef before = (*text)->lines.Line((*text)->content, position.line).take_front(position.column);
    shown.column = 1 + std::count_if(before.begin(), before.end(), [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; });
  }
  return shown;
}

void WriteText(llvm::raw_ostream& out, const Findings& findings, source::FileStore& sources, Style style) {
  for (const ide::Diagnostic& diagnostic : findings.diagnostics) {
    WriteDiagnostic(out, diagnostic, sources, style);
    out << "\n";
  }
  WriteModels(out, findings, style);
  WriteTotals(out, findings, style);
}

void WriteConcise(llvm::raw_ostream& out, const Findings& findings, source::FileStore& sources) {
  for (const ide::Diagnostic& diagnostic : findings.diagnostics) {
    out << Place(sources, diagnostic.location) << " " << SeverityWord(diagnostic.severity) << ": " << diagnostic.message << " [" << diagnostic.code
        << "]\n";
  }
}

}  // namespace trident::cli
