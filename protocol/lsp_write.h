// Turns the structures of lsp_types.h into JSON. Threads: any.
#pragma once

#include "protocol/lsp_types.h"

namespace trident::protocol {

Json ToJson(const Position& position);
Json ToJson(const Range& range);
Json ToJson(const Location& location);
Json ToJson(const Diagnostic& diagnostic);
Json ToJson(const PublishDiagnosticsParams& params);
Json ToJson(const InlayHint& hint);
Json ToJson(const Hover& hover);
Json ToJson(const CodeLens& lens);
Json ToJson(const TextEdit& edit);
Json ToJson(const DocumentSymbol& symbol);

// A list of any of these.
template <typename T>
Json ToJson(const std::vector<T>& items) {
  Json array = Json::array();
  for (const T& item : items) {
    array.push_back(ToJson(item));
  }
  return array;
}

// `documentChanges` where the client knows it, `changes` otherwise.
Json WorkspaceEdit(const std::vector<TextDocumentEdit>& edits, bool document_changes);
Json ToJson(const CodeAction& action, bool document_changes);

// SymbolInformation, for clients that know no tree.
Json FlatSymbols(const std::vector<DocumentSymbol>& symbols, const std::string& uri);

}  // namespace trident::protocol
