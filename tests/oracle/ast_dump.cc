// Prints the trees of many files for ast_oracle.py.
//
// Input: one path a line on standard input. Output, per path: a line "<path>\t<ok or the first error>\t<bytes>" and then
// that many bytes of dump and a newline. With --places nodes carry their byte offsets; with --tokens or --errors the
// tokens or the errors of each file are printed instead.
#include "core/lex/lex.h"
#include "core/parse/dump.h"
#include "core/parse/parse.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <iostream>
#include <string>

using namespace trident;

static std::string ErrorText(llvm::StringRef text, const parse::SyntaxError& error) {
  llvm::StringRef before = text.take_front(error.start);
  return llvm::formatv("{0}:{1}: {2}", 1 + before.count('\n'), before.size() - (before.rfind('\n') + 1), error.message).str();
}

int main(int argc, char** argv) {
  parse::DumpOptions options;
  bool tokens = false;
  bool all_errors = false;
  for (int i = 1; i < argc; ++i) {
    options.places |= llvm::StringRef(argv[i]) == "--places";
    tokens |= llvm::StringRef(argv[i]) == "--tokens";
    all_errors |= llvm::StringRef(argv[i]) == "--errors";
  }
  for (std::string path; std::getline(std::cin, path);) {
    auto buffer = llvm::MemoryBuffer::getFile(path);
    if (!buffer) {
      llvm::outs() << path << "\tunreadable\t0\n\n";
      continue;
    }
    llvm::StringRef text = (*buffer)->getBuffer();
    if (tokens) {
      llvm::outs() << lex::DumpTokens(text, lex::Lex(text));
      continue;
    }
    parse::ParseResult result = parse::ParseText(text);
    if (all_errors) {
      for (const parse::SyntaxError& error : result.errors) {
        llvm::outs() << path << ":" << ErrorText(text, error) << "\n";
      }
      continue;
    }
    std::string dump = parse::DumpTree(text, result.tree, options);
    std::string status = result.errors.empty() ? "ok" : ErrorText(text, result.errors.front());
    llvm::outs() << path << "\t" << status << "\t" << dump.size() << "\n" << dump << "\n";
    llvm::outs().flush();
  }
  return 0;
}
