// Reads what a module of the installed Triton offers from its files: names, parameters, the first words of a docstring.
//
// Where none is installed, Trident's own description answers: the prelude's files, and for triton.language the rules of
// core/kernel. Nothing is run. Threads: one object belongs to one. Cost: what is asked about is parsed, 5 ms for all of
// triton.language; files are kept as long as the object.
#pragma once

#include "core/eval/program.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace trident::ide {

struct LibraryName {
  std::string name;
  bool callable = false;
  std::vector<std::string> parameters;  // "mask=None"
  std::string value;                    // Of a constant, as it is written.
  std::string documentation;            // One paragraph.
};

class TritonLibrary {
 public:
  explicit TritonLibrary(eval::Program& program) : program_(program) {}

  // Sorted; empty when there is no such module. `module`: "triton.language"
  std::vector<LibraryName> NamesIn(llvm::StringRef module);
  std::optional<LibraryName> Find(llvm::StringRef module, llvm::StringRef name, int depth = 0);
  std::string InstalledVersion();       // "3.6.0"; empty: none is installed.

 private:
  struct File {
    std::shared_ptr<const eval::Unit> unit;  // Null: there is none.
    bool package = false, installed = false;
  };
  const File& FileOf(llvm::StringRef module);
  std::optional<LibraryName> Describe(llvm::StringRef module, const File& file, parse::NodeId statement, llvm::StringRef name, int depth);

  eval::Program& program_;
  std::map<std::string, File, std::less<>> files_;
};

// What an expression like `tl.load` means in a file, by its imports: "triton.language.load". Empty when it is nothing of Triton's.
std::string MeaningInTriton(const eval::Unit& script, llvm::StringRef dotted);

}  // namespace trident::ide
