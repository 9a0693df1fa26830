#include "server/notebook.h"

#include "llvm/ADT/StringExtras.h"

namespace trident::server {
namespace {

// Cell magics whose body is Python all the same.
bool RunsPython(llvm::StringRef magic) {
  static constexpr llvm::StringRef kNames[] = {"time", "timeit", "capture", "prun", "memit", "mprun", "python", "python3", "pypy"};
  return llvm::is_contained(kNames, magic);
}

bool IsShell(llvm::StringRef text) { return text.starts_with("!") || text.starts_with("%"); }

// Whether IPython, not Python, runs the line.
bool IsMagic(llvm::StringRef line) {
  llvm::StringRef code = line.trim();
  if (IsShell(code) || code.starts_with("?")) {
    return true;
  }
  // `name?` asks for help; a comment may end so too, which a comment in its place does not change.
  if (code.ends_with("?")) {
    return llvm::all_of(code.rtrim("?"), [](char c) { return llvm::isAlnum(c) || c == '_' || c == '.'; });
  }
  // `files = !ls`, `%time` on the right side.
  auto [left, right] = code.split('=');
  bool is_name = !left.empty() && llvm::all_of(left.trim(), [](char c) { return llvm::isAlnum(c) || c == '_'; });
  return is_name && IsShell(right.ltrim());
}

// The line as a comment of the same length, where its first character is one byte.
std::string Commented(llvm::StringRef line) {
  std::string text = line.str();
  size_t first = line.find_first_not_of(" \t\r\n");
  if (first == llvm::StringRef::npos) {
    return text;
  }
  if (static_cast<uint8_t>(text[first]) >= 0x80) {
    return text.insert(first, 1, '#');
  }
  text[first] = '#';
  return text;
}

}  // namespace

std::string WithoutMagic(llvm::StringRef cell) {
  std::string out;
  bool is_foreign = false;
  bool is_first = true;
  while (!cell.empty()) {
    size_t end = std::min(cell.find('\n'), cell.size() - 1) + 1;
    llvm::StringRef line = cell.take_front(end);
    cell = cell.drop_front(end);
    llvm::StringRef code = line.trim();
    if (is_first && code.consume_front("%%")) {
      is_foreign = !RunsPython(code.take_while([](char c) { return llvm::isAlnum(c) || c == '_'; }));
    }
    is_first = is_first && code.empty();
    out += is_foreign || IsMagic(line) ? Commented(line) : line.str();
  }
  return out;
}

void JoinCells(Document& notebook) {
  std::string text;
  uint32_t line = 0;
  for (Cell& cell : notebook.cells) {
    if (!cell.is_code) {
      continue;
    }
    cell.first_line = line;
    text += WithoutMagic(cell.text.text());
    // A last line without its end is ended: the next cell begins a line.
    bool is_ended = llvm::StringRef(cell.text.text()).ends_with("\n") || llvm::StringRef(cell.text.text()).ends_with("\r");
    text += is_ended ? "" : "\n";
    line += cell.text.line_count() - (is_ended ? 1 : 0);
  }
  notebook.text = TextDocument(std::move(text));
}

const Cell* CellAt(const Document& document, uint32_t line) {
  const Cell* best = nullptr;
  for (const Cell& cell : document.cells) {
    if (cell.is_code && (!best || cell.first_line <= line)) {
      best = &cell;
    }
  }
  return best;
}

}  // namespace trident::server
