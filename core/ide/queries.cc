#include "core/ide/queries.h"

#include "core/ide/choices.h"
#include "core/ide/convert.h"
#include "core/ide/kernels.h"
#include "core/ide/report.h"
#include "core/ide/report_cache.h"

#include <atomic>
#include <chrono>

namespace trident::ide {

query::Durability FileText::DurabilityOf(const Key& path) { return IsInstalled(path) ? query::Durability::High : query::Durability::Low; }

std::shared_ptr<const FileText::Value> FileText::Execute(query::Database& db, const Key& path) {
  auto value = std::make_shared<Value>();
  llvm::Expected<std::shared_ptr<const source::Text>> text = db.World<Analysis>().files().Read(path);
  if (text) value->text = *text;
  else value->refusal = llvm::toString(text.takeError());
  return value;
}

Fingerprint FileText::ContentOf(const Value& value) { return value.text ? value.text->fingerprint : FingerprintOf(value.refusal); }

std::shared_ptr<const Structure::Value> Structure::Execute(query::Database& db, const Key& path) {
  auto value = std::make_shared<Value>();
  std::shared_ptr<const FileText::Value> text = db.Get<FileText>(path);
  value->refusal = text->refusal;
  if (!text->text) return value;
  llvm::Expected<std::shared_ptr<const eval::Unit>> unit = db.World<Analysis>().units().Load(path);
  if (unit) value->unit = *unit;
  else value->refusal = llvm::toString(unit.takeError());
  return value;
}

Fingerprint Structure::ContentOf(const Value& value) { return value.unit ? value.unit->structure : FingerprintOf(value.refusal); }

size_t Structure::BytesOf(const Value& value) { return value.unit ? value.unit->tree().bytes() + value.unit->content().size() + 4096 : 0; }

std::shared_ptr<const std::string> ImportSearch::Execute(query::Database& db, const Key& key) {
  return std::make_shared<std::string>(db.World<Analysis>().ProgramIn(key.script_folder).resolver().Answer(key.name));
}

std::shared_ptr<const Facts> FactsOfFile::Execute(query::Database& db, const Key& path) {
  auto& analysis = db.World<Analysis>();
  auto facts = std::make_shared<Facts>();
  auto start = std::chrono::steady_clock::now();
  profile::ResetCurrent();
  std::shared_ptr<const Structure::Value> structure = db.Get<Structure>(path);
  facts->unit = structure->unit;
  facts->refusal = structure->refusal;
  if (!facts->unit) return facts;
  eval::Outcome outcome = analysis.Evaluate(path, facts->unit, /*keep=*/true);
  if (outcome.cancelled) return nullptr;
  // Evaluation read these; from now on they are asked for as queries, so that a change of one is seen.
  for (const std::shared_ptr<const eval::Unit>& unit : outcome.units) {
    if (!unit->prelude) db.Get<Structure>(unit->path);
  }
  for (const std::string& skimmed : outcome.skimmed) db.Get<FileText>(skimmed);
  std::string folder = analysis.ScriptFolder(path);
  KernelFiles::Log log;
  if (db.log()) log = [&db](llvm::StringRef kernel) { db.log()({query::EventKind::WillExecute, "kernel", kernel.str()}); };
  facts->kernels = CheckKernels(analysis.ProgramIn(folder), outcome, facts->unit, analysis.KernelRecallFor(path), std::move(log));
  if (facts->kernels) {
    for (const std::string& each : facts->kernels->files.Paths()) db.Get<Structure>(each);
    for (const std::string& name : facts->kernels->files.imports()) outcome.imports.push_back({name, ""});
  }
  for (const eval::Import& import : outcome.imports) db.Get<ImportSearch>({folder, import.name});
  facts->outcome = std::make_shared<eval::Outcome>(std::move(outcome));
  analysis.Keep(facts->outcome);
  facts->profile = profile::Current();
  facts->profile.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return facts;
}

// Each evaluation is a content of its own: what it holds is too much to compare, and it ran because something changed.
static Fingerprint NewContent() {
  static std::atomic<uint64_t> count = 0;
  return {++count, 0xFAC7};
}

Fingerprint FactsOfFile::ContentOf(const Value&) { return NewContent(); }

size_t FactsOfFile::BytesOf(const Value& facts) {
  if (!facts.outcome) return 0;
  const eval::Outcome& outcome = *facts.outcome;
  // The structs themselves, and what they usually hold outside of themselves.
  size_t bindings = outcome.bindings.size() * (sizeof(eval::Binding) + sizeof(eval::TypeDesc) + 64);
  size_t nodes = outcome.graph.nodes.size() * (sizeof(graph::Node) + 128);
  size_t scopes = outcome.graph.scopes.size() * (sizeof(graph::Scope) + 64);
  return bindings + nodes + scopes + outcome.problems.size() * 400 + outcome.imports.size() * 96 + outcome.units.size() * 16;
}

// Whether the report is kept on disk. A configuration file is not in the key of what is kept.
static bool IsKept(Analysis& analysis, const std::string& path, const FileText::Value& text, const config::Choices& choices) {
  bool costs_chosen = choices.cost_hints == true && !analysis.options().collect_costs;
  return text.text && !costs_chosen && analysis.IsSaved(path, *text.text);
}

// What this run found, or an earlier one of the same texts; null when the work was cancelled or there is nothing to find.
static std::shared_ptr<const FileReport> FindOrMakeReport(query::Database& db, const std::string& path, std::string& refusal, bool* cancelled) {
  auto& analysis = db.World<Analysis>();
  std::shared_ptr<const FileText::Value> text = db.Get<FileText>(path);
  Options options = analysis.options();
  config::Choices choices = ChoicesFor(db, path);
  options.collect_costs |= choices.cost_hints == true;
  bool kept = IsKept(analysis, path, *text, choices);
  profile::ResetCurrent();
  if (kept) {
    if (std::shared_ptr<const FileReport> found = FindReport(db, path, *text->text)) return found;
  }
  std::shared_ptr<const Facts> facts = db.Get<FactsOfFile>(path);
  *cancelled = !facts;
  if (!facts) return nullptr;
  // Positions are those of the texts, whatever they were when the facts were found.
  if (facts->outcome) {
    for (const std::shared_ptr<const eval::Unit>& unit : facts->outcome->units) {
      if (!unit->prelude) db.Get<FileText>(unit->path);
    }
  }
  if (facts->kernels) {
    for (const std::string& each : facts->kernels->files.Paths()) db.Get<FileText>(each);
  }
  refusal = facts->refusal;
  if (!facts->unit) return nullptr;
  std::shared_ptr<const FileReport> report = MakeReport(*facts, options, DeviceFor(db, path), analysis.memos());
  if (kept) KeepReport(db, path, *text->text, *facts, *report);
  return report;
}

// What a person chose, and measured, is not kept with what was found: it changes by itself.
static void Show(query::Database& db, std::shared_ptr<const FileReport> found, ReportOfFile::Value& value) {
  auto report = std::make_shared<FileReport>(*found);
  AddMeasured(db, *report);
  ApplyChoices(db, *report);
  value.report = std::move(report);
  value.found = std::move(found);
}

std::shared_ptr<const ReportOfFile::Value> ReportOfFile::Execute(query::Database& db, const Key& path) {
  auto value = std::make_shared<Value>();
  bool cancelled = false;
  std::shared_ptr<const FileReport> found = FindOrMakeReport(db, path, value->refusal, &cancelled);
  if (cancelled) return nullptr;
  if (found) Show(db, std::move(found), *value);
  return value;
}

Fingerprint ReportOfFile::ContentOf(const Value&) { return NewContent(); }

size_t ReportOfFile::BytesOf(const Value& value) {
  if (!value.report) return 0;
  const FileReport& report = *value.report;
  return (report.diagnostics.size() + report.elsewhere.size() + report.inlay_hints.size() + report.symbols.size()) * 400 + report.visited.size() * 96;
}

std::shared_ptr<const ReportOfFile::Value> RepairedReport::Execute(query::Database& db, const Key& path) {
  std::shared_ptr<const ReportOfFile::Value> plain = db.Get<ReportOfFile>(path);
  if (!plain) return nullptr;  // Cancelled.
  if (!plain->report || plain->found->has_fixes || !MayHaveFixes(*plain->found)) return plain;
  std::shared_ptr<const Facts> facts = db.Get<FactsOfFile>(path);
  if (!facts || !facts->outcome) return facts ? plain : nullptr;
  auto& analysis = db.World<Analysis>();
  auto found = std::make_shared<FileReport>(*plain->found);
  AddFixes(*facts->outcome, *facts->unit, [&](std::shared_ptr<const eval::Unit> unit) { return analysis.Evaluate(path, std::move(unit)); }, *found);
  found->has_fixes = true;
  std::shared_ptr<const FileText::Value> text = db.Get<FileText>(path);
  if (IsKept(analysis, path, *text, ChoicesFor(db, path))) KeepReport(db, path, *text->text, *facts, *found);
  auto value = std::make_shared<Value>();
  Show(db, std::move(found), *value);
  return value;
}

}  // namespace trident::ide
