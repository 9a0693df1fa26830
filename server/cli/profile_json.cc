// The JSON and Chrome trace of a profile.
#include "server/cli/json_text.h"
#include "server/cli/profile_view.h"

#include "llvm/Support/FormatVariadic.h"

#include <algorithm>

namespace trident::cli {
namespace {

void WriteStages(llvm::raw_ostream& out, const profile::Report& report) {
  const char* separator = "\n";
  for (size_t i = 0; i < report.stages.size(); ++i) {
    const profile::StageMetrics& m = report.stages[i];
    out << separator
        << llvm::formatv(
               "  {{\"stage\": \"{0}\", \"wall_seconds\": {1:f9}, \"cpu_seconds\": {2:f9}, \"allocated_bytes\": {3}, \"peak_bytes\": {4}, "
               "\"items\": {5}, \"hits\": {6}, \"misses\": {7}, \"calls\": {8}}",
               profile::StageName(static_cast<profile::Stage>(i)), m.wall_seconds, m.cpu_seconds, m.allocated_bytes, m.peak_bytes, m.items, m.hits,
               m.misses, m.calls);
    separator = ",\n";
  }
}

void WriteFunctions(llvm::raw_ostream& out, const profile::Calls& calls) {
  const char* separator = "\n";
  for (const profile::FunctionTotal& total : calls.ByFunction()) {
    const profile::Function& function = calls.functions[total.function];
    out << separator << "  {\"file\": " << JsonString(function.file) << ", \"line\": " << function.line
        << ", \"name\": " << JsonString(function.name)
        << llvm::formatv(", \"calls\": {0}, \"replays\": {1}, \"seconds\": {2:f9}, \"self_seconds\": {3:f9}, \"allocated_bytes\": {4}}", total.calls,
                         total.replays, static_cast<double>(total.nanoseconds) * 1e-9, static_cast<double>(total.self_nanoseconds) * 1e-9,
                         total.allocated_bytes);
    separator = ",\n";
  }
}

std::string AmountFields(const ide::Amount& amount) {
  return llvm::formatv("\"kernels\": {0}, \"unknown\": {1}, \"flops\": {2:f0}, \"bytes\": {3:f0}, \"seconds\": {4:f9}", amount.kernels, amount.unknown,
                       amount.flops, amount.bytes, amount.seconds)
      .str();
}

void WriteModel(llvm::raw_ostream& out, const ide::ModelProfile& model) {
  out << "  {\"name\": " << JsonString(model.name) << ", \"file\": " << JsonString(model.path) << ", \"line\": " << model.line
      << ", \"device\": " << JsonString(model.device) << ", "
      << AmountFields(model.total) << llvm::formatv(", \"activation_bytes\": {0:f0}, \"training_bytes\": {1:f0}, \"saved_bytes\": {2:f0}", model.all_activation_bytes, model.training_bytes,
                                              model.saved_bytes);
  if (!model.flops_text.empty() || !model.bytes_text.empty()) {
    out << ", \"flops_text\": " << JsonString(model.flops_text) << ", \"bytes_text\": " << JsonString(model.bytes_text);
  }
  if (!model.held_bytes.empty()) {
    out << llvm::formatv(", \"peak_activation_bytes\": {0:f0}", model.held_bytes[model.peak_kernel])
        << ", \"peak_file\": " << JsonString(model.peak_path) << ", \"peak_line\": " << model.peak_line;
  }
  out << ",\n   \"lines\": [";
  const char* separator = "\n";
  for (const ide::LineCost& line : model.lines) {
    out << separator << "    {\"file\": " << JsonString(line.path) << ", \"line\": " << line.line << ", " << AmountFields(line.cost) << "}";
    separator = ",\n";
  }
  out << "],\n   \"modules\": [";
  separator = "\n";
  for (const ide::ModuleCost& module : model.modules) {
    out << separator << "    {\"path\": " << JsonString(module.path) << ", \"class\": " << JsonString(module.class_name)
        << ", \"calls\": " << module.calls << ", " << AmountFields(module.cost) << "}";
    separator = ",\n";
  }
  out << "]}";
}

// Stages are laid one after the other on a row of their own: they say how much, not when.
void WriteStageEvents(llvm::raw_ostream& out, const profile::Report& report) {
  double at = 0;
  for (size_t i = 0; i < report.stages.size(); ++i) {
    const profile::StageMetrics& m = report.stages[i];
    if (m.calls == 0) {
      continue;
    }
    out << llvm::formatv(
        ",\n{{\"ph\": \"X\", \"pid\": 1, \"tid\": 1, \"cat\": \"stage\", \"name\": \"{0}\", \"ts\": {1:f3}, \"dur\": {2:f3}, \"args\": "
        "{{\"cpu_ms\": {3:f3}, \"allocated_bytes\": {4}, \"items\": {5}, \"hits\": {6}, \"misses\": {7}}}",
        profile::StageName(static_cast<profile::Stage>(i)), at, m.wall_seconds * 1e6, m.cpu_seconds * 1e3, m.allocated_bytes, m.items, m.hits,
        m.misses);
    at += m.wall_seconds * 1e6;
  }
}

void WriteName(llvm::raw_ostream& out, int thread, const char* name, bool is_first) {
  out << (is_first ? "" : ",\n")
      << llvm::formatv("{{\"ph\": \"M\", \"pid\": 1, \"tid\": {0}, \"name\": \"thread_name\", \"args\": {{\"name\": \"{1}\"}}", thread, name);
}

}  // namespace

void WriteProfileJson(llvm::raw_ostream& out, const Findings& findings) {
  out << "{\"stages\": [";
  WriteStages(out, findings.profile);
  out << llvm::formatv("],\n \"wall_seconds\": {0:f9}, \"peak_bytes\": {1}, \"workers\": {2}, \"busy_seconds\": {3:f9}, \"efficiency\": {4:f4},\n", findings.seconds,
                       findings.profile.peak_bytes, findings.workers, findings.busy_seconds, findings.Efficiency())
      << " \"bottleneck\": " << JsonString(BottleneckSentence(findings.profile)) << ",\n \"functions\": [";
  WriteFunctions(out, findings.profile.calls);
  out << "],\n \"models\": [";
  const char* separator = "\n";
  for (const ide::ModelSummary& model : findings.models) {
    out << separator << "  {\"name\": " << JsonString(model.name) << ", \"parameters\": " << model.parameters << ", \"flops\": " << model.flops
        << "}";
    separator = ",\n";
  }
  out << "],\n \"costs\": [";
  separator = "\n";
  for (const ide::ModelProfile* model : ModelProfiles(findings)) {
    out << separator;
    WriteModel(out, *model);
    separator = ",\n";
  }
  out << "]}\n";
}

void WriteProfileTrace(llvm::raw_ostream& out, const Findings& findings) {
  const profile::Calls& calls = findings.profile.calls;
  out << "{\"displayTimeUnit\": \"ms\", \"traceEvents\": [\n";
  WriteName(out, 1, "stages (sums)", true);
  WriteName(out, 2, "evaluation", false);
  WriteStageEvents(out, findings.profile);
  uint64_t zero = UINT64_MAX;
  for (const profile::Event& event : calls.events) {
    zero = std::min(zero, event.start);
  }
  for (const profile::Event& event : calls.events) {
    const profile::Function& function = calls.functions[event.function];
    double start = static_cast<double>(event.start - zero) * 1e-3, duration = static_cast<double>(event.duration) * 1e-3;
    out << ",\n{\"ph\": \"X\", \"pid\": 1, \"tid\": 2, \"cat\": \"call\", \"name\": " << JsonString(function.name)
        << llvm::formatv(", \"ts\": {0:f3}, \"dur\": {1:f3}, \"args\": {{\"file\": ", start, duration) << JsonString(ShownPath(function.file))
        << ", \"line\": " << function.line << "}}"
        << llvm::formatv(",\n{{\"ph\": \"C\", \"pid\": 1, \"tid\": 2, \"name\": \"held bytes\", \"ts\": {0:f3}, \"args\": {{\"bytes\": {1}}}",
                         start + duration, event.held_bytes);
  }
  out << "\n]}\n";
}

}  // namespace trident::cli
