// textDocument/completion: axes inside of shape strings
#include "protocol/lsp_write.h"
#include "server/methods/methods.h"

namespace trident::server {

void Completions(Server& server, const protocol::Message& message, Answer answer) {
  protocol::TextDocumentPositionParams params;
  if (!ReadParams(message, params, answer)) {
    return;
  }
  WithReport(server, params.uri, true, nullptr, std::move(answer), [params](Server& owner, const View& view, Answer reply) {
    ide::Position position = owner.converter().FromClient(view, params.position);
    AskAbout<std::vector<ide::Completion>>(
        owner, view, std::move(reply),
        [position](ide::Workspace& workspace, const std::string& path) { return workspace.CompletionsAt(path, position); },
        [](Server& asked, const View& now, std::vector<ide::Completion> found, Answer done) {
          protocol::Json items = protocol::Json::array();
          for (size_t i = 0; i < found.size(); ++i) {
            const ide::Completion& item = found[i];
            // The order is the analysis': what is missing first.
            std::string order = std::to_string(i);
            items.push_back({{"label", item.label},
                             {"kind", 25},  // TypeParameter
                             {"detail", item.detail},
                             {"sortText", std::string(4 - std::min<size_t>(4, order.size()), '0') + order},
                             {"textEdit", {{"range", ToJson(asked.converter().ToClient(now.document->path, item.range))}, {"newText", item.label}}}});
          }
          done.Result({{"isIncomplete", false}, {"items", std::move(items)}});
        });
  });
}

}  // namespace trident::server
