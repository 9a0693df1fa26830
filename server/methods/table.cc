#include "server/methods/methods.h"

#include "llvm/ADT/StringMap.h"

namespace trident::server {
namespace {

struct Tables {
  llvm::StringMap<RequestHandler> requests = {
      {"initialize", Initialize},
      {"shutdown", Shutdown},
      {"textDocument/diagnostic", DocumentDiagnostic},
      {"workspace/diagnostic", WorkspaceDiagnostic},
      {"textDocument/inlayHint", InlayHints},
      {"inlayHint/resolve", InlayHintResolve},
      {"textDocument/hover", HoverAt},
      {"textDocument/definition", Definition},
      {"textDocument/codeLens", CodeLenses},
      {"textDocument/codeAction", CodeActions},
      {"textDocument/documentSymbol", DocumentSymbols},
      {"trident/profile", TridentProfile},
      {"trident/cost", TridentCost},
      {"trident/graph", TridentGraph},
  };
  llvm::StringMap<NotificationHandler> notifications = {
      {"initialized", Initialized},
      {"exit", ExitNow},
      {"$/cancelRequest", CancelRequest},
      {"window/workDoneProgress/cancel", CancelProgress},
      {"textDocument/didOpen", DidOpen},
      {"textDocument/didChange", DidChange},
      {"textDocument/didClose", DidClose},
      {"textDocument/didSave", DidSave},
      {"workspace/didChangeConfiguration", DidChangeConfiguration},
      {"workspace/didChangeWatchedFiles", DidChangeWatchedFiles},
      {"workspace/didChangeWorkspaceFolders", DidChangeWorkspaceFolders},
  };
};

const Tables& TheTables() {
  static const Tables* const tables = new Tables;
  return *tables;
}

}  // namespace

RequestHandler FindRequest(llvm::StringRef method) { return TheTables().requests.lookup(method); }

NotificationHandler FindNotification(llvm::StringRef method) { return TheTables().notifications.lookup(method); }

void WithReport(Server& server, const std::string& uri, bool by_position, protocol::Json empty, Answer answer,
                std::function<void(Server& server, Document& document, Answer answer)> reply) {
  Document* document = server.Find(uri);
  if (!document || !document->is_python) {
    answer.Result(std::move(empty));
    return;
  }
  // std::function wants to copy what it holds; an Answer is one right to answer and is shared instead.
  auto shared = std::make_shared<Answer>(std::move(answer));
  uint64_t revision = document->revision;
  server.scheduler().WhenReported(*document, [&server, path = document->path, revision, by_position, shared, reply = std::move(reply)](bool ok) {
    auto found = server.documents().find(path);
    if (found == server.documents().end() || (by_position && found->second.revision != revision)) {
      shared->Fail(protocol::ErrorCode::ContentModified, "the document changed");
    } else if (!ok) {
      shared->Fail(protocol::ErrorCode::InternalError, "the analysis of this document failed");
    } else if (!shared->is_cancelled()) {
      reply(server, found->second, std::move(*shared));
    }
  });
}

}  // namespace trident::server
