// textDocument/hover
#include "protocol/lsp_write.h"
#include "server/methods/methods.h"

namespace trident::server {
namespace {

// Markdown without its marks, for clients that show text as it is.
std::string Plain(const std::string& markdown) {
  std::string text;
  for (size_t i = 0; i < markdown.size(); ++i) {
    if (llvm::StringRef(markdown).substr(i).starts_with("```")) {
      i = std::min(markdown.find('\n', i), markdown.size());
    } else if (markdown[i] != '`' && markdown[i] != '*') {
      text += markdown[i];
    }
  }
  return text;
}

}  // namespace

void HoverAt(Server& server, const protocol::Message& message, Answer answer) {
  protocol::TextDocumentPositionParams params;
  if (!ReadParams(message, params, answer)) {
    return;
  }
  if (!server.settings().hover) {
    return answer.Result(nullptr);
  }
  WithReport(server, params.uri, true, nullptr, std::move(answer), [params](Server& owner, Document& document, Answer reply) {
    ide::Position position = owner.converter().FromClient(document, params.position);
    auto found = std::make_shared<std::optional<ide::Hover>>();
    auto shared = std::make_shared<Answer>(std::move(reply));
    uint64_t revision = document.revision;
    owner.scheduler().Ask([found, position, path = document.path](ide::Workspace& workspace) { *found = workspace.HoverAt(path, position); },
                          [&owner, found, shared, revision, path = document.path](bool ok) {
                            auto now = owner.documents().find(path);
                            if (!ok) {
                              return shared->Fail(protocol::ErrorCode::InternalError, "the hover failed inside");
                            }
                            if (now == owner.documents().end() || now->second.revision != revision) {
                              return shared->Fail(protocol::ErrorCode::ContentModified, "the document changed");
                            }
                            if (!*found) {
                              return shared->Result(nullptr);
                            }
                            protocol::Hover hover = {(*found)->markdown, owner.converter().ToClient(path, (*found)->range)};
                            protocol::Json json = ToJson(hover);
                            if (!owner.client().markdownHover) {
                              json["contents"] = {{"kind", "plaintext"}, {"value", Plain(hover.markdown)}};
                            }
                            shared->Result(std::move(json));
                          });
  });
}

}  // namespace trident::server
