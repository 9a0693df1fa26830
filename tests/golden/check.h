// Turns reports and expectations into mismatches, and mismatches into the comments that would hold.
//
// Every expectation must be met and every diagnostic must be expected; types, hovers and lenses without a comment are
// free. Threads: none shared.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/ide/ide.h"
#include "tests/golden/case.h"

namespace trident::golden {

struct Mismatch {
  uint32_t line = 0;      // In the section, of the code.
  uint32_t column = 0;
  std::string expected;   // Empty: nothing was.
  std::string actual;     // Empty: there is nothing.
};

struct SectionResult {
  std::vector<Mismatch> mismatches;
  size_t checked = 0;
  std::vector<Expectation> holding;    // What is true now, in order of the code: the text --update writes.
};

// What is known of one file: its report, with what other files' reports say about it merged in.
struct FileView {
  std::string path;
  std::shared_ptr<const ide::FileReport> report;
  std::vector<ide::Diagnostic> diagnostics;   // By position, without doubles.
};

std::map<std::string, FileView> MergeViews(const std::vector<std::shared_ptr<const ide::FileReport>>& reports);

// `root` is removed from texts, so that expectations do not depend on where the case lies. `ran`: the queries that were
// executed for the answer, "facts model.py", and the script's functions that were evaluated, "call Block.forward".
SectionResult CheckSection(const Section& section, const FileView& view, ide::Workspace& workspace, llvm::StringRef root,
                           const std::set<std::string>& ran = {});

// One line per fact of the report, comparable between a warm and a cold run.
std::string Serialise(const FileView& view, llvm::StringRef root);

}  // namespace trident::golden
