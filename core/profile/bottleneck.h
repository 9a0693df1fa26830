// Turns a report into what took most of the time: a stage, or a function that evaluation spent its time in.
#pragma once

#include "core/profile/profile.h"

#include <optional>

namespace trident::profile {

struct Bottleneck {
  Stage stage = Stage::Eval;
  double share = 0;                       // Of the time of all stages, 0 to 1.
  // The function with most self time, when the stage is evaluation, or the file that took longest to parse; its share is
  // of the time of all stages too.
  std::optional<FunctionTotal> function;
  double function_share = 0;
};

// nullopt when nothing was measured.
std::optional<Bottleneck> FindBottleneck(const Report& report);

// The name under which the parsing of a file is among the calls.
inline constexpr const char* kParsing = "<parse>";

}  // namespace trident::profile
