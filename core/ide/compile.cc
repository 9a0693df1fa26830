// Models to generated source: the entry that is meant, its program, its text.
#include "core/codegen/codegen.h"
#include "core/ide/convert.h"
#include "core/optimize/program.h"

#include "llvm/Support/Path.h"

namespace trident::ide {

static std::string ExpressionOf(const eval::ModelCall& call) {
  llvm::StringRef text = call.unit->content().slice(call.unit->tree().start(call.node), call.unit->tree().end(call.node));
  return text.split('(').first.trim().str();
}

static const eval::ModelCall* FindModel(const eval::Outcome& outcome, const eval::Unit& script, llvm::StringRef name) {
  const eval::ModelCall* best = nullptr;
  for (const eval::ModelCall& call : outcome.models) {
    if (!call.unit || call.first_node == call.end_node) continue;
    if (!name.empty() && name != call.class_name && name != ExpressionOf(call)) continue;
    // The last call that the file makes itself.
    if (!best || call.unit == &script || best->unit != &script) best = &call;
  }
  return best;
}

static std::string Where(const optimize::Obstacle& obstacle, const eval::Outcome& outcome) {
  const graph::Graph& graph = outcome.graph;
  if (obstacle.unit >= graph.files.size()) return "";
  for (const std::shared_ptr<const eval::Unit>& unit : outcome.units) {
    if (unit->path != graph.files[obstacle.unit]) continue;
    return " (" + unit->path + ":" + std::to_string(unit->text->lines.ToLineColumn(unit->content(), obstacle.start).line + 1) + ")";
  }
  return "";
}

Origin OriginOf(llvm::StringRef text) {
  switch (codegen::OriginOf(text)) {
    case codegen::Origin::Foreign: return Origin::Foreign;
    case codegen::Origin::Generated: return Origin::Generated;
    case codegen::Origin::Edited: return Origin::Edited;
  }
  return Origin::Foreign;
}

llvm::Expected<Compiled> CompileModel(const eval::Outcome& outcome, const eval::Unit& script, const CompileRequest& request) {
  const eval::ModelCall* model = FindModel(outcome, script, request.name);
  if (!model) {
    return llvm::createStringError(request.name.empty() ? "no model is called in the file" : "no model `" + request.name + "` is called in the file");
  }
  optimize::Obstacle obstacle;
  std::optional<optimize::Program> program = optimize::Lower(outcome.graph, outcome.graph.entries[model->entry], obstacle);
  std::optional<codegen::Module> module;
  if (program) {
    codegen::Options options;
    options.source = llvm::sys::path::filename(script.path).str();
    options.source_hash = ToHex(script.text->fingerprint);
    options.version = TRIDENT_VERSION;
    options.level = request.level;
    module = codegen::Emit(*program, options, obstacle);
  }
  if (!module) return llvm::createStringError("no code for " + model->class_name + ": " + obstacle.reason + Where(obstacle, outcome));
  Compiled compiled;
  compiled.class_name = module->class_name;
  compiled.text = std::move(module->text);
  return compiled;
}

}  // namespace trident::ide
