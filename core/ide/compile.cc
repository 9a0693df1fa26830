// Models to generated source: the entry that is meant, its program, its text.
#include "core/codegen/codegen.h"
#include "core/ide/convert.h"
#include "core/cost/cost.h"
#include "core/cost/device.h"
#include "core/graph/facts.h"
#include "core/optimize/optimize.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

namespace trident::ide {

static std::string ExpressionOf(const eval::ModelCall& call) {
  llvm::StringRef text = call.unit->content().slice(call.unit->tree().start(call.node), call.unit->tree().end(call.node));
  return text.split('(').first.trim().str();
}

static const eval::ModelCall* FindModel(const eval::Outcome& outcome, const eval::Unit& script, llvm::StringRef name, uint32_t from) {
  const eval::ModelCall* best = nullptr;
  for (const eval::ModelCall& call : outcome.models) {
    if (!call.unit || call.first_node == call.end_node) continue;
    if (call.unit == &script && script.tree().start(call.node) < from) continue;
    if (!name.empty() && name != call.class_name && name != ExpressionOf(call)) continue;
    // The last call that the file makes itself.
    if (!best || call.unit == &script || best->unit != &script) best = &call;
  }
  return best;
}

// What fails in the call, or in what is written from there on where the model was not reached; null when nothing does.
static const eval::Problem* FailureIn(const eval::Outcome& outcome, const eval::Unit& script, const eval::ModelCall* call, uint32_t from) {
  auto is_there = [&](const eval::Unit* unit, parse::NodeId node) {
    return call ? unit == call->unit && node == call->node : unit == &script && script.tree().start(node) >= from;
  };
  for (const eval::Problem& problem : outcome.problems) {
    if (SeverityOf(problem.slug) != Severity::Error) continue;
    bool inside = llvm::any_of(problem.stack, [&](const auto& each) { return is_there(each.first, each.second); });
    if (inside || is_there(problem.unit, problem.node)) return &problem;
  }
  return nullptr;
}

static std::string Where(const eval::Unit& unit, uint32_t start) {
  return " (" + unit.path + ":" + std::to_string(unit.text->lines.ToLineColumn(unit.content(), start).line + 1) + ")";
}

static std::string Where(uint32_t file, uint32_t start, const eval::Outcome& outcome) {
  const eval::Unit* unit = UnitOf(outcome, file);
  return unit ? Where(*unit, start) : "";
}

namespace {

constexpr int kBestLevel = 3;

// What running a program's operators one by one costs.
struct Work {
  unsigned operations = 0, kernels = 0;
  double flops = 0, bytes = 0, seconds = 0;
};

Work WorkOf(const optimize::Program& program, const cost::Device& device) {
  Work work;
  for (const graph::Node& node : program.nodes) {
    cost::Cost cost = cost::NodeCost(node);
    double flops = static_cast<double>(cost.flops.value().value_or(0));
    double bytes = static_cast<double>(cost.bytes_read.value().value_or(0)) + static_cast<double>(cost.bytes_written.value().value_or(0));
    ++work.operations;
    work.kernels += !graph::RunsNothing(node);
    work.flops += flops;
    work.bytes += bytes;
    work.seconds += cost::Seconds(device, flops, bytes, node.outputs.empty() ? shape::DType::F32 : node.outputs[0].type.dtype);
  }
  return work;
}

std::string Row(llvm::StringRef what, double before, double after, llvm::StringRef unit) {
  double change = before > 0 ? 100 * (after - before) / before : 0;
  return llvm::formatv("{0,-24}{1,14:f3}{2,14:f3} {3} ({4:f1} %)\n", what, before, after, unit, change).str();
}

// What level 1 leaves out, whatever the level.
std::string RedundantWork(const optimize::Log& log) {
  unsigned operations = 0, kernels = 0;
  double bytes = 0;
  for (const optimize::Rewrite& rewrite : log.applied) {
    llvm::StringRef slug = rewrite.slug;
    if (slug != "redundant-operation" && slug != "repeated-computation" && slug != "unused-result") continue;
    operations += rewrite.replaced.size();
    kernels += rewrite.kernels_saved;
    bytes += static_cast<double>(rewrite.bytes_saved.value().value_or(0));
  }
  auto counted = [](unsigned count, const char* noun) { return std::to_string(count) + " " + noun + (count == 1 ? "" : "s"); };
  return llvm::formatv("{0,-24}{1}, {2}, {3:f3} MB of traffic\n", "redundant work removed", counted(operations, "operation"), counted(kernels, "kernel"), bytes / 1e6).str();
}

// Efficiency: the least time that the arithmetic and the weights alone could take, as a part of the estimated time.
std::string ReportOf(const optimize::Program& program, const optimize::Log& log, const Work& before, const Work& after, const Work& best, const cost::Device& device) {
  double weights = 0;
  for (const graph::State& state : program.entry.state) weights += static_cast<double>(state.type.shape.numel().value().value_or(0)) * shape::ItemSize(state.type.dtype);
  double least = cost::Seconds(device, after.flops, weights, shape::DType::F32);
  std::string text = llvm::formatv("{0,-24}{1,14}{2,14}\n", "", "before", "after").str();
  text += Row("operations", before.operations, after.operations, "");
  text += Row("kernels", before.kernels, after.kernels, "");
  text += Row("arithmetic", before.flops / 1e9, after.flops / 1e9, "GFLOP");
  text += Row("memory traffic", before.bytes / 1e6, after.bytes / 1e6, "MB");
  text += Row("estimated time", before.seconds * 1e3, after.seconds * 1e3, std::string("ms on ") + device.name);
  auto score = [&](const Work& work) { return work.seconds > 0 ? 100 * least / work.seconds : 100; };
  text += llvm::formatv("{0,-24}{1,13:f1}%{2,13:f1}%\n", "efficiency", score(before), score(after)).str();
  auto overhead = [&](const Work& work) { return best.seconds > 0 ? 100 * (work.seconds / best.seconds - 1) : 0; };
  text += llvm::formatv("{0,-24}{1,13:f1}%{2,13:f1}%\n", "overhead", overhead(before), overhead(after)).str();
  text += RedundantWork(log);
  text += "overhead = estimated time / estimated time of the best known form, level 3 - 1\n";
  return text + "efficiency = max(arithmetic / peak, weights / bandwidth) / sum over operators of max(arithmetic / peak, traffic / bandwidth)\n";
}

}  // namespace

Origin OriginOf(llvm::StringRef text) {
  switch (codegen::OriginOf(text)) {
    case codegen::Origin::Foreign: return Origin::Foreign;
    case codegen::Origin::Generated: return Origin::Generated;
    case codegen::Origin::Edited: return Origin::Edited;
  }
  return Origin::Foreign;
}

llvm::Expected<Compiled> CompileModel(const eval::Outcome& outcome, const eval::Unit& script, Fingerprint source, const CompileRequest& request, const cost::Device& device, uint32_t from) {
  const eval::ModelCall* model = FindModel(outcome, script, request.name, from);
  if (!model && from > 0) {
    const eval::Problem* failure = FailureIn(outcome, script, nullptr, from);
    return llvm::createStringError("with these inputs: " + (failure ? failure->message : "no model is called"));
  }
  if (!model) {
    return llvm::createStringError(request.name.empty() ? "no model is called in the file"
                                                        : "no model `" + request.name + "` is called in the file; --input says what it is called with");
  }
  optimize::Obstacle obstacle;
  std::optional<optimize::Program> program = optimize::Lower(outcome.graph, outcome.graph.entries[model->entry], obstacle);
  std::optional<codegen::Module> module;
  Compiled compiled;
  if (program) {
    Work before = WorkOf(*program, device), best;
    if (request.report) {
      optimize::Program other = *program;
      optimize::Optimize(other, kBestLevel);
      best = WorkOf(other, device);
    }
    optimize::Log log = optimize::Optimize(*program, request.level);
    for (const optimize::Rewrite& rewrite : log.applied) compiled.log.push_back(std::string(rewrite.slug) + ": " + rewrite.message + Where(rewrite.unit, rewrite.start, outcome));
    for (const optimize::Rejection& rejection : log.rejected) compiled.rejected.push_back(std::string(rejection.slug) + ": " + rejection.reason + Where(rejection.unit, rejection.start, outcome));
    if (request.report) compiled.report = ReportOf(*program, log, before, WorkOf(*program, device), best, device);
    codegen::Options options;
    options.source = llvm::sys::path::filename(script.path).str();
    options.source_hash = ToHex(source);
    options.version = TRIDENT_VERSION;
    options.level = request.level;
    module = codegen::Emit(*program, options, obstacle);
  }
  if (!module) {
    const eval::Problem* failure = FailureIn(outcome, script, model, from);
    std::string where = failure ? Where(*failure->unit, failure->unit->tree().start(failure->node)) : Where(obstacle.unit, obstacle.start, outcome);
    return llvm::createStringError("no code for " + model->class_name + ": " + (failure ? failure->message : obstacle.reason) + where);
  }
  compiled.class_name = module->class_name;
  compiled.text = std::move(module->text);
  return compiled;
}

}  // namespace trident::ide
