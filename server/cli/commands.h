// Declares the commands of the `trident` program, one file each.
//
// Each takes the words after its name and returns the exit code: 0 done and clean, 1 errors found, 2 could not run.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace trident::ide {
struct Options;
}

namespace trident::cli {

inline constexpr int kClean = 0;
inline constexpr int kErrorsFound = 1;
inline constexpr int kCannotRun = 2;

using Words = llvm::ArrayRef<llvm::StringRef>;

struct Command {
  const char* name;
  const char* summary;
  int (*run)(Words words);
};

llvm::ArrayRef<Command> AllCommands();

int RunCheck(Words words);
int RunCompile(Words words);
int RunProfile(Words words);
int RunCache(Words words);
int RunExplain(Words words);
int RunServer(Words words);

// An error unless there is a device of that name (ide::DeviceNames), or the name is empty.
llvm::Error CheckDevice(const std::string& name);

// Where imports are found: --python-path, --python, the current folder. An error for one of the options that is no folder:
// without its packages the answers would be others.
llvm::Error SetImportRoots(ide::Options& options, llvm::ArrayRef<std::string> python_path, const std::string& python);

// Prints "trident: MESSAGE" to standard error; returns kCannotRun.
int Fail(const llvm::Twine& message);
int Fail(llvm::Error error);
// The same for each, which begins with a path; kClean when there is none.
int FailEach(llvm::ArrayRef<std::string> failures);

}  // namespace trident::cli
