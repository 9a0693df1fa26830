// Speaks the Language Server Protocol with one client: takes messages in, hands each to its method, sends answers out.
//
// Lifecycle as LSP 3.17 says: before `initialize` requests fail with ServerNotInitialized and notifications are
// dropped, after `shutdown` requests are invalid, `exit` ends with 0 after a shutdown and 1 without. When the client
// goes away or its process ends, so does the server. Threads: the loop's; the analysis has its own (scheduler.h).
#pragma once

#include "protocol/json_rpc.h"
#include "protocol/lsp_types.h"
#include "server/answer.h"
#include "server/connection.h"
#include "server/convert.h"
#include "server/documents.h"
#include "server/progress.h"
#include "server/publisher.h"
#include "server/scheduler.h"
#include "server/settings.h"

#include <uv.h>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace trident::server {

class Server {
 public:
  Server();
  // Runs until the client ends it; the exit code of the process.
  int Run(const Endpoint& endpoint);

  // --- to the client
  void Notify(llvm::StringRef method, protocol::Json params);
  // A request to the client; `then` gets the result, or nullptr when the client refused or cannot.
  void Request(llvm::StringRef method, protocol::Json params, std::function<void(const protocol::Element*)> then = {});
  void Log(protocol::MessageType type, const std::string& text);
  // Asks the client to fetch again what it shows, when what it showed changed without an edit of that document.
  void RefreshClient();
  void RefreshLenses();

  // --- for methods
  uv_loop_t* loop() { return &loop_; }
  const protocol::ClientCapabilities& client() const { return client_; }
  Documents& documents() { return documents_; }
  Scheduler& scheduler() { return *scheduler_; }
  Converter& converter() { return *converter_; }
  Publisher& publisher() { return publisher_; }
  Progress& progress() { return progress_; }
  const Settings& settings() const { return settings_; }
  const std::vector<std::string>& folders() const { return folders_; }
  // The open document or cell of a notebook, if there is one; marks it as the one last touched.
  View Find(const std::string& uri);
  // Cells are found by their own URIs.
  void SetCells(const Document& notebook);
  void ForgetCells(const Document& notebook);
  void Touch(Document& document) { document.touched = ++touch_count_; }
  // Grows with every change of any text or setting.
  uint64_t world_revision() const { return world_revision_; }
  void WorldChanged();
  std::vector<std::function<void()>>& on_world_change() { return on_world_change_; }

  // --- for the lifecycle methods
  enum class State { New, Running, ShutDown };
  State state() const { return state_; }
  void Begin(const protocol::InitializeParams& params);
  void SetShutDown();
  [[noreturn]] void Exit(int code);
  void ApplySettings(const protocol::Json& json);
  void SetFolders(std::vector<std::string> folders);
  void FetchSettings();
  void Cancel(const protocol::RequestId& id);

 private:
  friend class Answer;

  void Received(std::string body);
  void Dispatch(protocol::Message message);
  void DispatchRequest(const protocol::Message& message);
  void DispatchResponse(const protocol::Message& message);
  void Respond(const protocol::RequestId& id, const std::string& text);
  void WatchParent(int64_t process);
  ide::Options AnalysisOptions() const;
  // Settings of a wrong type or name.
  void Complain(const std::vector<std::string>& complaints);

  uv_loop_t loop_;
  uv_timer_t parent_timer_;
  int64_t parent_ = 0;
  Connection connection_;
  protocol::MessageParser parser_;
  State state_ = State::New;
  protocol::ClientCapabilities client_;
  Settings settings_;
  std::vector<std::string> folders_;
  Documents documents_;
  std::map<std::string, std::string> notebook_of_;  // URI of a cell -> path of its notebook.
  std::unique_ptr<Scheduler> scheduler_;
  std::unique_ptr<Converter> converter_;
  Publisher publisher_{*this};
  Progress progress_{*this};
  std::set<protocol::RequestId> pending_;  // Requests of the client without an answer yet.
  std::map<int64_t, std::function<void(const protocol::Element*)>> asked_;
  int64_t next_request_ = 1;
  uint64_t touch_count_ = 0;
  uint64_t world_revision_ = 1;
  std::vector<std::function<void()>> on_world_change_;
};

}  // namespace trident::server
