#include "core/ide/ide.h"

#include "core/codegen/codegen.h"
#include "core/ide/analysis.h"
#include "core/ide/convert.h"
#include "core/ide/kernels.h"
#include "core/ide/queries.h"
#include "core/ide/report.h"
#include "core/parse/dump.h"

namespace trident::ide {

ScopedCancel::ScopedCancel(const CancelFlag* flag) : outer_(std::exchange(Analysis::Cancel(), flag)) {}

ScopedCancel::~ScopedCancel() { Analysis::Cancel() = outer_; }

struct Workspace::Impl {
  std::unique_ptr<Analysis> analysis;

  // `question` of the last evaluation of the file; a default answer where there is none.
  template <typename Question>
  auto Of(llvm::StringRef path, Question question) -> decltype(question(std::declval<const Facts&>())) {
    std::shared_ptr<const Facts> facts = analysis->FactsOf(source::NormalPath(path));
    if (!facts || !facts->unit || !facts->outcome) return {};
    return question(*facts);
  }
  // The last evaluation of the file, or why there is none.
  llvm::Expected<std::shared_ptr<const Facts>> Known(const std::string& path) {
    if (llvm::Expected<std::shared_ptr<const eval::Unit>> unit = analysis->units().Load(path); !unit) return unit.takeError();
    std::shared_ptr<const Facts> facts = analysis->FactsOf(path);
    if (!facts) return llvm::createStringError("cancelled");
    return facts;
  }
  eval::Program& ProgramOf(llvm::StringRef path) { return analysis->ProgramFor(source::NormalPath(path)); }
};

Workspace::Workspace(Options options) : impl_(std::make_unique<Impl>()) { impl_->analysis = std::make_unique<Analysis>(std::move(options)); }
Workspace::~Workspace() = default;

void Workspace::Close() { impl_->analysis->CloseStore(); }

void Workspace::SetDocument(llvm::StringRef path, std::string text, int64_t version) {
  impl_->analysis->SetDocument(source::NormalPath(path), std::move(text), version);
}

void Workspace::CloseDocument(llvm::StringRef path) { impl_->analysis->CloseDocument(source::NormalPath(path)); }

void Workspace::FileChanged(llvm::StringRef path) { impl_->analysis->FileChanged(source::NormalPath(path)); }

void Workspace::SetOptions(Options options) { impl_->analysis->SetOptions(std::move(options)); }

llvm::Expected<std::shared_ptr<const FileReport>> Workspace::Report(llvm::StringRef path, const CancelFlag* cancel) {
  return impl_->analysis->Report(source::NormalPath(path), cancel);
}

llvm::Expected<std::shared_ptr<const FileReport>> Workspace::Repaired(llvm::StringRef path, const CancelFlag* cancel) {
  return impl_->analysis->Repaired(source::NormalPath(path), cancel);
}

void Workspace::Prepare(llvm::StringRef path) { impl_->analysis->Prepare(source::NormalPath(path)); }

void Workspace::Forsake(std::thread::id thread) { impl_->analysis->database().Forsake(thread); }

void Workspace::SetQueryLog(std::function<void(const query::Event&)> log) { impl_->analysis->database().SetLog(std::move(log)); }

std::optional<Hover> Workspace::HoverAt(llvm::StringRef path, Position position) {
  return impl_->Of(path, [&](const Facts& facts) {
    std::optional<Hover> hover = facts.kernels ? KernelHover(impl_->ProgramOf(path), *facts.kernels, *facts.unit, position) : std::nullopt;
    return hover ? hover : HoverIn(*facts.outcome, *facts.unit, position);
  });
}

std::vector<Location> Workspace::DefinitionAt(llvm::StringRef path, Position position) {
  return impl_->Of(path, [&](const Facts& facts) { return DefinitionIn(*facts.outcome, *facts.unit, position); });
}

std::vector<SizeOrigin> Workspace::HintOrigins(llvm::StringRef path, const InlayHint& hint) {
  return impl_->Of(path, [&](const Facts& facts) { return OriginsOfHint(*facts.outcome, *facts.unit, hint); });
}

std::vector<ModelNode> Workspace::Models(llvm::StringRef path) {
  return impl_->Of(path, [&](const Facts& facts) { return ModelsIn(*facts.outcome, *facts.unit); });
}

std::vector<Range> Workspace::SizeNames(llvm::StringRef path) {
  return impl_->Of(path, [&](const Facts& facts) { return SizeNamesIn(*facts.unit); });
}

std::vector<Completion> Workspace::CompletionsAt(llvm::StringRef path, Position position) {
  return impl_->Of(path, [&](const Facts& facts) {
    std::vector<Completion> names = KernelCompletions(impl_->ProgramOf(path), *facts.unit, position);
    return names.empty() ? CompletionsIn(*facts.outcome, *facts.unit, position) : names;
  });
}

std::optional<Signature> Workspace::SignatureAt(llvm::StringRef path, Position position) {
  return impl_->Of(path, [&](const Facts& facts) {
    std::optional<Signature> signature = SignatureIn(*facts.outcome, *facts.unit, position);
    return signature ? signature : KernelSignature(impl_->ProgramOf(path), *facts.unit, position);
  });
}

std::vector<Action> Workspace::ActionsIn(llvm::StringRef path, const FileReport& report, const Range& range) {
  return impl_->Of(path, [&](const Facts& facts) {
    auto reevaluate = [&](std::shared_ptr<const eval::Unit> unit) { return impl_->analysis->Evaluate(source::NormalPath(path), std::move(unit)); };
    std::vector<Action> actions = FusionActions(*facts.outcome, *facts.unit, reevaluate, report, range);
    llvm::append_range(actions, RewritesIn(*facts.outcome, *facts.unit, report, range));
    return actions;
  });
}

llvm::Expected<Compiled> Workspace::Compile(llvm::StringRef path, const CompileRequest& request) {
  std::shared_ptr<const CodeOfFile::Value> value = impl_->analysis->database().Get<CodeOfFile>({source::NormalPath(path), request});
  if (!value) return llvm::createStringError("cancelled");
  if (!value->refusal.empty()) return llvm::createStringError(value->refusal);
  return value->compiled;
}

llvm::Expected<std::vector<KernelSpec>> Workspace::Kernels(llvm::StringRef path) {
  llvm::Expected<std::shared_ptr<const Facts>> known = impl_->Known(source::NormalPath(path));
  if (!known) return known.takeError();
  return (*known)->kernels ? SpecsOf(*(*known)->kernels) : std::vector<KernelSpec>();
}

llvm::Expected<std::string> Workspace::Dump(llvm::StringRef path, llvm::StringRef stage) {
  std::string normal = source::NormalPath(path);
  llvm::Expected<std::shared_ptr<const eval::Unit>> unit = impl_->analysis->units().Load(normal);
  if (!unit) return unit.takeError();
  const eval::Unit& u = **unit;
  if (stage == "tokens") return lex::DumpTokens(u.content(), lex::Lex(u.content()));
  if (stage == "tree") return parse::DumpTree(u.content(), u.tree()) + "\n";
  if (stage == "outline") {
    std::vector<std::pair<std::string, std::string>> rows;
    for (const auto& [name, statements] : u.outline.bindings) {
      std::string lines;
      for (uint32_t index : statements) lines += " " + std::to_string(u.LineOf(u.tree().children(u.tree().root())[index]));
      rows.emplace_back(Text(name).str(), lines);
    }
    llvm::sort(rows);
    std::string out;
    for (const auto& [name, lines] : rows) out += name + ": line" + lines + "\n";
    return out;
  }
  static constexpr llvm::StringRef kOfEvaluation[] = {"gaps", "kernels", "code", "graph", "graphviz", "graph-json"};
  if (!llvm::is_contained(kOfEvaluation, stage)) {
    return llvm::createStringError("unknown stage '" + stage.str() + "': use tokens, tree, outline, graph, graphviz, graph-json, code, kernels or gaps");
  }
  llvm::Expected<std::shared_ptr<const Facts>> facts = impl_->Known(normal);
  if (!facts) return facts.takeError();
  const eval::Outcome& outcome = *(*facts)->outcome;
  if (stage == "gaps") return GapsText(outcome);
  if (stage == "kernels") return (*facts)->kernels ? DumpKernels(*(*facts)->kernels) : std::string();
  if (stage != "code") return GraphText(outcome, stage);
  llvm::Expected<Compiled> compiled = CompileModel(outcome, u, u.text->fingerprint, {}, cost::DeviceOr(""));
  if (!compiled) return compiled.takeError();
  return compiled->text;
}

}  // namespace trident::ide
