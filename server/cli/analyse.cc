#include "server/cli/analyse.h"

#include "server/cli/progress_bar.h"
#include "server/cli/terminal.h"

#include <chrono>
#include <optional>

namespace trident::cli {
namespace {

constexpr int kFrameMilliseconds = 100;

double Now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

}  // namespace

Analysis::Analysis(ide::Options options) : options_(std::move(options)), workspace_(std::make_unique<ide::Workspace>(options_)) {}

Analysis::~Analysis() = default;

void Analysis::Restart() {
  // The failed thread may still look at the old workspace: it is left where it is.
  (void)workspace_.release();
  workspace_ = std::make_unique<ide::Workspace>(options_);
}

Findings Analysis::Run(std::vector<std::string> files) {
  Findings findings;
  double start = Now();
  ProgressBar bar(files.size());
  for (const std::string& file : files) {
    // On the heap: a job that fails leaves its thread, and what that thread looks at, behind.
    auto report = std::make_shared<std::optional<llvm::Expected<std::shared_ptr<const ide::FileReport>>>>();
    thread_.Submit([this, file, report] { report->emplace(workspace_->Report(file)); });
    while (!thread_.Wait(kFrameMilliseconds)) {
      bar.Draw(findings.reports.size() + findings.failures.size(), file);
    }
    server::JobThread::End end = thread_.Collect();
    if (end.failed) {
      findings.failures.push_back(file + ": " + end.reason);
      Restart();
    } else if (**report) {
      findings.reports.push_back(***report);
    } else {
      findings.failures.push_back(llvm::toString((*report)->takeError()));
    }
  }
  findings.files = std::move(files);
  Merge(findings);
  findings.seconds = Now() - start;
  findings.profile.wall_seconds = findings.seconds;
  findings.profile.peak_bytes = profile::PeakResidentBytes();
  return findings;
}

llvm::Expected<std::string> Analysis::Ask(const std::string& file, std::function<llvm::Expected<std::string>(ide::Workspace&)> question) {
  auto answer = std::make_shared<std::optional<llvm::Expected<std::string>>>();
  thread_.Submit([workspace = workspace_.get(), question = std::move(question), answer] { answer->emplace(question(*workspace)); });
  while (!thread_.Wait(kFrameMilliseconds)) {
  }
  if (server::JobThread::End end = thread_.Collect(); end.failed) {
    Restart();
    return llvm::createStringError(file + ": " + end.reason);
  }
  return std::move(**answer);
}

llvm::Expected<std::string> Analysis::Dump(const std::string& file, const std::string& stage) {
  return Ask(file, [file, stage](ide::Workspace& workspace) { return workspace.Dump(file, stage); });
}

llvm::Expected<std::string> Analysis::HoverText(const std::string& file, ide::Position position) {
  return Ask(file, [file, position](ide::Workspace& workspace) -> llvm::Expected<std::string> {
    if (llvm::Expected<std::shared_ptr<const ide::FileReport>> report = workspace.Report(file); !report) {
      return report.takeError();
    }
    if (std::optional<ide::Hover> hover = workspace.HoverAt(file, position)) {
      return hover->markdown;
    }
    return llvm::createStringError(file + ": nothing is known of this place");
  });
}

void Analysis::FileChanged(const std::string& path) { workspace_->FileChanged(path); }

}  // namespace trident::cli
