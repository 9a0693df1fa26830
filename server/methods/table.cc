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
      {"textDocument/semanticTokens/full", SemanticTokens},
      {"textDocument/semanticTokens/range", SemanticTokensInRange},
      {"textDocument/completion", Completions},
      {"textDocument/signatureHelp", SignatureHelp},
      {"workspace/executeCommand", ExecuteCommand},
      {"trident/kernels", TridentKernels},
      {"trident/kernelProfile", TridentKernelProfile},
      {"trident/kernelStage", TridentKernelStage},
      {"trident/model", TridentModel},
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
      {"notebookDocument/didOpen", DidOpenNotebook},
      {"notebookDocument/didChange", DidChangeNotebook},
      {"notebookDocument/didClose", DidCloseNotebook},
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
                std::function<void(Server& server, const View& view, Answer answer)> reply) {
  View view = server.Find(uri);
  if (!view || !view.document->is_python) {
    answer.Result(std::move(empty));
    return;
  }
  // std::function wants to copy what it holds; an Answer is one right to answer and is shared instead.
  auto shared = std::make_shared<Answer>(std::move(answer));
  uint64_t revision = view.document->revision;
  server.scheduler().WhenReported(*view.document, [&server, uri, revision, by_position, shared, reply = std::move(reply)](bool ok) {
    View now = server.Find(uri);
    if (!now || (by_position && now.document->revision != revision)) {
      shared->Fail(protocol::ErrorCode::ContentModified, "the document changed");
    } else if (!ok) {
      shared->Fail(protocol::ErrorCode::RequestFailed, "the analysis of this document failed or was cancelled");
    } else if (!shared->is_cancelled()) {
      reply(server, now, std::move(*shared));
    }
  });
}

void DismissWaiting(Document& document) {
  std::vector<std::function<void(bool)>> waiting;
  waiting.swap(document.waiting);
  for (std::function<void(bool)>& then : waiting) {
    then(false);
  }
}

}  // namespace trident::server
