// Decides what the analysis thread works on next, and hands its results back to the loop.
//
// The loop owns documents; the analysis thread owns the Workspace and runs one job at a time: the changes since the
// last job, then one report or one question. An edit cancels the running report. Order: questions about what is
// already known, then open documents, the one last touched first, then background files, at last what the next edit of
// the document in front would wait for. A result whose document has
// changed meanwhile is dropped. A job that fails inside Trident costs its document's revision and the Workspace, which
// is made anew. Threads: the loop's; with TRIDENT_SYNC=1 jobs run on it too.
#pragma once

#include "server/debounce.h"
#include "server/documents.h"
#include "server/job_thread.h"

#include <uv.h>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace trident::server {

class Scheduler {
 public:
  struct Events {
    // A document has a new report of its present text. `is_news`: what it says changed without an edit of the document, so
    // the client does not know that it should ask again.
    std::function<void(Document&, bool is_news)> reported;
    std::function<void(const std::string& path, const std::string& why)> failed;
    // Work that may last began, in words; or none is running any more (empty).
    std::function<void(const std::string& what)> working;
  };

  Scheduler(uv_loop_t* loop, Documents& documents, ide::Options options, Events events);
  ~Scheduler();

  void Opened(Document& document);
  void Edited(Document& document);
  void Closed(const std::string& path);
  // `appeared`: some were not there before, so that any import that found nothing may now find one of them.
  void FilesChanged(const std::vector<std::string>& paths, bool appeared);
  void SetOptions(ide::Options options);

  // Calls back once the document has a report of the text it then has (at once when it is fresh), or cannot have one.
  void WhenReported(Document& document, std::function<void(bool ok)> then);
  // How a question ended. Stopped: an edit came while it ran, so that what it found may be nothing.
  enum class End : uint8_t { Done, Failed, Stopped };
  struct Question {
    std::function<void(ide::Workspace&)> question;  // Runs on the analysis thread with all changes applied;
    std::function<void(End)> answer;                // then this on the loop.
    std::string work = {};                          // What progress says of it; such work lasts and is not stopped.
  };
  void Ask(Question question) { questions_.push_back(std::move(question)); }
  // Reports a file that is not open; `done` gets nullptr when there is none.
  void Background(const std::string& path, std::function<void(std::shared_ptr<const ide::FileReport>)> done);

  // Starts the next job if there is one and none is running. Call when a batch of messages is through.
  void Pump();
  void CancelRunning();
  // The client does not want to wait: background files are answered with nothing, and the document that is analysed is
  // left alone until its next edit.
  void GiveUp();
  bool idle() const { return !running_ && questions_.empty() && background_.empty(); }

 private:
  struct Job;
  using Update = std::function<void(ide::Workspace&)>;

  void MarkDirty(Document& document, bool by_edit);
  void Depend(const std::string& changed_path);
  std::unique_ptr<Job> NextJob();
  std::unique_ptr<Job> NextPreparation();
  Document* MostUrgent(uint64_t now, uint64_t& earliest);
  void Start(std::unique_ptr<Job> job);
  void Finish();
  void FinishReport(Job& job);
  void Restart();
  void QueueText(const Document& document);

  uv_loop_t* loop_;
  Documents& documents_;
  ide::Options options_;
  Events events_;
  Debounce debounce_;
  bool is_sync_;
  JobThread thread_;
  std::unique_ptr<ide::Workspace> workspace_;
  std::deque<Update> updates_;
  std::set<std::string> texts_to_send_;  // Paths of documents whose text the workspace does not have yet.
  std::deque<Question> questions_;
  struct BackgroundFile {
    std::string path;
    std::function<void(std::shared_ptr<const ide::FileReport>)> done;
  };
  std::deque<BackgroundFile> background_;
  std::unique_ptr<Job> running_;
  uv_poll_t* finished_ = nullptr;  // On the heap: libuv frees it later, when its thread is gone.
  uv_timer_t due_timer_;
};

}  // namespace trident::server
