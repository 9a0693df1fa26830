#include "server/cli/watch.h"

#include "server/cli/commands.h"
#include "server/cli/terminal.h"

#include "core/config/config.h"
#include "core/source/source.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"
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
    for (const std::string& file : files_.files) WatchFolder(llvm::sys::path::parent_path(file).str());
    for (const std::string& path : paths_) WatchFolder(source::NormalPath(path));
    WatchFolder(source::NormalPath("."));
    if (IsTerminal(Stream::Out)) {
      llvm::outs() << "\x1b[2J\x1b[H";
    }
    code_ = check_(files_);
    // What the files import, too; an installed package does not change while someone looks.
    for (const std::string& file : analysis_.read()) {
      if (!llvm::StringRef(file).contains("/site-packages/")) WatchFolder(llvm::sys::path::parent_path(file).str());
    }
    llvm::outs() << StyleFor(Stream::Out).Dim("watching " + Counted(files_.files.size(), "file") + "; Ctrl-C ends") << "\n";
    llvm::outs().flush();
    // The reader has gone.
    if (llvm::outs().has_error()) uv_stop(&loop_);
  }

  // Nothing where `folder` is none, or is watched.
  void WatchFolder(const std::string& folder) {
    if (!llvm::sys::fs::is_directory(folder)) return;
    auto [slot, is_new] = folders_.try_emplace(folder);
    if (!is_new) return;
    slot->second = std::make_unique<Folder>();
    Folder& watched = *slot->second;
    watched.watcher = this;
    watched.path = folder;
    watched.event.data = &watched;
    uv_fs_event_init(&loop_, &watched.event);
    if (int error = uv_fs_event_start(&watched.event, OnChange, folder.c_str(), 0)) {
      Fail(ShownPath(folder) + ": cannot be watched: " + uv_strerror(error));
    }
  }

  static void OnChange(uv_fs_event_t* handle, const char* file, int, int) {
    auto* folder = static_cast<Folder*>(handle->data);
    if (!file) return;
    Watcher& self = *folder->watcher;
    llvm::StringRef name = file;
    std::string path = folder->path + "/" + name.str();
    // Files may appear in a folder that does.
    bool is_folder = !name.starts_with(".") && llvm::sys::fs::is_directory(path);
    if (is_folder) self.WatchFolder(path);
    if (!is_folder && !name.ends_with(".py") && name != config::kOwnFile && name != config::kSharedFile) return;
    self.changed_.insert(std::move(path));
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
