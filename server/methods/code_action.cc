// textDocument/codeAction
#include "protocol/lsp_write.h"
#include "server/methods/methods.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::server {
namespace {

using protocol::Json;

constexpr const char* kQuickFix = "quickfix";
constexpr const char* kRewrite = "refactor.rewrite";
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
std::vector<ide::TextEdit> AllFixes(const std::vector<ide::Diagnostic>& diagnostics) {
  std::vector<ide::TextEdit> taken;
  for (const ide::Diagnostic& diagnostic : diagnostics) {
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

class Collector {
 public:
  Collector(Server& server, const std::vector<ide::Diagnostic>& diagnostics, ide::Range range, const std::vector<std::string>& only)
      : server_(server), diagnostics_(diagnostics), range_(range), only_(only) {}

  // The fixes that the checker knows: an error's are repairs, a hint's rewrite what works already.
  void AddFixes() {
    for (const ide::Diagnostic& diagnostic : diagnostics_) {
      const char* kind = diagnostic.severity == ide::Severity::Hint ? kRewrite : kQuickFix;
      if (!Overlaps(diagnostic.location.range, range_) || !IsWanted(only_, kind)) {
        continue;
      }
      for (const ide::Fix& fix : diagnostic.fixes) {
        Add(fix, kind, &diagnostic, diagnostic.fixes.size() == 1);
      }
    }
  }

  void AddOffers(const std::vector<ide::Action>& offers) {
    for (const ide::Action& offer : offers) {
      const char* kind = offer.kind == ide::ActionKind::QuickFix ? kQuickFix : kRewrite;
      bool answers = offer.diagnostic >= 0 && static_cast<size_t>(offer.diagnostic) < diagnostics_.size();
      if (IsWanted(only_, kind)) {
        Add(offer.fix, kind, answers ? &diagnostics_[offer.diagnostic] : nullptr, false);
      }
    }
  }

  void AddFixAll() {
    if (only_.empty() || !IsWanted(only_, kFixAll)) {
      return;
    }
    ide::Fix all = {"Apply every Trident fix", AllFixes(diagnostics_)};
    if (!all.edits.empty()) {
      Add(all, kFixAll, nullptr, false);
    }
  }

  Json Take() { return std::move(actions_); }

 private:
  void Add(const ide::Fix& fix, const char* kind, const ide::Diagnostic* diagnostic, bool is_preferred) {
    protocol::CodeAction action = {fix.title, kind, {}, is_preferred, server_.converter().ToClient(fix.edits)};
    if (diagnostic) {
      std::optional<protocol::Diagnostic> shown = server_.converter().ToClient(*diagnostic, server_.settings(), server_.client());
      // What the settings hide needs no ignoring.
      if (!shown) {
        return;
      }
      action.diagnostics.push_back(std::move(*shown));
    }
    if (server_.client().codeActionLiterals) {
      actions_.push_back(ToJson(action, server_.client().documentChanges));
    }
  }

  Server& server_;
  const std::vector<ide::Diagnostic>& diagnostics_;
  ide::Range range_;
  const std::vector<std::string>& only_;
  Json actions_ = Json::array();
};

// Fixes are tried before they are offered, which costs evaluations, and editors ask at every move of the cursor.
bool NeedsFixes(const ide::FileReport& report, const ide::Range& range, const std::vector<std::string>& only) {
  return (!only.empty() && IsWanted(only, kFixAll)) ||
         llvm::any_of(report.diagnostics, [&](const ide::Diagnostic& diagnostic) { return Overlaps(diagnostic.location.range, range); });
}

// The report with the fixes of its diagnostics, and what else can be done.
struct Offered {
  std::shared_ptr<const ide::FileReport> report;
  std::vector<ide::Action> actions;
};

}  // namespace

void CodeActions(Server& server, const protocol::Message& message, Answer answer) {
  protocol::CodeActionParams params;
  if (!ReadParams(message, params, answer)) {
    return;
  }
  WithReport(server, params.uri, true, Json::array(), std::move(answer), [params](Server& owner, const View& view, Answer reply) {
    ide::Range range = owner.converter().FromClient(view, params.range);
    AskAbout<Offered>(
        owner, view, std::move(reply),
        [range, only = params.only, report = view.document->report](ide::Workspace& workspace, const std::string& path) {
          Offered offered = {report, workspace.ActionsIn(path, *report, range)};
          if (!NeedsFixes(*report, range, only)) {
            return offered;
          }
          if (llvm::Expected<std::shared_ptr<const ide::FileReport>> repaired = workspace.Repaired(path)) {
            offered.report = *repaired;
          } else {
            llvm::consumeError(repaired.takeError());
          }
          return offered;
        },
        [range, only = params.only](Server& asked, const View&, Offered offered, Answer done) {
          Collector collector(asked, offered.report->diagnostics, range, only);
          collector.AddFixes();
          collector.AddOffers(offered.actions);
          collector.AddFixAll();
          done.Result(collector.Take());
        });
  });
}

}  // namespace trident::server
