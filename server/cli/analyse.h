// Runs the analysis over files for a command, with a progress bar where a person waits.
#pragma once

#include "server/cli/findings.h"
#include "server/job_thread.h"

#include <functional>
#include <memory>

namespace trident::cli {

// Owns the workspace of one command and the thread it runs on. A file whose analysis fails inside Trident is reported
// and left out; the others go on in a fresh workspace. Threads: one.
class Analysis {
 public:
  explicit Analysis(ide::Options options);
  ~Analysis();

  // Analyses the files; never fails as a whole.
  Findings Run(std::vector<std::string> files);
  llvm::Expected<std::string> Dump(const std::string& file, const std::string& stage);
  // The hover of the place, as Markdown; an error when nothing is known of it.
  llvm::Expected<std::string> HoverText(const std::string& file, ide::Position position);
  void FileChanged(const std::string& path);

 private:
  void Restart();
  // Runs one question about `file` on the analysis thread.
  llvm::Expected<std::string> Ask(const std::string& file, std::function<llvm::Expected<std::string>(ide::Workspace&)> question);

  ide::Options options_;
  server::JobThread thread_;
  std::unique_ptr<ide::Workspace> workspace_;
};

}  // namespace trident::cli
