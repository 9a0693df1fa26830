#include "server/cli/format.h"
#include "server/cli/json_text.h"

#include "llvm/ADT/StringExtras.h"

namespace trident::cli {
namespace {

// Writes the items with commas between them, each on its own line.
template <typename Range, typename Write>
void WriteList(llvm::raw_ostream& out, const Range& range, Write&& write) {
  const char* separator = "\n";
  for (const auto& item : range) {
    out << separator;
    write(item);
    separator = ",\n";
  }
}

void WritePlace(llvm::raw_ostream& out, const ide::Location& location) {
  out << "\"file\": " << JsonString(location.path) << ", \"line\": " << location.range.start.line + 1
      << ", \"column\": " << location.range.start.column + 1 << ", \"end_line\": " << location.range.end.line + 1
      << ", \"end_column\": " << location.range.end.column + 1;
}

void WriteDiagnostic(llvm::raw_ostream& out, const ide::Diagnostic& diagnostic) {
  out << "  {";
  WritePlace(out, diagnostic.location);
  out << ", \"severity\": \"" << SeverityName(diagnostic.severity) << "\", \"code\": " << JsonString(diagnostic.code)
      << ", \"message\": " << JsonString(diagnostic.message);
  if (!diagnostic.label.empty()) {
    out << ", \"label\": " << JsonString(diagnostic.label);
  }
  out << ", \"related\": [";
  const char* separator = "";
  for (const ide::Related& related : diagnostic.related) {
    out << separator << "{";
    WritePlace(out, related.location);
    out << ", \"message\": " << JsonString(related.message) << "}";
    separator = ", ";
  }
  out << "]}";
}

void WriteModel(llvm::raw_ostream& out, const ide::ModelSummary& model) {
  out << "  {";
  WritePlace(out, model.location);
  out << ", \"name\": " << JsonString(model.name) << ", \"expression\": " << JsonString(model.expression) << ", \"parameters\": ";
  model.parameters >= 0 ? out << model.parameters : out << "null";
  out << ", \"flops\": ";
  model.flops >= 0 ? out << model.flops : out << "null";
  out << ", \"flops_at_most\": " << (model.flops_at_most ? "true" : "false") << ", \"attention_flops\": " << model.attention_flops << ", \"flops_text\": " << JsonString(model.flops_text) << "}";
}

}  // namespace

void WriteJson(llvm::raw_ostream& out, const Findings& findings, bool with_bindings) {
  out << "{";
  if (with_bindings) {
    out << "\"bindings\": [";
    const char* separator = "\n";
    for (const ide::FileBindings& file : findings.bindings) {
      std::string path = JsonString(file.path);
      for (const ide::Binding& binding : file.bindings) {
        out << separator << "  {\"file\": " << path << ", \"line\": " << binding.line << ", \"name\": " << JsonString(binding.name)
            << ", \"types\": [" << llvm::join(binding.types, ", ") << "]}";
        separator = ",\n";
      }
    }
    out << "],\n ";
  }
  out << "\"diagnostics\": [";
  WriteList(out, findings.diagnostics, [&](const ide::Diagnostic& diagnostic) { WriteDiagnostic(out, diagnostic); });
  out << "],\n \"models\": [";
  WriteList(out, findings.models, [&](const ide::ModelSummary& model) { WriteModel(out, model); });
  out << "],\n \"failures\": [";
  WriteList(out, findings.failures, [&](const std::string& failure) { out << "  " << JsonString(failure); });
  out << "]}\n";
}

}  // namespace trident::cli
