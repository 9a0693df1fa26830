// textDocument/hover
#include "protocol/lsp_write.h"
#include "server/methods/methods.h"

#include "llvm/ADT/StringExtras.h"

namespace trident::server {
namespace {

// Markdown without its marks, for clients that show text as it is.
std::string Plain(const std::string& markdown) {
  std::string text;
  bool code = false;
  auto is_space = [&](size_t at) { return at >= markdown.size() || llvm::isSpace(markdown[at]); };
  for (size_t i = 0; i < markdown.size(); ++i) {
    if (llvm::StringRef(markdown).substr(i).starts_with("```")) {
      i = std::min(markdown.find('\n', i), markdown.size());
      code = !code;
      continue;
    }
    // Between spaces it is a product, as in all of the code.
    bool mark = markdown[i] == '`' || (markdown[i] == '*' && !(is_space(i - 1) && is_space(i + 1)));
    if (code || !mark) text += markdown[i];
  }
  return text;
}

// What the Triton compiler made of the kernel whose name stands at the position; empty when it was not compiled.
std::string KernelDetails(const Document& document, ide::Position position) {
  llvm::StringRef line = document.text.Line(position.line);
  auto is_word = [](char c) { return llvm::isAlnum(c) || c == '_'; };
  size_t begin = std::min<size_t>(position.column, line.size());
  while (begin > 0 && is_word(line[begin - 1])) --begin;
  llvm::StringRef word = line.drop_front(begin).take_while(is_word);
  std::string out;
  for (const KernelNote& note : document.kernels) {
    if (note.kernel == word && !note.details.empty()) out += (out.empty() ? "" : "\n") + note.details;
  }
  if (!out.empty() && document.kernels_revision != document.revision) out += "\n*Edited since.*\n";
  return out;
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
        [position](Server& asked, const View& now, std::optional<ide::Hover> found, Answer done) {
          std::string compiled = KernelDetails(*now.document, position);
          if (!found && compiled.empty()) {
            return done.Result(nullptr);
          }
          if (!found) found = ide::Hover{{position, position}, "", {}};
          protocol::Hover hover = {found->markdown + (found->markdown.empty() || compiled.empty() ? "" : "\n") + compiled, asked.converter().ToClient(now.document->path, found->range)};
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
