// Turns the words of a command line into a command's options; writes the help that lists them.
//
// A command declares each option with the variable it fills. `--name VALUE` and `--name=VALUE` are the same, options
// may stand among the paths, `--` ends them. Errors name the word and the nearest known one. What would be ignored is an
// error too: an option without the one that it is about, two that exclude each other. Threads: one.
// LLVM's own parser is not used: it registers some hundred options of the library itself and costs start-up time.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <variant>
#include <vector>

namespace trident::cli {

struct Option {
  const char* name;   // "--python-path"
  const char* value;  // "DIR"; empty for a switch.
  const char* help;   // One line, or several with \n.
  std::variant<bool*, std::string*, std::vector<std::string>*, int*> into;
  std::vector<const char*> choices = {};  // Allowed values; empty: any.
  const char* needs = "";                 // "--import", "--format json": without which the option means nothing.
};

struct CommandLine {
  const char* usage;    // "trident check [OPTION…] [PATH…]"
  const char* summary;  // One sentence.
  std::vector<Option> options;
  std::vector<std::string>* positionals = nullptr;  // nullptr: none are taken.
  const char* epilogue = "";
  std::vector<std::vector<const char*>> exclusive = {};  // Of each group one may be given.
};

enum class Parsed { Run, HelpShown };

// Fills the options from `words` (without the program and command names); `--help` prints the help to stdout.
llvm::Expected<Parsed> Parse(const CommandLine& command, llvm::ArrayRef<llvm::StringRef> words);

// The candidate with the smallest edit distance to `word`, empty when none is near enough to be meant.
llvm::StringRef Nearest(llvm::StringRef word, llvm::ArrayRef<llvm::StringRef> candidates);

}  // namespace trident::cli
