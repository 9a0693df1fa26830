// initialize, initialized, shutdown, exit, $/cancelRequest, window/workDoneProgress/cancel
#include "server/methods/methods.h"

namespace trident::server {
namespace {

using protocol::Json;

const char* EncodingName(Encoding encoding) {
  switch (encoding) {
    case Encoding::Utf8: return "utf-8";
    case Encoding::Utf16: return "utf-16";
    case Encoding::Utf32: return "utf-32";
  }
  return "utf-16";
}

Json Capabilities(const Server& server, Encoding encoding) {
  const protocol::ClientCapabilities& client = server.client();
  Json capabilities = {
      {"positionEncoding", EncodingName(encoding)},
      {"textDocumentSync", {{"openClose", true}, {"change", 2}, {"save", {{"includeText", false}}}}},
      {"hoverProvider", true},
      {"definitionProvider", true},
      {"documentSymbolProvider", true},
      {"codeLensProvider", {{"resolveProvider", false}}},
      {"inlayHintProvider", {{"resolveProvider", true}}},
      {"codeActionProvider", true},
      {"executeCommandProvider", {{"commands", {kCompileKernels}}}},
      {"completionProvider", {{"triggerCharacters", {"\"", "'", " ", "."}}, {"resolveProvider", false}}},
      {"signatureHelpProvider", {{"triggerCharacters", {"\"", "'", " ", "(", ","}}}},
      {"semanticTokensProvider", {{"legend", {{"tokenTypes", SemanticTokenTypes()}, {"tokenModifiers", Json::array()}}}, {"full", true}, {"range", true}}},
      {"notebookDocumentSync", {{"notebookSelector", {{{"notebook", "jupyter-notebook"}, {"cells", {{{"language", "python"}}}}}}}, {"save", false}}},
      {"workspace", {{"workspaceFolders", {{"supported", true}, {"changeNotifications", true}}}}},
  };
  if (client.codeActionLiterals) {
    capabilities["codeActionProvider"] = {{"codeActionKinds", {"quickfix", "refactor.rewrite", "source.fixAll.trident"}}};
  }
  if (client.pullDiagnostics) {
    capabilities["diagnosticProvider"] = {{"identifier", "trident"}, {"interFileDependencies", true}, {"workspaceDiagnostics", true}};
  }
  return capabilities;
}

}  // namespace

void Initialize(Server& server, const protocol::Message& message, Answer answer) {
  protocol::InitializeParams params;
  if (!ReadParams(message, params, answer)) {
    return;
  }
  server.Begin(params);
  answer.Result(
      {{"capabilities", Capabilities(server, server.converter().encoding())}, {"serverInfo", {{"name", "trident"}, {"version", TRIDENT_VERSION}}}});
}

void Initialized(Server& server, const protocol::Message&) {
  Json registrations = Json::array();
  if (server.client().registerConfiguration) {
    registrations.push_back(
        {{"id", "trident/configuration"}, {"method", "workspace/didChangeConfiguration"}, {"registerOptions", {{"section", "trident"}}}});
  }
  if (server.client().registerWatchedFiles) {
    Json watchers = Json::array();
    for (const char* pattern : {"**/*.py", "**/*.pyi", "**/pyproject.toml", "**/trident.toml", "**/.trident/measured.tsv"}) {
      watchers.push_back({{"globPattern", pattern}});
    }
    registrations.push_back(
        {{"id", "trident/files"}, {"method", "workspace/didChangeWatchedFiles"}, {"registerOptions", {{"watchers", std::move(watchers)}}}});
  }
  if (!registrations.empty()) {
    server.Request("client/registerCapability", {{"registrations", std::move(registrations)}});
  }
  server.FetchSettings();
}

void Shutdown(Server& server, const protocol::Message&, Answer answer) {
  server.SetShutDown();
  answer.Result(nullptr);
}

void ExitNow(Server& server, const protocol::Message&) { server.Exit(server.state() == Server::State::ShutDown ? 0 : 1); }

void CancelRequest(Server& server, const protocol::Message& message) {
  protocol::RequestId id;
  if (message.params && message.params->is_object() && protocol::ReadCancel(*message.params, id)) {
    server.Cancel(id);
  }
}

void CancelProgress(Server& server, const protocol::Message& message) {
  std::string_view token;
  if (message.params && (*message.params)["token"].get_string().get(token) == simdjson::SUCCESS) {
    server.progress().Cancelled(std::string(token));
  }
}

}  // namespace trident::server
