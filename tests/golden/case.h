// Turns a golden file into a case: the files of each step, and what its caret comments expect.
//
// Grammar (docs/design/testing.md has the reader's version):
//     # --- file: lib.py            the lines below are another file, up to the next such line
//     # --- edit 1: lib.py          the new text of a file in step 1; steps run in order
//     code
//     #    ^ KIND: TEXT             about the column of ^, in the nearest code line above
//     # <- KIND: TEXT               about the column of the #
//     # ran: QUERY                  about the whole step
// A file without headers is one file of its own name in step 0. Input: UTF-8. Every byte is kept, for --update.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace trident::golden {

enum class Kind : uint8_t { Type, NoType, Error, Warning, Information, Hint, Hover, Lens, Fix, NoFix, Becomes, Ran, NotRan };

struct Expectation {
  Kind kind = Kind::Type;
  uint32_t source_line = 0;  // In the section: the comment's own line.
  uint32_t line = 0;         // In the section: the code line it is about.
  uint32_t column = 0;       // UTF-8 bytes.
  std::string slug;          // Of a diagnostic; empty: any.
  std::string text;          // The type, the part of a message, hover or title.
};

struct Section {
  uint32_t step = 0;
  std::string name;                 // "model.py"
  std::string header{};             // The line that opened it; empty for the first.
  std::vector<std::string> lines{};   // Without line ends; comments included, as the analyser sees them.
  std::vector<Expectation> expectations{};

  std::string Text() const;
};

struct Case {
  std::string path;
  std::vector<std::string> preamble;  // Comments above the first header: about the case, in no file.
  std::vector<Section> sections;    // In file order; steps never decrease.
};

// An error names the line of a header or comment that cannot be understood.
llvm::Expected<Case> ReadCase(llvm::StringRef path, llvm::StringRef text);

const char* KindName(Kind kind);
bool IsDiagnostic(Kind kind);
// Whether the line states an expectation, and is no code.
bool IsExpectation(llvm::StringRef line);
// The comment line that states the expectation: "    #     ^ error: [slug] \"text\"".
std::string FormatComment(const Expectation& expectation, llvm::StringRef code_line);

}  // namespace trident::golden
