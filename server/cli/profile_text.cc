// The tables of a profile on a terminal.
#include "server/cli/plot.h"
#include "server/cli/profile_view.h"

#include "core/profile/bottleneck.h"

#include "llvm/Support/FormatVariadic.h"

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

std::string Share(double share) { return llvm::formatv("{0,3}% ", static_cast<int>(share * 100 + 0.5)).str() + Bar(share); }

std::string Milliseconds(double seconds) { return llvm::formatv("{0:f3}", seconds * 1e3).str(); }

std::string Count(uint64_t value) { return value == 0 ? std::string("·") : Grouped(static_cast<int64_t>(value)); }

struct Row {
  std::string stage, wall, cpu, allocated, peak, items, hits, misses, share;
};

void WriteRow(llvm::raw_ostream& out, const Row& row, Style style, bool is_head) {
  std::string line = AlignLeft(row.stage, 10) + AlignRight(row.wall, 11) + AlignRight(row.cpu, 11) + AlignRight(row.allocated, 12) +
                     AlignRight(row.peak, 12) + AlignRight(row.items, 11) + AlignRight(row.hits, 8) + AlignRight(row.misses, 8) + "  ";
  out << (is_head ? style.Bold(line + row.share) : line + style.Cyan(row.share)) << "\n";
}

Row StageRow(llvm::StringRef name, const profile::StageMetrics& metrics, double total) {
  return {name.str(),
          Milliseconds(metrics.wall_seconds),
          Milliseconds(metrics.cpu_seconds),
          Bytes(metrics.allocated_bytes),
          Bytes(metrics.peak_bytes),
          Count(metrics.items),
          Count(metrics.hits),
          Count(metrics.misses),
          Share(total > 0 ? metrics.wall_seconds / total : 0)};
}

double WriteStages(llvm::raw_ostream& out, const Findings& findings, Style style) {
  const profile::Report& report = findings.profile;
  profile::StageMetrics sum;
  for (const profile::StageMetrics& metrics : report.stages) {
    sum.wall_seconds += metrics.wall_seconds;
    sum.cpu_seconds += metrics.cpu_seconds;
    sum.allocated_bytes += metrics.allocated_bytes;
    sum.peak_bytes = std::max(sum.peak_bytes, metrics.peak_bytes);
    sum.hits += metrics.hits;
    sum.misses += metrics.misses;
  }
  WriteRow(out, {"stage", "wall ms", "cpu ms", "allocated", "peak", "items", "hits", "misses", "share"}, style, true);
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
  out << style.Dim("whole run " + Duration(findings.seconds) + ", peak resident memory " + Bytes(report.peak_bytes) + ", " + WorkersText(findings)) << "\n";
  return sum.wall_seconds;
}

std::string Place(const profile::Function& function) { return ShownPath(function.file) + (function.line ? ":" + std::to_string(function.line) : ""); }

void WriteFunctions(llvm::raw_ostream& out, const profile::Calls& calls, unsigned rows, double total_seconds, Style style) {
  std::vector<profile::FunctionTotal> totals = calls.ByFunction();
  if (totals.empty()) {
    return;
  }
  totals.resize(std::min<size_t>(totals.size(), rows));
  size_t width = 8;
  for (const profile::FunctionTotal& total : totals) {
    width = std::max<size_t>(width, DisplayWidth(calls.functions[total.function].name));
  }
  out << "\n"
      << style.Bold(AlignLeft("function", width) + AlignRight("self ms", 11) + AlignRight("with calls", 12) + AlignRight("calls", 9) +
                    AlignRight("reused", 9) + AlignRight("allocated", 12) + "  share")
      << "\n";
  for (const profile::FunctionTotal& total : totals) {
    const profile::Function& function = calls.functions[total.function];
    double self = static_cast<double>(total.self_nanoseconds) * 1e-9;
    int percent = total_seconds > 0 ? static_cast<int>(self / total_seconds * 100 + 0.5) : 0;
    out << AlignLeft(function.name, width) << AlignRight(Milliseconds(self), 11)
        << AlignRight(Milliseconds(static_cast<double>(total.nanoseconds) * 1e-9), 12) << AlignRight(Count(total.calls), 9)
        << AlignRight(Count(total.replays), 9) << AlignRight(Bytes(total.allocated_bytes), 12)
        << style.Cyan(AlignRight(std::to_string(percent) + "%", 7)) << "  " << style.Dim(Place(function)) << "\n";
  }
}

// What was evaluated for its own sake: the files as scripts and the models that nothing calls.
void WriteEntries(llvm::raw_ostream& out, const profile::Calls& calls, Style style) {
  std::vector<const profile::CallNode*> entries;
  for (size_t i = 1; i < calls.nodes.size(); ++i) {
    if (calls.nodes[i].parent == 0 && calls.functions[calls.nodes[i].function].name != profile::kParsing) {
      entries.push_back(&calls.nodes[i]);
    }
  }
  if (entries.size() < 2) {
    return;
  }
  out << "\n" << style.Bold("  wall ms   allocated  entry point") << "\n";
  for (const profile::CallNode* entry : entries) {
    const profile::Function& function = calls.functions[entry->function];
    out << AlignRight(Milliseconds(static_cast<double>(entry->nanoseconds) * 1e-9), 9) << AlignRight(Bytes(entry->allocated_bytes), 12) << "  "
        << function.name << " " << style.Dim(Place(function)) << "\n";
  }
}

void WriteFiles(llvm::raw_ostream& out, const Findings& findings, Style style) {
  if (findings.reports.size() < 2) {
    return;
  }
  out << "\n" << style.Bold("  wall ms   allocated  file") << "\n";
  for (const std::shared_ptr<const ide::FileReport>& report : findings.reports) {
    uint64_t allocated = 0;
    for (const profile::StageMetrics& metrics : report->profile.stages) {
      allocated += metrics.allocated_bytes;
    }
    out << AlignRight(Milliseconds(report->profile.wall_seconds), 9) << AlignRight(Bytes(allocated), 12) << "  " << ShownPath(report->path) << "\n";
  }
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
    std::string flops = model.flops >= 0 ? (model.flops_at_most ? "≤ " : "") + Grouped(model.flops) : model.flops_text.empty() ? "?" : model.flops_text;
    std::string place = ShownPath(model.location.path) + ":" + std::to_string(model.location.range.start.line + 1);
    out << AlignLeft(model.name, width) << AlignRight(model.parameters >= 0 ? Grouped(model.parameters) : "?", 16) << (flops.size() < 22 ? AlignRight(flops, 22) : "  " + flops) << "  "
        << style.Dim(place) << "\n";
  }
}

void WriteAmount(llvm::raw_ostream& out, const ide::Amount& amount, double all_seconds, Style style) {
  int percent = all_seconds > 0 ? static_cast<int>(amount.seconds / all_seconds * 100 + 0.5) : 0;
  out << AlignRight(std::to_string(amount.kernels), 8) << AlignRight(WithPrefix(amount.flops, "FLOP"), 14) << AlignRight(WithPrefix(amount.bytes, "B"), 12)
      << AlignRight(Duration(amount.seconds), 10) << style.Cyan(AlignRight(std::to_string(percent) + "%", 6)) << "  ";
}

void WriteModelCosts(llvm::raw_ostream& out, const ide::ModelProfile& model, unsigned rows, Style style) {
  const ide::Amount& total = model.total;
  out << "\n" << style.Bold(model.name) << ": " << Counted(total.kernels, "kernel") << ", " << WithPrefix(total.flops, "FLOP") << ", "
      << WithPrefix(total.bytes, "B") << " moved, at least " << Duration(total.seconds) << " on " << model.device;
  if (!model.held_bytes.empty()) {
    out << ", activations at most " << WithPrefix(model.held_bytes[model.peak_kernel], "B") << " at once";
    if (model.peak_line != 0) {
      out << " (" << model.peak_op << " at " << ShownPath(model.peak_path) << ":" << model.peak_line << ")";
    }
  }
  if (model.training_bytes > 0) {
    out << ", " << WithPrefix(model.training_bytes, "B") << " in training";
  }
  if (total.unknown > 0) {
    out << "; " << Counted(total.unknown, "kernel") << " of unknown size not counted";
  }
  if (!model.flops_text.empty() || !model.bytes_text.empty()) {
    out << "\nwith symbols: " << (model.flops_text.empty() ? "?" : model.flops_text) << " FLOP, " << (model.bytes_text.empty() ? "?" : model.bytes_text) << " bytes moved";
  }
  out << "\n" << style.Bold(" kernels          FLOP       bytes      time share  line") << "\n";
  for (const ide::LineCost& line : llvm::ArrayRef(model.lines).take_front(rows)) {
    WriteAmount(out, line.cost, total.seconds, style);
    out << ShownPath(line.path) << ":" << line.line << "\n";
  }
  std::vector<const ide::ModuleCost*> modules;
  for (const ide::ModuleCost& module : model.modules) {
    if (module.depth > 0) {
      modules.push_back(&module);
    }
  }
  llvm::stable_sort(modules, [](const ide::ModuleCost* a, const ide::ModuleCost* b) { return a->cost.seconds > b->cost.seconds; });
  out << style.Bold(" kernels          FLOP       bytes      time share  module") << "\n";
  for (const ide::ModuleCost* module : llvm::ArrayRef(modules).take_front(rows)) {
    WriteAmount(out, module->cost, total.seconds, style);
    out << module->path << " " << style.Dim(module->class_name) << "\n";
  }
}

}  // namespace

std::string WorkersText(const Findings& findings) {
  return llvm::formatv("{0}, efficiency {1:F2}", Counted(findings.workers, "worker"), findings.Efficiency()).str();
}

std::string BottleneckSentence(const profile::Report& report) {
  std::optional<profile::Bottleneck> found = profile::FindBottleneck(report);
  if (!found) {
    return "";
  }
  auto percent = [](double share) { return std::to_string(static_cast<int>(share * 100 + 0.5)) + " % of the time "; };
  if (!found->function) {
    return percent(found->share) + "is the stage `" + profile::StageName(found->stage) + "`";
  }
  const profile::Function& function = report.calls.functions[found->function->function];
  if (found->stage == profile::Stage::Parse) {
    return percent(found->share) + "parses " + Grouped(static_cast<int64_t>(report[profile::Stage::Parse].items)) + " lines, most of it for `" +
           ShownPath(function.file) + "`";
  }
  std::string sentence = percent(found->function_share) + "evaluates `" + Place(function) + " " + function.name + "` (" +
                         Counted(found->function->calls, "call");
  if (found->function->replays > 0) {
    sentence += ", " + Grouped(static_cast<int64_t>(found->function->replays)) + " more from summaries";
  }
  return sentence + ")";
}

std::vector<const ide::ModelProfile*> ModelProfiles(const Findings& findings) {
  std::vector<const ide::ModelProfile*> models;
  for (const std::shared_ptr<const ide::FileReport>& report : findings.reports) {
    for (const ide::ModelProfile& model : report->model_profiles) {
      models.push_back(&model);
    }
  }
  return models;
}

void WriteProfileText(llvm::raw_ostream& out, const Findings& findings, unsigned rows, Style style) {
  double total = WriteStages(out, findings, style);
  if (std::string sentence = BottleneckSentence(findings.profile); !sentence.empty()) {
    out << sentence << "\n";
  }
  WriteFunctions(out, findings.profile.calls, rows, total, style);
  WriteEntries(out, findings.profile.calls, style);
  WriteFiles(out, findings, style);
  WriteModelTable(out, findings, style);
  for (const ide::ModelProfile* model : ModelProfiles(findings)) {
    WriteModelCosts(out, *model, rows, style);
  }
}

}  // namespace trident::cli
