// Holds the analysis of a workspace: its files, where each program looks for modules, and the queries between text and
// report with their memos. Internal to core/ide.
//
// Queries, lowest first: FileText (input) → Structure → Facts → ReportOf; ImportSearch (input) says what the import
// search finds, a file that is not there included. docs/design/caching.md says what invalidates what.
// Threads: Report from any number of them; changes only while none runs.
#pragma once

#include "core/config/config.h"
#include "core/eval/eval.h"
#include "core/eval/program.h"
#include "core/ide/entry_memos.h"
#include "core/ide/ide.h"
#include "core/kernel/recall.h"
#include "core/query/database.h"
#include "core/query/disk_store.h"
#include "core/query/remote_cache.h"

#include "llvm/ADT/StringMap.h"

#include <map>
#include <mutex>

namespace trident::ide {

struct KernelFacts;

// What evaluation found of a file, or why the file cannot be read.
struct Facts {
  std::shared_ptr<const eval::Unit> unit;
  std::shared_ptr<eval::Outcome> outcome;
  std::shared_ptr<const KernelFacts> kernels;  // Null when the file has none.
  std::string refusal;
  profile::Report profile;
};

class Analysis {
 public:
  explicit Analysis(Options options);

  const Options& options() const { return options_; }
  source::FileStore& files() { return files_; }
  eval::UnitStore& units() { return units_; }
  query::Database& database() { return *database_; }
  EntryMemos& memos() { return memos_; }
  // What checks of the kernels of an open document found; null for a file that is not open.
  kernel::Recall* KernelRecallFor(const std::string& path) { return documents_.count(path) > 0 ? &kernel_recall_ : nullptr; }
  // Where reports are kept between runs; null when they are not.
  const std::shared_ptr<query::DiskStore>& store() const { return store_; }
  // Where others keep theirs; null when that is not asked for.
  query::RemoteCache* remote() { return remote_.get(); }
  // Whether the text is what lies on disk: what is being typed is not kept.
  bool IsSaved(const std::string& path, const source::Text& text);

  void SetDocument(const std::string& path, std::string text, int64_t version);
  void CloseDocument(const std::string& path);
  void FileChanged(const std::string& path);
  void SetOptions(Options options);
  void CloseStore();

  // An error when the file cannot be read or the work was cancelled.
  llvm::Expected<std::shared_ptr<const FileReport>> Report(const std::string& path, const CancelFlag* cancel);
  // With the fixes of its diagnostics.
  llvm::Expected<std::shared_ptr<const FileReport>> Repaired(const std::string& path, const CancelFlag* cancel);
  // Null when the file cannot be read or the work was cancelled.
  std::shared_ptr<const Facts> FactsOf(const std::string& path, const CancelFlag* cancel = nullptr);
  // Evaluates the file and makes its report, for what both leave behind.
  void Prepare(const std::string& path);
  // The folder whose programs the file belongs to: its own, or the one that holds the outermost package around it.
  std::string ScriptFolder(llvm::StringRef path);
  // The program that the file is a script of: what is imported from where.
  eval::Program& ProgramFor(llvm::StringRef path) { return ProgramIn(ScriptFolder(path)); }
  eval::Program& ProgramIn(const std::string& script_folder);

  // For queries: runs the script, with what importing made for earlier runs.
  // `keep`: it is the file as it is, and its next run may use what this one found.
  eval::Outcome Evaluate(const std::string& path, std::shared_ptr<const eval::Unit> unit, bool keep = false);
  // The outcome's offsets follow the texts they point into.
  void Keep(const std::shared_ptr<eval::Outcome>& outcome);
  // Of the report or question that this thread works on; may be null.
  static const CancelFlag*& Cancel();

 private:
  template <typename Query>
  llvm::Expected<std::shared_ptr<const FileReport>> Ask(const std::string& path, const CancelFlag* cancel);
  void OpenStore();
  void Changed(const std::string& path, source::FileStore::Change change);
  void MoveOffsets(const eval::Unit& unit, const eval::OffsetMap& moved);

  // What importing made, for one document or for any file of one program.
  struct Kept {
    std::string key;
    std::unique_ptr<eval::Session> session;
    uint64_t used = 0;
    bool busy = false;
  };
  Kept& Take(const std::string& key, eval::Program& program);
  void GiveBack(Kept& kept);

  Options options_;
  source::FileStore files_;
  eval::UnitStore units_{files_};
  std::unique_ptr<query::Database> database_;
  EntryMemos memos_;
  kernel::Recall kernel_recall_;
  std::mutex mutex_;
  llvm::StringMap<std::unique_ptr<eval::Program>> programs_;  // By the folder that is first in the import path.
  llvm::StringMap<std::vector<std::string>> site_packages_;  // By environment; the empty one is looked for.
  std::vector<std::unique_ptr<Kept>> kept_;
  std::map<std::string, Fingerprint> documents_;  // Open; with the text that lies on disk.
  std::shared_ptr<query::DiskStore> store_;
  std::unique_ptr<query::RemoteCache> remote_;
  uint64_t clock_ = 0;
  std::vector<std::weak_ptr<eval::Outcome>> outcomes_;  // Whose graphs hold offsets of texts.
};

}  // namespace trident::ide
