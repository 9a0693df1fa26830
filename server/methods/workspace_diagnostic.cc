// workspace/diagnostic
#include "protocol/uri.h"
#include "server/cli/find_files.h"
#include "server/methods/methods.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

namespace trident::server {
namespace {

using protocol::Json;

// More files than this in a workspace are not analysed unasked (a guess).
constexpr size_t kMaxFiles = 1000;
// After an answer the next one waits for a change, and then for the changes to end.
constexpr uint64_t kSettleMilliseconds = 500;

// One request on its way through the files of the workspace, one background job at a time.
struct Sweep : std::enable_shared_from_this<Sweep> {
  Sweep(Server& owner, protocol::WorkspaceDiagnosticParams asked, Answer reply) : server(owner), params(std::move(asked)), answer(std::move(reply)) {
    for (const protocol::PreviousResultId& id : params.previousResultIds) {
      previous[protocol::PathFromUri(id.uri)] = id.value;
    }
  }

  void Begin() {
    cli::FoundFiles found;
    for (const std::string& folder : server.folders()) {
      cli::CollectPython(folder, kMaxFiles, found);
    }
    files = std::move(found.files);
    // A folder of the workspace may lie in another.
    listed.clear();
    llvm::erase_if(files, [&](const std::string& path) { return !listed.insert(path).second; });
    next = 0;
    items = Json::array();
    revision = server.world_revision();
    Step();
  }

  void Step() {
    if (answer.is_cancelled()) {
      return;
    }
    // Open documents are told of by textDocument/diagnostic.
    while (next < files.size() && server.documents().contains(files[next])) {
      ++next;
    }
    if (next == files.size()) {
      return End();
    }
    std::string path = files[next++];
    server.scheduler().Background(path, [self = shared_from_this(), path](std::shared_ptr<const ide::FileReport> report) {
      if (report) {
        self->Add(path, self->server.publisher().Of(*report));
      }
      self->Step();
    });
  }

  // What was told of files that are gone is taken back.
  void TakeBack() {
    for (const protocol::PreviousResultId& id : params.previousResultIds) {
      std::string path = protocol::PathFromUri(id.uri);
      if (!listed.contains(path) && !server.documents().contains(path)) {
        Add(path, server.publisher().Of(ide::FileReport()));
      }
    }
  }

  void Add(const std::string& path, const DiagnosticSet& set) {
    auto known = previous.find(path);
    bool is_unchanged = known != previous.end() && known->second == set.result_id;
    if (is_unchanged || (known == previous.end() && set.items.empty())) {
      return;
    }
    Json item = {{"uri", server.converter().Uri(path)}, {"version", nullptr}, {"kind", "full"}, {"resultId", set.result_id}, {"items", set.items}};
    is_news = true;
    // A client that takes parts shows a file as soon as it is known; the answer then has nothing left to say.
    if (!params.partialResultToken.is_null()) {
      server.Notify("$/progress", {{"token", params.partialResultToken}, {"value", {{"items", {std::move(item)}}}}});
    } else {
      items.push_back(std::move(item));
    }
  }

  void End() {
    TakeBack();
    // Nothing new: the answer is held until something changes, as the protocol wants it, instead of being asked again
    // and again.
    if (!is_news && !previous.empty() && revision == server.world_revision()) {
      server.on_world_change().push_back([self = shared_from_this()] { self->BeginLater(); });
      return;
    }
    answer.Result({{"items", std::move(items)}});
  }

  void BeginLater() {
    struct Later {
      uv_timer_t timer;
      std::shared_ptr<Sweep> sweep;
    };
    auto* later = new Later{{}, shared_from_this()};
    uv_timer_init(server.loop(), &later->timer);
    later->timer.data = later;
    uv_timer_start(
        &later->timer,
        [](uv_timer_t* timer) {
          auto* self = static_cast<Later*>(timer->data);
          std::shared_ptr<Sweep> sweep = std::move(self->sweep);
          uv_close(reinterpret_cast<uv_handle_t*>(timer), [](uv_handle_t* handle) { delete static_cast<Later*>(handle->data); });
          sweep->Begin();
          sweep->server.scheduler().Pump();
        },
        kSettleMilliseconds, 0);
  }

  Server& server;
  protocol::WorkspaceDiagnosticParams params;
  Answer answer;
  std::map<std::string, std::string> previous;  // By path.
  std::vector<std::string> files;
  llvm::StringSet<> listed;
  size_t next = 0;
  Json items = Json::array();
  bool is_news = false;
  uint64_t revision = 0;
};

}  // namespace

void WorkspaceDiagnostic(Server& server, const protocol::Message& message, Answer answer) {
  protocol::WorkspaceDiagnosticParams params;
  if (!ReadParams(message, params, answer)) {
    return;
  }
  std::make_shared<Sweep>(server, std::move(params), std::move(answer))->Begin();
}

}  // namespace trident::server
