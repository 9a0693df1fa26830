#include "server/cli/watch.h"

#include "server/cli/commands.h"
#include "server/cli/terminal.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <uv.h>

#include <csignal>
#include <map>
#include <memory>
#include <set>

namespace trident::cli {
namespace {

// An editor's save is several events; this long after the last one the file is whole (a guess).
constexpr uint64_t kSettleMilliseconds = 60;

class Watcher {
 public:
  Watcher(Analysis& analysis, const std::vector<std::string>& paths, FoundFiles files, std::function<int(const FoundFiles&)> check)
      : analysis_(analysis), paths_(paths), files_(std::move(files)), check_(std::move(check)) {}

  int Run() {
    uv_loop_init(&loop_);
    uv_timer_init(&loop_, &settle_);
    uv_signal_init(&loop_, &interrupt_);
    settle_.data = interrupt_.data = this;
    uv_signal_start(&interrupt_, [](uv_signal_t* handle, int) { uv_stop(static_cast<Watcher*>(handle->data)->loop()); }, SIGINT);
    Check();
    uv_run(&loop_, UV_RUN_DEFAULT);
    return code_;
  }

  uv_loop_t* loop() { return &loop_; }

 private:
  struct Folder {
    uv_fs_event_t event;
    Watcher* watcher;
    std::string path;
  };

  void Check() {
    // Before the check: what changes while it runs is then checked next.
    WatchFolders();
    if (IsTerminal(Stream::Out)) {
      llvm::outs() << "\x1b[2J\x1b[H";
    }
    code_ = check_(files_);
    llvm::outs() << StyleFor(Stream::Out).Dim("watching " + Counted(files_.files.size(), "file") + "; Ctrl-C ends") << "\n";
    llvm::outs().flush();
  }

  void WatchFolders() {
    for (const std::string& file : files_.files) {
      std::string folder = llvm::sys::path::parent_path(file).str();
      auto [slot, is_new] = folders_.try_emplace(folder);
      if (!is_new) {
        continue;
      }
      slot->second = std::make_unique<Folder>();
      Folder& watched = *slot->second;
      watched.watcher = this;
      watched.path = folder;
      watched.event.data = &watched;
      uv_fs_event_init(&loop_, &watched.event);
      uv_fs_event_start(&watched.event, OnChange, folder.c_str(), 0);
    }
  }

  static void OnChange(uv_fs_event_t* handle, const char* name, int, int) {
    auto* folder = static_cast<Folder*>(handle->data);
    if (!name || !llvm::StringRef(name).ends_with(".py")) {
      return;
    }
    Watcher& self = *folder->watcher;
    self.changed_.insert(folder->path + "/" + name);
    uv_timer_start(&self.settle_, [](uv_timer_t* timer) { static_cast<Watcher*>(timer->data)->OnSettled(); }, kSettleMilliseconds, 0);
  }

  void OnSettled() {
    for (const std::string& path : changed_) {
      analysis_.FileChanged(path);
    }
    changed_.clear();
    files_ = FindFiles(paths_);
    Check();
  }

  Analysis& analysis_;
  const std::vector<std::string>& paths_;
  FoundFiles files_;
  std::function<int(const FoundFiles&)> check_;
  int code_ = kClean;
  uv_loop_t loop_;
  uv_timer_t settle_;
  uv_signal_t interrupt_;
  std::map<std::string, std::unique_ptr<Folder>> folders_;
  std::set<std::string> changed_;
};

}  // namespace

int Watch(Analysis& analysis, const std::vector<std::string>& paths, FoundFiles files, std::function<int(const FoundFiles&)> check) {
  // The handles live until the process ends: libuv forbids freeing open ones, and closing them changes nothing.
  auto* watcher = new Watcher(analysis, paths, std::move(files), std::move(check));
  return watcher->Run();
}

}  // namespace trident::cli
