// textDocument/definition
#include "protocol/lsp_write.h"
#include "server/methods/methods.h"

namespace trident::server {

void Definition(Server& server, const protocol::Message& message, Answer answer) {
  protocol::TextDocumentPositionParams params;
  if (!ReadParams(message, params, answer)) {
    return;
  }
  WithReport(server, params.uri, true, protocol::Json::array(), std::move(answer), [params](Server& owner, const View& view, Answer reply) {
    ide::Position position = owner.converter().FromClient(view, params.position);
    AskAbout<std::vector<ide::Location>>(
        owner, view, std::move(reply), [position](ide::Workspace& workspace, const std::string& path) { return workspace.DefinitionAt(path, position); },
        [](Server& asked, const View&, std::vector<ide::Location> found, Answer done) {
          std::vector<protocol::Location> locations;
          for (const ide::Location& location : found) {
            locations.push_back(asked.converter().ToClient(location));
          }
          done.Result(ToJson(locations));
        });
  });
}

}  // namespace trident::server
