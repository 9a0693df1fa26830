#include "core/ide/report.h"

#include "core/ide/convert.h"
#include "core/ide/kernels.h"

#include <chrono>

namespace trident::ide {

std::shared_ptr<FileReport> MakeReport(const Facts& facts, const Options& options, const cost::Device& device, EntryMemos& memos) {
  auto start = std::chrono::steady_clock::now();
  profile::ResetCurrent();
  const eval::Unit& unit = *facts.unit;
  const eval::Outcome& outcome = *facts.outcome;
  auto report = std::make_shared<FileReport>();
  report->path = unit.path;
  report->version = unit.text->version;
  {
    profile::ScopedStage stage(profile::Stage::Ide);
    AddSyntaxErrors(unit, *report);
    AddProblems(outcome, unit, *report);
    AddInlayHints(outcome, unit, *report);
    AddModels(outcome, unit, device, memos, *report);
    AddRankDims(outcome, unit, *report);
    AddOpportunities(outcome, unit, device, memos, *report);
    if (options.collect_bindings) AddBindings(outcome, *report);
    if (facts.kernels) AddKernels(*facts.kernels, options.collect_bindings, *report);
    Suppress(outcome, unit, *report);
    if (options.collect_costs) {
      AddModelProfiles(outcome, device, *report);
      AddCostHints(unit, *report);
    }
    for (const std::shared_ptr<const eval::Unit>& visited : outcome.units) {
      if (!visited->prelude && visited.get() != &unit) report->visited.push_back(visited->path);
    }
    AddSymbols(unit, outcome, *report);
  }
  report->profile = facts.profile;
  report->profile.Add(profile::Current());
  report->profile.wall_seconds = facts.profile.wall_seconds + std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace trident::ide
