// notebookDocument/didOpen, didChange, didClose: the code cells of a notebook, in order, are one module.
#include "server/notebook.h"

#include "core/source/source.h"
#include "protocol/uri.h"
#include "server/methods/methods.h"

namespace trident::server {
namespace {

Cell NewCell(const protocol::TextDocumentItem& item) {
  Cell cell;
  cell.uri = item.uri;
  cell.version = item.version;
  cell.is_code = item.languageId == "python";
  cell.text = TextDocument(item.text);
  return cell;
}

const protocol::TextDocumentItem* ItemOf(const std::vector<protocol::TextDocumentItem>& items, const std::string& uri) {
  auto found = llvm::find_if(items, [&](const protocol::TextDocumentItem& item) { return item.uri == uri; });
  return found == items.end() ? nullptr : &*found;
}

// Cells that a client names without their text, because it kept them to itself, hold no lines.
Cell CellOf(const std::string& uri, const std::vector<protocol::TextDocumentItem>& opened, const std::vector<Cell>& known) {
  if (const protocol::TextDocumentItem* item = ItemOf(opened, uri)) {
    return NewCell(*item);
  }
  auto old = llvm::find_if(known, [&](const Cell& cell) { return cell.uri == uri; });
  if (old != known.end()) {
    return *old;
  }
  Cell cell;
  cell.uri = uri;
  cell.is_code = false;
  return cell;
}

std::string PathOf(const std::string& uri) { return source::NormalPath(protocol::PathFromUri(uri)); }

Document* FindNotebook(Server& server, const std::string& uri, const char* what) {
  auto found = server.documents().find(PathOf(uri));
  if (found != server.documents().end() && found->second.is_notebook) {
    return &found->second;
  }
  server.Log(protocol::MessageType::Warning, std::string(what) + " of a notebook that is not open: " + uri);
  return nullptr;
}

}  // namespace

void DidOpenNotebook(Server& server, const protocol::Message& message) {
  protocol::DidOpenNotebookParams params;
  if (!ReadParams(server, message, params)) {
    return;
  }
  std::string path = PathOf(params.uri);
  Document& notebook = server.documents()[path];
  notebook.path = path;
  notebook.uri = params.uri;
  notebook.is_notebook = true;
  notebook.version = params.version;
  ++notebook.revision;
  notebook.cells.clear();
  for (const std::string& uri : params.cells) {
    notebook.cells.push_back(CellOf(uri, params.cellTextDocuments, {}));
  }
  JoinCells(notebook);
  server.SetCells(notebook);
  server.Touch(notebook);
  server.scheduler().Opened(notebook);
  server.WorldChanged();
}

void DidChangeNotebook(Server& server, const protocol::Message& message) {
  protocol::DidChangeNotebookParams params;
  if (!ReadParams(server, message, params)) {
    return;
  }
  Document* notebook = FindNotebook(server, params.uri, "didChange");
  if (!notebook) {
    return;
  }
  notebook->version = params.version;
  if (params.splice) {
    const protocol::NotebookCellSplice& splice = *params.splice;
    std::vector<Cell> cells;
    for (const std::string& uri : splice.cells) {
      cells.push_back(CellOf(uri, splice.didOpen, notebook->cells));
    }
    size_t start = std::min<size_t>(splice.start, notebook->cells.size());
    size_t end = std::min<size_t>(start + splice.deleteCount, notebook->cells.size());
    for (size_t i = start; i < end; ++i) {
      server.publisher().CellClosed(notebook->cells[i].uri);
    }
    auto at = notebook->cells.erase(notebook->cells.begin() + start, notebook->cells.begin() + end);
    notebook->cells.insert(at, cells.begin(), cells.end());
    server.SetCells(*notebook);
  }
  for (const protocol::DidChangeTextDocumentParams& change : params.textContent) {
    auto cell = llvm::find_if(notebook->cells, [&](const Cell& each) { return each.uri == change.uri; });
    if (cell == notebook->cells.end()) {
      server.Log(protocol::MessageType::Warning, "didChange of a cell that the notebook does not have: " + change.uri);
      continue;
    }
    cell->version = change.version;
    for (const protocol::TextDocumentContentChange& each : change.contentChanges) {
      cell->text.Apply(each, server.converter().encoding());
    }
  }
  JoinCells(*notebook);
  server.Touch(*notebook);
  server.scheduler().Edited(*notebook);
  server.WorldChanged();
}

void DidCloseNotebook(Server& server, const protocol::Message& message) {
  protocol::NotebookParams params;
  if (!ReadParams(server, message, params)) {
    return;
  }
  if (!FindNotebook(server, params.uri, "didClose")) {
    return;
  }
  auto node = server.documents().extract(PathOf(params.uri));
  Document& notebook = node.mapped();
  DismissWaiting(notebook);
  for (const Cell& cell : notebook.cells) {
    server.publisher().CellClosed(cell.uri);
  }
  server.ForgetCells(notebook);
  server.scheduler().Closed(notebook.path);
  server.publisher().Closed(notebook);
  server.WorldChanged();
}

}  // namespace trident::server
