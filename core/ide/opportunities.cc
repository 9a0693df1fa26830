// What the optimiser found, as hints at the lines it concerns.
#include "core/cost/device.h"
#include "core/ide/convert.h"
#include "core/optimize/optimize.h"

#include "llvm/Support/FormatVariadic.h"

#include <map>

namespace trident::ide {

// An estimate below this is not worth reading: about what starting one kernel takes, a guess.
static constexpr double kShownSeconds = 1e-6;

static std::string Duration(double seconds) { return seconds >= 1e-3 ? llvm::formatv("{0:f1} ms", seconds * 1e3).str() : llvm::formatv("{0:f0} µs", seconds * 1e6).str(); }

namespace {

struct Group {
  optimize::Rewrite sample;
  uint32_t kernels = 0;
  int64_t bytes = 0;
};

using Place = std::pair<std::string, std::pair<uint32_t, uint32_t>>;

}  // namespace

static std::string Message(const Group& group) {
  std::string message = group.sample.message + ": saves " + std::to_string(group.kernels) + (group.kernels == 1 ? " kernel" : " kernels");
  if (group.bytes > 0) message += " and " + Compact(group.bytes) + "B of memory traffic";
  const cost::Device& device = *cost::FindDevice(cost::kDefaultDevice);
  double seconds = group.bytes / device.bytes_per_second;
  if (seconds >= kShownSeconds) message += ", about " + Duration(seconds) + " on " + device.name;
  return message;
}

void AddOpportunities(const eval::Outcome& outcome, const eval::Unit& script, FileReport& report) {
  profile::ScopedStage stage(profile::Stage::Optimize);
  // One hint for each place in the source, however often it is executed.
  std::map<std::pair<std::string, Place>, Group> groups;
  const graph::Graph& graph = outcome.graph;
  for (const eval::ModelCall& call : outcome.models) {
    if (call.entry >= graph.entries.size()) continue;
    for (const optimize::Rewrite& rewrite : optimize::Find(graph, graph.entries[call.entry]).applied) {
      if (rewrite.unit >= graph.files.size() || !optimize::IsWorthSaying(rewrite)) continue;
      Group& group = groups[{rewrite.slug, {graph.files[rewrite.unit], {rewrite.start, rewrite.end}}}];
      group.sample = rewrite;
      group.kernels += rewrite.kernels_saved;
      group.bytes += rewrite.bytes_saved.value().value_or(0);
    }
  }
  profile::Current()[profile::Stage::Optimize].items += groups.size();
  std::map<std::string, const eval::Unit*> units;
  for (const std::shared_ptr<const eval::Unit>& unit : outcome.units) units[unit->path] = unit.get();
  for (const auto& [key, group] : groups) {
    const auto& [path, range] = key.second;
    const eval::Unit* unit = units[path];
    if (!unit || group.kernels == 0) continue;
    Diagnostic hint;
    hint.severity = Severity::Hint;
    hint.code = key.first;
    hint.location = {unit->path, RangeOf(*unit->text, range.first, range.second)};
    hint.message = Message(group);
    const optimize::Rewrite& sample = group.sample;
    if (sample.other_unit < graph.files.size()) {
      const eval::Unit* other = units[graph.files[sample.other_unit]];
      bool elsewhere = sample.other_unit != sample.unit || sample.other_start != sample.start;
      std::string what = key.first == "fold-batch-norm" ? "what it folds into" : "it begins here";
      if (other && elsewhere) hint.related.push_back({{other->path, RangeOf(*other->text, sample.other_start, sample.other_end)}, what});
    }
    (unit == &script ? report.diagnostics : report.elsewhere).push_back(std::move(hint));
  }
}

}  // namespace trident::ide
