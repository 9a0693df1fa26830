// The page of a profile: everything in one file, styles inside, no script.
#include "server/cli/json_text.h"
#include "server/cli/plot.h"
#include "server/cli/profile_view.h"

#include "core/profile/bottleneck.h"

#include "llvm/Support/FormatVariadic.h"

#include <algorithm>

namespace trident::cli {
namespace {

constexpr size_t kRows = 40;

constexpr const char* kStyle = R"css(
  :root { color-scheme: light dark; --ink: #1c2128; --soft: #656d76; --line: #d7dce2; --bar: #4f7fd9; --mark: #c4432b; --back: #fff; }
  @media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --soft: #969ea8; --line: #3a4149; --bar: #6f9cf0; --mark: #ff7b63; --back: #16191d; } }
  body { font: 14px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--back); margin: 2em auto; max-width: 1240px; padding: 0 1em; }
  h1 { font-size: 1.5em; margin-bottom: 0; } h2 { font-size: 1.15em; margin: 2em 0 .5em; } h3 { font-size: 1em; margin: 1.4em 0 .4em; }
  p, .axis, figcaption { color: var(--soft); } .bottleneck { color: var(--ink); font-weight: 600; }
  table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; }
  th, td { padding: 2px 10px 2px 0; text-align: right; white-space: nowrap; } tr > :last-child { text-align: left; width: 60%; white-space: normal; }
  tr > :first-child { text-align: left; }
  thead th { color: var(--soft); font-weight: 500; border-bottom: 1px solid var(--line); } tbody th { text-align: left; font-weight: 500; }
  .bar { display: inline-block; height: .75em; background: var(--bar); border-radius: 2px; min-width: 1px; }
  svg { width: 100%; display: block; margin: .5em 0; font-size: 11px; } svg text { fill: var(--ink); } svg .axis { fill: var(--soft); }
  .flame text { fill: #1c2128; pointer-events: none; } .flame g:hover rect { filter: brightness(1.12); }
  .curve path { fill: var(--bar); fill-opacity: .35; stroke: var(--bar); } .curve circle { fill: var(--mark); }
  .roofline { max-width: 800px; } .roof { fill: none; stroke: var(--ink); stroke-width: 1.5; } .grid { stroke: var(--line); }
  .kernel { fill: var(--bar); fill-opacity: .55; stroke: var(--bar); }
)css";

std::string Milliseconds(uint64_t nanoseconds) { return llvm::formatv("{0:f3}", static_cast<double>(nanoseconds) * 1e-6).str(); }

std::string Bar(double share) { return llvm::formatv("<span class=\"bar\" style=\"width:{0:f1}%\"></span>", std::clamp(share, 0.0, 1.0) * 80).str(); }

void Head(llvm::raw_ostream& out, std::initializer_list<const char*> names) {
  out << "<table><thead><tr>";
  for (const char* name : names) {
    out << "<th>" << name << "</th>";
  }
  out << "</tr></thead><tbody>\n";
}

// The first cell is the row's name, the last may be markup.
void Row(llvm::raw_ostream& out, const std::string& name, std::initializer_list<std::string> cells, const std::string& last) {
  out << "<tr><th>" << XmlText(name) << "</th>";
  for (const std::string& cell : cells) {
    out << "<td>" << XmlText(cell) << "</td>";
  }
  out << "<td>" << last << "</td></tr>\n";
}

constexpr const char* kEndOfTable = "</tbody></table>\n";

void WriteStages(llvm::raw_ostream& out, const profile::Report& report) {
  double total = 0;
  for (const profile::StageMetrics& metrics : report.stages) {
    total += metrics.wall_seconds;
  }
  out << "<h2 id=\"stages\">Stages</h2>\n";
  Head(out, {"stage", "wall ms", "CPU ms", "allocated", "peak", "items", "share"});
  for (size_t i = 0; i < report.stages.size(); ++i) {
    const profile::StageMetrics& m = report.stages[i];
    if (m.calls == 0 && m.items == 0) {
      continue;
    }
    Row(out, profile::StageName(static_cast<profile::Stage>(i)),
        {llvm::formatv("{0:f3}", m.wall_seconds * 1e3).str(), llvm::formatv("{0:f3}", m.cpu_seconds * 1e3).str(), Bytes(m.allocated_bytes),
         Bytes(m.peak_bytes), Grouped(static_cast<int64_t>(m.items))},
        Bar(total > 0 ? m.wall_seconds / total : 0));
  }
  out << kEndOfTable;
}

void WriteCaches(llvm::raw_ostream& out, const profile::Report& report) {
  out << "<h2 id=\"caches\">Caches</h2>\n";
  Head(out, {"cache", "asked", "answered", "share", ""});
  auto row = [&](const std::string& name, uint64_t hits, uint64_t asked) {
    if (asked > 0) {
      double share = static_cast<double>(hits) / static_cast<double>(asked);
      Row(out, name, {Grouped(static_cast<int64_t>(asked)), Grouped(static_cast<int64_t>(hits)), llvm::formatv("{0:f0} %", share * 100).str()},
          Bar(share));
    }
  };
  for (size_t i = 0; i < report.stages.size(); ++i) {
    const profile::StageMetrics& m = report.stages[i];
    row(std::string("stage ") + profile::StageName(static_cast<profile::Stage>(i)), m.hits, m.misses > 0 ? m.hits + m.misses : 0);
  }
  std::vector<profile::FunctionTotal> totals = report.calls.ByFunction();
  std::stable_sort(totals.begin(), totals.end(), [](const auto& a, const auto& b) { return a.replays > b.replays; });
  for (size_t i = 0; i < std::min(kRows, totals.size()) && totals[i].replays > 0; ++i) {
    row(report.calls.functions[totals[i].function].name, totals[i].replays, totals[i].replays + totals[i].calls);
  }
  out << kEndOfTable;
}

void WriteFunctions(llvm::raw_ostream& out, const profile::Calls& calls) {
  std::vector<profile::FunctionTotal> totals = calls.ByFunction();
  uint64_t all = 0;
  for (const profile::FunctionTotal& total : totals) {
    all += total.self_nanoseconds;
  }
  Head(out, {"function", "self ms", "with calls ms", "calls", "reused", "allocated", "share"});
  for (size_t i = 0; i < std::min(kRows, totals.size()); ++i) {
    const profile::FunctionTotal& total = totals[i];
    const profile::Function& function = calls.functions[total.function];
    std::string place = ShownPath(function.file) + (function.line ? ":" + std::to_string(function.line) : "");
    Row(out, function.name,
        {Milliseconds(total.self_nanoseconds), Milliseconds(total.nanoseconds), Grouped(static_cast<int64_t>(total.calls)),
         Grouped(static_cast<int64_t>(total.replays)), Bytes(total.allocated_bytes)},
        Bar(all > 0 ? static_cast<double>(total.self_nanoseconds) / static_cast<double>(all) * 0.5 : 0) + " " + XmlText(place));
  }
  out << kEndOfTable;
}

void WriteMemory(llvm::raw_ostream& out, const profile::Calls& calls) {
  std::vector<CurvePoint> points;
  for (const profile::Event& event : calls.events) {
    points.push_back({static_cast<double>(event.start + event.duration) * 1e-6, static_cast<double>(event.held_bytes)});
  }
  if (points.empty()) {
    return;
  }
  std::stable_sort(points.begin(), points.end(), [](const CurvePoint& a, const CurvePoint& b) { return a.x < b.x; });
  double highest = 0;
  for (const CurvePoint& point : points) {
    highest = std::max(highest, point.y);
  }
  out << "<h2 id=\"memory\">Memory over time</h2>\n<p>What evaluation holds from the allocator at the end of each call.</p>\n"
      << Curve(points, llvm::formatv("{0:f1} ms", points.back().x - points.front().x).str(), Bytes(static_cast<uint64_t>(highest)));
}

void WriteAmountTable(llvm::raw_ostream& out, const char* what, const std::vector<std::pair<std::string, const ide::Amount*>>& rows, double total) {
  Head(out, {what, "kernels", "FLOP", "bytes", "time", "share"});
  for (size_t i = 0; i < std::min(kRows, rows.size()); ++i) {
    const ide::Amount& amount = *rows[i].second;
    Row(out, rows[i].first,
        {std::to_string(amount.kernels), WithPrefix(amount.flops, "FLOP"), WithPrefix(amount.bytes, "B"), Duration(amount.seconds)},
        Bar(total > 0 ? amount.seconds / total : 0));
  }
  out << kEndOfTable;
}

void WriteModel(llvm::raw_ostream& out, const ide::ModelProfile& model) {
  out << "<h2 class=\"model\">" << XmlText(model.name) << "</h2>\n<p>" << XmlText(ShownPath(model.path)) << ":" << model.line << " · "
      << Counted(model.total.kernels, "kernel") << " · " << WithPrefix(model.total.flops, "FLOP") << " · " << WithPrefix(model.total.bytes, "B")
      << " moved · at least " << Duration(model.total.seconds) << " on " << XmlText(model.device);
  if (model.total.unknown > 0) {
    out << " · " << Counted(model.total.unknown, "kernel") << " of unknown size not counted";
  }
  out << "</p>\n<h3>Roofline</h3>\n" << Roofline(model);
  std::vector<CurvePoint> held;
  for (size_t i = 0; i < model.held_bytes.size(); ++i) {
    held.push_back({static_cast<double>(i), model.held_bytes[i]});
  }
  if (!held.empty()) {
    std::string peak = WithPrefix(model.held_bytes[model.peak_kernel], "B") + ": " + model.peak_op;
    if (model.peak_line != 0) {
      peak += " at " + ShownPath(model.peak_path) + ":" + std::to_string(model.peak_line);
    }
    out << "<h3>Activations held</h3>\n<p>Without parameters and inputs; let go after their last use. A step of training holds "
        << WithPrefix(model.training_bytes, "B") << " at once; " << WithPrefix(model.saved_bytes, "B") << " of it is kept for the way back.</p>\n"
        << Curve(held, "operators in order", peak);
  }
  std::vector<std::pair<std::string, const ide::Amount*>> rows;
  for (const ide::LineCost& line : model.lines) {
    rows.emplace_back(ShownPath(line.path) + ":" + std::to_string(line.line), &line.cost);
  }
  out << "<h3>By line</h3>\n";
  WriteAmountTable(out, "line", rows, model.total.seconds);
  rows.clear();
  for (const ide::ModuleCost& module : model.modules) {
    if (module.depth > 0) {
      rows.emplace_back(module.path + " (" + module.class_name + ")", &module.cost);
    }
  }
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.second->seconds > b.second->seconds; });
  out << "<h3>By module</h3>\n";
  WriteAmountTable(out, "module", rows, model.total.seconds);
}

}  // namespace

void WriteProfilePage(llvm::raw_ostream& out, const Findings& findings) {
  std::string title = findings.files.size() == 1 ? ShownPath(findings.files.front()) : Counted(findings.files.size(), "file");
  out << "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Trident profile of " << XmlText(title)
      << "</title>\n<style>" << kStyle << "</style></head><body>\n<h1>" << XmlText(title) << "</h1>\n<p>analysed in " << Duration(findings.seconds)
      << ", peak resident memory " << Bytes(findings.profile.peak_bytes) << ", " << WorkersText(findings) << "</p>\n";
  if (std::string sentence = BottleneckSentence(findings.profile); !sentence.empty()) {
    out << "<p class=\"bottleneck\">" << XmlText(sentence) << "</p>\n";
  }
  WriteStages(out, findings.profile);
  out << "<h2 id=\"calls\">Where evaluation goes</h2>\n<p>Calls of functions of the analysed code; equal calls under one caller are one box.</p>\n"
      << FlameChart(findings.profile.calls);
  WriteFunctions(out, findings.profile.calls);
  WriteCaches(out, findings.profile);
  WriteMemory(out, findings.profile.calls);
  for (const ide::ModelProfile* model : ModelProfiles(findings)) {
    WriteModel(out, *model);
  }
  out << "</body></html>\n";
}

}  // namespace trident::cli
