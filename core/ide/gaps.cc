// The text of --show-gaps.
#include "core/ide/convert.h"

namespace trident::ide {

// So many of the names that depend on a gap are listed.
static constexpr size_t kShownNames = 6;

std::string GapsText(const eval::Outcome& outcome) {
  std::string out;
  for (const eval::Gap& gap : outcome.gaps) {
    Range range = LocationOf(*gap.unit, gap.node).range;
    size_t count = gap.dependents.size();
    llvm::StringRef source = gap.unit->content().slice(gap.unit->tree().start(gap.node), gap.unit->tree().end(gap.node)).split('\n').first.rtrim();
    out += gap.unit->path + ":" + std::to_string(range.start.line + 1) + ":" + std::to_string(range.start.column + 1) + ": " + gap.reason + ": `" +
           source.take_front(80).str() + "`; " + std::to_string(count) + (count == 1 ? " name is unknown:" : " names are unknown:");
    for (size_t i = 0; i < count && i < kShownNames; ++i) {
      // The line is that of the script, where all of them are.
      out += " " + Text(gap.dependents[i].second).str() + (gap.script ? ":" + std::to_string(gap.script->LineOf(gap.dependents[i].first)) : "");
    }
    out += count > kShownNames ? " ...\n" : "\n";
  }
  return out.empty() ? "nothing was lost\n" : out;
}

}  // namespace trident::ide
