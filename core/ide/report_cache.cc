#include "core/ide/report_cache.h"

#include "core/ide/choices.h"
#include "core/ide/codec.h"
#include "core/ide/convert.h"
#include "core/ide/queries.h"

#include "llvm/ADT/ArrayRef.h"

#include <chrono>

namespace trident::ide {

using Table = query::DiskStore::Table;

namespace {

// A path as all machines would write it: the number of its import root and the rest.
std::string Portable(llvm::StringRef path, llvm::ArrayRef<std::string> roots) {
  for (size_t i = 0; i < roots.size(); ++i) {
    if (path.starts_with(roots[i] + "/")) return std::to_string(i) + path.drop_front(roots[i].size()).str();
  }
  return path.str();
}

// With what the dependencies' names lead to today.
Fingerprint SecondKey(query::Database& db, const std::string& path, Fingerprint key, llvm::ArrayRef<std::string> names) {
  auto& analysis = db.World<Analysis>();
  llvm::ArrayRef<std::string> roots = analysis.ProgramFor(path).resolver().roots();
  std::string folder = analysis.ScriptFolder(path);
  for (const std::string& name : names) {
    std::string answer = *db.Get<ImportSearch>({folder, name});
    key = Combine(key, FingerprintOf(Portable(answer, roots)));
    // The prelude's texts are part of the build.
    if (llvm::StringRef(answer).starts_with("/") && llvm::StringRef(answer).ends_with(".py")) key = Combine(key, FileText::ContentOf(*db.Get<FileText>(answer)));
  }
  return key;
}

// From the disk, else from the server that others share.
std::optional<std::string> Find(Analysis& analysis, Table table, Fingerprint key) {
  if (std::optional<std::string> content = analysis.store()->Get(table, key)) return content;
  if (!analysis.remote()) return std::nullopt;
  profile::ScopedStage stage(profile::Stage::Remote);
  const CancelFlag* cancel = Analysis::Cancel();
  std::optional<std::string> content = analysis.remote()->Get(
      table, key, [&] { return cancel && *cancel; },
      [store = analysis.store(), table, key](std::string late) { store->Put(table, key, std::move(late)); });
  profile::StageMetrics& metrics = profile::Current()[profile::Stage::Remote];
  ++(content ? metrics.hits : metrics.misses);
  if (content) analysis.store()->Put(table, key, *content);
  return content;
}

void Keep(Analysis& analysis, Table table, Fingerprint key, std::string content) {
  if (analysis.remote()) analysis.remote()->Put(table, key, content);
  analysis.store()->Put(table, key, std::move(content));
}

}  // namespace

Fingerprint FirstKey(query::Database& db, const std::string& path, const source::Text& text) {
  auto& analysis = db.World<Analysis>();
  llvm::ArrayRef<std::string> roots = analysis.ProgramFor(path).resolver().roots();
  const Options& options = analysis.options();
  Fingerprint key = FingerprintOf(query::BuildSchema());
  key = Combine(key, FingerprintOf(Portable(path, roots)));
  for (const std::string& root : roots) key = Combine(key, IsInstalled(root + "/") ? 1 : 0);
  key = Combine(key, FingerprintOf(options.stop_after + "\n" + DeviceFor(db, path).name));
  key = Combine(key, options.collect_costs ? 1 : 0);
  return Combine(key, text.fingerprint);
}

std::optional<std::string> FindAnswer(query::Database& db, const std::string& path, Table table, Fingerprint first) {
  auto& analysis = db.World<Analysis>();
  std::optional<std::string> dependencies = Find(analysis, Table::Dependencies, first);
  if (!dependencies) return std::nullopt;
  std::vector<std::string> names;
  codec::Reader reader(*dependencies, {});
  reader.Get(names);
  if (!reader.ok()) return std::nullopt;
  return Find(analysis, table, SecondKey(db, path, first, names));
}

void KeepAnswer(query::Database& db, const std::string& path, Table table, Fingerprint first, const Facts& facts, std::string answer) {
  auto& analysis = db.World<Analysis>();
  std::vector<std::string> names;
  for (const eval::Import& import : facts.outcome->imports) names.push_back(import.name);
  codec::Writer dependencies({});
  dependencies.Put(names);
  Keep(analysis, table, SecondKey(db, path, first, names), std::move(answer));
  Keep(analysis, Table::Dependencies, first, dependencies.Take());
}

static std::shared_ptr<FileReport> Look(query::Database& db, const std::string& path, const source::Text& text) {
  auto& analysis = db.World<Analysis>();
  profile::ScopedStage stage(profile::Stage::Cache);
  std::optional<std::string> bytes = FindAnswer(db, path, Table::Types, FirstKey(db, path, text));
  if (!bytes) return nullptr;
  auto report = std::make_shared<FileReport>();
  codec::Reader reader(*bytes, analysis.ProgramFor(path).resolver().roots());
  reader.Get(*report);
  return reader.ok() && report->path == path ? report : nullptr;
}

std::shared_ptr<const FileReport> FindReport(query::Database& db, const std::string& path, const source::Text& text) {
  auto& analysis = db.World<Analysis>();
  if (!analysis.store()) return nullptr;
  auto start = std::chrono::steady_clock::now();
  std::shared_ptr<FileReport> report = Look(db, path, text);
  profile::StageMetrics& metrics = profile::Current()[profile::Stage::Cache];
  ++(report ? metrics.hits : metrics.misses);
  if (!report) return nullptr;
  report->profile = profile::Current();
  report->profile.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

void KeepReport(query::Database& db, const std::string& path, const source::Text& text, const Facts& facts, const FileReport& report) {
  auto& analysis = db.World<Analysis>();
  if (!analysis.store()) return;
  profile::ScopedStage stage(profile::Stage::Cache);
  // What it cost is of this run.
  FileReport copy = report;
  copy.profile = {};
  copy.version = 0;
  codec::Writer writer(analysis.ProgramFor(path).resolver().roots());
  writer.Put(copy);
  KeepAnswer(db, path, Table::Types, FirstKey(db, path, text), facts, writer.Take());
}

}  // namespace trident::ide
