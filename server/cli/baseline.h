// Keeps known problems out of the output, so that a project can start with `trident check` before it is clean.
//
// The file is text, one problem a line: code, path relative to the file's folder, message, separated by tabs; lines are
// sorted. Line numbers are not in it, so moving code does not bring a problem back; two equal problems in one file
// need two lines. Threads: one.
#pragma once

#include "server/cli/findings.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace trident::cli {

llvm::Error WriteBaseline(llvm::StringRef path, const Findings& findings);

// Removes from `findings` what the file lists, and counts it.
llvm::Error ApplyBaseline(llvm::StringRef path, Findings& findings);

}  // namespace trident::cli
