// Holds the structures of the Language Server Protocol 3.17 that the server uses, under the protocol's own names.
//
// Positions count in the negotiated encoding; nothing here converts. Plain data; JSON is in lsp_read.h and lsp_write.h.
#pragma once

#include "protocol/json_rpc.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace trident::protocol {

struct Position {
  uint32_t line = 0;
  uint32_t character = 0;
  friend auto operator<=>(const Position&, const Position&) = default;
};

struct Range {
  Position start, end;
  friend bool operator==(const Range&, const Range&) = default;
};

struct Location {
  std::string uri;
  Range range;
};

struct TextDocumentItem {
  std::string uri;
  std::string languageId;
  int64_t version = 0;
  std::string text;
};

struct TextDocumentPositionParams {
  std::string uri;
  Position position;
};

// Params that name a document and no more, or a document and a part of it.
struct TextDocumentParams {
  std::string uri;
};

struct TextDocumentRangeParams {
  std::string uri;
  Range range;
};

struct TextDocumentContentChange {
  std::optional<Range> range;  // Absent: the text is the whole document.
  std::string text;
};

struct DidChangeTextDocumentParams {
  std::string uri;
  int64_t version = 0;
  std::vector<TextDocumentContentChange> contentChanges;
};

struct NotebookParams {
  std::string uri;
};

struct DidOpenNotebookParams {
  std::string uri;
  int64_t version = 0;
  std::vector<std::string> cells;  // The URIs of their documents, in order.
  std::vector<TextDocumentItem> cellTextDocuments;
};

// cells.structure of a change: `cells` take the place of `deleteCount` cells from `start` on.
struct NotebookCellSplice {
  uint32_t start = 0, deleteCount = 0;
  std::vector<std::string> cells;
  std::vector<TextDocumentItem> didOpen;
};

struct DidChangeNotebookParams {
  std::string uri;
  int64_t version = 0;
  std::optional<NotebookCellSplice> splice;
  std::vector<DidChangeTextDocumentParams> textContent;
};

struct WorkspaceFolder {
  std::string uri;
  std::string name;
};

struct ClientCapabilities {
  std::vector<std::string> positionEncodings;  // general.positionEncodings
  bool publishVersions = false;                // textDocument.publishDiagnostics.versionSupport
  bool relatedInformation = false;
  bool codeDescription = false;
  bool pullDiagnostics = false;  // textDocument.diagnostic
  bool relatedDocuments = false;
  bool hierarchicalSymbols = false;
  bool markdownHover = false;
  bool codeActionLiterals = false;
  bool codeActionResolve = false;  // resolveSupport names "edit"
  bool documentChanges = false;    // workspace.workspaceEdit.documentChanges
  bool inlayHintResolveTooltip = false;
  bool inlayHintRefresh = false;
  bool codeLensRefresh = false;
  bool diagnosticRefresh = false;
  bool semanticTokensRefresh = false;
  bool configuration = false;          // workspace.configuration
  bool registerConfiguration = false;  // dynamic registration of didChangeConfiguration
  bool registerWatchedFiles = false;
  bool workspaceFolders = false;
  bool workDoneProgress = false;
  bool tridentStatus = false;  // experimental.tridentStatus
};

struct InitializeParams {
  std::optional<int64_t> processId;
  std::optional<std::string> rootUri;
  std::optional<std::string> rootPath;
  std::vector<WorkspaceFolder> workspaceFolders;
  Json initializationOptions;
  ClientCapabilities capabilities;
  std::string clientName;
};

struct FileEvent {
  std::string uri;
  int type = 2;  // 1 created, 2 changed, 3 deleted.
};

struct DidChangeWorkspaceFoldersParams {
  std::vector<WorkspaceFolder> added, removed;
};

enum class DiagnosticSeverity : int { Error = 1, Warning = 2, Information = 3, Hint = 4 };

struct DiagnosticRelatedInformation {
  Location location;
  std::string message;
};

struct Diagnostic {
  Range range;
  DiagnosticSeverity severity = DiagnosticSeverity::Error;
  std::string code;
  std::string codeHref;  // Empty: none.
  std::string message;
  std::vector<DiagnosticRelatedInformation> relatedInformation;
};

struct PublishDiagnosticsParams {
  std::string uri;
  std::optional<int64_t> version;
  std::vector<Diagnostic> diagnostics;
};

struct DocumentDiagnosticParams {
  std::string uri;
  std::optional<std::string> previousResultId;
};

struct PreviousResultId {
  std::string uri;
  std::string value;
};

struct WorkspaceDiagnosticParams {
  std::vector<PreviousResultId> previousResultIds;
  Json partialResultToken;  // null: none.
};

enum class InlayHintKind : int { Type = 1, Parameter = 2 };

struct InlayHint {
  Position position;
  std::string label;
  std::optional<InlayHintKind> kind;
  std::string tooltip;  // Markdown; empty: none (yet).
  bool paddingLeft = false;
  Json data;  // null: none.
};

struct Hover {
  std::string markdown;
  std::optional<Range> range;
};

struct Command {
  std::string title;
  std::string command;
  Json arguments = Json::array();
};

struct CodeLens {
  Range range;
  std::optional<Command> command;
};

struct TextEdit {
  Range range;
  std::string newText;
};

// The edits of one document; version is null for a file that is not open.
struct TextDocumentEdit {
  std::string uri;
  std::optional<int64_t> version;
  std::vector<TextEdit> edits;
};

struct CodeAction {
  std::string title;
  std::string kind;
  std::vector<Diagnostic> diagnostics;
  bool isPreferred = false;
  std::vector<TextDocumentEdit> edit;
};

struct CodeActionParams {
  std::string uri;
  Range range;
  std::vector<std::string> only;  // Empty: all kinds.
};

enum class SymbolKind : int { Module = 2, Class = 5, Method = 6, Property = 7, Field = 8, Function = 12, Variable = 13 };

struct DocumentSymbol {
  std::string name;
  std::string detail;
  SymbolKind kind = SymbolKind::Variable;
  Range range;
  Range selectionRange;
  std::vector<DocumentSymbol> children;
};

enum class MessageType : int { Error = 1, Warning = 2, Info = 3, Log = 4 };

}  // namespace trident::protocol
