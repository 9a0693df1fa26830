#include "core/ide/model_profile.h"

#include "core/cost/cost.h"
#include "core/cost/device.h"
#include "core/cost/memory.h"
#include "core/ide/convert.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

#include <map>
#include <tuple>

namespace trident::ide {

void Amount::Add(const Amount& other) {
  kernels += other.kernels;
  unknown += other.unknown;
  flops += other.flops;
  bytes += other.bytes;
  seconds += other.seconds;
}

namespace {

class Builder {
 public:
  Builder(const eval::Outcome& outcome, const eval::ModelCall& call, const cost::Device& device)
      : graph_(outcome.graph), call_(call), device_(device) {
    for (const std::shared_ptr<const eval::Unit>& unit : outcome.units) units_[unit->path] = unit.get();
  }

  ModelProfile Build() {
    profile_.name = call_.class_name;
    profile_.path = call_.unit->path;
    profile_.line = call_.unit->LineOf(call_.node);
    profile_.device = device_.name;
    profile_.device_flops = device_.single_flops;
    profile_.device_bytes_per_second = device_.bytes_per_second;
    FindModules();
    for (uint32_t i = call_.first_node; i < call_.end_node; ++i) AddNode(graph_.nodes[i]);
    AddHeldBytes();
    AddFormulas();
    for (auto& [place, amount] : lines_) profile_.lines.push_back({*place.first, place.second, amount});
    llvm::stable_sort(profile_.lines, [](const LineCost& a, const LineCost& b) { return a.cost.seconds > b.cost.seconds; });
    for (auto& [key, amount] : kernels_) profile_.kernels.push_back({std::get<0>(key).str(), *std::get<1>(key), std::get<2>(key), amount});
    for (auto& [key, seconds] : module_kernels_) {
      profile_.module_kernels.push_back({std::get<0>(key), std::get<1>(key).str(), *std::get<2>(key), std::get<3>(key), seconds});
    }
    return std::move(profile_);
  }

 private:
  // 1-based; 0 when the place is not known.
  uint32_t LineOf(uint32_t file, uint32_t offset) const {
    auto found = file < graph_.files.size() ? units_.find(graph_.files[file]) : units_.end();
    if (found == units_.end()) return 0;
    const source::Text& text = *found->second->text;
    return text.lines.ToLineColumn(text.content, offset).line + 1;
  }

  void AddNode(const graph::Node& node) {
    cost::Cost cost = cost::NodeCost(node);
    std::optional<int64_t> flops = cost.flops.value(), read = cost.bytes_read.value(), written = cost.bytes_written.value();
    Amount amount;
    bool is_kernel = flops != 0 || read != 0 || written != 0;
    amount.kernels = is_kernel;
    amount.unknown = is_kernel && (!flops || !read || !written);
    amount.flops = static_cast<double>(flops.value_or(0));
    amount.bytes = static_cast<double>(read.value_or(0)) + static_cast<double>(written.value_or(0));
    shape::DType dtype = node.outputs.empty() ? shape::DType::F32 : node.outputs[0].type.dtype;
    amount.seconds = cost::Seconds(device_, amount.flops, amount.bytes, dtype);
    profile_.total.Add(amount);
    AddToModules(node.scope, amount);
    if (!is_kernel || node.unit >= graph_.files.size()) return;
    uint32_t line = LineOf(node.unit, node.start);
    const std::string* path = &graph_.files[node.unit];
    lines_[{path, line}].Add(amount);
    llvm::StringRef op = Text(node.op).rsplit('.').second;
    kernels_[{op, path, line, amount.flops, amount.bytes}].Add(amount);
    if (auto module = module_of_scope_.find(node.scope); module != module_of_scope_.end()) {
      module_kernels_[{module->second, op, path, line}] += amount.seconds;
    }
  }

  // Numbers leave out what depends on symbols; the formulas do not.
  void AddFormulas() {
    if (profile_.total.unknown == 0) return;
    cost::Cost all = cost::Sum(graph_, call_.first_node, call_.end_node);
    shape::Dim moved = all.bytes_read + all.bytes_written;
    if (!all.flops.is_unknown() && !all.flops.is_constant()) profile_.flops_text = all.flops.ToString();
    if (!moved.is_unknown() && !moved.is_constant()) profile_.bytes_text = moved.ToString();
  }

  // Every module that was called, in the order of the first calls, whether it launches kernels or not: torch.profiler
  // numbers them so.
  void FindModules() {
    uint32_t root = call_.scope;
    for (uint32_t i = root; i < graph_.scopes.size() && (i == root || graph_.scopes[i].parent >= root); ++i) {
      const graph::Scope& scope = graph_.scopes[i];
      std::string name = Text(scope.class_name).str();
      auto [at, is_new] = module_of_.try_emplace({scope.path, name}, profile_.modules.size());
      if (is_new) {
        uint32_t depth = i == root ? 0 : profile_.modules[module_of_scope_[scope.parent]].depth + 1;
        std::string file = scope.unit < graph_.files.size() ? graph_.files[scope.unit] : "";
        std::string recorded = name + "_" + std::to_string(called_of_class_[name]++);
        profile_.modules.push_back({scope.path, name, file, LineOf(scope.unit, scope.start), depth, 0, {}, recorded});
      }
      ++profile_.modules[at->second].calls;
      module_of_scope_[i] = at->second;
    }
  }

  // The innermost module gets the amount, and so do those around it.
  void AddToModules(uint32_t scope, const Amount& amount) {
    for (auto at = module_of_scope_.find(scope); at != module_of_scope_.end(); at = module_of_scope_.find(scope)) {
      profile_.modules[at->second].cost.Add(amount);
      scope = graph_.scopes[scope].parent;
    }
  }

  void AddHeldBytes() {
    if (call_.entry >= graph_.entries.size()) return;
    cost::Memory memory = cost::MemoryOf(graph_, graph_.entries[call_.entry]);
    profile_.held_bytes = std::move(memory.held);
    profile_.all_activation_bytes = memory.made;
    profile_.training_bytes = memory.training;
    profile_.saved_bytes = memory.saved;
    profile_.peak_kernel = llvm::max_element(profile_.held_bytes) - profile_.held_bytes.begin();
    if (profile_.held_bytes.empty()) return;
    const graph::Node& peak = graph_.nodes[call_.first_node + profile_.peak_kernel];
    profile_.peak_op = Text(peak.op).rsplit('.').second.str();
    profile_.peak_line = LineOf(peak.unit, peak.start);
    if (peak.unit < graph_.files.size()) profile_.peak_path = graph_.files[peak.unit];
  }

  const graph::Graph& graph_;
  const eval::ModelCall& call_;
  const cost::Device& device_;
  std::map<std::string, const eval::Unit*> units_;
  std::map<std::pair<const std::string*, uint32_t>, Amount> lines_;
  std::map<std::tuple<llvm::StringRef, const std::string*, uint32_t, double, double>, Amount> kernels_;
  std::map<std::tuple<uint32_t, llvm::StringRef, const std::string*, uint32_t>, double> module_kernels_;
  std::map<std::pair<std::string, std::string>, uint32_t> module_of_;  // By path and class.
  std::map<std::string, unsigned> called_of_class_;
  llvm::DenseMap<uint32_t, uint32_t> module_of_scope_;
  ModelProfile profile_;
};

}  // namespace

std::vector<std::string> DeviceNames() {
  std::vector<std::string> names;
  for (const cost::Device& device : cost::Devices()) names.push_back(device.name);
  return names;
}

void AddModelProfiles(const eval::Outcome& outcome, const cost::Device& device, FileReport& report) {
  profile::ScopedStage stage(profile::Stage::Cost);
  for (const eval::ModelCall& call : outcome.models) {
    if (call.unit && call.first_node != call.end_node) report.model_profiles.push_back(Builder(outcome, call, device).Build());
  }
}

}  // namespace trident::ide
