// Turns findings into each output format of `trident check`.
//
// Lines and columns are 1-based everywhere. Columns count UTF-8 bytes in `json`, characters elsewhere (SARIF says so
// in columnKind). Threads: one; `sources` is asked for the text of files that are quoted.
#pragma once

#include "core/source/source.h"
#include "server/cli/findings.h"
#include "server/cli/terminal.h"

#include "llvm/Support/raw_ostream.h"

namespace trident::cli {

// Source excerpts with carets, notes, a line of totals.
void WriteText(llvm::raw_ostream& out, const Findings& findings, source::FileStore& sources, Style style);
// One line for each diagnostic.
void WriteConcise(llvm::raw_ostream& out, const Findings& findings, source::FileStore& sources);
// The object of docs/guide/cli.md.
void WriteJson(llvm::raw_ostream& out, const Findings& findings, bool with_bindings);
// Workflow commands that GitHub shows beside the lines of a pull request.
void WriteGithub(llvm::raw_ostream& out, const Findings& findings, source::FileStore& sources);
void WriteSarif(llvm::raw_ostream& out, const Findings& findings, source::FileStore& sources);
void WriteJunit(llvm::raw_ostream& out, const Findings& findings, source::FileStore& sources);

// Every line of the analysed files with the types of its bindings beside it.
void WriteTypes(llvm::raw_ostream& out, const Findings& findings, source::FileStore& sources, Style style);

// 1-based line and column in characters; the column in bytes where the text cannot be read.
struct ShownPosition {
  uint32_t line = 1;
  uint32_t column = 1;
};
ShownPosition Show(source::FileStore& sources, const std::string& path, ide::Position position);

}  // namespace trident::cli
