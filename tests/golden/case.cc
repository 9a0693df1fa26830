#include "tests/golden/case.h"

#include <optional>

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

namespace trident::golden {
namespace {

struct KindEntry {
  Kind kind;
  const char* name;
};
constexpr KindEntry kKinds[] = {
    {Kind::Type, "type"},   {Kind::NoType, "no-type"}, {Kind::Error, "error"}, {Kind::Warning, "warning"}, {Kind::Information, "information"},
    {Kind::Hint, "hint"},   {Kind::Hover, "hover"},    {Kind::Lens, "lens"},   {Kind::Fix, "fix"},         {Kind::Ran, "ran"},
    {Kind::NotRan, "not-ran"}, {Kind::NoFix, "no-fix"}, {Kind::Becomes, "becomes"},
};

std::optional<Kind> KindOf(llvm::StringRef word) {
  for (const KindEntry& entry : kKinds)
    if (word == entry.name) return entry.kind;
  return std::nullopt;
}

// Splits "[slug] \"text\"" or "text"; quotes let a text start or end with blanks.
void ReadText(llvm::StringRef rest, Expectation& out) {
  rest = rest.trim();
  if (IsDiagnostic(out.kind) && rest.consume_front("[")) {
    auto [slug, after] = rest.split(']');
    out.slug = slug.str();
    rest = after.trim();
  }
  if (rest.size() >= 2 && rest.front() == '"' && rest.back() == '"') rest = rest.drop_front().drop_back();
  out.text = rest.str();
}

// "    #     ^ type: f32[N]" or "    # <- type: f32[N]" or "    # ran: query"; nullopt for any other line.
std::optional<Expectation> ReadComment(llvm::StringRef line) {
  size_t hash = line.find_first_not_of(" \t");
  if (hash == llvm::StringRef::npos || line[hash] != '#') return std::nullopt;
  llvm::StringRef body = line.drop_front(hash + 1);
  Expectation out;
  llvm::StringRef trimmed = body.ltrim();
  bool step_wide = false;
  if (trimmed.consume_front("^")) {
    out.column = static_cast<uint32_t>(trimmed.data() - line.data() - 1);
  } else if (trimmed.consume_front("<-")) {
    out.column = static_cast<uint32_t>(hash);
  } else {
    step_wide = true;
  }
  trimmed = trimmed.ltrim('^');  // "^^^^" marks a range for the reader; the first caret counts.
  auto [word, rest] = trimmed.split(':');
  word = word.trim();
  std::optional<Kind> kind = KindOf(word);
  if (!kind || step_wide != (*kind == Kind::Ran || *kind == Kind::NotRan)) return std::nullopt;
  out.kind = *kind;
  ReadText(rest, out);
  return out;
}

// "# --- edit 1: model.py" → (1, "model.py"); "# --- file: lib.py" → (0, "lib.py").
std::optional<std::pair<uint32_t, std::string>> ReadHeader(llvm::StringRef line) {
  if (!line.consume_front("# --- ")) return std::nullopt;
  auto [what, name] = line.split(':');
  uint32_t step = 0;
  if (what != "file") {
    if (!what.consume_front("edit ") || what.getAsInteger(10, step) || step == 0) return std::nullopt;
  }
  name = name.trim();
  if (name.empty()) return std::nullopt;
  return std::make_pair(step, name.str());
}

bool HasCaret(llvm::StringRef line) {
  llvm::StringRef trimmed = line.ltrim();
  if (!trimmed.consume_front("#")) return false;
  trimmed = trimmed.ltrim();
  return trimmed.starts_with("^") || trimmed.starts_with("<-");
}

bool OnlyComments(const Section& section) {
  return section.header.empty() && section.expectations.empty() &&
         llvm::all_of(section.lines, [](llvm::StringRef line) { return line.trim().empty() || line.starts_with("#"); });
}

}  // namespace

bool IsExpectation(llvm::StringRef line) { return ReadComment(line).has_value(); }

const char* KindName(Kind kind) {
  for (const KindEntry& entry : kKinds)
    if (entry.kind == kind) return entry.name;
  return "";
}

bool IsDiagnostic(Kind kind) { return kind == Kind::Error || kind == Kind::Warning || kind == Kind::Information || kind == Kind::Hint; }

std::string Section::Text() const { return llvm::join(lines, "\n") + "\n"; }

std::string FormatComment(const Expectation& expectation, llvm::StringRef code_line) {
  std::string text = expectation.text;
  if (IsDiagnostic(expectation.kind)) text = llvm::formatv("[{0}] \"{1}\"", expectation.slug, expectation.text).str();
  std::string tail = expectation.kind == Kind::NoType ? "no-type" : llvm::formatv("{0}: {1}", KindName(expectation.kind), text).str();
  // The # stands under the line's indentation when that leaves room before the caret, else at the margin.
  size_t indent = code_line.find_first_not_of(' ');
  if (indent == llvm::StringRef::npos || indent + 1 > expectation.column) indent = 0;
  if (expectation.column == 0) return "# <- " + tail;
  return std::string(indent, ' ') + "#" + std::string(expectation.column - indent - 1, ' ') + "^ " + tail;
}

llvm::Expected<Case> ReadCase(llvm::StringRef path, llvm::StringRef text) {
  Case result;
  result.path = path.str();
  llvm::SmallVector<llvm::StringRef> lines;
  text.split(lines, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  llvm::StringRef file_name = path.substr(path.find_last_of('/') + 1);
  Section* section = nullptr;
  uint32_t code_line = 0;
  for (auto [index, line] : llvm::enumerate(lines)) {
    auto fail = [&, number = index + 1](const char* message) {
      return llvm::createStringError(llvm::formatv("{0}:{1}: {2}", path, number, message).str());
    };
    if (line.starts_with("# ---")) {
      auto header = ReadHeader(line);
      if (!header) return fail("expected '# --- file: NAME' or '# --- edit NUMBER: NAME'");
      if (!result.sections.empty() && header->first < result.sections.back().step) return fail("steps must not go back");
      if (result.sections.size() == 1 && OnlyComments(result.sections.front())) {
        result.preamble = std::move(result.sections.front().lines);
        result.sections.clear();
      }
      result.sections.push_back({.step = header->first, .name = header->second, .header = line.str()});
      section = &result.sections.back();
      continue;
    }
    if (!section) {
      result.sections.push_back({.name = file_name.str()});
      section = &result.sections.back();
    }
    auto here = static_cast<uint32_t>(section->lines.size());
    section->lines.push_back(line.str());
    if (auto expectation = ReadComment(line)) {
      expectation->source_line = here;
      expectation->line = code_line;
      section->expectations.push_back(*expectation);
    } else if (HasCaret(line)) {
      return fail("a caret comment needs one of: type, no-type, error, warning, information, hint, hover, lens, fix, no-fix, becomes");
    } else {
      code_line = here;
    }
  }
  return result;
}

}  // namespace trident::golden
