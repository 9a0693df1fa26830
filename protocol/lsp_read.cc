#include "protocol/lsp_read.h"

#include <limits>

namespace trident::protocol {
namespace {

using simdjson::SUCCESS;

bool ReadValue(Element json, std::string& into) {
  std::string_view text;
  if (json.get_string().get(text) != SUCCESS) {
    return false;
  }
  into = text;
  return true;
}

bool ReadValue(Element json, int64_t& into) { return json.get_int64().get(into) == SUCCESS; }

bool ReadValue(Element json, uint32_t& into) {
  // uinteger is below 2^31; some clients say "to the end" with larger numbers.
  int64_t number;
  if (json.get_int64().get(number) != SUCCESS || number < 0) {
    return false;
  }
  into = static_cast<uint32_t>(std::min<int64_t>(number, std::numeric_limits<int32_t>::max()));
  return true;
}

bool ReadValue(Element json, int& into) {
  int64_t number;
  if (json.get_int64().get(number) != SUCCESS) {
    return false;
  }
  into = static_cast<int>(number);
  return true;
}

bool ReadValue(Element json, bool& into) { return json.get_bool().get(into) == SUCCESS; }

bool ReadValue(Element json, Position& into) { return Read(json, into); }
bool ReadValue(Element json, Range& into) { return Read(json, into); }

template <typename T>
bool Required(Element json, const char* name, T& into) {
  Element value;
  return json[name].get(value) == SUCCESS && ReadValue(value, into);
}

template <typename T>
void Optional(Element json, const char* name, std::optional<T>& into) {
  T value;
  if (Required(json, name, value)) {
    into = std::move(value);
  }
}

// A flag at the end of a path of objects; absent is false, an object is true (a capability given by its options).
bool Flag(Element json, std::initializer_list<const char*> path) {
  Element here = json;
  for (const char* name : path) {
    if (here[name].get(here) != SUCCESS) {
      return false;
    }
  }
  bool value = false;
  return here.is_object() || (here.get_bool().get(value) == SUCCESS && value);
}

std::vector<std::string> Strings(Element json, std::initializer_list<const char*> path) {
  Element here = json;
  std::vector<std::string> strings;
  for (const char* name : path) {
    if (here[name].get(here) != SUCCESS) {
      return strings;
    }
  }
  simdjson::dom::array array;
  if (here.get_array().get(array) == SUCCESS) {
    for (Element item : array) {
      std::string text;
      if (ReadValue(item, text)) {
        strings.push_back(std::move(text));
      }
    }
  }
  return strings;
}

bool Contains(const std::vector<std::string>& strings, std::string_view wanted) {
  return std::find(strings.begin(), strings.end(), wanted) != strings.end();
}

bool ReadUri(Element json, std::string& into) {
  Element document;
  return json["textDocument"].get(document) == SUCCESS && Required(document, "uri", into);
}

std::vector<WorkspaceFolder> ReadFolders(Element json, const char* name) {
  std::vector<WorkspaceFolder> folders;
  simdjson::dom::array array;
  if (json[name].get_array().get(array) == SUCCESS) {
    for (Element item : array) {
      WorkspaceFolder folder;
      if (Required(item, "uri", folder.uri)) {
        (void)Required(item, "name", folder.name);
        folders.push_back(std::move(folder));
      }
    }
  }
  return folders;
}

ClientCapabilities ReadCapabilities(Element json) {
  ClientCapabilities c;
  c.positionEncodings = Strings(json, {"general", "positionEncodings"});
  c.publishVersions = Flag(json, {"textDocument", "publishDiagnostics", "versionSupport"});
  c.relatedInformation = Flag(json, {"textDocument", "publishDiagnostics", "relatedInformation"});
  c.codeDescription = Flag(json, {"textDocument", "publishDiagnostics", "codeDescriptionSupport"});
  c.pullDiagnostics = Flag(json, {"textDocument", "diagnostic"});
  c.relatedDocuments = Flag(json, {"textDocument", "diagnostic", "relatedDocumentSupport"});
  c.hierarchicalSymbols = Flag(json, {"textDocument", "documentSymbol", "hierarchicalDocumentSymbolSupport"});
  c.markdownHover = Contains(Strings(json, {"textDocument", "hover", "contentFormat"}), "markdown");
  c.codeActionLiterals = Flag(json, {"textDocument", "codeAction", "codeActionLiteralSupport"});
  c.codeActionResolve = Contains(Strings(json, {"textDocument", "codeAction", "resolveSupport", "properties"}), "edit");
  c.documentChanges = Flag(json, {"workspace", "workspaceEdit", "documentChanges"});
  c.inlayHintResolveTooltip = Contains(Strings(json, {"textDocument", "inlayHint", "resolveSupport", "properties"}), "tooltip");
  c.inlayHintRefresh = Flag(json, {"workspace", "inlayHint", "refreshSupport"});
  c.codeLensRefresh = Flag(json, {"workspace", "codeLens", "refreshSupport"});
  c.diagnosticRefresh = Flag(json, {"workspace", "diagnostics", "refreshSupport"});
  c.semanticTokensRefresh = Flag(json, {"workspace", "semanticTokens", "refreshSupport"});
  c.configuration = Flag(json, {"workspace", "configuration"});
  c.registerConfiguration = Flag(json, {"workspace", "didChangeConfiguration", "dynamicRegistration"});
  c.registerWatchedFiles = Flag(json, {"workspace", "didChangeWatchedFiles", "dynamicRegistration"});
  c.workspaceFolders = Flag(json, {"workspace", "workspaceFolders"});
  c.tridentStatus = Flag(json, {"experimental", "tridentStatus"});
  c.workDoneProgress = Flag(json, {"window", "workDoneProgress"});
  return c;
}

bool ReadChanges(Element json, const char* name, std::vector<TextDocumentContentChange>& into) {
  simdjson::dom::array changes;
  if (json[name].get_array().get(changes) != SUCCESS) {
    return false;
  }
  for (Element change : changes) {
    TextDocumentContentChange& item = into.emplace_back();
    if (!Required(change, "text", item.text)) {
      return false;
    }
    Element range;
    if (change["range"].get(range) == SUCCESS && !range.is_null() && !Read(range, item.range.emplace())) {
      return false;
    }
  }
  return true;
}

bool ReadDocument(Element document, TextDocumentItem& into) {
  (void)Required(document, "languageId", into.languageId);
  return Required(document, "uri", into.uri) && Required(document, "version", into.version) && Required(document, "text", into.text);
}

bool ReadDocuments(Element json, const char* name, std::vector<TextDocumentItem>& into) {
  simdjson::dom::array array;
  if (json[name].get_array().get(array) != SUCCESS) {
    return true;
  }
  for (Element item : array) {
    if (!ReadDocument(item, into.emplace_back())) {
      return false;
    }
  }
  return true;
}

// The URIs of NotebookCell objects.
bool ReadCells(Element json, std::vector<std::string>& into) {
  simdjson::dom::array array;
  if (json["cells"].get_array().get(array) != SUCCESS) {
    return true;
  }
  for (Element cell : array) {
    if (!Required(cell, "document", into.emplace_back())) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool Read(Element json, Position& into) { return Required(json, "line", into.line) && Required(json, "character", into.character); }

bool Read(Element json, Range& into) { return Required(json, "start", into.start) && Required(json, "end", into.end); }


bool Read(Element json, TextDocumentItem& into) {
  Element document;
  return json["textDocument"].get(document) == SUCCESS && ReadDocument(document, into);
}

bool Read(Element json, NotebookParams& into) {
  Element notebook;
  return json["notebookDocument"].get(notebook) == SUCCESS && Required(notebook, "uri", into.uri);
}

bool Read(Element json, DidOpenNotebookParams& into) {
  Element notebook;
  if (json["notebookDocument"].get(notebook) != SUCCESS || !Required(notebook, "uri", into.uri)) {
    return false;
  }
  (void)Required(notebook, "version", into.version);
  return ReadCells(notebook, into.cells) && ReadDocuments(json, "cellTextDocuments", into.cellTextDocuments);
}

bool Read(Element json, DidChangeNotebookParams& into) {
  Element notebook, change;
  if (json["notebookDocument"].get(notebook) != SUCCESS || !Required(notebook, "uri", into.uri) || json["change"].get(change) != SUCCESS) {
    return false;
  }
  (void)Required(notebook, "version", into.version);
  Element structure;
  if (change["cells"]["structure"].get(structure) == SUCCESS) {
    NotebookCellSplice& splice = into.splice.emplace();
    Element array;
    if (structure["array"].get(array) != SUCCESS || !Required(array, "start", splice.start) || !Required(array, "deleteCount", splice.deleteCount) ||
        !ReadCells(array, splice.cells) || !ReadDocuments(structure, "didOpen", splice.didOpen)) {
      return false;
    }
  }
  simdjson::dom::array texts;
  if (change["cells"]["textContent"].get_array().get(texts) == SUCCESS) {
    for (Element text : texts) {
      DidChangeTextDocumentParams& item = into.textContent.emplace_back();
      Element document;
      if (text["document"].get(document) != SUCCESS || !Required(document, "uri", item.uri) || !ReadChanges(text, "changes", item.contentChanges)) {
        return false;
      }
      (void)Required(document, "version", item.version);
    }
  }
  return true;
}

bool Read(Element json, TextDocumentParams& into) { return ReadUri(json, into.uri); }

bool Read(Element json, TextDocumentPositionParams& into) { return ReadUri(json, into.uri) && Required(json, "position", into.position); }

bool Read(Element json, TextDocumentRangeParams& into) { return ReadUri(json, into.uri) && Required(json, "range", into.range); }

bool Read(Element json, DidChangeTextDocumentParams& into) {
  if (!ReadUri(json, into.uri) || !ReadChanges(json, "contentChanges", into.contentChanges)) {
    return false;
  }
  // Old clients leave the version out or null; the server then counts on.
  if (json["textDocument"]["version"].get_int64().get(into.version) != SUCCESS) {
    into.version = std::numeric_limits<int64_t>::min();
  }
  return true;
}

bool Read(Element json, InitializeParams& into) {
  Element capabilities;
  if (!json.is_object()) {
    return false;
  }
  if (json["capabilities"].get(capabilities) == SUCCESS) {
    into.capabilities = ReadCapabilities(capabilities);
  }
  Optional(json, "processId", into.processId);
  Optional(json, "rootUri", into.rootUri);
  Optional(json, "rootPath", into.rootPath);
  into.workspaceFolders = ReadFolders(json, "workspaceFolders");
  Element value;
  if (json["initializationOptions"].get(value) == SUCCESS) {
    into.initializationOptions = ToJson(value);
  }
  if (json["clientInfo"].get(value) == SUCCESS) {
    (void)Required(value, "name", into.clientName);
  }
  return true;
}

bool Read(Element json, std::vector<FileEvent>& into) {
  simdjson::dom::array changes;
  if (json["changes"].get_array().get(changes) != SUCCESS) {
    return false;
  }
  for (Element change : changes) {
    FileEvent event;
    if (!Required(change, "uri", event.uri) || !Required(change, "type", event.type)) {
      return false;
    }
    into.push_back(std::move(event));
  }
  return true;
}

bool Read(Element json, DidChangeWorkspaceFoldersParams& into) {
  Element event;
  if (json["event"].get(event) != SUCCESS) {
    return false;
  }
  into.added = ReadFolders(event, "added");
  into.removed = ReadFolders(event, "removed");
  return true;
}

bool Read(Element json, DocumentDiagnosticParams& into) {
  Optional(json, "previousResultId", into.previousResultId);
  return ReadUri(json, into.uri);
}

bool Read(Element json, WorkspaceDiagnosticParams& into) {
  simdjson::dom::array previous;
  if (json["previousResultIds"].get_array().get(previous) == SUCCESS) {
    for (Element item : previous) {
      PreviousResultId id;
      if (!Required(item, "uri", id.uri) || !Required(item, "value", id.value)) {
        return false;
      }
      into.previousResultIds.push_back(std::move(id));
    }
  }
  Element token;
  if (json["partialResultToken"].get(token) == SUCCESS) {
    into.partialResultToken = ToJson(token);
  }
  return json.is_object();
}

bool Read(Element json, CodeActionParams& into) {
  into.only = Strings(json, {"context", "only"});
  return ReadUri(json, into.uri) && Required(json, "range", into.range);
}

bool Read(Element json, InlayHint& into) {
  Element value;
  if (!Required(json, "position", into.position) || !Required(json, "label", into.label)) {
    return false;
  }
  int kind = 0;
  if (Required(json, "kind", kind)) {
    into.kind = static_cast<InlayHintKind>(kind);
  }
  (void)Required(json, "paddingLeft", into.paddingLeft);
  if (json["data"].get(value) == SUCCESS) {
    into.data = ToJson(value);
  }
  return true;
}

bool ReadCancel(Element json, RequestId& into) {
  int64_t number;
  std::string text;
  if (Required(json, "id", number)) {
    into = number;
    return true;
  }
  if (Required(json, "id", text)) {
    into = text;
    return true;
  }
  return false;
}

}  // namespace trident::protocol
