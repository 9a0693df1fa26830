#include "server/cli/findings.h"

#include "core/profile/call_sum.h"

#include "llvm/ADT/STLExtras.h"

#include <map>
#include <tuple>

namespace trident::cli {
namespace {

auto DiagnosticKey(const ide::Diagnostic& d) {
  return std::tie(d.location.path, d.location.range.start, d.location.range.end, d.severity, d.code, d.message);
}

// Rows of the same statement and name become one row with the distinct types of all.
std::vector<ide::Binding> MergeRows(std::vector<ide::Binding> rows) {
  llvm::stable_sort(rows, [](const ide::Binding& a, const ide::Binding& b) { return std::tie(a.line, a.name) < std::tie(b.line, b.name); });
  std::vector<ide::Binding> merged;
  for (ide::Binding& row : rows) {
    if (merged.empty() || merged.back().line != row.line || merged.back().name != row.name) {
      merged.push_back({row.line, std::move(row.name), {}});
    }
    for (std::string& type : row.types) {
      if (!llvm::is_contained(merged.back().types, type)) {
        merged.back().types.push_back(std::move(type));
      }
    }
  }
  return merged;
}

}  // namespace

void Merge(Findings& findings) {
  std::map<std::string, std::vector<ide::Binding>> rows;
  profile::CallSum calls(findings.profile.calls);
  for (const std::shared_ptr<const ide::FileReport>& report : findings.reports) {
    llvm::append_range(findings.diagnostics, report->diagnostics);
    llvm::append_range(findings.diagnostics, report->elsewhere);
    llvm::append_range(findings.models, report->models);
    for (const ide::FileBindings& file : report->bindings) {
      llvm::append_range(rows[file.path], file.bindings);
    }
    profile::Report figures = report->profile;
    figures.calls = {};
    findings.profile.Add(figures);
    calls.Add(report->profile.calls);
  }
  for (auto& [path, bindings] : rows) {
    findings.bindings.push_back({path, MergeRows(std::move(bindings))});
  }
  std::vector<ide::Diagnostic>& all = findings.diagnostics;
  llvm::stable_sort(all, [](const ide::Diagnostic& a, const ide::Diagnostic& b) { return DiagnosticKey(a) < DiagnosticKey(b); });
  all.erase(
      std::unique(all.begin(), all.end(), [](const ide::Diagnostic& a, const ide::Diagnostic& b) { return DiagnosticKey(a) == DiagnosticKey(b); }),
      all.end());
}

size_t CountSeverity(const Findings& findings, ide::Severity severity) {
  return llvm::count_if(findings.diagnostics, [&](const ide::Diagnostic& d) { return d.severity == severity; });
}

const char* SeverityName(ide::Severity severity) {
  switch (severity) {
    case ide::Severity::Error: return "error";
    case ide::Severity::Warning: return "warning";
    case ide::Severity::Information: return "information";
    case ide::Severity::Hint: return "hint";
  }
  return "";
}

}  // namespace trident::cli
