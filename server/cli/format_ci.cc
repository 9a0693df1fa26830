#include "server/cli/format.h"
#include "server/cli/json_text.h"

#include "core/diagnostics/catalogue.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <map>
#include <set>

namespace trident::cli {
namespace {

struct ShownRange {
  ShownPosition start, end;
};

ShownRange ShowRange(source::FileStore& sources, const ide::Location& location) {
  return {Show(sources, location.path, location.range.start), Show(sources, location.path, location.range.end)};
}

// A workflow command ends at the line's end, and its properties at `,` and `:`.
std::string GithubText(llvm::StringRef text, bool is_property) {
  std::string result;
  for (char c : text) {
    bool escape = c == '%' || c == '\r' || c == '\n' || (is_property && (c == ':' || c == ','));
    escape ? result += "%" + llvm::utohexstr(static_cast<uint8_t>(c), false, 2) : result += c;
  }
  return result;
}

const char* SarifLevel(ide::Severity severity) {
  switch (severity) {
    case ide::Severity::Error: return "error";
    case ide::Severity::Warning: return "warning";
    case ide::Severity::Information:
    case ide::Severity::Hint: return "note";
  }
  return "none";
}

std::string Uri(llvm::StringRef path) {
  std::string uri = path.starts_with("/") ? "file://" : "";
  for (char c : path) {
    bool plain = llvm::isAlnum(c) || llvm::StringRef("-._~/").contains(c);
    plain ? uri += c : uri += "%" + llvm::utohexstr(static_cast<uint8_t>(c), false, 2);
  }
  return uri;
}

std::string SarifLocation(source::FileStore& sources, const ide::Location& location, llvm::StringRef message) {
  ShownRange range = ShowRange(sources, location);
  std::string text = llvm::formatv(
      "{{\"physicalLocation\": {{\"artifactLocation\": {{\"uri\": {0}}, \"region\": {{\"startLine\": {1}, \"startColumn\": {2}, "
      "\"endLine\": {3}, \"endColumn\": {4}}}",
      JsonString(Uri(ShownPath(location.path))), range.start.line, range.start.column, range.end.line, range.end.column);
  return text + (message.empty() ? "}" : ", \"message\": {\"text\": " + JsonString(message) + "}}");
}

}  // namespace

void WriteGithub(llvm::raw_ostream& out, const Findings& findings, source::FileStore& sources) {
  for (const ide::Diagnostic& diagnostic : findings.diagnostics) {
    ShownRange range = ShowRange(sources, diagnostic.location);
    const char* command = diagnostic.severity == ide::Severity::Error     ? "error"
                          : diagnostic.severity == ide::Severity::Warning ? "warning"
                                                                          : "notice";
    std::string message = diagnostic.message;
    for (const ide::Related& related : diagnostic.related) {
      message += "\n" + ShownPath(related.location.path) + ":" + std::to_string(related.location.range.start.line + 1) + ": " + related.message;
    }
    out << "::" << command << " file=" << GithubText(ShownPath(diagnostic.location.path), true) << ",line=" << range.start.line
        << ",col=" << range.start.column << ",endLine=" << range.end.line << ",endColumn=" << range.end.column
        << ",title=" << GithubText("trident " + diagnostic.code, true) << "::" << GithubText(message, false) << "\n";
  }
}

void WriteSarif(llvm::raw_ostream& out, const Findings& findings, source::FileStore& sources) {
  std::set<std::string> used;
  for (const ide::Diagnostic& diagnostic : findings.diagnostics) {
    used.insert(diagnostic.code);
  }
  out << "{\"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\", \"version\": \"2.1.0\", \"runs\": [{\n"
      << " \"tool\": {\"driver\": {\"name\": \"trident\", \"version\": \"" TRIDENT_VERSION "\", \"rules\": [";
  const char* separator = "\n";
  for (const std::string& code : used) {
    const diagnostics::Entry* entry = diagnostics::Find(code);
    out << separator << "  {\"id\": " << JsonString(code);
    if (entry) {
      out << ", \"shortDescription\": {\"text\": " << JsonString(entry->summary) << "}";
    }
    if (llvm::StringRef page = diagnostics::Page(code); !page.empty()) {
      out << ", \"help\": {\"text\": " << JsonString(page) << ", \"markdown\": " << JsonString(page) << "}";
    }
    out << "}";
    separator = ",\n";
  }
  out << "]}},\n \"columnKind\": \"unicodeCodePoints\",\n \"results\": [";
  separator = "\n";
  for (const ide::Diagnostic& diagnostic : findings.diagnostics) {
    out << separator << "  {\"ruleId\": " << JsonString(diagnostic.code) << ", \"level\": \"" << SarifLevel(diagnostic.severity)
        << "\", \"message\": {\"text\": " << JsonString(diagnostic.message) << "}, \"locations\": ["
        << SarifLocation(sources, diagnostic.location, "") << "]";
    std::vector<std::string> related;
    for (const ide::Related& item : diagnostic.related) {
      related.push_back(SarifLocation(sources, item.location, item.message));
    }
    if (!related.empty()) {
      out << ", \"relatedLocations\": [" << llvm::join(related, ", ") << "]";
    }
    out << "}";
    separator = ",\n";
  }
  out << "]\n}]}\n";
}

void WriteJunit(llvm::raw_ostream& out, const Findings& findings, source::FileStore& sources) {
  std::map<std::string, std::vector<const ide::Diagnostic*>> by_file;
  for (const std::string& file : findings.files) {
    by_file[file];
  }
  for (const ide::Diagnostic& diagnostic : findings.diagnostics) {
    if (diagnostic.severity == ide::Severity::Error) {
      by_file[diagnostic.location.path].push_back(&diagnostic);
    }
  }
  size_t tests = 0;
  size_t failures = 0;
  for (const auto& [file, errors] : by_file) {
    tests += std::max<size_t>(1, errors.size());
    failures += errors.size();
  }
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      << llvm::formatv("<testsuites name=\"trident\" tests=\"{0}\" failures=\"{1}\" time=\"{2:f3}\">\n", tests, failures, findings.seconds);
  for (const auto& [file, errors] : by_file) {
    std::string name = XmlText(ShownPath(file));
    out << llvm::formatv("  <testsuite name=\"{0}\" tests=\"{1}\" failures=\"{2}\" errors=\"0\">\n", name, std::max<size_t>(1, errors.size()),
                         errors.size());
    if (errors.empty()) {
      out << "    <testcase name=\"shapes\" classname=\"" << name << "\"/>\n";
    }
    for (const ide::Diagnostic* error : errors) {
      ShownPosition at = Show(sources, error->location.path, error->location.range.start);
      std::string place = ShownPath(error->location.path) + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
      std::string body = place + ": " + error->message;
      for (const ide::Related& related : error->related) {
        body += "\n" + ShownPath(related.location.path) + ":" + std::to_string(related.location.range.start.line + 1) + ": note: " + related.message;
      }
      out << "    <testcase name=\"" << XmlText(error->code + " at line " + std::to_string(at.line)) << "\" classname=\"" << name
          << "\">\n      <failure type=\"" << XmlText(error->code) << "\" message=\"" << XmlText(error->message) << "\">" << XmlText(body)
          << "</failure>\n    </testcase>\n";
    }
    out << "  </testsuite>\n";
  }
  out << "</testsuites>\n";
}

}  // namespace trident::cli
