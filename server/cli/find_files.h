// Turns the paths of a command line into the Python files they mean.
//
// A file is taken as it is, whatever its name. A folder means every .py file under it, without hidden folders, virtual
// environments, site-packages, node_modules and __pycache__; links to folders are not followed, so loops end.
// Output: absolute, sorted within each folder, each file once. Errors: a missing path, a folder without Python.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace trident::cli {

llvm::Expected<std::vector<std::string>> FindFiles(llvm::ArrayRef<std::string> paths);

// Appends the Python files under `folder`, at most `limit` in all.
void CollectPython(const std::string& folder, size_t limit, std::vector<std::string>& into);

}  // namespace trident::cli
