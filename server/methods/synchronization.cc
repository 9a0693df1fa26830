// textDocument/didOpen, didChange, didClose, didSave
#include "core/source/source.h"
#include "protocol/uri.h"
#include "server/methods/methods.h"

#include <limits>

namespace trident::server {
void DidOpen(Server& server, const protocol::Message& message) {
  protocol::TextDocumentItem item;
  if (!ReadParams(server, message, item)) {
    return;
  }
  std::string path = source::NormalPath(protocol::PathFromUri(item.uri));
  // A second open of the same document takes its place: what counts is the text the client has.
  Document& document = server.documents()[path];
  uint64_t revision = document.revision + 1;
  document.path = path;
  document.uri = item.uri;
  document.is_python = item.languageId == "python" || llvm::StringRef(path).ends_with(".py") || llvm::StringRef(path).ends_with(".pyi");
  document.version = item.version;
  document.revision = revision;
  document.text = TextDocument(std::move(item.text));
  document.due = 0;
  server.Touch(document);
  if (document.is_python) {
    server.scheduler().Opened(document);
  }
  server.WorldChanged();
}

void DidChange(Server& server, const protocol::Message& message) {
  protocol::DidChangeTextDocumentParams params;
  if (!ReadParams(server, message, params)) {
    return;
  }
  Document* document = server.Find(params.uri).document;
  if (!document || document->is_notebook) {
    server.Log(protocol::MessageType::Warning, "didChange of a document that is not open: " + params.uri);
    return;
  }
  bool has_version = params.version != std::numeric_limits<int64_t>::min();
  if (has_version && params.version <= document->version) {
    // The text is what the changes make of it, whatever they are numbered.
    server.Log(protocol::MessageType::Warning,
               "didChange with version " + std::to_string(params.version) + " after " + std::to_string(document->version));
  }
  server.Touch(*document);
  document->version = has_version ? params.version : document->version + 1;
  for (const protocol::TextDocumentContentChange& change : params.contentChanges) {
    document->text.Apply(change, server.converter().encoding());
  }
  if (document->is_python) {
    server.scheduler().Edited(*document);
  } else {
    ++document->revision;
  }
  server.WorldChanged();
}

void DidClose(Server& server, const protocol::Message& message) {
  protocol::TextDocumentParams params;
  if (!ReadParams(server, message, params)) {
    return;
  }
  auto node = server.documents().extract(source::NormalPath(protocol::PathFromUri(params.uri)));
  if (node.empty()) {
    server.Log(protocol::MessageType::Warning, "didClose of a document that is not open: " + params.uri);
    return;
  }
  Document& document = node.mapped();
  DismissWaiting(document);
  server.converter().FileChanged(document.path);
  server.scheduler().Closed(document.path);
  server.publisher().Closed(document);
  server.WorldChanged();
}

void DidSave(Server& server, const protocol::Message& message) {
  protocol::TextDocumentParams params;
  if (ReadParams(server, message, params)) {
    // The open document still shadows the file; others may read it from disk once it is closed.
    server.converter().FileChanged(source::NormalPath(protocol::PathFromUri(params.uri)));
    View view = server.Find(params.uri);
    if (view && view.document->is_python && !view.document->is_notebook && server.settings().compile_on_save) {
      CompileSaved(server, *view.document);
    }
    if (view && view.document->is_python && !view.document->is_notebook && server.settings().compile_kernels_on_save) {
      CompileKernelsOf(server, *view.document);
    }
  }
}

}  // namespace trident::server
