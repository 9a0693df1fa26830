#include "server/convert.h"

#include "protocol/uri.h"
#include "server/notebook.h"

#include "llvm/Support/Path.h"

namespace trident::server {
namespace {

protocol::DiagnosticSeverity ToClientSeverity(ide::Severity severity) {
  switch (severity) {
    case ide::Severity::Error: return protocol::DiagnosticSeverity::Error;
    case ide::Severity::Warning: return protocol::DiagnosticSeverity::Warning;
    case ide::Severity::Information: return protocol::DiagnosticSeverity::Information;
    case ide::Severity::Hint: return protocol::DiagnosticSeverity::Hint;
  }
  return protocol::DiagnosticSeverity::Error;
}

protocol::SymbolKind ToClientKind(ide::SymbolKind kind) {
  switch (kind) {
    case ide::SymbolKind::Class: return protocol::SymbolKind::Class;
    case ide::SymbolKind::Function: return protocol::SymbolKind::Function;
    case ide::SymbolKind::Method: return protocol::SymbolKind::Method;
    case ide::SymbolKind::Module: return protocol::SymbolKind::Field;
    case ide::SymbolKind::Variable: return protocol::SymbolKind::Variable;
  }
  return protocol::SymbolKind::Variable;
}

}  // namespace

protocol::Position Converter::ToClient(const std::string& path, ide::Position position) {
  auto document = documents_.find(path);
  if (document != documents_.end()) {
    const Cell* cell = CellAt(document->second, position.line);
    uint32_t line = position.line - (cell ? cell->first_line : 0);
    if (encoding_ == Encoding::Utf8) {
      return {line, position.column};
    }
    return {line, UnitsOfBytes(document->second.text.Line(position.line), position.column, encoding_)};
  }
  if (encoding_ == Encoding::Utf8) {
    return {position.line, position.column};
  }
  if (llvm::Expected<std::shared_ptr<const source::Text>> text = disk_.Read(path)) {
    if (position.line < (*text)->lines.line_count()) {
      return {position.line, UnitsOfBytes((*text)->lines.Line((*text)->content, position.line), position.column, encoding_)};
    }
  } else {
    llvm::consumeError(text.takeError());
  }
  return {position.line, position.column};
}

protocol::Range Converter::ToClient(const std::string& path, const ide::Range& range) {
  return {ToClient(path, range.start), ToClient(path, range.end)};
}

protocol::Location Converter::ToClient(const ide::Location& location) {
  return {Uri(location.path, location.range.start.line), ToClient(location.path, location.range)};
}

std::optional<protocol::Diagnostic> Converter::ToClient(const ide::Diagnostic& diagnostic, const Settings& settings,
                                                        const protocol::ClientCapabilities& client) {
  ide::Severity severity = diagnostic.severity;
  if (auto chosen = settings.severities.find(diagnostic.code); chosen != settings.severities.end()) {
    if (!chosen->second) {
      return std::nullopt;
    }
    severity = *chosen->second;
  }
  protocol::Diagnostic result;
  result.range = ToClient(diagnostic.location.path, diagnostic.location.range);
  result.severity = ToClientSeverity(severity);
  result.code = diagnostic.code;
  result.message = diagnostic.message;
  for (const ide::Related& related : diagnostic.related) {
    if (client.relatedInformation) {
      result.relatedInformation.push_back({ToClient(related.location), related.message});
    } else {
      result.message += "\n" + related.message + " (line " + std::to_string(related.location.range.start.line + 1) + ")";
    }
  }
  return result;
}

protocol::DocumentSymbol Converter::ToClient(const std::string& path, const ide::DocumentSymbol& symbol) {
  protocol::DocumentSymbol result;
  result.name = symbol.name;
  result.detail = symbol.detail;
  result.kind = ToClientKind(symbol.kind);
  result.range = ToClient(path, symbol.range);
  result.selectionRange = ToClient(path, symbol.selection);
  for (const ide::DocumentSymbol& child : symbol.children) {
    result.children.push_back(ToClient(path, child));
  }
  return result;
}

std::vector<protocol::TextDocumentEdit> Converter::ToClient(const std::vector<ide::TextEdit>& edits) {
  std::map<std::string, protocol::TextDocumentEdit> by_uri;
  for (const ide::TextEdit& edit : edits) {
    const std::string& path = edit.location.path;
    std::string uri = Uri(path, edit.location.range.start.line);
    auto [slot, is_new] = by_uri.try_emplace(uri);
    if (is_new) {
      slot->second.uri = uri;
      if (auto document = documents_.find(path); document != documents_.end()) {
        const Cell* cell = CellAt(document->second, edit.location.range.start.line);
        slot->second.version = cell ? cell->version : document->second.version;
      }
    }
    slot->second.edits.push_back({ToClient(path, edit.location.range), edit.new_text});
  }
  std::vector<protocol::TextDocumentEdit> result;
  for (auto& [uri, edit] : by_uri) {
    result.push_back(std::move(edit));
  }
  return result;
}

ide::Position Converter::FromClient(const View& view, protocol::Position position) const {
  uint32_t line = view.first_line() + position.line;
  // Past the end of a cell is its end, not the next one.
  if (view.cell && position.line >= view.cell->text.line_count()) {
    line = view.first_line() + view.cell->text.line_count() - 1;
    return {line, static_cast<uint32_t>(view.document->text.Line(line).size())};
  }
  return {line, BytesOfUnits(view.document->text.Line(line), position.character, encoding_)};
}

ide::Range Converter::FromClient(const View& view, const protocol::Range& range) const {
  return {FromClient(view, range.start), FromClient(view, range.end)};
}

std::string Converter::Uri(const std::string& path, uint32_t line) const {
  auto document = documents_.find(path);
  if (document == documents_.end()) {
    return protocol::UriFromPath(path);
  }
  const Cell* cell = CellAt(document->second, line);
  return cell ? cell->uri : document->second.uri;
}

std::string Converter::OriginsText(const std::vector<ide::SizeOrigin>& origins) {
  // Words of their own: two lists that follow each other would be one.
  std::string text = origins.empty() ? "" : "Sizes:\n\n";
  for (const ide::SizeOrigin& origin : origins) {
    protocol::Location location = ToClient(origin.location);
    std::string line = std::to_string(location.range.start.line + 1);
    text += "- `" + origin.size + "` from " + origin.source + ": [" + llvm::sys::path::filename(origin.location.path).str() + ":" + line + "](" +
            location.uri + "#L" + line + ")\n";
  }
  return text;
}

}  // namespace trident::server
