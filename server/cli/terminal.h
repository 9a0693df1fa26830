// Decides how much of a terminal's abilities to use, and marks text up for it.
//
// Colour only where the stream is a terminal, NO_COLOR is not set (or empty) and TERM is not "dumb"; CLICOLOR_FORCE
// or FORCE_COLOR turn it on elsewhere, for pictures. Threads: any.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>

namespace trident::cli {

enum class Stream { Out, Error };

bool IsTerminal(Stream stream);
// In columns; 100 where the stream is no terminal.
unsigned TerminalWidth(Stream stream);

// Wraps text in escape sequences, or leaves it as it is.
class Style {
 public:
  explicit Style(bool colour) : colour_(colour) {}

  bool colour() const { return colour_; }
  std::string Bold(llvm::StringRef text) const { return Wrap("1", text); }
  std::string Dim(llvm::StringRef text) const { return Wrap("2", text); }
  std::string Red(llvm::StringRef text) const { return Wrap("1;31", text); }
  std::string Yellow(llvm::StringRef text) const { return Wrap("1;33", text); }
  std::string Green(llvm::StringRef text) const { return Wrap("32", text); }
  std::string Cyan(llvm::StringRef text) const { return Wrap("36", text); }
  std::string Blue(llvm::StringRef text) const { return Wrap("1;34", text); }

 private:
  std::string Wrap(const char* code, llvm::StringRef text) const;

  bool colour_;
};

Style StyleFor(Stream stream);

// Columns the text takes on a terminal (wide characters count two).
unsigned DisplayWidth(llvm::StringRef text);

// Tabs become spaces up to the next multiple of 4; returns the text and moves nothing else.
std::string ExpandTabs(llvm::StringRef text);

// Filled with spaces to `width` columns, the text at the left or at the right.
std::string AlignLeft(llvm::StringRef text, size_t width);
std::string AlignRight(llvm::StringRef text, size_t width);

// 11689512 -> "11,689,512".
std::string Grouped(int64_t value);
// Bytes with a binary unit: "1.5 MiB".
std::string Bytes(uint64_t bytes);
// Seconds with a fitting unit: "412 µs", "3.21 ms", "1.2 s".
std::string Duration(double seconds);
// "1 error", "2 errors".
std::string Counted(uint64_t count, llvm::StringRef noun);

// The path as a person would type it: relative to the working folder when it lies under it.
std::string ShownPath(llvm::StringRef path);

}  // namespace trident::cli
