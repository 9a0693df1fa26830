#include "server/publisher.h"

#include "core/base/fingerprint.h"
#include "protocol/lsp_write.h"
#include "server/server.h"

#include <set>
#include <tuple>

namespace trident::server {
namespace {

// A client that can pull asks within this time after it opened a document; one that has not by then is pushed to.
constexpr uint64_t kPullPatience = 1000;  // Milliseconds; a guess.

std::string ContentId(const protocol::Json& items) {
  return ToHex(FingerprintOf(items.dump(-1, ' ', false, protocol::Json::error_handler_t::replace)));
}

}  // namespace

DiagnosticSet Publisher::Make(const std::vector<const ide::Diagnostic*>& diagnostics) {
  DiagnosticSet set;
  for (const ide::Diagnostic* diagnostic : diagnostics) {
    if (!server_.settings().diagnostics) {
      break;
    }
    if (std::optional<protocol::Diagnostic> converted = server_.converter().ToClient(*diagnostic, server_.settings(), server_.client())) {
      set.items.push_back(ToJson(*converted));
    }
  }
  set.result_id = ContentId(set.items);
  return set;
}

DiagnosticSet Publisher::Of(const ide::FileReport& report) {
  std::vector<const ide::Diagnostic*> found;
  for (const ide::Diagnostic& diagnostic : report.diagnostics) {
    found.push_back(&diagnostic);
  }
  return Make(found);
}

DiagnosticSet Publisher::Current(const std::string& path, const Cell* cell) {
  std::vector<const ide::Diagnostic*> found;
  std::set<std::tuple<ide::Position, ide::Position, llvm::StringRef, llvm::StringRef>> known;
  auto add = [&](const ide::Diagnostic& diagnostic) {
    const ide::Range& range = diagnostic.location.range;
    if (View{nullptr, cell}.Shows(range.start.line) && known.emplace(range.start, range.end, diagnostic.code, diagnostic.message).second) {
      found.push_back(&diagnostic);
    }
  };
  auto own = server_.documents().find(path);
  bool is_open = own != server_.documents().end();
  if (is_open && own->second.report) {
    for (const ide::Diagnostic& diagnostic : own->second.report->diagnostics) {
      add(diagnostic);
    }
  }
  for (const auto& [other_path, other] : server_.documents()) {
    if (other_path == path || !other.report || (is_open && other.is_dirty)) {
      continue;
    }
    for (const ide::Diagnostic& diagnostic : other.report->elsewhere) {
      if (diagnostic.location.path == path) {
        add(diagnostic);
      }
    }
  }
  return Make(found);
}

std::vector<std::string> Publisher::RelatedFiles(const Document& document) const {
  std::set<std::string> paths;
  if (document.report) {
    for (const ide::Diagnostic& diagnostic : document.report->elsewhere) {
      if (!server_.documents().contains(diagnostic.location.path)) {
        paths.insert(diagnostic.location.path);
      }
    }
  }
  return {paths.begin(), paths.end()};
}

bool Publisher::MustWait(const std::string& path) const {
  for (const auto& [speaker, files] : spoken_of_) {
    auto document = server_.documents().find(speaker);
    if (files.contains(path) && document != server_.documents().end() && document->second.is_dirty && speaker != path) {
      return true;
    }
  }
  return false;
}

bool Publisher::may_push() const {
  return !server_.client().pullDiagnostics || (!pull_seen_ && first_report_ != 0 && uv_now(server_.loop()) >= first_report_ + kPullPatience);
}

void Publisher::Reported(Document& document) {
  if (first_report_ == 0) {
    first_report_ = std::max<uint64_t>(1, uv_now(server_.loop()));
    if (server_.client().pullDiagnostics) {
      auto* timer = new uv_timer_t;
      uv_timer_init(server_.loop(), timer);
      timer->data = this;
      uv_timer_start(
          timer,
          [](uv_timer_t* handle) {
            static_cast<Publisher*>(handle->data)->Refresh();
            uv_close(reinterpret_cast<uv_handle_t*>(handle), [](uv_handle_t* closed) { delete reinterpret_cast<uv_timer_t*>(closed); });
          },
          kPullPatience + 1, 0);
    }
  }
  std::set<std::string> affected = {document.path};
  std::set<std::string>& spoken_of = spoken_of_[document.path];
  affected.insert(spoken_of.begin(), spoken_of.end());
  spoken_of.clear();
  for (const ide::Diagnostic& diagnostic : document.report->elsewhere) {
    spoken_of.insert(diagnostic.location.path);
    affected.insert(diagnostic.location.path);
  }
  for (const std::string& path : affected) {
    Push(path, path == document.path);
  }
}

void Publisher::Push(const std::string& path, bool is_own) {
  if (!may_push() || MustWait(path)) {
    return;
  }
  auto document = server_.documents().find(path);
  bool is_open = document != server_.documents().end();
  if (is_open && !document->second.is_fresh()) {
    return;
  }
  if (is_open && document->second.is_notebook) {
    return PushCells(document->second);
  }
  DiagnosticSet set = Current(path);
  uint64_t revision = is_open ? document->second.revision : 0;
  auto pushed = pushed_.find(path);
  bool is_known =
      pushed != pushed_.end() ? pushed->second.result_id == set.result_id && pushed->second.revision == revision : !is_open && set.items.empty();
  // An open document hears of every version that was analysed, even when nothing changed.
  if (is_known && !(is_own && is_open && pushed->second.revision != revision)) {
    return;
  }
  protocol::Json params = {{"uri", server_.converter().Uri(path)}, {"diagnostics", set.items}};
  if (is_open) {
    params["version"] = document->second.version;
  }
  if (!is_open && set.items.empty()) {
    pushed_.erase(path);
  } else {
    pushed_[path] = {set.result_id, revision};
  }
  server_.Notify("textDocument/publishDiagnostics", std::move(params));
}

void Publisher::PushCells(const Document& notebook) {
  for (const Cell& cell : notebook.cells) {
    if (!cell.is_code) {
      continue;
    }
    DiagnosticSet set = Current(notebook.path, &cell);
    Pushed& pushed = pushed_cells_[cell.uri];
    // A cell hears of its own versions and of what changed; the other cells of an edited notebook of nothing.
    auto version = static_cast<uint64_t>(cell.version);
    if (pushed.result_id == set.result_id && pushed.revision == version) {
      continue;
    }
    pushed = {set.result_id, version};
    server_.Notify("textDocument/publishDiagnostics", {{"uri", cell.uri}, {"version", cell.version}, {"diagnostics", set.items}});
  }
}

void Publisher::CellClosed(const std::string& uri) {
  if (pushed_cells_.erase(uri) > 0) {
    server_.Notify("textDocument/publishDiagnostics", {{"uri", uri}, {"diagnostics", protocol::Json::array()}});
  }
}

void Publisher::Closed(const Document& document) {
  std::set<std::string> affected = {document.path};
  if (auto spoken_of = spoken_of_.find(document.path); spoken_of != spoken_of_.end()) {
    affected.insert(spoken_of->second.begin(), spoken_of->second.end());
    spoken_of_.erase(spoken_of);
  }
  for (const std::string& path : affected) {
    Push(path, false);
  }
}

void Publisher::Refresh() {
  pushed_.clear();
  pushed_cells_.clear();
  for (const auto& [path, document] : server_.documents()) {
    Push(path, true);
  }
  for (const auto& [speaker, files] : spoken_of_) {
    for (const std::string& path : files) {
      Push(path, false);
    }
  }
}

void Publisher::Pulled() {
  if (pull_seen_) {
    return;
  }
  pull_seen_ = true;
  for (const auto& [path, pushed] : pushed_) {
    server_.Notify("textDocument/publishDiagnostics", {{"uri", server_.converter().Uri(path)}, {"diagnostics", protocol::Json::array()}});
  }
  pushed_.clear();
  for (const auto& [uri, pushed] : pushed_cells_) {
    server_.Notify("textDocument/publishDiagnostics", {{"uri", uri}, {"diagnostics", protocol::Json::array()}});
  }
  pushed_cells_.clear();
}

}  // namespace trident::server
