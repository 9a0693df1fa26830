// textDocument/documentSymbol
#include "protocol/lsp_write.h"
#include "server/methods/methods.h"

namespace trident::server {

void DocumentSymbols(Server& server, const protocol::Message& message, Answer answer) {
  protocol::TextDocumentParams params;
  if (!ReadParams(message, params, answer)) {
    return;
  }
  WithReport(server, params.uri, false, protocol::Json::array(), std::move(answer), [](Server& owner, const View& view, Answer reply) {
    const Document& document = *view.document;
    std::vector<protocol::DocumentSymbol> symbols;
    for (const ide::DocumentSymbol& symbol : document.report->symbols) {
      if (!view.Shows(symbol.range.start.line)) {
        continue;
      }
      symbols.push_back(owner.converter().ToClient(document.path, symbol));
    }
    reply.Result(owner.client().hierarchicalSymbols ? ToJson(symbols) : FlatSymbols(symbols, view.uri()));
  });
}

}  // namespace trident::server
