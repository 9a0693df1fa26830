#include "core/ide/choices.h"

#include "core/ide/convert.h"
#include "core/ide/measured.h"

#include "llvm/Support/Path.h"

#include <atomic>

namespace trident::ide {
namespace {

class Chooser {
 public:
  explicit Chooser(query::Database& db) : db_(db), options_(db.World<Analysis>().options()) {}

  const config::Choices& For(const std::string& path) {
    auto [at, is_new] = choices_.try_emplace(path);
    if (is_new) at->second = ChoicesFor(db_, path);
    return at->second;
  }

  void Apply(std::vector<Diagnostic>& diagnostics) {
    llvm::erase_if(diagnostics, [&](Diagnostic& diagnostic) { return !Wanted(diagnostic); });
  }

 private:
  // Gives the diagnostic the severity that was chosen; false: none of its kind are wanted.
  bool Wanted(Diagnostic& diagnostic) {
    if (auto editor = options_.severities.find(diagnostic.code); editor != options_.severities.end()) {
      if (editor->second) diagnostic.severity = *editor->second;
      return editor->second.has_value();
    }
    // What is installed belongs to nobody's project, though a folder above may have a configuration.
    if (IsInstalled(diagnostic.location.path)) return true;
    const config::Choices& choices = For(diagnostic.location.path);
    if (choices.diagnostics == false) return false;
    auto chosen = choices.severity.find(diagnostic.code);
    if (chosen == choices.severity.end()) return true;
    if (chosen->second) diagnostic.severity = static_cast<Severity>(*chosen->second);
    return chosen->second.has_value();
  }

  query::Database& db_;
  const Options& options_;
  std::map<std::string, config::Choices> choices_;
};

void AddConfigProblems(const config::Config& config, std::vector<Diagnostic>& into) {
  for (const config::Problem& problem : config.problems) {
    Diagnostic diagnostic;
    diagnostic.location = {config.path, {{problem.line - 1, problem.column - 1}, {problem.line - 1, problem.end_column - 1}}};
    diagnostic.code = "configuration";
    diagnostic.message = problem.message;
    into.push_back(std::move(diagnostic));
  }
}

}  // namespace

std::shared_ptr<const ConfigOfFolder::Value> ConfigOfFolder::Execute(query::Database& db, const Key& folder) {
  auto value = std::make_shared<Value>();
  for (const char* name : {config::kOwnFile, config::kSharedFile}) {
    std::string path = folder + (llvm::StringRef(folder).ends_with("/") ? "" : "/") + name;
    std::shared_ptr<const FileText::Value> text = db.Get<FileText>(path);
    std::optional<config::Config> config =
        text->text ? config::Read(path, text->text->content, DeviceNames()) : config::Unreadable(db.World<Analysis>().files(), path, text->refusal);
    if (config) {
      value->config = std::make_shared<config::Config>(std::move(*config));
      return value;
    }
  }
  std::string above = llvm::sys::path::parent_path(folder).str();
  return above.empty() || above == folder ? value : db.Get<ConfigOfFolder>(above);
}

// It ran because one of the files changed.
Fingerprint ConfigOfFolder::ContentOf(const Value&) {
  static std::atomic<uint64_t> count = 0;
  return {++count, 0xC0F16};
}

config::Choices ChoicesFor(query::Database& db, const std::string& path) {
  std::shared_ptr<const ConfigOfFolder::Value> found = db.Get<ConfigOfFolder>(llvm::sys::path::parent_path(path).str());
  return found->config ? found->config->For(path) : config::Choices();
}

const cost::Device& DeviceFor(query::Database& db, const std::string& path) {
  const std::string& chosen = db.World<Analysis>().options().device;
  if (!chosen.empty()) return cost::DeviceOr(chosen);
  std::shared_ptr<const ConfigOfFolder::Value> found = db.Get<ConfigOfFolder>(llvm::sys::path::parent_path(path).str());
  return cost::DeviceOr(found->config ? llvm::StringRef(found->config->device) : "");
}

void AddMeasured(query::Database& db, FileReport& report) {
  for (const std::string& folder : db.World<Analysis>().options().workspace) {
    std::shared_ptr<const FileText::Value> stored = db.Get<FileText>(folder + "/" + kMeasuredFile);
    std::shared_ptr<const FileText::Value> text = stored->text ? db.Get<FileText>(report.path) : nullptr;
    if (text && text->text) AddMeasuredHints(ReadMeasured(stored->text->content, folder), report.path, *text->text, report.inlay_hints);
  }
}

static HintChoice ChoiceOf(std::optional<bool> chosen) { return !chosen ? HintChoice::None : *chosen ? HintChoice::On : HintChoice::Off; }

void ApplyChoices(query::Database& db, FileReport& report) {
  Chooser chooser(db);
  chooser.Apply(report.diagnostics);
  chooser.Apply(report.elsewhere);
  const config::Choices& own = chooser.For(report.path);
  report.hint_choices = {ChoiceOf(own.type_hints), ChoiceOf(own.parameter_hints), ChoiceOf(own.cost_hints), ChoiceOf(own.measured_hints)};
  std::string folder = llvm::sys::path::parent_path(report.path).str();
  if (std::shared_ptr<const ConfigOfFolder::Value> found = db.Get<ConfigOfFolder>(folder); found->config) {
    AddConfigProblems(*found->config, report.elsewhere);
    report.compile_choices = {found->config->compile.level, found->config->compile.folder};
  }
}

}  // namespace trident::ide
