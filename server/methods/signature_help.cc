// textDocument/signatureHelp: the tensor that a shape string describes, axis by axis
#include "protocol/lsp_write.h"
#include "server/methods/methods.h"

namespace trident::server {

void SignatureHelp(Server& server, const protocol::Message& message, Answer answer) {
  protocol::TextDocumentPositionParams params;
  if (!ReadParams(message, params, answer)) {
    return;
  }
  WithReport(server, params.uri, true, nullptr, std::move(answer), [params](Server& owner, const View& view, Answer reply) {
    ide::Position position = owner.converter().FromClient(view, params.position);
    AskAbout<std::optional<ide::Signature>>(
        owner, view, std::move(reply),
        [position](ide::Workspace& workspace, const std::string& path) { return workspace.SignatureAt(path, position); },
        [](Server&, const View&, std::optional<ide::Signature> found, Answer done) {
          if (!found) {
            return done.Result(nullptr);
          }
          protocol::Json parameters = protocol::Json::array();
          for (const auto& [start, end] : found->sizes) {
            // Words instead of offsets: every client knows them, and their unit is in no doubt.
            parameters.push_back({{"label", found->label.substr(start, end - start)}});
          }
          protocol::Json signature = {{"label", found->label}, {"parameters", std::move(parameters)}};
          if (!found->documentation.empty()) {
            signature["documentation"] = found->documentation;
          }
          protocol::Json result = {{"signatures", {std::move(signature)}}, {"activeSignature", 0}};
          if (found->active >= 0) {
            result["activeParameter"] = found->active;
          }
          done.Result(std::move(result));
        });
  });
}

}  // namespace trident::server
