// Declares the methods of the protocol, one file each, and the table that finds them by name.
//
// A handler reads its params, and answers now or later; reading positions needs the document as it is when the request
// arrives. Threads: the loop's.
#pragma once

#include "protocol/lsp_read.h"
#include "server/answer.h"
#include "server/server.h"

namespace trident::server {

using RequestHandler = void (*)(Server& server, const protocol::Message& message, Answer answer);
using NotificationHandler = void (*)(Server& server, const protocol::Message& message);

// nullptr: no such method.
RequestHandler FindRequest(llvm::StringRef method);
NotificationHandler FindNotification(llvm::StringRef method);

// Reads the params; when they are not as the protocol says, fails the answer and returns false.
template <typename T>
bool ReadParams(const protocol::Message& message, T& into, Answer& answer) {
  if (message.params && message.params->is_object() && protocol::Read(*message.params, into)) {
    return true;
  }
  answer.Fail(protocol::ErrorCode::InvalidParams, "the params of `" + message.method + "` are not as the protocol says");
  return false;
}

// For notifications: logs instead.
template <typename T>
bool ReadParams(Server& server, const protocol::Message& message, T& into) {
  if (message.params && message.params->is_object() && protocol::Read(*message.params, into)) {
    return true;
  }
  server.Log(protocol::MessageType::Warning, "the params of `" + message.method + "` are not as the protocol says");
  return false;
}

// Calls `reply` with the document once its report holds; answers `empty` for a document that is not open, ContentModified
// when it was edited or closed meanwhile and the request named a place in it (`by_position`).
void WithReport(Server& server, const std::string& uri, bool by_position, protocol::Json empty, Answer answer,
                std::function<void(Server& server, const View& view, Answer answer)> reply);

// Asks the analysis about a document whose report holds, and hands what it said to `reply` when the document is still the
// same; answers ContentModified otherwise. `T` is what `question` returns.
template <typename T>
void AskAbout(Server& server, const View& view, Answer answer, std::function<T(ide::Workspace& workspace, const std::string& path)> question,
              std::function<void(Server& server, const View& view, T found, Answer answer)> reply) {
  auto found = std::make_shared<T>();
  auto shared = std::make_shared<Answer>(std::move(answer));
  uint64_t revision = view.document->revision;
  auto ask = [found, question, path = view.document->path](ide::Workspace& workspace) { *found = question(workspace, path); };
  auto use = [&server, found, question, shared, revision, uri = view.uri(), reply = std::move(reply)](Scheduler::End end) {
    if (end == Scheduler::End::Failed) {
      return shared->Fail(protocol::ErrorCode::InternalError, "the analysis failed inside");
    }
    View now = server.Find(uri);
    if (!now || now.document->revision != revision) {
      return shared->Fail(protocol::ErrorCode::ContentModified, "the document changed");
    }
    // Another document was edited.
    if (end == Scheduler::End::Stopped) {
      return AskAbout<T>(server, now, std::move(*shared), question, reply);
    }
    reply(server, now, std::move(*found), std::move(*shared));
  };
  server.scheduler().Ask({std::move(ask), std::move(use)});
}

// Those that wait for a document that is gone hear so.
void DismissWaiting(Document& document);

// lifecycle.cc
void Initialize(Server& server, const protocol::Message& message, Answer answer);
void Initialized(Server& server, const protocol::Message& message);
void Shutdown(Server& server, const protocol::Message& message, Answer answer);
void ExitNow(Server& server, const protocol::Message& message);
void CancelRequest(Server& server, const protocol::Message& message);
void CancelProgress(Server& server, const protocol::Message& message);
// synchronization.cc
void DidOpen(Server& server, const protocol::Message& message);
void DidChange(Server& server, const protocol::Message& message);
void DidClose(Server& server, const protocol::Message& message);
void DidSave(Server& server, const protocol::Message& message);
// compile_on_save.cc: compiles the document's last model and shows in a lens what that came to.
void CompileSaved(Server& server, Document& document);
// notebook.cc
void DidOpenNotebook(Server& server, const protocol::Message& message);
void DidChangeNotebook(Server& server, const protocol::Message& message);
void DidCloseNotebook(Server& server, const protocol::Message& message);
// workspace.cc
void DidChangeConfiguration(Server& server, const protocol::Message& message);
void DidChangeWatchedFiles(Server& server, const protocol::Message& message);
void DidChangeWorkspaceFolders(Server& server, const protocol::Message& message);
// diagnostic.cc, workspace_diagnostic.cc
void DocumentDiagnostic(Server& server, const protocol::Message& message, Answer answer);
void WorkspaceDiagnostic(Server& server, const protocol::Message& message, Answer answer);
// inlay_hint.cc
void InlayHints(Server& server, const protocol::Message& message, Answer answer);
void InlayHintResolve(Server& server, const protocol::Message& message, Answer answer);
// hover.cc, definition.cc, code_lens.cc, code_action.cc, document_symbol.cc
void HoverAt(Server& server, const protocol::Message& message, Answer answer);
void Definition(Server& server, const protocol::Message& message, Answer answer);
void CodeLenses(Server& server, const protocol::Message& message, Answer answer);
void CodeActions(Server& server, const protocol::Message& message, Answer answer);
void DocumentSymbols(Server& server, const protocol::Message& message, Answer answer);
// semantic_tokens.cc, completion.cc, signature_help.cc
void SemanticTokens(Server& server, const protocol::Message& message, Answer answer);
void SemanticTokensInRange(Server& server, const protocol::Message& message, Answer answer);
void Completions(Server& server, const protocol::Message& message, Answer answer);
void SignatureHelp(Server& server, const protocol::Message& message, Answer answer);
// The names of semanticTokens' legend, in the order of their numbers.
protocol::Json SemanticTokenTypes();
// trident.cc
void TridentProfile(Server& server, const protocol::Message& message, Answer answer);
void TridentCost(Server& server, const protocol::Message& message, Answer answer);
void TridentGraph(Server& server, const protocol::Message& message, Answer answer);
// kernel_profile.cc
inline constexpr const char* kCompileKernels = "trident.compileKernels";
void TridentKernels(Server& server, const protocol::Message& message, Answer answer);
void TridentKernelProfile(Server& server, const protocol::Message& message, Answer answer);
void TridentKernelStage(Server& server, const protocol::Message& message, Answer answer);
void ExecuteCommand(Server& server, const protocol::Message& message, Answer answer);
// When a document was saved and the settings say so.
void CompileKernelsOf(Server& server, Document& document);
void TridentModel(Server& server, const protocol::Message& message, Answer answer);

}  // namespace trident::server
