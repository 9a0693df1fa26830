#include "core/ide/ide.h"

#include "core/codegen/codegen.h"
#include "core/eval/program.h"
#include "core/ide/convert.h"
#include "core/parse/dump.h"
#include "core/resolve/resolve.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Path.h"

#include <chrono>
#include <map>
#include <mutex>
#include <set>

namespace trident::ide {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

namespace {

// What the features that answer at a position need of the last report.
struct LastRun {
  std::shared_ptr<const eval::Unit> unit;
  std::shared_ptr<const eval::Outcome> outcome;
  std::shared_ptr<const FileReport> report;
};

}  // namespace

struct Workspace::Impl {
  Options options;
  source::FileStore files;
  std::vector<std::string> site_packages;
  std::mutex mutex;
  llvm::StringMap<std::unique_ptr<eval::Program>> programs;  // By the folder that is first in the import path.
  llvm::StringMap<LastRun> runs;
  // What importing made, kept for the documents that are being edited; the others share one by Program.
  struct Kept {
    std::unique_ptr<eval::Session> session;
    uint64_t used = 0;
  };
  std::map<std::string, Kept> sessions;
  std::set<std::string> documents;
  uint64_t clock = 0;

  eval::Program& ProgramFor(llvm::StringRef path);
  eval::Session& SessionFor(llvm::StringRef path, eval::Program& program);
  void Changed(llvm::StringRef path, source::FileStore::Change change);
  llvm::Expected<LastRun> Run(llvm::StringRef path, const CancelFlag* cancel);
};

// As Python does for a script: its own folder first, then the workspace, then --python-path, then the environment.
eval::Program& Workspace::Impl::ProgramFor(llvm::StringRef path) {
  std::string folder = llvm::sys::path::parent_path(path).str();
  // A file inside a package is imported from the folder that holds the outermost package.
  while (folder.size() > 1 && files.Kind(folder + "/__init__.py") == source::PathKind::File) folder = llvm::sys::path::parent_path(folder).str();
  std::unique_ptr<eval::Program>& slot = programs[folder];
  if (!slot) {
    std::vector<std::string> roots = {folder};
    auto add = [&](const std::string& root) {
      std::string normal = source::NormalPath(root);
      if (!llvm::is_contained(roots, normal)) roots.push_back(normal);
    };
    for (const std::string& root : options.workspace) add(root);
    for (const std::string& root : options.python_path) add(root);
    if (site_packages.empty()) site_packages = resolve::SitePackages(files, options.python_environment, options.workspace);
    for (const std::string& root : site_packages) add(root);
    slot = std::make_unique<eval::Program>(files, resolve::Resolver(files, std::move(roots)));
  }
  return *slot;
}

// Open documents whose imports are kept: a person edits one or two at a time, and each holds up to some tens of megabytes.
static constexpr size_t kMaxSessions = 4;

eval::Session& Workspace::Impl::SessionFor(llvm::StringRef path, eval::Program& program) {
  std::string key = documents.count(path.str()) > 0 ? path.str() : "folder of " + program.resolver().roots().front();
  Kept& kept = sessions[key];
  if (!kept.session) kept.session = std::make_unique<eval::Session>(program);
  kept.used = ++clock;
  if (sessions.size() > kMaxSessions) {
    auto oldest = std::min_element(sessions.begin(), sessions.end(), [](const auto& a, const auto& b) { return a.second.used < b.second.used; });
    sessions.erase(oldest);
  }
  return *sessions[key].session;
}

// Drops what was made by importing a file that is not the same any more.
void Workspace::Impl::Changed(llvm::StringRef path, source::FileStore::Change change) {
  if (change == source::FileStore::Change::Nothing) return;
  for (auto& [key, kept] : sessions) {
    if (change == source::FileStore::Change::Existence || kept.session->Uses(path)) kept.session->Forget();
  }
}

llvm::Expected<LastRun> Workspace::Impl::Run(llvm::StringRef path, const CancelFlag* cancel) {
  auto start = std::chrono::steady_clock::now();
  profile::ResetCurrent();
  eval::Program& program = ProgramFor(path);
  llvm::Expected<std::shared_ptr<const eval::Unit>> unit = program.Load(path);
  if (!unit) return unit.takeError();
  LastRun run;
  run.unit = *unit;
  auto report = std::make_shared<FileReport>();
  report->path = path.str();
  report->version = (*unit)->text->version;
  AddSyntaxErrors(**unit, *report);
  bool evaluate = options.stop_after.empty() || options.stop_after == "eval" || options.stop_after == "graph" || options.stop_after == "cost" ||
                  options.stop_after == "optimize" || options.stop_after == "codegen" || options.stop_after == "ide";
  auto outcome = std::make_shared<eval::Outcome>();
  if (evaluate) {
    eval::Options eval_options;
    eval_options.cancel = cancel;
    eval_options.all_bindings = options.collect_bindings;
    *outcome = SessionFor(path, program).Run(*unit, eval_options);
    if (outcome->cancelled) return llvm::createStringError("cancelled");
    profile::ScopedStage stage(profile::Stage::Ide);
    AddProblems(*outcome, **unit, *report);
    AddInlayHints(*outcome, **unit, *report);
    AddModels(*outcome, **unit, *report);
    AddOpportunities(*outcome, **unit, *report);
    if (options.collect_costs) AddModelProfiles(*outcome, options.device, *report);
    if (options.collect_bindings) AddBindings(*outcome, *report);
    for (const std::shared_ptr<const eval::Unit>& visited : outcome->units) {
      if (!visited->prelude && visited != *unit) report->visited.push_back(visited->path);
    }
  }
  AddSymbols(**unit, *outcome, *report);
  report->profile = profile::Current();
  report->profile.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  report->profile.peak_bytes = profile::PeakResidentBytes();
  run.outcome = std::move(outcome);
  run.report = std::move(report);
  return run;
}

Workspace::Workspace(Options options) : impl_(std::make_unique<Impl>()) { impl_->options = std::move(options); }
Workspace::~Workspace() = default;

void Workspace::SetDocument(llvm::StringRef path, std::string text, int64_t version) {
  std::lock_guard<std::mutex> lock(impl_->mutex);
  impl_->documents.insert(source::NormalPath(path));
  impl_->Changed(source::NormalPath(path), impl_->files.SetOverlay(path, std::move(text), version));
}

void Workspace::CloseDocument(llvm::StringRef path) {
  std::lock_guard<std::mutex> lock(impl_->mutex);
  impl_->files.ClearOverlay(path);
  impl_->documents.erase(source::NormalPath(path));
  impl_->sessions.erase(source::NormalPath(path));
  impl_->Changed(source::NormalPath(path), source::FileStore::Change::Existence);
}

void Workspace::FileChanged(llvm::StringRef path) {
  std::lock_guard<std::mutex> lock(impl_->mutex);
  impl_->files.Changed(path);
  impl_->Changed(source::NormalPath(path), source::FileStore::Change::Existence);
}

void Workspace::SetOptions(Options options) {
  std::lock_guard<std::mutex> lock(impl_->mutex);
  impl_->options = std::move(options);
  impl_->sessions.clear();
  impl_->programs.clear();
  impl_->site_packages.clear();
}

llvm::Expected<std::shared_ptr<const FileReport>> Workspace::Report(llvm::StringRef path, const CancelFlag* cancel) {
  std::lock_guard<std::mutex> lock(impl_->mutex);
  llvm::Expected<LastRun> run = impl_->Run(source::NormalPath(path), cancel);
  if (!run) return run.takeError();
  std::shared_ptr<const FileReport> report = run->report;
  impl_->runs[source::NormalPath(path)] = std::move(*run);
  return report;
}

// The innermost function around an offset, or kNoNode at module level.
static NodeId EnclosingFunction(const eval::Unit& unit, uint32_t offset) {
  NodeId best = kNoNode;
  for (const parse::Item& item : unit.parsed.items) {
    if (unit.tree().kind(item.node) == NodeKind::FunctionDef && unit.tree().start(item.node) <= offset && offset <= unit.tree().end(item.node)) best = item.node;
  }
  return best;
}

// The smallest Name, Attribute or Parameter around an offset.
static NodeId NameAt(const parse::Tree& tree, NodeId root, uint32_t offset) {
  NodeId best = kNoNode;
  NodeId node = root;
  while (node != kNoNode) {
    NodeKind kind = tree.kind(node);
    if (kind == NodeKind::Name || kind == NodeKind::Parameter || kind == NodeKind::Attribute) best = node;
    NodeId next = kNoNode;
    for (NodeId child : tree.children(node)) {
      if (child != kNoNode && tree.start(child) <= offset && offset <= tree.end(child)) next = child;
    }
    node = next;
  }
  return best;
}

std::optional<Hover> Workspace::HoverAt(llvm::StringRef path, Position position) {
  std::lock_guard<std::mutex> lock(impl_->mutex);
  auto found = impl_->runs.find(source::NormalPath(path));
  if (found == impl_->runs.end()) return std::nullopt;
  const LastRun& run = found->second;
  const eval::Unit& unit = *run.unit;
  uint32_t offset = unit.text->lines.ToOffset(unit.content(), {position.line, position.column});
  NodeId node = NameAt(unit.tree(), unit.tree().root(), offset);
  if (node == kNoNode || unit.tree().kind(node) == NodeKind::Attribute) return std::nullopt;
  Symbol name = unit.tree().symbol(node);
  NodeId function = EnclosingFunction(unit, offset);
  // The last binding of the name in the same function at or before the position.
  const eval::Binding* best = nullptr;
  for (const eval::Binding& binding : run.outcome->bindings) {
    if (binding.unit != &unit || binding.name != name) continue;
    uint32_t at = unit.tree().start(binding.statement);
    if (at > offset || EnclosingFunction(unit, at) != function) continue;
    // A use on the right of its own assignment sees the binding before.
    bool own = at <= offset && offset <= unit.tree().end(binding.statement);
    if (own && TargetOf(unit.tree(), binding.statement, name) != node && unit.tree().kind(binding.statement) != NodeKind::Parameter &&
        unit.tree().kind(binding.statement) != NodeKind::For) {
      continue;
    }
    if (!best || at >= unit.tree().start(best->statement)) best = &binding;
  }
  if (!best) return std::nullopt;
  Hover hover;
  uint32_t end = unit.tree().kind(node) == NodeKind::Parameter ? unit.tree().start(node) + Text(name).size() : unit.tree().end(node);
  hover.range = RangeOf(*unit.text, unit.tree().start(node), end);
  hover.markdown = "```python\n" + Text(name).str() + ": " + CommonForm(best->types) + "\n```\n";
  if (best->types.size() > 1) {
    hover.markdown += "\nEvaluated with:\n";
    for (const eval::TypeDesc& type : best->types) hover.markdown += "- `" + type.ToString() + "`\n";
  }
  return hover;
}

std::vector<Location> Workspace::DefinitionAt(llvm::StringRef path, Position position) {
  std::lock_guard<std::mutex> lock(impl_->mutex);
  std::vector<Location> out;
  auto found = impl_->runs.find(source::NormalPath(path));
  if (found == impl_->runs.end()) return out;
  const eval::Unit& unit = *found->second.unit;
  const parse::Tree& tree = unit.tree();
  uint32_t offset = unit.text->lines.ToOffset(unit.content(), {position.line, position.column});
  NodeId node = NameAt(tree, tree.root(), offset);
  if (node == kNoNode || tree.kind(node) != NodeKind::Attribute) return out;
  NodeId object = tree.child(node, 0);
  if (tree.kind(object) != NodeKind::Name || Text(tree.symbol(object)) != "self") return out;
  // `self.attr`: every assignment to it in the class around.
  for (const parse::Item& item : unit.parsed.items) {
    if (tree.kind(item.node) != NodeKind::ClassDef || offset < tree.start(item.node) || offset > tree.end(item.node)) continue;
    llvm::SmallVector<NodeId, 64> todo = {item.node};
    while (!todo.empty()) {
      NodeId each = todo.pop_back_val();
      if (tree.kind(each) == NodeKind::Assign) {
        for (NodeId target : tree.children(each).drop_front()) {
          if (tree.kind(target) == NodeKind::Attribute && tree.symbol(target) == tree.symbol(node)) out.push_back(LocationOf(unit, target));
        }
        continue;
      }
      for (NodeId child : tree.children(each)) {
        if (child != kNoNode) todo.push_back(child);
      }
    }
  }
  llvm::stable_sort(out, [](const Location& a, const Location& b) { return a.range.start < b.range.start; });
  return out;
}

llvm::Expected<std::string> Workspace::Dump(llvm::StringRef path, llvm::StringRef stage) {
  std::lock_guard<std::mutex> lock(impl_->mutex);
  std::string normal = source::NormalPath(path);
  llvm::Expected<std::shared_ptr<const eval::Unit>> unit = impl_->ProgramFor(normal).Load(normal);
  if (!unit) return unit.takeError();
  const eval::Unit& u = **unit;
  if (stage == "tokens") return lex::DumpTokens(u.content(), lex::Lex(u.content()));
  if (stage == "tree") return parse::DumpTree(u.content(), u.tree()) + "\n";
  if (stage == "outline") {
    std::vector<std::pair<std::string, std::string>> rows;
    for (const auto& [name, statements] : u.outline.bindings) {
      std::string lines;
      for (uint32_t index : statements) lines += " " + std::to_string(u.LineOf(u.tree().children(u.tree().root())[index]));
      rows.emplace_back(Text(name).str(), lines);
    }
    llvm::sort(rows);
    std::string out;
    for (const auto& [name, lines] : rows) out += name + ": line" + lines + "\n";
    return out;
  }
  if (stage == "graph" || stage == "code") {
    llvm::Expected<LastRun> run = impl_->Run(normal, nullptr);
    if (!run) return run.takeError();
    const graph::Graph& graph = run->outcome->graph;
    return stage == "graph" ? graph.ToString() : codegen::Emit(graph, 0, graph.nodes.size());
  }
  return llvm::createStringError("unknown stage '" + stage.str() + "': use tokens, tree, outline, graph or code");
}

}  // namespace trident::ide
