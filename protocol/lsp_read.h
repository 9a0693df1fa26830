// Turns the JSON of requests and notifications into the structures of lsp_types.h.
//
// Each returns false when a field that the protocol requires is missing or of the wrong type (InvalidParams); fields
// that are not known or not needed are ignored, and optional ones of a wrong type count as absent. Threads: any.
#pragma once

#include "protocol/lsp_types.h"

namespace trident::protocol {

bool Read(Element json, Position& into);
bool Read(Element json, Range& into);
bool Read(Element json, TextDocumentItem& into);    // {"textDocument": {…}}
bool Read(Element json, TextDocumentParams& into);  // {"textDocument": {"uri"}}
bool Read(Element json, TextDocumentPositionParams& into);
bool Read(Element json, TextDocumentRangeParams& into);
bool Read(Element json, DidChangeTextDocumentParams& into);
bool Read(Element json, NotebookParams& into);
bool Read(Element json, DidOpenNotebookParams& into);
bool Read(Element json, DidChangeNotebookParams& into);
bool Read(Element json, InitializeParams& into);
bool Read(Element json, std::vector<FileEvent>& into);  // {"changes": […]}
bool Read(Element json, DidChangeWorkspaceFoldersParams& into);
bool Read(Element json, DocumentDiagnosticParams& into);
bool Read(Element json, WorkspaceDiagnosticParams& into);
bool Read(Element json, CodeActionParams& into);
bool Read(Element json, InlayHint& into);  // For inlayHint/resolve.

// The id of `$/cancelRequest`.
bool ReadCancel(Element json, RequestId& into);

}  // namespace trident::protocol
