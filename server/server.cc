#include "server/server.h"

#include "core/source/source.h"
#include "protocol/uri.h"
#include "server/log_line.h"
#include "server/methods/methods.h"

#include "llvm/ADT/STLExtras.h"

#include <csignal>
#include <cstdlib>
#include <tuple>

namespace trident::server {
namespace {

constexpr uint64_t kParentCheckMilliseconds = 5000;
// How long the analysis of a file that was opened waits for a remote cache: less than anyone sees. A guess.
constexpr std::chrono::milliseconds kRemotePatience{100};

Encoding Negotiate(const std::vector<std::string>& offered) {
  // UTF-8 is what the analysis counts in; the client's own order says which of the others it likes better.
  for (const std::string& name : offered) {
    if (name == "utf-8") {
      return Encoding::Utf8;
    }
  }
  for (const std::string& name : offered) {
    if (name == "utf-16" || name == "utf-32") {
      return name == "utf-16" ? Encoding::Utf16 : Encoding::Utf32;
    }
  }
  return Encoding::Utf16;
}

}  // namespace

Answer::~Answer() {
  if (server_) {
    Fail(protocol::ErrorCode::InternalError, "no answer was found");
  }
}

void Answer::Result(protocol::Json result) {
  Server* server = std::exchange(server_, nullptr);
  if (server) {
    server->Respond(id_, protocol::ResponseText(id_, std::move(result)));
  }
}

void Answer::Fail(protocol::ErrorCode code, std::string message) {
  Server* server = std::exchange(server_, nullptr);
  if (server) {
    server->Respond(id_, protocol::ErrorText(id_, {code, std::move(message)}));
  }
}

bool Answer::is_cancelled() const { return !server_ || !server_->pending_.contains(id_); }

Server::Server()
    : connection_(
          &loop_, [this](std::string body) { Received(std::move(body)); },
          [this](const std::string& what) { connection_.Send(protocol::ErrorText({}, {protocol::ErrorCode::ParseError, what})); },
          [this] {
            if (scheduler_) {
              scheduler_->Pump();
            }
          },
          [this] { Exit(state_ == State::ShutDown ? 0 : 1); }) {
  uv_loop_init(&loop_);
}

int Server::Run(const Endpoint& endpoint) {
  if (llvm::Error error = connection_.Open(endpoint)) {
    WriteLogLine(llvm::toString(std::move(error)));
    return 2;
  }
  uv_run(&loop_, UV_RUN_DEFAULT);
  return 1;
}

void Server::Received(std::string body) { Dispatch(parser_.Parse(std::move(body))); }

void Server::Dispatch(protocol::Message message) {
  switch (message.kind) {
    case protocol::Message::Kind::Invalid: connection_.Send(protocol::ErrorText(message.id, *message.error)); return;
    case protocol::Message::Kind::Response: DispatchResponse(message); return;
    case protocol::Message::Kind::Request: DispatchRequest(message); return;
    case protocol::Message::Kind::Notification:
      if (NotificationHandler handler = FindNotification(message.method); handler && (state_ == State::Running || message.method == "exit")) {
        handler(*this, message);
      }
      return;
  }
}

void Server::DispatchRequest(const protocol::Message& message) {
  auto refuse = [&](protocol::ErrorCode code, const std::string& why) { connection_.Send(protocol::ErrorText(message.id, {code, why})); };
  bool is_initialize = message.method == "initialize";
  if (state_ == State::New && !is_initialize) {
    return refuse(protocol::ErrorCode::ServerNotInitialized, "the first request is `initialize`");
  }
  if (state_ != State::New && is_initialize) {
    return refuse(protocol::ErrorCode::InvalidRequest, "`initialize` may be sent once");
  }
  if (state_ == State::ShutDown) {
    return refuse(protocol::ErrorCode::InvalidRequest, "after `shutdown` only `exit` may come");
  }
  RequestHandler handler = FindRequest(message.method);
  if (!handler) {
    return refuse(protocol::ErrorCode::MethodNotFound, "no request is named `" + message.method + "`");
  }
  if (!pending_.insert(message.id).second) {
    return refuse(protocol::ErrorCode::InvalidRequest, "a request with this id is not answered yet");
  }
  handler(*this, message, Answer(*this, message.id));
}

void Server::DispatchResponse(const protocol::Message& message) {
  const auto* id = std::get_if<int64_t>(&message.id);
  auto found = id ? asked_.find(*id) : asked_.end();
  if (found == asked_.end()) {
    return;
  }
  std::function<void(const protocol::Element*)> then = std::move(found->second);
  asked_.erase(found);
  if (then) {
    then(message.error || !message.result ? nullptr : &*message.result);
  }
}

// Drops the answer when the request was answered already, by its cancellation.
void Server::Respond(const protocol::RequestId& id, const std::string& text) {
  if (pending_.erase(id) > 0) {
    connection_.Send(text);
  }
}

void Server::Cancel(const protocol::RequestId& id) {
  if (pending_.erase(id) > 0) {
    connection_.Send(protocol::ErrorText(id, {protocol::ErrorCode::RequestCancelled, "cancelled by the client"}));
  }
}

void Server::Notify(llvm::StringRef method, protocol::Json params) { connection_.Send(protocol::NotificationText(method, std::move(params))); }

void Server::Request(llvm::StringRef method, protocol::Json params, std::function<void(const protocol::Element*)> then) {
  int64_t id = next_request_++;
  asked_[id] = std::move(then);
  connection_.Send(protocol::RequestText(id, method, std::move(params)));
}

void Server::Log(protocol::MessageType type, const std::string& text) {
  if (state_ != State::New) {
    Notify("window/logMessage", {{"type", static_cast<int>(type)}, {"message", text}});
  }
}

void Server::RefreshClient() {
  if (client_.inlayHintRefresh) {
    Request("workspace/inlayHint/refresh", nullptr);
  }
  RefreshLenses();
  if (client_.semanticTokensRefresh) {
    Request("workspace/semanticTokens/refresh", nullptr);
  }
  if (client_.diagnosticRefresh && client_.pullDiagnostics) {
    Request("workspace/diagnostic/refresh", nullptr);
  }
}

void Server::RefreshLenses() {
  if (client_.codeLensRefresh) {
    Request("workspace/codeLens/refresh", nullptr);
  }
}

View Server::Find(const std::string& uri) {
  auto notebook = notebook_of_.find(uri);
  auto found = documents_.find(notebook != notebook_of_.end() ? notebook->second : source::NormalPath(protocol::PathFromUri(uri)));
  if (found == documents_.end()) {
    return {};
  }
  View view;
  view.document = &found->second;
  if (notebook != notebook_of_.end()) {
    auto cell = llvm::find_if(found->second.cells, [&](const Cell& each) { return each.uri == uri; });
    if (cell == found->second.cells.end() || !cell->is_code) {
      return {};
    }
    view.cell = &*cell;
  }
  Touch(found->second);
  return view;
}

void Server::SetCells(const Document& notebook) {
  ForgetCells(notebook);
  for (const Cell& cell : notebook.cells) {
    notebook_of_[cell.uri] = notebook.path;
  }
}

void Server::ForgetCells(const Document& notebook) {
  std::erase_if(notebook_of_, [&](const auto& entry) { return entry.second == notebook.path; });
}

void Server::WorldChanged() {
  ++world_revision_;
  std::vector<std::function<void()>> listeners;
  listeners.swap(on_world_change_);
  for (std::function<void()>& listener : listeners) {
    listener();
  }
}

ide::Options Server::AnalysisOptions() const {
  ide::Options options;
  options.python_path = settings_.python_path;
  options.workspace = folders_;
  options.python_environment = settings_.python_environment;
  options.collect_costs = settings_.cost_hints;
  options.use_cache = settings_.cache;
  options.remote_cache = settings_.remote_cache;
  options.remote_upload = settings_.remote_upload;
  options.remote_patience = kRemotePatience;
  options.log = WriteLogLine;
  options.severities = settings_.severities;
  for (std::string& folder : options.python_path) {
    // Relative to the first workspace folder, as the user sees paths in the editor.
    bool is_relative = !llvm::StringRef(folder).starts_with("/");
    folder = source::NormalPath(is_relative && !folders_.empty() ? folders_.front() + "/" + folder : folder);
  }
  return options;
}

void Server::Begin(const protocol::InitializeParams& params) {
  state_ = State::Running;
  client_ = params.capabilities;
  converter_ = std::make_unique<Converter>(documents_, Negotiate(client_.positionEncodings));
  SettingsResult chosen = ReadSettings(params.initializationOptions);
  settings_ = std::move(chosen.settings);
  Complain(chosen.complaints);
  for (const protocol::WorkspaceFolder& folder : params.workspaceFolders) {
    folders_.push_back(source::NormalPath(protocol::PathFromUri(folder.uri)));
  }
  if (folders_.empty() && params.rootUri) {
    folders_.push_back(source::NormalPath(protocol::PathFromUri(*params.rootUri)));
  } else if (folders_.empty() && params.rootPath) {
    folders_.push_back(source::NormalPath(*params.rootPath));
  }
  Scheduler::Events events;
  events.reported = [this](Document& document, bool is_news) {
    publisher_.Reported(document);
    if (is_news) {
      RefreshClient();
    }
  };
  events.failed = [this](const std::string& path, const std::string& why) {
    Log(protocol::MessageType::Error, (path.empty() ? std::string("a request") : path) + ": " + why);
  };
  events.working = [this](const std::string& what) { progress_.Working(what); };
  scheduler_ = std::make_unique<Scheduler>(&loop_, documents_, AnalysisOptions(), std::move(events));
  if (params.processId) {
    WatchParent(*params.processId);
  }
}

// The end of the pipe says that the client is gone, but another process may hold the pipe open.
void Server::WatchParent(int64_t process) {
  auto exists = [](int64_t id) { return kill(static_cast<pid_t>(id), 0) == 0 || errno == EPERM; };
  // In a container the number may mean nothing here.
  if (process <= 0 || !exists(process)) {
    return;
  }
  parent_ = process;
  uv_timer_init(&loop_, &parent_timer_);
  parent_timer_.data = this;
  uv_timer_start(
      &parent_timer_,
      [](uv_timer_t* timer) {
        auto* self = static_cast<Server*>(timer->data);
        if (kill(static_cast<pid_t>(self->parent_), 0) != 0 && errno == ESRCH) {
          self->Exit(1);
        }
      },
      kParentCheckMilliseconds, kParentCheckMilliseconds);
  uv_unref(reinterpret_cast<uv_handle_t*>(&parent_timer_));
}

void Server::SetShutDown() {
  state_ = State::ShutDown;
  scheduler_->CancelRunning();
}

void Server::Exit(int code) {
  connection_.Flush();
  // No destructors: a parked thread may hold what they would wait for, and the system takes the memory back faster.
  std::_Exit(code);
}

void Server::Complain(const std::vector<std::string>& complaints) {
  for (const std::string& complaint : complaints) {
    Log(protocol::MessageType::Warning, complaint);
  }
}

void Server::ApplySettings(const protocol::Json& json) {
  SettingsResult result = ReadSettings(json);
  Complain(result.complaints);
  if (result.settings == settings_) {
    return;
  }
  auto of_analysis = [](const Settings& s) {
    return std::tie(s.python_path, s.python_environment, s.cost_hints, s.severities, s.cache, s.remote_cache, s.remote_upload);
  };
  bool analysis_changes = of_analysis(result.settings) != of_analysis(settings_);
  settings_ = std::move(result.settings);
  if (analysis_changes) {
    scheduler_->SetOptions(AnalysisOptions());
  }
  WorldChanged();
  publisher_.Refresh();
  RefreshClient();
}

void Server::SetFolders(std::vector<std::string> folders) {
  folders_ = std::move(folders);
  scheduler_->SetOptions(AnalysisOptions());
  WorldChanged();
}

void Server::FetchSettings() {
  if (!client_.configuration) {
    return;
  }
  Request("workspace/configuration", {{"items", {{{"section", "trident"}}}}}, [this](const protocol::Element* result) {
    simdjson::dom::array values;
    if (result && result->get_array().get(values) == simdjson::SUCCESS && values.size() == 1) {
      protocol::Json json = protocol::ToJson(values.at(0).value_unsafe());
      if (json.is_object()) {
        ApplySettings(json);
      }
    }
  });
}

}  // namespace trident::server
