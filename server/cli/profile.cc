#include "server/cli/analyse.h"
#include "server/cli/arguments.h"
#include "server/cli/commands.h"
#include "server/cli/find_files.h"
#include "server/cli/json_text.h"
#include "server/cli/terminal.h"

#include "core/source/source.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>

namespace trident::cli {
namespace {

constexpr unsigned kBarWidth = 20;

// Eighths of a cell, so that small shares still show.
std::string Bar(double share) {
  static constexpr const char* kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  auto eighths = static_cast<unsigned>(std::clamp(share, 0.0, 1.0) * kBarWidth * 8 + 0.5);
  std::string bar;
  for (unsigned i = 0; i < eighths / 8; ++i) {
    bar += "█";
  }
  return bar + kEighths[eighths % 8];
}

std::string Milliseconds(double seconds) { return llvm::formatv("{0:f3}", seconds * 1e3).str(); }

struct Row {
  std::string stage, wall, cpu, allocated, items, hits, misses, share;
};

void WriteRow(llvm::raw_ostream& out, const Row& row, Style style, bool is_head) {
  std::string line = AlignLeft(row.stage, 10) + AlignRight(row.wall, 11) + AlignRight(row.cpu, 11) + AlignRight(row.allocated, 12) +
                     AlignRight(row.items, 12) + AlignRight(row.hits, 9) + AlignRight(row.misses, 9) + "  ";
  out << (is_head ? style.Bold(line + row.share) : line + style.Cyan(row.share)) << "\n";
}

Row StageRow(llvm::StringRef name, const profile::StageMetrics& metrics, double total) {
  double share = total > 0 ? metrics.wall_seconds / total : 0;
  auto count = [](uint64_t value) { return value == 0 ? std::string("·") : Grouped(static_cast<int64_t>(value)); };
  return {name.str(),
          Milliseconds(metrics.wall_seconds),
          Milliseconds(metrics.cpu_seconds),
          Bytes(metrics.allocated_bytes),
          count(metrics.items),
          count(metrics.hits),
          count(metrics.misses),
          llvm::formatv("{0,3}% ", static_cast<int>(share * 100 + 0.5)).str() + Bar(share)};
}

void WriteTable(llvm::raw_ostream& out, const Findings& findings, Style style) {
  const profile::Report& report = findings.profile;
  profile::StageMetrics sum;
  for (const profile::StageMetrics& metrics : report.stages) {
    sum.wall_seconds += metrics.wall_seconds;
    sum.cpu_seconds += metrics.cpu_seconds;
    sum.allocated_bytes += metrics.allocated_bytes;
    sum.items += metrics.items;
    sum.hits += metrics.hits;
    sum.misses += metrics.misses;
  }
  WriteRow(out, {"stage", "wall ms", "cpu ms", "allocated", "items", "hits", "misses", "share"}, style, true);
  for (size_t i = 0; i < report.stages.size(); ++i) {
    const profile::StageMetrics& metrics = report.stages[i];
    if (metrics.calls > 0 || metrics.items > 0 || metrics.hits > 0) {
      WriteRow(out, StageRow(profile::StageName(static_cast<profile::Stage>(i)), metrics, sum.wall_seconds), style, false);
    }
  }
  Row total = StageRow("total", sum, sum.wall_seconds);
  total.items = "";
  total.share = "";
  WriteRow(out, total, style, true);
  out << style.Dim("whole run " + Duration(findings.seconds) + ", peak resident memory " + Bytes(report.peak_bytes)) << "\n";
}

void WriteModelTable(llvm::raw_ostream& out, const Findings& findings, Style style) {
  size_t width = 5;
  for (const ide::ModelSummary& model : findings.models) {
    width = std::max<size_t>(width, DisplayWidth(model.name));
  }
  if (findings.models.empty()) {
    return;
  }
  out << "\n" << style.Bold(AlignLeft("model", width) + AlignRight("parameters", 16) + AlignRight("FLOP", 22)) << "\n";
  for (const ide::ModelSummary& model : findings.models) {
    std::string flops = model.flops >= 0 ? Grouped(model.flops) : model.flops_text.empty() ? "?" : model.flops_text;
    std::string place = ShownPath(model.location.path) + ":" + std::to_string(model.location.range.start.line + 1);
    out << AlignLeft(model.name, width) << AlignRight(model.parameters >= 0 ? Grouped(model.parameters) : "?", 16) << AlignRight(flops, 22) << "  "
        << style.Dim(place) << "\n";
  }
}

void WriteJsonProfile(llvm::raw_ostream& out, const Findings& findings) {
  out << "{\"stages\": [";
  const char* separator = "\n";
  for (size_t i = 0; i < findings.profile.stages.size(); ++i) {
    const profile::StageMetrics& m = findings.profile.stages[i];
    out << separator
        << llvm::formatv(
               "  {{\"stage\": \"{0}\", \"wall_seconds\": {1:f9}, \"cpu_seconds\": {2:f9}, \"allocated_bytes\": {3}, \"items\": {4}, "
               "\"hits\": {5}, \"misses\": {6}, \"calls\": {7}}",
               profile::StageName(static_cast<profile::Stage>(i)), m.wall_seconds, m.cpu_seconds, m.allocated_bytes, m.items, m.hits, m.misses,
               m.calls);
    separator = ",\n";
  }
  out << llvm::formatv("],\n \"wall_seconds\": {0:f9}, \"peak_bytes\": {1},\n \"models\": [", findings.seconds, findings.profile.peak_bytes);
  separator = "\n";
  for (const ide::ModelSummary& model : findings.models) {
    out << separator << "  {\"name\": " << JsonString(model.name) << ", \"parameters\": " << model.parameters << ", \"flops\": " << model.flops
        << "}";
    separator = ",\n";
  }
  out << "]}\n";
}

}  // namespace

int RunProfile(Words words) {
  std::vector<std::string> paths;
  ide::Options options;
  std::string format = "text";
  CommandLine line = {.usage = "trident profile [OPTION…] PATH…",
                      .summary =
                          "Analyses the files and shows what each stage of the work cost, and the parameters and FLOPs of the models.\n"
                          "FLOPs are counted as torch.utils.flop_counter does: two for a multiply-add.",
                      .options = {},
                      .positionals = &paths};
  line.options = {
      {"--format", "FORMAT", "text or json", &format, {"text", "json"}},
      {"--python-path", "DIR", "one more root for imports (repeatable, first wins)", &options.python_path},
      {"--python", "DIR", "the virtual environment or site-packages to import from", &options.python_environment},
  };
  llvm::Expected<Parsed> parsed = Parse(line, words);
  if (!parsed) {
    return Fail(parsed.takeError());
  }
  if (*parsed == Parsed::HelpShown) {
    return kClean;
  }
  llvm::Expected<std::vector<std::string>> files = FindFiles(paths);
  if (!files) {
    return Fail(files.takeError());
  }
  for (std::string& folder : options.python_path) {
    folder = source::NormalPath(folder);
  }
  options.workspace = {source::NormalPath(".")};
  Analysis analysis(std::move(options));
  Findings findings = analysis.Run(std::move(*files));
  if (format == "json") {
    WriteJsonProfile(llvm::outs(), findings);
  } else {
    Style style = StyleFor(Stream::Out);
    WriteTable(llvm::outs(), findings, style);
    WriteModelTable(llvm::outs(), findings, style);
  }
  llvm::outs().flush();
  for (const std::string& failure : findings.failures) {
    Fail(ShownPath(failure));
  }
  return findings.failures.empty() ? kClean : kCannotRun;
}

}  // namespace trident::cli
