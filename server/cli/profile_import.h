// `trident profile --import TRACE`: reads a recorded run, shows where its time went, and keeps it for editors.
#pragma once

#include "server/cli/findings.h"
#include "server/cli/terminal.h"

#include "llvm/Support/Error.h"

#include <string>

namespace trident::cli {

// `findings`: of the files that the run was of, with their models' costs; may be empty. Writes `store` (and its folder).
llvm::Error ImportRecording(const std::string& trace, const std::string& store, const Findings& findings, unsigned rows, Style style);

}  // namespace trident::cli
