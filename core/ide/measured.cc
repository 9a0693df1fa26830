#include "core/ide/measured.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

#include <map>
#include <tuple>

namespace trident::ide {
namespace {

// A line this many times slower than the roofline is worth a look; a guess: well-tuned kernels reach half of a peak.
constexpr double kFarFromRoof = 5;
// Below five microseconds starting a kernel takes longer than what it does; a guess.
constexpr double kSmallestRoof = 0.005;

std::string FingerprintOfLine(const source::Text& text, uint32_t line) {
  return ToHex(FingerprintOf(text.lines.Line(text.content, line - 1).trim()));
}

// "aten::add_" and "__iadd__" are both "add".
std::string PlainName(llvm::StringRef op) {
  op = op.rsplit(':').second.empty() ? op : op.rsplit(':').second;
  bool is_special = op.starts_with("__") && op.ends_with("__");
  op = op.trim('_');
  if (is_special) {
    llvm::StringRef plain = op;
    // In place and with the operands exchanged.
    if (plain.size() > 3 && (plain.consume_front("i") || plain.consume_front("r")) &&
        llvm::StringSwitch<bool>(plain).Cases("add", "sub", "mul", "truediv", "matmul", "pow", "mod", true).Default(false)) {
      op = plain;
    }
    return llvm::StringSwitch<std::string>(op).Case("truediv", "div").Case("mod", "remainder").Case("getitem", "select").Default(op.str());
  }
  return op.str();
}

// How many whole components at the end of two paths are equal.
unsigned CommonEnd(llvm::StringRef a, llvm::StringRef b) {
  unsigned count = 0;
  auto x = llvm::sys::path::rbegin(a), x_end = llvm::sys::path::rend(a);
  auto y = llvm::sys::path::rbegin(b), y_end = llvm::sys::path::rend(b);
  for (; x != x_end && y != y_end && *x == *y; ++x, ++y) ++count;
  return count;
}

struct Spent {
  double device_us = 0, host_us = 0, least_s = 0;
};

class Placer {
 public:
  Placer(const profile::Recording& recording, llvm::ArrayRef<const ModelProfile*> models, llvm::ArrayRef<std::string> files) : recording_(recording) {
    for (const std::string& file : files) paths_.push_back(file);
    for (const ModelProfile* model : models) {
      for (const LineCost& line : model->lines) {
        if (!llvm::is_contained(paths_, line.path)) paths_.push_back(line.path);
      }
    }
    model_ = BestModel(models);
    if (!model_) return;
    for (uint32_t i = 0; i < model_->modules.size(); ++i) module_of_.try_emplace(model_->modules[i].recorded_name, i);
    for (const ModuleKernel& kernel : model_->module_kernels) kernels_[{kernel.module, PlainName(kernel.op)}].push_back(&kernel);
    for (const LineCost& line : model_->lines) spent_[{line.path, line.line}].least_s = line.cost.seconds;
  }

  void Place() {
    for (const profile::RecordedSite& site : recording_.sites) {
      if (!PlaceByModule(site) && !PlaceByStack(site)) unplaced_device_us_ += site.device_microseconds;
    }
  }

  Measured Result(source::FileStore& sources) {
    Measured measured;
    measured.steps = Steps();
    double scale = 1e-3 / static_cast<double>(measured.steps);
    measured.unplaced_device_ms = (unplaced_device_us_ + recording_.unplaced_device_microseconds) * scale;
    for (const auto& [place, spent] : spent_) {
      if (spent.device_us == 0 && spent.host_us == 0) continue;
      MeasuredLine line;
      std::tie(line.path, line.line) = place;
      llvm::Expected<std::shared_ptr<const source::Text>> text = sources.Read(line.path);
      if (!text) {
        llvm::consumeError(text.takeError());
        continue;
      }
      if (line.line == 0 || line.line > (*text)->lines.line_count()) continue;
      line.fingerprint = FingerprintOfLine(**text, line.line);
      line.device_ms = spent.device_us * scale;
      line.host_ms = spent.host_us * scale;
      line.least_ms = spent.least_s * 1e3;
      measured.lines.push_back(std::move(line));
    }
    return measured;
  }

 private:
  // The model with most of the recorded modules.
  const ModelProfile* BestModel(llvm::ArrayRef<const ModelProfile*> models) const {
    const ModelProfile* best = nullptr;
    size_t most = 0;
    for (const ModelProfile* model : models) {
      size_t known = llvm::count_if(model->modules, [&](const ModuleCost& module) {
        return llvm::any_of(recording_.module_calls, [&](const auto& recorded) { return recorded.first == module.recorded_name; });
      });
      if (known > most) {
        most = known;
        best = model;
      }
    }
    return best;
  }

  uint64_t Steps() const {
    if (recording_.module_calls.empty()) return 1;
    llvm::StringRef outermost = model_ ? model_->modules.front().recorded_name : recording_.module_calls.front().first;
    for (const auto& [name, calls] : recording_.module_calls) {
      if (name == outermost) return std::max<uint64_t>(1, calls);
    }
    return 1;
  }

  void Spend(const std::string& path, uint32_t line, const profile::RecordedSite& site, double share) {
    Spent& spent = spent_[{path, line}];
    spent.device_us += site.device_microseconds * share;
    spent.host_us += site.host_microseconds * share;
  }

  bool PlaceByModule(const profile::RecordedSite& site) {
    auto module = module_of_.find(site.module);
    if (site.is_line || module == module_of_.end()) return false;
    if (auto found = kernels_.find({module->second, PlainName(site.op)}); found != kernels_.end()) {
      double all = 0;
      for (const ModuleKernel* kernel : found->second) all += kernel->seconds;
      for (const ModuleKernel* kernel : found->second) {
        Spend(kernel->path, kernel->line, site, all > 0 ? kernel->seconds / all : 1.0 / static_cast<double>(found->second.size()));
      }
      return true;
    }
    const ModuleCost& known = model_->modules[module->second];
    bool is_leaf = module->second + 1 == model_->modules.size() || model_->modules[module->second + 1].depth <= known.depth;
    if (!is_leaf || known.line == 0) return false;
    Spend(known.file, known.line, site, 1);
    return true;
  }

  bool PlaceByStack(const profile::RecordedSite& site) {
    if (site.file.empty() || site.line == 0) return false;
    const std::string* best = nullptr;
    unsigned longest = 0;
    for (const std::string& path : paths_) {
      if (unsigned common = CommonEnd(path, site.file); common > longest) {
        longest = common;
        best = &path;
      }
    }
    if (!best) return false;
    Spend(*best, site.line, site, 1);
    return true;
  }

  const profile::Recording& recording_;
  const ModelProfile* model_ = nullptr;
  std::vector<std::string> paths_;
  std::map<std::string, uint32_t> module_of_;
  std::map<std::pair<uint32_t, std::string>, std::vector<const ModuleKernel*>> kernels_;
  std::map<std::pair<std::string, uint32_t>, Spent> spent_;
  double unplaced_device_us_ = 0;
};

std::string Time(double milliseconds) {
  return llvm::formatv(milliseconds < 0.01 ? "{0:f4} ms" : milliseconds < 1 ? "{0:f3} ms" : "{0:f2} ms", milliseconds).str();
}

}  // namespace

Measured PlaceRecording(const profile::Recording& recording, llvm::ArrayRef<const ModelProfile*> models, llvm::ArrayRef<std::string> files,
                        source::FileStore& sources) {
  Placer placer(recording, models, files);
  placer.Place();
  return placer.Result(sources);
}

std::string WriteMeasured(const Measured& measured, llvm::StringRef folder) {
  std::string out = "# What `trident profile --import` measured, for one step: file, line, device ms, host ms, roofline ms, text of the line.\n";
  for (const MeasuredLine& line : measured.lines) {
    llvm::StringRef path = line.path;
    if (path.starts_with(folder) && path.drop_front(folder.size()).starts_with("/")) path = path.drop_front(folder.size() + 1);
    out += llvm::formatv("{0}\t{1}\t{2:f6}\t{3:f6}\t{4:f6}\t{5}\n", path, line.line, line.device_ms, line.host_ms, line.least_ms, line.fingerprint)
               .str();
  }
  return out;
}

Measured ReadMeasured(llvm::StringRef text, llvm::StringRef folder) {
  Measured measured;
  llvm::SmallVector<llvm::StringRef> rows;
  text.split(rows, '\n', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef row : rows) {
    llvm::SmallVector<llvm::StringRef, 6> cells;
    row.rtrim('\r').split(cells, '\t');
    MeasuredLine line;
    bool good = !row.starts_with("#") && cells.size() == 6 && !cells[1].getAsInteger(10, line.line) && !cells[2].getAsDouble(line.device_ms) &&
                !cells[3].getAsDouble(line.host_ms) && !cells[4].getAsDouble(line.least_ms);
    if (!good) continue;
    line.path = llvm::sys::path::is_absolute(cells[0]) ? cells[0].str() : (folder + "/" + cells[0]).str();
    line.fingerprint = cells[5].str();
    measured.lines.push_back(std::move(line));
  }
  return measured;
}

void AddMeasuredHints(const Measured& measured, llvm::StringRef path, const source::Text& text, std::vector<InlayHint>& hints) {
  std::multimap<std::string, uint32_t> lines_by_text;
  for (const MeasuredLine& line : measured.lines) {
    if (line.path != path) continue;
    if (lines_by_text.empty()) {
      for (uint32_t i = 1; i <= text.lines.line_count(); ++i) lines_by_text.emplace(FingerprintOfLine(text, i), i);
    }
    auto [first, last] = lines_by_text.equal_range(line.fingerprint);
    if (first == last) continue;
    auto distance = [&](uint32_t at) { return at > line.line ? at - line.line : line.line - at; };
    uint32_t at = std::min_element(first, last, [&](const auto& a, const auto& b) { return distance(a.second) < distance(b.second); })->second;
    InlayHint hint;
    hint.kind = HintKind::Measured;
    llvm::StringRef content = text.lines.Line(text.content, at - 1);
    hint.position = {at - 1, static_cast<uint32_t>(content.rtrim().size())};
    double shown = line.device_ms > 0 ? line.device_ms : line.host_ms;
    hint.label = "  " + Time(shown);
    hint.tooltip = "Measured for one step: " + Time(line.device_ms) + " on the device, " + Time(line.host_ms) + " on the host.";
    if (line.least_ms > 0) {
      hint.tooltip += "\n\nThe roofline allows " + Time(line.least_ms) + ".";
      if (line.least_ms > kSmallestRoof && line.device_ms > kFarFromRoof * line.least_ms)
        hint.label += llvm::formatv(" ({0:f0}× the roofline)", line.device_ms / line.least_ms).str();
    }
    hints.push_back(std::move(hint));
  }
  llvm::stable_sort(hints, [](const InlayHint& a, const InlayHint& b) { return a.position < b.position; });
}

}  // namespace trident::ide
