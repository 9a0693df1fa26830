// textDocument/codeAction
#include "protocol/lsp_write.h"
#include "server/methods/methods.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::server {
namespace {

using protocol::Json;

constexpr const char* kQuickFix = "quickfix";
constexpr const char* kFixAll = "source.fixAll.trident";

// A kind is wanted by itself or by any of its parents: "source" wants "source.fixAll.trident".
bool IsWanted(const std::vector<std::string>& only, llvm::StringRef kind) {
  return only.empty() || llvm::any_of(only, [&](llvm::StringRef wanted) {
           return wanted.empty() || kind == wanted || (kind.starts_with(wanted) && kind.drop_front(wanted.size()).starts_with("."));
         });
}

bool Overlaps(const ide::Range& a, const ide::Range& b) { return a.start <= b.end && b.start <= a.end; }

bool Overlaps(const std::vector<ide::TextEdit>& taken, const ide::TextEdit& edit) {
  return llvm::any_of(taken, [&](const ide::TextEdit& other) {
    return other.location.path == edit.location.path && Overlaps(other.location.range, edit.location.range);
  });
}

// The first fix of every error whose edits do not meet those taken before.
std::vector<ide::TextEdit> AllFixes(const ide::FileReport& report) {
  std::vector<ide::TextEdit> taken;
  for (const ide::Diagnostic& diagnostic : report.diagnostics) {
    if (diagnostic.severity != ide::Severity::Error || diagnostic.fixes.empty()) {
      continue;
    }
    const std::vector<ide::TextEdit>& edits = diagnostic.fixes.front().edits;
    if (llvm::none_of(edits, [&](const ide::TextEdit& edit) { return Overlaps(taken, edit); })) {
      llvm::append_range(taken, edits);
    }
  }
  return taken;
}

Json ActionsIn(Server& server, const Document& document, const ide::Range& range, const std::vector<std::string>& only) {
  Json actions = Json::array();
  bool document_changes = server.client().documentChanges;
  auto add = [&](const protocol::CodeAction& action) {
    if (server.client().codeActionLiterals) {
      actions.push_back(ToJson(action, document_changes));
    }
  };
  if (IsWanted(only, kQuickFix)) {
    for (const ide::Diagnostic& diagnostic : document.report->diagnostics) {
      if (!Overlaps(diagnostic.location.range, range)) {
        continue;
      }
      std::optional<protocol::Diagnostic> shown = server.converter().ToClient(diagnostic, server.settings(), server.client());
      for (const ide::Fix& fix : diagnostic.fixes) {
        protocol::CodeAction action = {fix.title, kQuickFix, {}, diagnostic.fixes.size() == 1, server.converter().ToClient(fix.edits)};
        if (shown) {
          action.diagnostics.push_back(*shown);
        }
        add(action);
      }
    }
  }
  if (!only.empty() && IsWanted(only, kFixAll)) {
    std::vector<ide::TextEdit> edits = AllFixes(*document.report);
    if (!edits.empty()) {
      add({"Apply every Trident fix", kFixAll, {}, false, server.converter().ToClient(edits)});
    }
  }
  return actions;
}

}  // namespace

void CodeActions(Server& server, const protocol::Message& message, Answer answer) {
  protocol::CodeActionParams params;
  if (!ReadParams(message, params, answer)) {
    return;
  }
  WithReport(server, params.uri, true, Json::array(), std::move(answer), [params](Server& owner, Document& document, Answer reply) {
    reply.Result(ActionsIn(owner, document, owner.converter().FromClient(document, params.range), params.only));
  });
}

}  // namespace trident::server
