#include "server/scheduler.h"

#include "core/profile/profile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <tuple>

namespace trident::server {

// One unit of work. Owned by shared_ptr from the analysis thread too: a thread that failed keeps what it looks at.
struct Scheduler::Job {
  enum class Kind { Report, Question, Background };

  Kind kind = Kind::Report;
  std::string path;
  uint64_t revision = 0;
  uint64_t started = 0;  // Nanoseconds.
  Question question;
  BackgroundFile background;

  struct Shared {
    std::vector<Update> updates;
    std::function<void(ide::Workspace&)> question;
    std::string path;
    ide::CancelFlag cancel = false;
    std::shared_ptr<const ide::FileReport> report;
    std::string error;
  };
  bool given_up = false;  // By the client, which wants no report of this text.
  std::shared_ptr<Shared> shared = std::make_shared<Shared>();

  static void Run(ide::Workspace& workspace, Shared& shared) {
    for (Update& update : shared.updates) {
      update(workspace);
    }
    if (shared.question) {
      ide::ScopedCancel cancel(&shared.cancel);
      shared.question(workspace);
      return;
    }
    llvm::Expected<std::shared_ptr<const ide::FileReport>> report = workspace.Report(shared.path, &shared.cancel);
    if (report) {
      shared.report = std::move(*report);
    } else {
      shared.error = llvm::toString(report.takeError());
    }
  }
};

Scheduler::Scheduler(uv_loop_t* loop, Documents& documents, ide::Options options, Events events)
    : loop_(loop), documents_(documents), options_(std::move(options)), events_(std::move(events)) {
  const char* sync = std::getenv("TRIDENT_SYNC");
  is_sync_ = sync && std::string_view(sync) == "1";
  workspace_ = std::make_unique<ide::Workspace>(options_);
  uv_timer_init(loop_, &due_timer_);
  uv_unref(reinterpret_cast<uv_handle_t*>(&due_timer_));
  due_timer_.data = this;
}

Scheduler::~Scheduler() = default;

void Scheduler::Opened(Document& document) {
  QueueText(document);
  MarkDirty(document, true);
  Depend(document.path);
}

void Scheduler::Edited(Document& document) {
  ++document.revision;
  QueueText(document);
  MarkDirty(document, true);
  Depend(document.path);
}

void Scheduler::QueueText(const Document& document) { texts_to_send_.insert(document.path); }

void Scheduler::Closed(const std::string& path) {
  texts_to_send_.erase(path);
  updates_.push_back([path](ide::Workspace& workspace) { workspace.CloseDocument(path); });
  Depend(path);
}

void Scheduler::FilesChanged(const std::vector<std::string>& paths, bool appeared) {
  for (const std::string& path : paths) {
    updates_.push_back([path](ide::Workspace& workspace) { workspace.FileChanged(path); });
    Depend(path);
  }
  if (appeared) {
    for (auto& [path, document] : documents_) {
      MarkDirty(document, false);
    }
  }
}

void Scheduler::SetOptions(ide::Options options) {
  options_ = std::move(options);
  updates_.push_back([options = options_](ide::Workspace& workspace) { workspace.SetOptions(options); });
  for (auto& [path, document] : documents_) {
    MarkDirty(document, false);
  }
}

void Scheduler::MarkDirty(Document& document, bool by_edit) {
  document.is_dirty = true;
  if (by_edit) {
    uint64_t now = uv_now(loop_);
    bool interrupts = document.due > now || (running_ && running_->kind == Job::Kind::Report && running_->path == document.path);
    document.due = now + (interrupts ? debounce_.Milliseconds(document.last_seconds) : 0);
  }
  CancelRunning();
}

// Whether an editor shows the same of both.
static bool LooksLike(const ide::FileReport& a, const ide::FileReport& b) {
  auto same = [](const auto& left, const auto& right, auto members) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), [&](const auto& x, const auto& y) { return members(x) == members(y); });
  };
  return same(a.diagnostics, b.diagnostics, [](const ide::Diagnostic& each) { return std::tie(each.location.range.start, each.severity, each.code, each.message); }) &&
         same(a.inlay_hints, b.inlay_hints, [](const ide::InlayHint& each) { return std::tie(each.position, each.label, each.kind); }) &&
         same(a.lenses, b.lenses, [](const ide::CodeLens& each) { return std::tie(each.range.start, each.title); });
}

// Open documents that read the changed file are analysed again; without a list, all that could.
void Scheduler::Depend(const std::string& changed_path) {
  for (auto& [path, document] : documents_) {
    if (path == changed_path || !document.is_python || !document.report) {
      continue;
    }
    const std::vector<std::string>& visited = document.report->visited;
    if (visited.empty() || llvm::is_contained(visited, changed_path)) {
      MarkDirty(document, false);
    }
  }
}

void Scheduler::WhenReported(Document& document, std::function<void(bool ok)> then) {
  if (document.is_fresh()) {
    then(true);
  } else if (!document.is_python || document.failed_revision == document.revision) {
    then(false);
  } else {
    document.waiting.push_back(std::move(then));
  }
}

void Scheduler::Background(const std::string& path, std::function<void(std::shared_ptr<const ide::FileReport>)> done) {
  background_.push_back({path, std::move(done)});
}

void Scheduler::CancelRunning() {
  if (running_ && running_->question.work.empty()) {
    running_->shared->cancel = true;
  }
}

void Scheduler::GiveUp() {
  if (running_ && running_->kind == Job::Kind::Report) {
    running_->given_up = true;
    running_->shared->cancel = true;
  }
  std::deque<BackgroundFile> files;
  files.swap(background_);
  for (BackgroundFile& file : files) {
    file.done(nullptr);
  }
}

Document* Scheduler::MostUrgent(uint64_t now, uint64_t& earliest) {
  Document* best = nullptr;
  for (auto& [path, document] : documents_) {
    if (!document.is_python || !document.is_dirty || document.failed_revision == document.revision) {
      continue;
    }
    // Someone who waits for an answer has stopped typing, or wants to know none the less.
    if (document.due > now && document.waiting.empty()) {
      earliest = std::min(earliest, document.due);
    } else if (!best || document.touched > best->touched) {
      best = &document;
    }
  }
  return best;
}

std::unique_ptr<Scheduler::Job> Scheduler::NextJob() {
  auto job = std::make_unique<Job>();
  if (!questions_.empty()) {
    job->kind = Job::Kind::Question;
    job->question = std::move(questions_.front());
    questions_.pop_front();
    job->shared->question = job->question.question;
    return job;
  }
  uint64_t earliest = std::numeric_limits<uint64_t>::max();
  uint64_t now = uv_now(loop_);
  if (Document* document = MostUrgent(now, earliest)) {
    job->path = job->shared->path = document->path;
    job->revision = document->revision;
    return job;
  }
  if (earliest != std::numeric_limits<uint64_t>::max()) {
    uv_timer_start(&due_timer_, [](uv_timer_t* timer) { static_cast<Scheduler*>(timer->data)->Pump(); }, earliest - now, 0);
    return nullptr;
  }
  if (!background_.empty()) {
    job->kind = Job::Kind::Background;
    job->background = std::move(background_.front());
    background_.pop_front();
    job->path = job->shared->path = job->background.path;
    return job;
  }
  return NextPreparation();
}

// A report that was found on disk left nothing for the next one to begin with: the first edit of a long file would wait for
// all of it. Only the document last touched, which is the one in front: an editor may open many at once.
std::unique_ptr<Scheduler::Job> Scheduler::NextPreparation() {
  auto front = std::max_element(documents_.begin(), documents_.end(), [](const auto& a, const auto& b) { return a.second.touched < b.second.touched; });
  if (front == documents_.end() || !front->second.is_python || front->second.is_prepared || !front->second.is_fresh()) {
    return nullptr;
  }
  Document& document = front->second;
  document.is_prepared = true;
  if (document.report->profile[profile::Stage::Cache].hits == 0) {
    return nullptr;
  }
  auto job = std::make_unique<Job>();
  job->kind = Job::Kind::Question;
  job->question.answer = [](End) {};
  job->shared->question = [path = document.path](ide::Workspace& workspace) { workspace.Prepare(path); };
  return job;
}

void Scheduler::Pump() {
  while (!running_) {
    std::unique_ptr<Job> job = NextJob();
    if (!job) {
      events_.working("");
      return;
    }
    Start(std::move(job));
  }
}

void Scheduler::Start(std::unique_ptr<Job> job) {
  Job::Shared& shared = *job->shared;
  std::move(updates_.begin(), updates_.end(), std::back_inserter(shared.updates));
  updates_.clear();
  for (const std::string& path : texts_to_send_) {
    const Document& document = documents_.at(path);
    shared.updates.push_back([path, text = document.text.text(), version = document.version](ide::Workspace& workspace) mutable {
      workspace.SetDocument(path, std::move(text), version);
    });
  }
  texts_to_send_.clear();
  job->started = uv_hrtime();
  running_ = std::move(job);
  if (running_->kind != Job::Kind::Question) {
    events_.working("analysing " + llvm::sys::path::filename(running_->path).str());
  } else if (!running_->question.work.empty()) {
    events_.working(running_->question.work);
  }
  auto work = [workspace = workspace_.get(), shared = running_->shared] { Job::Run(*workspace, *shared); };
  if (is_sync_) {
    work();
    Finish();
    return;
  }
  if (!finished_) {
    finished_ = new uv_poll_t;
    uv_poll_init(loop_, finished_, thread_.Finished());
    finished_->data = this;
    uv_poll_start(finished_, UV_READABLE, [](uv_poll_t* poll, int, int) {
      auto* self = static_cast<Scheduler*>(poll->data);
      self->Finish();
      self->Pump();
    });
  }
  thread_.Submit(std::move(work));
}

void Scheduler::Finish() {
  JobThread::End end;
  if (!is_sync_) {
    end = thread_.Collect();
    if (end.failed) {
      // The descriptor belonged to the thread that is gone.
      uv_close(reinterpret_cast<uv_handle_t*>(finished_), [](uv_handle_t* handle) { delete reinterpret_cast<uv_poll_t*>(handle); });
      finished_ = nullptr;
    }
  }
  std::unique_ptr<Job> job = std::move(running_);
  if (end.failed) {
    events_.failed(job->path, end.reason);
    Restart();
  }
  switch (job->kind) {
    case Job::Kind::Question: job->question.answer(end.failed ? End::Failed : job->shared->cancel ? End::Stopped : End::Done); return;
    case Job::Kind::Background:
      if (!end.failed && !job->shared->report && job->shared->cancel) {
        background_.push_front(std::move(job->background));
      } else {
        job->background.done(end.failed ? nullptr : job->shared->report);
      }
      return;
    case Job::Kind::Report:
      if (end.failed) {
        job->shared->report = nullptr;
        job->shared->error = end.reason;
        job->shared->cancel = false;
      }
      FinishReport(*job);
  }
}

void Scheduler::FinishReport(Job& job) {
  auto found = documents_.find(job.path);
  if (found == documents_.end()) {
    return;
  }
  Document& document = found->second;
  bool was_cancelled = job.shared->cancel;
  if (document.revision != job.revision || (was_cancelled && !job.shared->report && !job.given_up)) {
    return;  // Still dirty: it is its turn again soon.
  }
  bool by_edit = document.report_revision != document.revision;
  std::shared_ptr<const ide::FileReport> before = document.report;
  // A change elsewhere may have come while it ran; the report is of the text as it is, so it is shown, and done again.
  document.is_dirty = was_cancelled && !job.given_up;
  document.report_revision = document.revision;
  std::shared_ptr<const ide::FileReport> report = job.shared->report;
  if (report) {
    document.last_seconds = static_cast<double>(uv_hrtime() - job.started) * 1e-9;
  } else {
    // Not readable as Python text, failed inside or not wanted: an empty report is the honest answer until the next edit.
    document.failed_revision = document.revision;
    auto empty = std::make_shared<ide::FileReport>();
    empty->path = document.path;
    report = std::move(empty);
  }
  document.report = std::move(report);
  bool ok = document.failed_revision != document.revision;
  std::vector<std::function<void(bool)>> waiting;
  if (!document.is_dirty || !ok) {
    waiting.swap(document.waiting);
  }
  events_.reported(document, !by_edit && !LooksLike(*before, *document.report));
  for (std::function<void(bool)>& then : waiting) {
    then(ok);
  }
}

void Scheduler::Restart() {
  // The failed thread may still look at the old workspace: it is left where it is.
  (void)workspace_.release();
  workspace_ = std::make_unique<ide::Workspace>(options_);
  updates_.clear();
  for (auto& [path, document] : documents_) {
    if (document.is_python) {
      texts_to_send_.insert(path);
    }
  }
}

}  // namespace trident::server
