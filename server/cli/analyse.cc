#include "server/cli/analyse.h"

#include "server/cli/progress_bar.h"
#include "server/cli/terminal.h"

#include <poll.h>

#include <mimalloc.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <thread>

#pragma weak mi_option_get
#pragma weak mi_option_set

namespace trident::cli {
namespace {

constexpr int kFrameMilliseconds = 100;

double Now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// Processor time of the calling thread.
double ThreadSeconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// By itself the allocator keeps pages that hold nothing any more for a while, in a heap for each thread, for whom answers
// soon matters more than memory: 100 MB more, of 500, for all of timm and transformers. From this size on it gives them back
// to the system at once; a small process would only pay for it, in page faults that all its threads wait for.
constexpr uint64_t kLargeProcess = 256 << 20;

void LimitFreeMemory() {
  // The sanitizers bring their own allocator.
  if (!mi_option_set || !mi_option_get || mi_option_get(mi_option_decommit_delay) == 0) return;
  if (profile::ResidentBytes() < kLargeProcess) return;
  mi_option_set(mi_option_decommit_delay, 0);
  mi_option_set(mi_option_segment_decommit_delay, 0);
}

}  // namespace

// One thread of a run and the file it is at. What the job looks at is shared with it: a job that fails inside Trident
// leaves its thread, and what that thread sees, behind.
struct Analysis::Job {
  struct Work {
    std::optional<llvm::Expected<std::shared_ptr<const ide::FileReport>>> report;
    double seconds = 0;
    std::thread::id thread;
  };
  server::JobThread* thread = nullptr;
  std::unique_ptr<server::JobThread> own_thread;
  std::shared_ptr<ide::Workspace> workspace;
  std::shared_ptr<Work> work;
  std::string file;
  size_t index = 0;
  bool busy = false;
};

static unsigned JobsFor(unsigned asked) {
  const char* sync = std::getenv("TRIDENT_SYNC");
  if (sync && std::string_view(sync) == "1") return 1;
  return asked > 0 ? asked : std::max(1u, std::thread::hardware_concurrency());
}

Analysis::Analysis(ide::Options options, unsigned jobs, Keep keep)
    : options_(std::move(options)), jobs_(JobsFor(jobs)), keep_(keep), workspace_(std::make_shared<ide::Workspace>(options_)) {}

// Only ends with the process, which takes back all memory at once.
Analysis::~Analysis() {
  workspace_->Close();
  new std::shared_ptr<ide::Workspace>(workspace_);
}

// Who asks what models cost is also shown where the time went. For others the call trees of all files would be held, and
// added up, for nothing: up to some megabytes each. What editors show is held for who asks for types only.
std::shared_ptr<const ide::FileReport> Analysis::Lean(std::shared_ptr<const ide::FileReport> report) const {
  if (options_.collect_costs) return report;
  auto lean = std::make_shared<ide::FileReport>(*report);
  lean->profile.calls = {};
  lean->lenses = {};
  lean->symbols = {};
  lean->visited = {};
  if (!keep_.hints) lean->inlay_hints = {};
  return lean;
}

void Analysis::Restart() {
  // The failed thread may still look at the old workspace: it is left where it is.
  new std::shared_ptr<ide::Workspace>(workspace_);
  workspace_ = std::make_shared<ide::Workspace>(options_);
}

void Analysis::Begin(Job& job, const std::string& file) {
  job.busy = true;
  job.file = file;
  job.workspace = workspace_;
  job.work = std::make_shared<Job::Work>();
  job.thread->Submit([workspace = workspace_.get(), file, work = job.work] {
    double start = ThreadSeconds();
    work->thread = std::this_thread::get_id();
    work->report.emplace(workspace->Repaired(file));
    work->seconds = ThreadSeconds() - start;
  });
}

void Analysis::End(Job& job, Findings& findings) {
  job.busy = false;
  server::JobThread::End end = job.thread->Collect();
  Outcome& outcome = findings.outcomes[job.index];
  findings.busy_seconds += job.work->seconds;
  if (end.failed) {
    outcome.failure = job.file + ": " + end.reason;
    job.workspace->Forsake(job.work->thread);
    if (job.workspace == workspace_) Restart();
  } else if (*job.work->report) {
    if (keep_.read) read_.insert((**job.work->report)->visited.begin(), (**job.work->report)->visited.end());
    outcome.report = Lean(**job.work->report);
  } else {
    outcome.failure = llvm::toString(job.work->report->takeError());
  }
}

Findings Analysis::Run(FoundFiles found) {
  Findings findings;
  std::vector<std::string> files = std::move(found.files);
  findings.failures = std::move(found.failures);
  double start = Now();
  findings.outcomes.resize(files.size());
  findings.workers = std::min<size_t>(jobs_, std::max<size_t>(files.size(), 1));
  std::vector<Job> jobs(findings.workers);
  for (Job& job : jobs) {
    if (&job != &jobs.front()) job.own_thread = std::make_unique<server::JobThread>();
    job.thread = job.own_thread ? job.own_thread.get() : &thread_;
  }
  ProgressBar bar(files.size());
  size_t begun = 0, ended = 0;
  while (ended < files.size()) {
    for (Job& job : jobs) {
      if (job.busy || begun == files.size()) continue;
      job.index = begun++;
      Begin(job, files[job.index]);
    }
    std::vector<pollfd> waits;
    for (Job& job : jobs) waits.push_back({job.busy ? job.thread->Finished() : -1, POLLIN, 0});
    if (poll(waits.data(), waits.size(), kFrameMilliseconds) <= 0) bar.Draw(ended, files[ended]);
    for (size_t i = 0; i < jobs.size(); ++i) {
      if ((waits[i].revents & POLLIN) == 0) continue;
      End(jobs[i], findings);
      LimitFreeMemory();
      ++ended;
    }
  }
  for (Outcome& outcome : findings.outcomes) {
    if (outcome.report) findings.reports.push_back(outcome.report);
    else findings.failures.push_back(outcome.failure);
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
