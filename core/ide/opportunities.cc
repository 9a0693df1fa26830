// What the optimiser found, as hints at the lines it concerns.
#include "core/cost/device.h"
#include "core/ide/convert.h"
#include "core/ide/misfits.h"
#include "core/ide/redundant.h"

#include "llvm/Support/FormatVariadic.h"

#include <map>

namespace trident::ide {

// A time below this is not worth reading: less than what starting one kernel takes.
static constexpr double kShownSeconds = 1e-6;

static std::string Duration(double seconds) { return seconds >= 1e-3 ? llvm::formatv("{0:f1} ms", seconds * 1e3).str() : llvm::formatv("{0:f0} µs", seconds * 1e6).str(); }

namespace {

struct Group {
  const optimize::Rewrite* sample = nullptr;
  const graph::Node* other = nullptr;  // What it is merged into.
  uint32_t kernels = 0;
  int64_t bytes = 0;
  double seconds_before = 0, seconds_after = 0;
  bool known = true;  // The times, of all the runs.
};

// A rewrite's name, and a file of the graph with the place in it.
using Place = std::tuple<llvm::StringRef, uint32_t, uint32_t, uint32_t>;

}  // namespace

// "…: saves 2 kernels and 4.10kB of memory traffic".
static std::string Saves(std::string message, uint32_t kernels, int64_t bytes) {
  message += ": saves " + std::to_string(kernels) + (kernels == 1 ? " kernel" : " kernels");
  if (bytes > 0) message += " and " + Compact(bytes) + "B of memory traffic";
  return message;
}

// ", from 6.4 ms to 21 µs on H100": the least times of what runs before and after.
static std::string Times(double before, double after, const cost::Device& device) {
  if (before - after < kShownSeconds) return "";
  return ", from " + Duration(before) + " to " + Duration(after) + " on " + device.name;
}

static void AddRedundant(const eval::Outcome& outcome, const eval::Unit& script, const cost::Device& device, FileReport& report) {
  for (const Redundant& each : RedundantIn(outcome, script)) {
    Diagnostic hint;
    hint.severity = Severity::Hint;
    hint.code = kRedundantOperation;
    hint.location = {script.path, RangeOf(*script.text, each.start, each.end)};
    hint.message = each.message;
    if (each.kernels_saved > 0) hint.message = Saves(each.message, each.kernels_saved, each.bytes_saved) + Times(each.bytes_saved / device.bytes_per_second, 0, device);
    report.diagnostics.push_back(std::move(hint));
  }
}

static void AddMisfits(const eval::Outcome& outcome, const eval::Unit& script, const cost::Device& device, FileReport& report) {
  for (const Misfit& each : MisfitsIn(outcome, script, device)) {
    Diagnostic hint;
    hint.severity = Severity::Hint;
    hint.code = kTensorCoreSizes;
    hint.location = {script.path, RangeOf(*script.text, each.start, each.end)};
    hint.message = each.message + ": saves about " + Duration(each.seconds) + " on " + device.name;
    report.diagnostics.push_back(std::move(hint));
  }
}

void AddOpportunities(const eval::Outcome& outcome, const eval::Unit& script, const cost::Device& device, EntryMemos& memos, FileReport& report) {
  profile::ScopedStage stage(profile::Stage::Optimize);
  // One hint for each place in the source, however often it is executed.
  std::map<Place, Group> groups;
  const graph::Graph& graph = outcome.graph;
  std::vector<std::shared_ptr<const optimize::Findings>> found;
  for (const eval::ModelCall& call : outcome.models) {
    if (call.entry >= graph.entries.size()) continue;
    const graph::Entry& entry = graph.entries[call.entry];
    const optimize::Findings& findings = *found.emplace_back(memos.FindingsOf(graph, entry));
    auto node_at = [&](uint32_t index) { return index == graph::kNoUnit ? nullptr : &graph.nodes[entry.first_node + index]; };
    for (size_t i = 0; i < findings.nodes.size(); ++i) {
      const optimize::Rewrite& rewrite = findings.log.applied[i];
      const graph::Node* node = node_at(findings.nodes[i].at);
      if (!node || node->unit >= graph.files.size() || !optimize::IsWorthSaying(rewrite)) continue;
      Group& group = groups[{rewrite.slug, node->unit, node->start, node->end}];
      group.sample = &rewrite;
      group.other = node_at(findings.nodes[i].other);
      group.kernels += rewrite.kernels_saved;
      group.bytes += rewrite.bytes_saved.value().value_or(0);
      group.seconds_before += rewrite.before.Seconds(device);
      group.seconds_after += rewrite.after.Seconds(device);
      group.known &= rewrite.before.known && rewrite.after.known;
    }
  }
  profile::Current()[profile::Stage::Optimize].items += groups.size();
  llvm::DenseMap<uint32_t, const eval::Unit*> units;
  auto unit_of = [&](uint32_t file) {
    auto [unit, added] = units.try_emplace(file, nullptr);
    if (added) unit->second = UnitOf(outcome, file);
    return unit->second;
  };
  // Files have other numbers after other edits.
  std::vector<const std::pair<const Place, Group>*> sorted;
  for (const auto& group : groups) sorted.push_back(&group);
  llvm::stable_sort(sorted, [&](const auto* a, const auto* b) {
    auto of = [&](const Place& place) { return std::tuple(std::get<0>(place), llvm::StringRef(graph.files[std::get<1>(place)]), std::get<2>(place), std::get<3>(place)); };
    return of(a->first) < of(b->first);
  });
  for (const auto* each : sorted) {
    const auto& [slug, file, start, end] = each->first;
    const Group& group = each->second;
    const eval::Unit* unit = unit_of(file);
    if (!unit || group.kernels == 0) continue;
    Diagnostic hint;
    hint.severity = Severity::Hint;
    hint.code = slug.str();
    hint.location = {unit->path, RangeOf(*unit->text, start, end)};
    hint.message = Saves(group.sample->message, group.kernels, group.bytes);
    if (group.known) hint.message += Times(group.seconds_before, group.seconds_after, device);
    if (group.other && group.other->unit < graph.files.size()) {
      const eval::Unit* other = unit_of(group.other->unit);
      bool elsewhere = other != unit || group.other->start != start;
      std::string what = slug == "fold-batch-norm" ? "what it folds into" : "it begins here";
      if (other && elsewhere) hint.related.push_back({{other->path, RangeOf(*other->text, group.other->start, group.other->end)}, what});
    }
    (unit == &script ? report.diagnostics : report.elsewhere).push_back(std::move(hint));
  }
  AddRedundant(outcome, script, device, report);
  AddMisfits(outcome, script, device, report);
}

}  // namespace trident::ide
