// textDocument/inlayHint, inlayHint/resolve
#include "protocol/lsp_write.h"
#include "server/methods/methods.h"

namespace trident::server {
namespace {

using protocol::Json;

// Editors send defaults as if they were chosen: what differs from its default was, and counts more than the file's choice.
bool Chosen(bool set, bool usual, ide::HintChoice in_file) {
  return set != usual || in_file == ide::HintChoice::None ? set : in_file == ide::HintChoice::On;
}

bool IsWanted(const Settings& settings, const ide::HintChoices& choices, ide::HintKind kind) {
  const Settings usual;
  switch (kind) {
    case ide::HintKind::Type: return Chosen(settings.type_hints, usual.type_hints, choices.types);
    case ide::HintKind::Parameter: return Chosen(settings.parameter_hints, usual.parameter_hints, choices.parameters);
    case ide::HintKind::Cost: return Chosen(settings.cost_hints, usual.cost_hints, choices.cost);
    case ide::HintKind::Measured: return Chosen(settings.measured_hints, usual.measured_hints, choices.measured);
  }
  return true;
}

std::optional<protocol::InlayHintKind> ToClientKind(ide::HintKind kind) {
  switch (kind) {
    case ide::HintKind::Type: return protocol::InlayHintKind::Type;
    case ide::HintKind::Parameter: return protocol::InlayHintKind::Parameter;
    case ide::HintKind::Cost:
    case ide::HintKind::Measured: break;
  }
  return std::nullopt;
}

Json HintsIn(Server& server, const View& view, const ide::Range& range) {
  const Document& document = *view.document;
  bool is_lazy = server.client().inlayHintResolveTooltip;
  Json hints = Json::array();
  const std::vector<ide::InlayHint>& all = document.report->inlay_hints;
  for (size_t i = 0; i < all.size(); ++i) {
    const ide::InlayHint& hint = all[i];
    bool is_shown = hint.position >= range.start && hint.position <= range.end && view.Shows(hint.position.line) &&
                    IsWanted(server.settings(), document.report->hint_choices, hint.kind);
    if (!is_shown) {
      continue;
    }
    protocol::InlayHint item;
    item.position = server.converter().ToClient(document.path, hint.position);
    item.label = hint.label;
    item.kind = ToClientKind(hint.kind);
    item.paddingLeft = !llvm::StringRef(hint.label).starts_with(":");
    if (is_lazy) {
      item.data = {{"path", document.path}, {"revision", document.revision}, {"index", i}};
    } else {
      item.tooltip = hint.tooltip;
    }
    hints.push_back(ToJson(item));
  }
  return hints;
}

}  // namespace

void InlayHints(Server& server, const protocol::Message& message, Answer answer) {
  protocol::TextDocumentRangeParams params;
  if (!ReadParams(message, params, answer)) {
    return;
  }
  WithReport(server, params.uri, false, Json::array(), std::move(answer), [range = params.range](Server& owner, const View& view, Answer reply) {
    reply.Result(HintsIn(owner, view, owner.converter().FromClient(view, range)));
  });
}

void InlayHintResolve(Server& server, const protocol::Message& message, Answer answer) {
  protocol::InlayHint hint;
  if (!ReadParams(message, hint, answer)) {
    return;
  }
  // A hint of another revision is gone from the screen: it comes back as it is.
  Json result = protocol::ToJson(*message.params);
  const Json& data = hint.data;
  bool is_ours = data.is_object() && data.value("path", Json()).is_string() && data.value("index", Json()).is_number_integer() &&
                 data.value("revision", Json()).is_number_integer();
  auto found = is_ours ? server.documents().find(data["path"].get<std::string>()) : server.documents().end();
  size_t index = is_ours ? data["index"].get<size_t>() : 0;
  bool is_current = found != server.documents().end() && found->second.is_fresh() && found->second.revision == data["revision"].get<uint64_t>() &&
                    index < found->second.report->inlay_hints.size();
  if (!is_current) {
    return answer.Result(std::move(result));
  }
  View view;
  view.document = &found->second;
  AskAbout<std::vector<ide::SizeOrigin>>(
      server, view, std::move(answer),
      [index, report = found->second.report](ide::Workspace& workspace, const std::string& path) {
        return workspace.HintOrigins(path, report->inlay_hints[index]);
      },
      [index, result = std::move(result)](Server& owner, const View& now, std::vector<ide::SizeOrigin> origins, Answer done) {
        std::string tooltip = now.document->report->inlay_hints[index].tooltip;
        if (!origins.empty()) {
          tooltip += (tooltip.empty() ? "" : "\n") + owner.converter().OriginsText(origins);
        }
        Json resolved = result;
        if (!tooltip.empty()) {
          resolved["tooltip"] = {{"kind", "markdown"}, {"value", std::move(tooltip)}};
        }
        done.Result(std::move(resolved));
      });
}

}  // namespace trident::server
