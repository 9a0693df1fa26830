#include "server/cli/progress_bar.h"

#include "server/cli/terminal.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <chrono>

namespace trident::cli {
namespace {

constexpr double kPatience = 1.0;  // Seconds; shorter work needs no bar.
constexpr unsigned kBarWidth = 24;

double Now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

}  // namespace

ProgressBar::ProgressBar(size_t total) : total_(total), start_(Now()), is_terminal_(IsTerminal(Stream::Error)) {}

ProgressBar::~ProgressBar() {
  if (is_drawn_) {
    llvm::errs() << "\r\x1b[K";
  }
}

void ProgressBar::Draw(size_t done, llvm::StringRef current) {
  double elapsed = Now() - start_;
  if (!is_terminal_ || elapsed < kPatience) {
    return;
  }
  is_drawn_ = true;
  Style style = StyleFor(Stream::Error);
  unsigned filled = total_ == 0 ? 0 : done * kBarWidth / total_;
  std::string bar;
  for (unsigned i = 0; i < kBarWidth; ++i) {
    bar += i < filled ? "━" : "─";
  }
  std::string counts = llvm::formatv(" {0}/{1}  {2:f0} s  ", done, total_, elapsed);
  std::string name = ShownPath(current);
  unsigned used = kBarWidth + counts.size() + 1;
  unsigned room = std::max(20u, TerminalWidth(Stream::Error)) - std::min(used, TerminalWidth(Stream::Error) - 1);
  if (name.size() > room) {
    name = "…" + name.substr(name.size() - std::min<size_t>(name.size(), room > 1 ? room - 1 : 0));
  }
  llvm::errs() << "\r\x1b[K" << style.Cyan(bar) << counts << style.Dim(name);
}

}  // namespace trident::cli
