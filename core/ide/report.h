// Turns what evaluation found of a file into its report. Internal to core/ide.
#pragma once

#include "core/ide/analysis.h"

namespace trident::ide {

// What evaluation would find of the file if it had another text.
using Reevaluate = llvm::function_ref<eval::Outcome(std::shared_ptr<const eval::Unit>)>;

std::shared_ptr<FileReport> MakeReport(const Facts& facts, const Options& options, const cost::Device& device, EntryMemos& memos);

// Whether a diagnostic is of a kind that fixes are looked for.
bool MayHaveFixes(const FileReport& report);
// Gives the report's errors the changes of a single place that remove them and bring no other problem (fixes.cc).
void AddFixes(const eval::Outcome& outcome, const eval::Unit& script, Reevaluate reevaluate, FileReport& report);

// What rewrites the source for the report's hints that touch the range, each verified (fusion_fix.cc).
std::vector<Action> FusionActions(const eval::Outcome& outcome, const eval::Unit& script, Reevaluate reevaluate, const FileReport& report, const Range& range);

}  // namespace trident::ide
