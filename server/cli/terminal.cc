#include "server/cli/terminal.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Unicode.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iterator>

namespace trident::cli {
namespace {

int Descriptor(Stream stream) { return stream == Stream::Out ? STDOUT_FILENO : STDERR_FILENO; }

bool IsSet(const char* variable) {
  const char* value = std::getenv(variable);
  return value && value[0] != '\0';
}

}  // namespace

bool IsTerminal(Stream stream) { return isatty(Descriptor(stream)) != 0; }

unsigned TerminalWidth(Stream stream) {
  winsize size = {};
  if (ioctl(Descriptor(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return size.ws_col;
  }
  return 100;
}

Style StyleFor(Stream stream) {
  if (IsSet("NO_COLOR")) {
    return Style(false);
  }
  if (IsSet("CLICOLOR_FORCE") || IsSet("FORCE_COLOR")) {
    return Style(true);
  }
  const char* term = std::getenv("TERM");
  return Style(IsTerminal(stream) && !(term && llvm::StringRef(term) == "dumb"));
}

std::string Style::Wrap(const char* code, llvm::StringRef text) const {
  if (!colour_ || text.empty()) {
    return text.str();
  }
  return "\x1b[" + std::string(code) + "m" + text.str() + "\x1b[0m";
}

unsigned DisplayWidth(llvm::StringRef text) {
  int width = llvm::sys::unicode::columnWidthUTF8(text);
  return width < 0 ? text.size() : width;
}

std::string ExpandTabs(llvm::StringRef text) {
  std::string result;
  unsigned column = 0;
  for (char c : text) {
    if (c == '\t') {
      unsigned spaces = 4 - column % 4;
      result.append(spaces, ' ');
      column += spaces;
    } else {
      result += c;
      column += (static_cast<uint8_t>(c) & 0xC0) != 0x80;
    }
  }
  return result;
}

std::string AlignLeft(llvm::StringRef text, size_t width) {
  size_t used = DisplayWidth(text);
  return text.str() + std::string(width > used ? width - used : 0, ' ');
}

std::string AlignRight(llvm::StringRef text, size_t width) {
  size_t used = DisplayWidth(text);
  return std::string(width > used ? width - used : 0, ' ') + text.str();
}

std::string Grouped(int64_t value) {
  std::string digits = std::to_string(value);
  size_t first = value < 0 ? 1 : 0;
  for (size_t at = digits.size(); at > first + 3; at -= 3) {
    digits.insert(at - 3, ",");
  }
  return digits;
}

std::string Bytes(uint64_t bytes) {
  static constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(bytes);
  size_t unit = 0;
  while (value >= 1024 && unit + 1 < std::size(kUnits)) {
    value /= 1024;
    ++unit;
  }
  return unit == 0 ? llvm::formatv("{0} B", bytes).str() : llvm::formatv("{0:f1} {1}", value, kUnits[unit]).str();
}

std::string Duration(double seconds) {
  if (seconds < 0.0009995) {
    return llvm::formatv(seconds < 9.995e-6 ? "{0:f2} µs" : "{0:f0} µs", seconds * 1e6).str();
  }
  if (seconds < 0.9995) {
    return llvm::formatv(seconds < 0.01 ? "{0:f2} ms" : "{0:f1} ms", seconds * 1e3).str();
  }
  return llvm::formatv("{0:f2} s", seconds).str();
}

std::string Counted(uint64_t count, llvm::StringRef noun) {
  return Grouped(static_cast<int64_t>(count)) + " " + noun.str() + (count == 1 ? "" : "s");
}

std::string ShownPath(llvm::StringRef path) {
  static const std::string* const folder = [] {
    llvm::SmallString<256> current;
    std::error_code error = llvm::sys::fs::current_path(current);
    return new std::string(error ? "" : current.str().str() + "/");
  }();
  if (!folder->empty() && path.starts_with(*folder)) {
    return path.drop_front(folder->size()).str();
  }
  return path.str();
}

}  // namespace trident::cli
