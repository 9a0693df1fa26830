// Runs the analysis over files for a command, with a progress bar where a person waits.
#pragma once

#include "server/cli/find_files.h"
#include "server/cli/findings.h"
#include "server/job_thread.h"

#include <functional>
#include <memory>
#include <set>
#include <string>

namespace trident::cli {

// Owns the workspace of one command and the threads it runs on. A file whose analysis fails inside Trident is reported
// and left out; the others go on in a fresh workspace. Files are independent work for the threads; what comes out is in
// the order of the files whichever thread did what. Threads: one calls.
class Analysis {
 public:
  // `jobs`: threads at most; 0: one for each core. TRIDENT_SYNC=1 in the environment: one.
  struct Keep {
    bool hints = false;  // The reports of Run hold their inlay hints.
    bool read = false;   // read() has the files that any report depends on.
  };
  explicit Analysis(ide::Options options, unsigned jobs, Keep keep);
  explicit Analysis(ide::Options options) : Analysis(std::move(options), 0, {}) {}
  ~Analysis();

  // Analyses the files; never fails as a whole. What could not be found is among the failures.
  Findings Run(FoundFiles found);
  llvm::Expected<std::string> Dump(const std::string& file, const std::string& stage);
  // The hover of the place, as Markdown; an error when nothing is known of it.
  llvm::Expected<std::string> HoverText(const std::string& file, ide::Position position);
  void FileChanged(const std::string& path);
  const std::set<std::string>& read() const { return read_; }

 private:
  struct Job;
  void Restart();
  std::shared_ptr<const ide::FileReport> Lean(std::shared_ptr<const ide::FileReport> report) const;
  void Begin(Job& job, const std::string& file);
  void End(Job& job, Findings& findings);
  // Runs one question about `file` on the analysis thread.
  llvm::Expected<std::string> Ask(const std::string& file, std::function<llvm::Expected<std::string>(ide::Workspace&)> question);

  ide::Options options_;
  unsigned jobs_;
  Keep keep_;
  std::set<std::string> read_;
  server::JobThread thread_;
  std::shared_ptr<ide::Workspace> workspace_;
};

}  // namespace trident::cli
