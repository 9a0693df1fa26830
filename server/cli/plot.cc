#include "server/cli/plot.h"

#include "server/cli/json_text.h"
#include "server/cli/terminal.h"

#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <cmath>

namespace trident::cli {
namespace {

constexpr double kWidth = 1200;
constexpr double kRow = 18;
// Narrower boxes cannot be pointed at.
constexpr double kNarrowest = 0.6;
// Characters of the page's 11-pixel font take about this much; a guess that only decides where a label is cut.
constexpr double kCharacter = 6.2;

std::string Cut(const std::string& text, double width) {
  auto fits = static_cast<size_t>(std::max(0.0, (width - 6) / kCharacter));
  if (fits < 3) {
    return "";
  }
  if (text.size() <= fits) {
    return text;
  }
  // Names are identifiers; where one is not ASCII the cut goes before the whole character.
  size_t at = fits - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) {
    --at;
  }
  return text.substr(0, at) + "…";
}

class Flame {
 public:
  explicit Flame(const profile::Calls& calls) : calls_(calls), children_(calls.nodes.size()) {
    for (uint32_t i = 1; i < calls.nodes.size(); ++i) {
      children_[calls.nodes[i].parent].push_back(i);
    }
    for (std::vector<uint32_t>& each : children_) {
      std::stable_sort(each.begin(), each.end(), [&](uint32_t a, uint32_t b) { return calls.nodes[a].nanoseconds > calls.nodes[b].nanoseconds; });
    }
  }

  std::string Draw() {
    uint64_t total = 0;
    for (uint32_t child : children_.empty() ? std::vector<uint32_t>() : children_[0]) {
      total += calls_.nodes[child].nanoseconds;
    }
    if (total == 0) {
      return "";
    }
    scale_ = kWidth / static_cast<double>(total);
    double x = 0;
    for (uint32_t child : children_[0]) {
      Box(child, x, 0);
      x += static_cast<double>(calls_.nodes[child].nanoseconds) * scale_;
    }
    return llvm::formatv("<svg class=\"flame\" viewBox=\"0 0 {0} {1}\" role=\"img\">{2}</svg>\n", kWidth, (deepest_ + 1) * kRow, boxes_).str();
  }

 private:
  void Box(uint32_t at, double x, unsigned depth) {
    const profile::CallNode& node = calls_.nodes[at];
    double width = static_cast<double>(node.nanoseconds) * scale_;
    if (width < kNarrowest) {
      return;
    }
    deepest_ = std::max(deepest_, depth);
    const profile::Function& function = calls_.functions[node.function];
    // Files keep their colour from page to page.
    uint64_t hue = 0;
    for (char c : function.file) {
      hue = (hue * 31 + static_cast<unsigned char>(c)) % 360;
    }
    std::string title = function.name + "\n" + ShownPath(function.file) + (function.line ? ":" + std::to_string(function.line) : "") + "\n" +
                        Duration(static_cast<double>(node.nanoseconds) * 1e-9) + " in " + Counted(node.calls, "call");
    boxes_ += llvm::formatv(
                  "<g><title>{0}</title><rect x=\"{1:f2}\" y=\"{2}\" width=\"{3:f2}\" height=\"{4}\" fill=\"hsl({5} 55% 68%)\"/>"
                  "<text x=\"{6:f2}\" y=\"{7}\">{8}</text></g>\n",
                  XmlText(title), x, depth * kRow, width, kRow - 1, hue, x + 3, depth * kRow + 12.5, XmlText(Cut(function.name, width)))
                  .str();
    for (uint32_t child : children_[at]) {
      Box(child, x, depth + 1);
      x += static_cast<double>(calls_.nodes[child].nanoseconds) * scale_;
    }
  }

  const profile::Calls& calls_;
  std::vector<std::vector<uint32_t>> children_;
  double scale_ = 0;
  unsigned deepest_ = 0;
  std::string boxes_;
};

}  // namespace

std::string WithPrefix(double value, const char* unit) {
  static constexpr const char* kPrefixes[] = {"", "k", "M", "G", "T", "P"};
  size_t prefix = 0;
  while (value >= 999.5 && prefix < 5) {
    value /= 1000;
    ++prefix;
  }
  return llvm::formatv(prefix == 0 ? "{0:f0} {1}{2}" : "{0:f2} {1}{2}", value, kPrefixes[prefix], unit).str();
}

std::string FlameChart(const profile::Calls& calls) { return Flame(calls).Draw(); }

std::string Curve(const std::vector<CurvePoint>& points, const std::string& x_text, const std::string& peak_text) {
  if (points.size() < 2) {
    return "";
  }
  constexpr double kHeight = 160, kTop = 18, kColumns = 600;
  double first = points.front().x, last = points.back().x;
  const CurvePoint& peak = *std::max_element(points.begin(), points.end(), [](const CurvePoint& a, const CurvePoint& b) { return a.y < b.y; });
  if (last <= first || peak.y <= 0) {
    return "";
  }
  auto x_of = [&](double x) { return (x - first) / (last - first) * kWidth; };
  auto y_of = [&](double y) { return kTop + (1 - y / peak.y) * (kHeight - kTop); };
  // Of the points that fall on one column only the highest shows.
  std::vector<double> highest(static_cast<size_t>(kColumns) + 1, -1);
  for (const CurvePoint& point : points) {
    double& column = highest[static_cast<size_t>(x_of(point.x) / kWidth * kColumns)];
    column = std::max(column, point.y);
  }
  std::string line = llvm::formatv("M0 {0}", kHeight).str();
  double before = 0;
  for (size_t i = 0; i < highest.size(); ++i) {
    before = highest[i] >= 0 ? highest[i] : before;
    line += llvm::formatv(" L{0:f1} {1:f1}", static_cast<double>(i) / kColumns * kWidth, y_of(before)).str();
  }
  line += llvm::formatv(" L{0} {1} Z", kWidth, kHeight).str();
  bool is_right = x_of(peak.x) > kWidth / 2;
  return llvm::formatv(
             "<svg class=\"curve\" viewBox=\"0 0 {0} {1}\" role=\"img\"><path d=\"{2}\"/><circle cx=\"{3:f1}\" cy=\"{4}\" r=\"4\"/>"
             "<text x=\"{5:f1}\" y=\"12\" text-anchor=\"{6}\">{7}</text><text class=\"axis\" x=\"{0}\" y=\"{8}\" text-anchor=\"end\">{9}</text></svg>\n",
             kWidth, kHeight + 18, line, x_of(peak.x), kTop, x_of(peak.x) + (is_right ? -8 : 8), is_right ? "end" : "start", XmlText(peak_text),
             kHeight + 14, XmlText(x_text))
      .str();
}

// 1e12 -> "1 TFLOP/s", for powers of ten.
static std::string RoundWithPrefix(double rate) {
  std::string text = WithPrefix(rate, "FLOP/s");
  size_t point = text.find('.');
  return point == std::string::npos ? text : text.substr(0, point) + text.substr(point + 3);
}

std::string Roofline(const ide::ModelProfile& model) {
  constexpr double kPlotWidth = 760, kHeight = 340, kLeft = 84, kTop = 10, kBottom = 40;
  std::vector<const ide::KernelCost*> kernels;
  for (const ide::KernelCost& kernel : model.kernels) {
    if (kernel.cost.flops > 0 && kernel.cost.bytes > 0) {
      kernels.push_back(&kernel);
    }
  }
  if (kernels.empty() || model.device_flops <= 0) {
    return "";
  }
  // Decades: four around the ridge, and as far as the kernels go.
  double ridge = model.device_flops / model.device_bytes_per_second;
  double low = ridge / 100, high = ridge * 100;
  for (const ide::KernelCost* kernel : kernels) {
    low = std::min(low, kernel->cost.flops / kernel->cost.bytes);
    high = std::max(high, kernel->cost.flops / kernel->cost.bytes);
  }
  double x0 = std::floor(std::log10(low)), x1 = std::ceil(std::log10(high));
  double y1 = std::ceil(std::log10(model.device_flops)), y0 = std::floor(std::log10(std::pow(10, x0) * model.device_bytes_per_second));
  auto x_of = [&](double intensity) { return kLeft + (std::log10(intensity) - x0) / (x1 - x0) * (kPlotWidth - kLeft); };
  auto y_of = [&](double rate) { return kTop + (1 - (std::log10(rate) - y0) / (y1 - y0)) * (kHeight - kBottom - kTop); };
  std::string svg = llvm::formatv("<svg class=\"roofline\" viewBox=\"0 0 {0} {1}\" role=\"img\">", kPlotWidth + 24, kHeight).str();
  for (double decade = x0; decade <= x1; ++decade) {
    svg += llvm::formatv("<text class=\"axis\" x=\"{0:f1}\" y=\"{1}\" text-anchor=\"middle\">{2}</text>", x_of(std::pow(10, decade)), kHeight - 22,
                         decade < 0 ? llvm::formatv("{0}", std::pow(10, decade)).str() : Grouped(std::llround(std::pow(10, decade))))
               .str();
  }
  for (double decade = y0; decade <= y1; ++decade) {
    double y = y_of(std::pow(10, decade));
    svg += llvm::formatv("<line class=\"grid\" x1=\"{0}\" x2=\"{1}\" y1=\"{2:f1}\" y2=\"{2:f1}\"/>", kLeft, kPlotWidth, y).str();
    svg += llvm::formatv("<text class=\"axis\" x=\"{0}\" y=\"{1:f1}\" text-anchor=\"end\">{2}</text>", kLeft - 6, y + 4,
                         RoundWithPrefix(std::pow(10, decade)))
               .str();
  }
  svg += llvm::formatv("<text class=\"axis\" x=\"{0}\" y=\"{1}\" text-anchor=\"end\">FLOP for each byte moved</text>", kPlotWidth, kHeight - 6).str();
  svg += llvm::formatv("<polyline class=\"roof\" points=\"{0:f1},{1:f1} {2:f1},{3:f1} {4:f1},{3:f1}\"/>", x_of(std::pow(10, x0)),
                       y_of(std::pow(10, x0) * model.device_bytes_per_second), x_of(ridge), y_of(model.device_flops), x_of(std::pow(10, x1)))
             .str();
  for (const ide::KernelCost* kernel : kernels) {
    double intensity = kernel->cost.flops / kernel->cost.bytes;
    double share = model.total.seconds > 0 ? kernel->cost.seconds / model.total.seconds : 0;
    std::string title = kernel->op + " at " + ShownPath(kernel->path) + ":" + std::to_string(kernel->line) + "\n" +
                        Counted(kernel->cost.kernels, "kernel") + ", " + llvm::formatv("{0:f1}", share * 100).str() + " % of the time\n" +
                        llvm::formatv("{0:f1}", intensity).str() + " FLOP a byte";
    svg += llvm::formatv("<circle class=\"kernel\" cx=\"{0:f1}\" cy=\"{1:f1}\" r=\"{2:f1}\"><title>{3}</title></circle>\n", x_of(intensity),
                         y_of(std::min(model.device_flops, intensity * model.device_bytes_per_second)), 3 + 14 * std::sqrt(share), XmlText(title))
               .str();
  }
  return svg + "</svg>\n";
}

}  // namespace trident::cli
