// textDocument/semanticTokens/full, /range: the names of sizes, as type parameters are shown.
#include "protocol/lsp_write.h"
#include "server/methods/methods.h"

namespace trident::server {
namespace {

using protocol::Json;

void Answered(Server& server, const std::string& uri, std::optional<protocol::Range> wanted, Answer answer) {
  if (!server.settings().semantic_tokens) {
    return answer.Result(nullptr);
  }
  WithReport(server, uri, false, nullptr, std::move(answer), [wanted](Server& owner, const View& view, Answer reply) {
    AskAbout<std::vector<ide::Range>>(
        owner, view, std::move(reply), [](ide::Workspace& workspace, const std::string& path) { return workspace.SizeNames(path); },
        [wanted](Server& asked, const View& now, std::vector<ide::Range> names, Answer done) {
          Json data = Json::array();
          protocol::Position last;
          for (const ide::Range& name : names) {
            if (!now.Shows(name.start.line)) {
              continue;
            }
            protocol::Range range = asked.converter().ToClient(now.document->path, name);
            bool is_outside = wanted && (range.end < wanted->start || wanted->end < range.start);
            if (is_outside || range.start.line != range.end.line) {
              continue;
            }
            // Each position is relative to the one before.
            uint32_t lines = range.start.line - last.line;
            data.push_back(lines);
            data.push_back(lines == 0 ? range.start.character - last.character : range.start.character);
            data.push_back(range.end.character - range.start.character);
            data.push_back(0);
            data.push_back(0);
            last = range.start;
          }
          done.Result({{"data", std::move(data)}});
        });
  });
}

}  // namespace

// The one type of the protocol whose meaning a size has: a name that stands for what callers bring. Themes know it.
Json SemanticTokenTypes() { return {"typeParameter"}; }

void SemanticTokens(Server& server, const protocol::Message& message, Answer answer) {
  protocol::TextDocumentParams params;
  if (ReadParams(message, params, answer)) {
    Answered(server, params.uri, std::nullopt, std::move(answer));
  }
}

void SemanticTokensInRange(Server& server, const protocol::Message& message, Answer answer) {
  protocol::TextDocumentRangeParams params;
  if (ReadParams(message, params, answer)) {
    Answered(server, params.uri, params.range, std::move(answer));
  }
}

}  // namespace trident::server
