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
  WithReport(server, params.uri, true, nullptr, std::move(answer), [params](Server& owner, const View& view, Answer reply) {
    ide::Position position = owner.converter().FromClient(view, params.position);
    AskAbout<std::optional<ide::Hover>>(
        owner, view, std::move(reply), [position](ide::Workspace& workspace, const std::string& path) { return workspace.HoverAt(path, position); },
        [](Server& asked, const View& now, std::optional<ide::Hover> found, Answer done) {
          if (!found) {
            return done.Result(nullptr);
          }
          protocol::Hover hover = {found->markdown, asked.converter().ToClient(now.document->path, found->range)};
          if (!found->origins.empty()) {
            hover.markdown += "\n" + asked.converter().OriginsText(found->origins);
          }
          protocol::Json json = ToJson(hover);
          if (!asked.client().markdownHover) {
            json["contents"] = {{"kind", "plaintext"}, {"value", Plain(hover.markdown)}};
          }
          done.Result(std::move(json));
        });
  });
}

}  // namespace trident::server
