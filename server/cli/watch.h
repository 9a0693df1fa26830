// Runs a check again whenever a checked file, one that it imports, or the configuration changes, until interrupted.
#pragma once

#include "server/cli/analyse.h"

#include <functional>
#include <string>
#include <vector>

namespace trident::cli {

// `paths` as on the command line, `files` what they mean now; `check` runs over the current files and returns an exit
// code. Returns the last one after an interrupt (Ctrl-C). Threads: one, with a libuv loop of its own.
int Watch(Analysis& analysis, const std::vector<std::string>& paths, FoundFiles files, std::function<int(const FoundFiles&)> check);

}  // namespace trident::cli
