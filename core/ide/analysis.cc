#include "core/ide/analysis.h"

#include "core/ide/choices.h"
#include "core/ide/queries.h"
#include "core/ide/report.h"

#include "llvm/Support/Path.h"

namespace trident::ide {

Analysis::Analysis(Options options) : options_(std::move(options)), database_(std::make_unique<query::Database>(this, options_.memory_bytes)) {
  OpenStore();
  units_.SetMoved([this](const eval::Unit& unit, const eval::OffsetMap& moved) { MoveOffsets(unit, moved); });
}

void Analysis::SetOptions(Options options) {
  options_ = std::move(options);
  kept_.clear();
  programs_.clear();
  site_packages_.clear();
  database_ = std::make_unique<query::Database>(this, options_.memory_bytes);
  OpenStore();
}

void Analysis::CloseStore() {
  remote_.reset();
  store_.reset();
}

void Analysis::OpenStore() {
  CloseStore();
  // Bindings are for tests and scripts that want to see the work done.
  if (!options_.use_cache || options_.collect_bindings || query::BuildSchema().empty()) return;
  config::Cache chosen;
  if (!options_.workspace.empty()) {
    if (std::optional<config::Config> config = config::ReadAbove(files_, options_.workspace.front(), DeviceNames())) chosen = config->cache;
  }
  query::DiskOptions disk;
  disk.folder = options_.cache_folder.empty() ? query::DefaultCacheFolder() : options_.cache_folder;
  disk.schema = query::BuildSchema();
  if (chosen.megabytes) disk.max_bytes = *chosen.megabytes << 20;
  if (chosen.days) disk.max_days = static_cast<unsigned>(*chosen.days);
  disk.log = options_.log;
  query::RemoteOptions remote;
  remote.url = options_.remote_cache.empty() ? chosen.remote : options_.remote_cache;
  remote.schema = disk.schema;
  remote.upload = options_.remote_upload || chosen.upload == true;
  remote.patience = options_.remote_patience;
  remote.log = options_.log;
  // A store without a folder finds nothing, and is where results of the server go.
  store_ = std::make_shared<query::DiskStore>(std::move(disk));
  if (!remote.url.empty()) remote_ = std::make_unique<query::RemoteCache>(std::move(remote));
}

bool Analysis::IsSaved(const std::string& path, const source::Text& text) {
  auto document = documents_.find(path);
  return document == documents_.end() || document->second == text.fingerprint;
}

const CancelFlag*& Analysis::Cancel() {
  static thread_local const CancelFlag* cancel = nullptr;
  return cancel;
}

std::string Analysis::ScriptFolder(llvm::StringRef path) {
  std::string folder = llvm::sys::path::parent_path(path).str();
  while (folder.size() > 1 && files_.Kind(folder + "/__init__.py") == source::PathKind::File) folder = llvm::sys::path::parent_path(folder).str();
  return folder;
}

// As Python does for a script: its own folder first, then the workspace, then --python-path, then the environment.
eval::Program& Analysis::ProgramIn(const std::string& script_folder) {
  std::lock_guard<std::mutex> lock(mutex_);
  std::unique_ptr<eval::Program>& slot = programs_[script_folder];
  if (!slot) {
    std::vector<std::string> roots = {script_folder};
    auto add = [&](const std::string& root) {
      std::string normal = source::NormalPath(root);
      if (!llvm::is_contained(roots, normal)) roots.push_back(normal);
    };
    for (const std::string& root : options_.workspace) add(root);
    for (const std::string& root : options_.python_path) add(root);
    std::string environment = options_.python_environment;
    if (std::optional<config::Config> config = config::ReadAbove(files_, script_folder, DeviceNames())) {
      for (const std::string& root : config->python_path) add(root);
      if (environment.empty()) environment = config->python_environment;
    }
    auto [site_packages, is_new] = site_packages_.try_emplace(environment);
    if (is_new) site_packages->second = resolve::SitePackages(files_, environment, options_.workspace);
    for (const std::string& root : site_packages->second) add(root);
    slot = std::make_unique<eval::Program>(units_, resolve::Resolver(files_, std::move(roots)));
  }
  return *slot;
}

// Programs and documents whose imports are kept: a person edits one or two files at a time, and what is kept of each
// takes up to some tens of megabytes.
static constexpr size_t kMaxKept = 4;

Analysis::Kept& Analysis::Take(const std::string& key, eval::Program& program) {
  std::lock_guard<std::mutex> lock(mutex_);
  for (std::unique_ptr<Kept>& kept : kept_) {
    if (kept->busy || kept->key != key) continue;
    kept->busy = true;
    kept->used = ++clock_;
    return *kept;
  }
  while (kept_.size() >= kMaxKept) {
    auto oldest = std::min_element(kept_.begin(), kept_.end(), [](const auto& a, const auto& b) {
      return std::pair(a->busy, a->used) < std::pair(b->busy, b->used);
    });
    if ((*oldest)->busy) break;
    kept_.erase(oldest);
  }
  kept_.push_back(std::make_unique<Kept>(Kept{key, std::make_unique<eval::Session>(program), ++clock_, true}));
  return *kept_.back();
}

void Analysis::GiveBack(Kept& kept) {
  std::lock_guard<std::mutex> lock(mutex_);
  kept.busy = false;
}

eval::Outcome Analysis::Evaluate(const std::string& path, std::shared_ptr<const eval::Unit> unit, bool keep) {
  bool evaluate = options_.stop_after.empty() || options_.stop_after == "eval" || options_.stop_after == "graph" || options_.stop_after == "cost" ||
                  options_.stop_after == "optimize" || options_.stop_after == "codegen" || options_.stop_after == "ide";
  if (!evaluate) {
    eval::Outcome outcome;
    outcome.units.push_back(std::move(unit));
    return outcome;
  }
  eval::Options options;
  options.cancel = Cancel();
  options.all_bindings = options_.collect_bindings;
  bool open = documents_.count(path) > 0;
  options.incremental = keep && open;
  if (database_->log()) options.called = [this](const std::string& function) { database_->log()({query::EventKind::WillExecute, "call", function}); };
  std::string folder = ScriptFolder(path);
  Kept& kept = Take(open ? path : folder, ProgramIn(folder));
  eval::Outcome outcome = kept.session->Run(std::move(unit), options);
  GiveBack(kept);
  return outcome;
}

std::shared_ptr<const Facts> Analysis::FactsOf(const std::string& path, const CancelFlag* cancel) {
  ScopedCancel scope(cancel ? cancel : Cancel());
  std::shared_ptr<const Facts> facts = database_->Get<FactsOfFile>(path);
  return facts && facts->outcome ? facts : nullptr;
}

void Analysis::Prepare(const std::string& path) {
  if (std::shared_ptr<const Facts> facts = FactsOf(path)) MakeReport(*facts, options_, DeviceFor(*database_, path), memos());
}

template <typename Query>
llvm::Expected<std::shared_ptr<const FileReport>> Analysis::Ask(const std::string& path, const CancelFlag* cancel) {
  ScopedCancel scope(cancel ? cancel : Cancel());
  std::shared_ptr<const ReportOfFile::Value> value = database_->Get<Query>(path);
  if (!value) return llvm::createStringError("cancelled");
  if (!value->report) return llvm::createStringError(value->refusal);
  // A document may get a new version with the text it had.
  llvm::Expected<std::shared_ptr<const source::Text>> text = files_.Read(path);
  if (!text) return text.takeError();
  if ((*text)->version == value->report->version) return value->report;
  auto report = std::make_shared<FileReport>(*value->report);
  report->version = (*text)->version;
  return std::shared_ptr<const FileReport>(std::move(report));
}

llvm::Expected<std::shared_ptr<const FileReport>> Analysis::Report(const std::string& path, const CancelFlag* cancel) {
  return Ask<ReportOfFile>(path, cancel);
}

llvm::Expected<std::shared_ptr<const FileReport>> Analysis::Repaired(const std::string& path, const CancelFlag* cancel) {
  return Ask<RepairedReport>(path, cancel);
}

// Of the text that lies on disk; empty when there is none.
static Fingerprint OnDisk(const std::string& path) {
  source::FileStore disk;
  llvm::Expected<std::shared_ptr<const source::Text>> text = disk.Read(path);
  if (text) return (*text)->fingerprint;
  llvm::consumeError(text.takeError());
  return {};
}

void Analysis::SetDocument(const std::string& path, std::string text, int64_t version) {
  if (documents_.count(path) == 0) documents_[path] = OnDisk(path);
  Changed(path, files_.SetOverlay(path, std::move(text), version));
}

void Analysis::CloseDocument(const std::string& path) {
  files_.ClearOverlay(path);
  documents_.erase(path);
  llvm::erase_if(kept_, [&](const std::unique_ptr<Kept>& kept) { return kept->key == path; });
  Changed(path, source::FileStore::Change::Existence);
}

void Analysis::FileChanged(const std::string& path) {
  files_.Changed(path);
  if (auto document = documents_.find(path); document != documents_.end()) document->second = OnDisk(path);
  Changed(path, source::FileStore::Change::Existence);
}

void Analysis::Changed(const std::string& path, source::FileStore::Change change) {
  if (change == source::FileStore::Change::Nothing) return;
  llvm::StringRef name = llvm::sys::path::filename(path);
  // Where programs look for modules may be another place now.
  if (name == config::kOwnFile || name == config::kSharedFile) return SetOptions(options_);
  for (std::unique_ptr<Kept>& kept : kept_) {
    if (kept->session->Uses(path) || change == source::FileStore::Change::Existence) kept->session->Forget();
  }
  database_->Invalidate<FileText>(path);
  // A name may now be found elsewhere, and the package that a file belongs to may begin elsewhere.
  if (change == source::FileStore::Change::Existence) database_->InvalidateAll<ImportSearch>();
}

void Analysis::MoveOffsets(const eval::Unit& unit, const eval::OffsetMap& moved) {
  if (moved.moves_nothing()) return;
  std::lock_guard<std::mutex> lock(mutex_);
  llvm::erase_if(outcomes_, [](const std::weak_ptr<eval::Outcome>& outcome) { return outcome.expired(); });
  auto move = [&](uint32_t& offset) { offset = moved.Of(offset); };
  // The file's own session is not running: it waits for the text.
  for (std::unique_ptr<Kept>& kept : kept_) {
    if (kept->key == unit.path) kept->session->Move(unit, moved);
  }
  for (const std::weak_ptr<eval::Outcome>& weak : outcomes_) {
    std::shared_ptr<eval::Outcome> outcome = weak.lock();
    graph::Graph& graph = outcome->graph;
    auto file = llvm::find(graph.files, unit.path);
    if (file == graph.files.end()) continue;
    uint32_t index = file - graph.files.begin();
    for (graph::Node& node : graph.nodes) {
      if (node.unit == index) move(node.start), move(node.end);
    }
    for (graph::Scope& scope : graph.scopes) {
      if (scope.unit == index) move(scope.start), move(scope.end);
    }
  }
}

void Analysis::Keep(const std::shared_ptr<eval::Outcome>& outcome) {
  std::lock_guard<std::mutex> lock(mutex_);
  outcomes_.push_back(outcome);
}

}  // namespace trident::ide
