// Declares how `trident profile` shows what it measured: tables, a Chrome trace, a page.
//
// Input: findings whose reports were made with ide::Options::collect_costs. Threads: one.
#pragma once

#include "server/cli/findings.h"
#include "server/cli/terminal.h"

#include "llvm/Support/raw_ostream.h"

#include <string>

namespace trident::cli {

// "72% of the time evaluates `model.py:41 Attention.forward` (38 calls, 12 more from summaries)"; empty when nothing was
// measured.
std::string BottleneckSentence(const profile::Report& report);

// "2 workers, efficiency 0.91".
std::string WorkersText(const Findings& findings);

void WriteProfileText(llvm::raw_ostream& out, const Findings& findings, unsigned rows, Style style);
void WriteProfileJson(llvm::raw_ostream& out, const Findings& findings);
// Trace events as chrome://tracing and ui.perfetto.dev read them; needs profile::RecordEvents.
void WriteProfileTrace(llvm::raw_ostream& out, const Findings& findings);
// One page that needs nothing else: no script, no other file.
void WriteProfilePage(llvm::raw_ostream& out, const Findings& findings);

// All models of all files.
std::vector<const ide::ModelProfile*> ModelProfiles(const Findings& findings);

}  // namespace trident::cli
