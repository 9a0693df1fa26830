#include "core/profile/bottleneck.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::profile {

std::optional<Bottleneck> FindBottleneck(const Report& report) {
  double total = 0;
  size_t longest = 0;
  for (size_t i = 0; i < report.stages.size(); ++i) {
    total += report.stages[i].wall_seconds;
    if (report.stages[i].wall_seconds > report.stages[longest].wall_seconds) {
      longest = i;
    }
  }
  if (total <= 0) {
    return std::nullopt;
  }
  Bottleneck found;
  found.stage = static_cast<Stage>(longest);
  found.share = report.stages[longest].wall_seconds / total;
  if (found.stage != Stage::Eval && found.stage != Stage::Parse) {
    return found;
  }
  std::vector<FunctionTotal> functions = report.calls.ByFunction();
  auto of_stage = llvm::find_if(functions, [&](const FunctionTotal& each) {
    return (report.calls.functions[each.function].name == kParsing) == (found.stage == Stage::Parse);
  });
  if (of_stage != functions.end()) {
    found.function = *of_stage;
    found.function_share = static_cast<double>(of_stage->self_nanoseconds) * 1e-9 / total;
  }
  return found;
}

}  // namespace trident::profile
