// textDocument/definition
#include "protocol/lsp_write.h"
#include "server/methods/methods.h"

namespace trident::server {

void Definition(Server& server, const protocol::Message& message, Answer answer) {
  protocol::TextDocumentPositionParams params;
  if (!ReadParams(message, params, answer)) {
    return;
  }
  WithReport(server, params.uri, true, protocol::Json::array(), std::move(answer), [params](Server& owner, Document& document, Answer reply) {
    ide::Position position = owner.converter().FromClient(document, params.position);
    auto found = std::make_shared<std::vector<ide::Location>>();
    auto shared = std::make_shared<Answer>(std::move(reply));
    owner.scheduler().Ask([found, position, path = document.path](ide::Workspace& workspace) { *found = workspace.DefinitionAt(path, position); },
                          [&owner, found, shared](bool ok) {
                            if (!ok) {
                              return shared->Fail(protocol::ErrorCode::InternalError, "the definition failed inside");
                            }
                            std::vector<protocol::Location> locations;
                            for (const ide::Location& location : *found) {
                              locations.push_back(owner.converter().ToClient(location));
                            }
                            shared->Result(ToJson(locations));
                          });
  });
}

}  // namespace trident::server
