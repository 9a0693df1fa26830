// textDocument/codeLens
#include "protocol/lsp_write.h"
#include "server/methods/methods.h"

namespace trident::server {

void CodeLenses(Server& server, const protocol::Message& message, Answer answer) {
  protocol::TextDocumentParams params;
  if (!ReadParams(message, params, answer)) {
    return;
  }
  if (!server.settings().code_lens) {
    return answer.Result(protocol::Json::array());
  }
  WithReport(server, params.uri, false, protocol::Json::array(), std::move(answer), [](Server& owner, const View& view, Answer reply) {
    const Document& document = *view.document;
    std::vector<protocol::CodeLens> lenses;
    for (const ide::CodeLens& lens : document.report->lenses) {
      if (!view.Shows(lens.range.start.line)) {
        continue;
      }
      // An empty command is a title that cannot be clicked.
      protocol::Command command = {lens.title, lens.command, protocol::Json::array()};
      if (!lens.command.empty()) {
        command.arguments.push_back(view.uri());
      }
      lenses.push_back({owner.converter().ToClient(document.path, lens.range), std::move(command)});
    }
    reply.Result(ToJson(lenses));
  });
}

}  // namespace trident::server
