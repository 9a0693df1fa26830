// Turns the paths of a command line into the Python files they mean.
//
// A file is taken as it is, whatever its name. A folder means every .py file under it, without hidden folders, virtual
// environments, site-packages, node_modules and __pycache__; links to folders are not followed, so loops end.
// Output: absolute, sorted within each folder, each file once. What could not be looked at (a missing path, a folder that
// may not be read or has no Python) does not keep the others from being found.
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <string>
#include <vector>

namespace trident::cli {

struct FoundFiles {
  std::vector<std::string> files;
  std::vector<std::string> failures;  // A line for each path that is not among them: the path and why.
};

FoundFiles FindFiles(llvm::ArrayRef<std::string> paths);

// Appends the Python files under `folder`, at most `limit` in all, and the folders that may not be read.
void CollectPython(const std::string& folder, size_t limit, FoundFiles& into);

}  // namespace trident::cli
