#include "protocol/lsp_write.h"

namespace trident::protocol {
namespace {

Json Markdown(const std::string& text) { return {{"kind", "markdown"}, {"value", text}}; }

void Flatten(const std::vector<DocumentSymbol>& symbols, const std::string& uri, const std::string& container, Json& into) {
  for (const DocumentSymbol& symbol : symbols) {
    Json item = {{"name", symbol.name}, {"kind", static_cast<int>(symbol.kind)}, {"location", ToJson(Location{uri, symbol.range})}};
    if (!container.empty()) {
      item["containerName"] = container;
    }
    into.push_back(std::move(item));
    Flatten(symbol.children, uri, symbol.name, into);
  }
}

}  // namespace

Json ToJson(const Position& position) { return {{"line", position.line}, {"character", position.character}}; }

Json ToJson(const Range& range) { return {{"start", ToJson(range.start)}, {"end", ToJson(range.end)}}; }

Json ToJson(const Location& location) { return {{"uri", location.uri}, {"range", ToJson(location.range)}}; }

Json ToJson(const Diagnostic& diagnostic) {
  Json json = {{"range", ToJson(diagnostic.range)},
               {"severity", static_cast<int>(diagnostic.severity)},
               {"code", diagnostic.code},
               {"source", "trident"},
               {"message", diagnostic.message}};
  if (!diagnostic.codeHref.empty()) {
    json["codeDescription"] = {{"href", diagnostic.codeHref}};
  }
  if (!diagnostic.relatedInformation.empty()) {
    Json& related = json["relatedInformation"] = Json::array();
    for (const DiagnosticRelatedInformation& item : diagnostic.relatedInformation) {
      related.push_back({{"location", ToJson(item.location)}, {"message", item.message}});
    }
  }
  return json;
}

Json ToJson(const PublishDiagnosticsParams& params) {
  Json json = {{"uri", params.uri}, {"diagnostics", ToJson(params.diagnostics)}};
  if (params.version) {
    json["version"] = *params.version;
  }
  return json;
}

Json ToJson(const InlayHint& hint) {
  Json json = {{"position", ToJson(hint.position)}, {"label", hint.label}, {"paddingLeft", hint.paddingLeft}, {"paddingRight", false}};
  if (hint.kind) {
    json["kind"] = static_cast<int>(*hint.kind);
  }
  if (!hint.tooltip.empty()) {
    json["tooltip"] = Markdown(hint.tooltip);
  }
  if (!hint.data.is_null()) {
    json["data"] = hint.data;
  }
  return json;
}

Json ToJson(const Hover& hover) {
  Json json = {{"contents", Markdown(hover.markdown)}};
  if (hover.range) {
    json["range"] = ToJson(*hover.range);
  }
  return json;
}

Json ToJson(const CodeLens& lens) {
  Json json = {{"range", ToJson(lens.range)}};
  if (lens.command) {
    json["command"] = {{"title", lens.command->title}, {"command", lens.command->command}, {"arguments", lens.command->arguments}};
  }
  return json;
}

Json ToJson(const TextEdit& edit) { return {{"range", ToJson(edit.range)}, {"newText", edit.newText}}; }

Json ToJson(const DocumentSymbol& symbol) {
  Json json = {{"name", symbol.name},
               {"kind", static_cast<int>(symbol.kind)},
               {"range", ToJson(symbol.range)},
               {"selectionRange", ToJson(symbol.selectionRange)},
               {"children", ToJson(symbol.children)}};
  if (!symbol.detail.empty()) {
    json["detail"] = symbol.detail;
  }
  return json;
}

Json WorkspaceEdit(const std::vector<TextDocumentEdit>& edits, bool document_changes) {
  if (document_changes) {
    Json changes = Json::array();
    for (const TextDocumentEdit& edit : edits) {
      Json version = edit.version ? Json(*edit.version) : Json(nullptr);
      changes.push_back({{"textDocument", {{"uri", edit.uri}, {"version", version}}}, {"edits", ToJson(edit.edits)}});
    }
    return {{"documentChanges", std::move(changes)}};
  }
  Json changes = Json::object();
  for (const TextDocumentEdit& edit : edits) {
    Json& list = changes[edit.uri];
    if (list.is_null()) {
      list = Json::array();
    }
    for (const TextEdit& item : edit.edits) {
      list.push_back(ToJson(item));
    }
  }
  return {{"changes", std::move(changes)}};
}

Json ToJson(const CodeAction& action, bool document_changes) {
  Json json = {{"title", action.title}, {"kind", action.kind}};
  if (!action.diagnostics.empty()) {
    json["diagnostics"] = ToJson(action.diagnostics);
  }
  if (action.isPreferred) {
    json["isPreferred"] = true;
  }
  if (!action.edit.empty()) {
    json["edit"] = WorkspaceEdit(action.edit, document_changes);
  }
  return json;
}

Json FlatSymbols(const std::vector<DocumentSymbol>& symbols, const std::string& uri) {
  Json array = Json::array();
  Flatten(symbols, uri, "", array);
  return array;
}

}  // namespace trident::protocol
