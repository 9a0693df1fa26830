// Turns what evaluation found, in tree nodes, into editor terms: positions, labels, texts. Internal to core/ide.
#pragma once

#include "core/cost/device.h"
#include "core/eval/eval.h"
#include "core/ide/entry_memos.h"
#include "core/ide/ide.h"

#include "llvm/ADT/DenseMap.h"

namespace trident::ide {

Range RangeOf(const source::Text& text, uint32_t start, uint32_t end);
Location LocationOf(const eval::Unit& unit, parse::NodeId node);

// The Name node that `statement` binds `name` with (or the statement itself when it is a parameter); kNoNode if none.
parse::NodeId TargetOf(const parse::Tree& tree, parse::NodeId statement, Symbol name);

// Of the types that a place had, those that a call with known sizes gave it, where there are any: what a file calls is
// nearer to the truth than what was made up to enter its models.
std::vector<eval::TypeDesc> MostKnown(llvm::ArrayRef<eval::TypeDesc> types);

// One text for all types a binding had: "f32[2, 64, ·, ·]" where they differ in sizes only.
std::string CommonForm(llvm::ArrayRef<eval::TypeDesc> types);

// What of calls is told beside the types that they gave: the places that made them are the same again and again.
class ContextTexts {
 public:
  explicit ContextTexts(const eval::Unit& script) : script_(script) {}

  // A list of the types a binding had, where they are several, each with the place that called the function around.
  std::string Of(llvm::ArrayRef<eval::TypeDesc> types, llvm::ArrayRef<parse::NodeId> callers);

 private:
  const std::string& OfCaller(parse::NodeId caller);

  const eval::Unit& script_;
  llvm::DenseMap<parse::NodeId, std::string> callers_;
};

// "11.7M", "7.26G": three significant digits.
std::string Compact(double number);

// Whether the path lies in an installed package rather than in the user's own code.
bool IsInstalled(llvm::StringRef path);

// Of one evaluated file; internal forms of the questions in ide.h.
std::optional<Hover> HoverIn(const eval::Outcome& outcome, const eval::Unit& script, Position position);
std::vector<Location> DefinitionIn(const eval::Outcome& outcome, const eval::Unit& script, Position position);
std::vector<SizeOrigin> OriginsOfHint(const eval::Outcome& outcome, const eval::Unit& script, const InlayHint& hint);
std::vector<ModelNode> ModelsIn(const eval::Outcome& outcome, const eval::Unit& script);
std::vector<Range> SizeNamesIn(const eval::Unit& script);
std::vector<Completion> CompletionsIn(const eval::Outcome& outcome, const eval::Unit& script, Position position);
std::optional<Signature> SignatureIn(const eval::Outcome& outcome, const eval::Unit& script, Position position);
std::vector<Action> RewritesIn(const eval::Outcome& outcome, const eval::Unit& script, const FileReport& report, const Range& range);
// Generates code for the model of `script` that the request names. `source`: the text that the code is said to be from;
// `from`: calls of the script before this offset are not meant.
llvm::Expected<Compiled> CompileModel(const eval::Outcome& outcome, const eval::Unit& script, Fingerprint source, const CompileRequest& request, const cost::Device& device, uint32_t from = 0);

void AddSyntaxErrors(const eval::Unit& unit, FileReport& report);
// A line for each place where knowledge was lost, those that most names depend on first.
std::string GapsText(const eval::Outcome& outcome);
// The tensor graph as `--dump graph`, `graphviz` or `graph-json` prints it.
std::string GraphText(const eval::Outcome& outcome, llvm::StringRef stage);

Severity SeverityOf(llvm::StringRef slug);
// Of a file of the outcome's graph, by its number; null when it is none of those that were read.
const eval::Unit* UnitOf(const eval::Outcome& outcome, uint32_t file);
void AddProblems(const eval::Outcome& outcome, const eval::Unit& script, FileReport& report);
void AddInlayHints(const eval::Outcome& outcome, const eval::Unit& script, FileReport& report);
// Behind each line of the script that computes: its FLOPs in all models of the report. After AddModelProfiles.
void AddCostHints(const eval::Unit& script, FileReport& report);
void AddModels(const eval::Outcome& outcome, const eval::Unit& script, const cost::Device& device, EntryMemos& memos, FileReport& report);
void AddModelProfiles(const eval::Outcome& outcome, const cost::Device& device, FileReport& report);
void AddOpportunities(const eval::Outcome& outcome, const eval::Unit& script, const cost::Device& device, EntryMemos& memos, FileReport& report);
// Warnings about lines whose dim, counted from the front, is one axis of a sample and another of a batch. Cost: linear in the graph.
void AddRankDims(const eval::Outcome& outcome, const eval::Unit& script, FileReport& report);
// Takes out what comments ignore, and says which of them ignore nothing.
void Suppress(const eval::Outcome& outcome, const eval::Unit& script, FileReport& report);
void AddBindings(const eval::Outcome& outcome, FileReport& report);
void AddSymbols(const eval::Unit& script, const eval::Outcome& outcome, FileReport& report);

}  // namespace trident::ide
