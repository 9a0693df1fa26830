// Measures text to tokens and text to tree over many files; driven by parser_bench.py.
//
// Input: one path a line on standard input. Output: one JSON object with the best of several rounds, in seconds of
// this thread's processor time, which other work on the machine disturbs least.
#include "core/lex/lex.h"
#include "core/parse/parse.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <ctime>
#include <iostream>
#include <string>
#include <vector>

using namespace trident;

static double Now() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

template <typename F>
static double Best(int rounds, F&& run) {
  double best = 1e9;
  for (int round = 0; round < rounds; ++round) {
    const double start = Now();
    run();
    best = std::min(best, Now() - start);
  }
  return best;
}

int main(int argc, char** argv) {
  int rounds = argc > 1 ? std::atoi(argv[1]) : 5;
  std::vector<std::string> texts;
  size_t bytes = 0, lines = 0;
  for (std::string path; std::getline(std::cin, path);) {
    if (auto buffer = llvm::MemoryBuffer::getFile(path)) {
      texts.push_back((*buffer)->getBuffer().str());
      bytes += texts.back().size();
      lines += static_cast<size_t>(llvm::StringRef(texts.back()).count('\n'));
    }
  }
  size_t tokens = 0, tree_bytes = 0, items = 0;
  lex::TokenBuffer buffer;
  double lex_seconds = Best(rounds, [&] {
    tokens = 0;
    for (const std::string& text : texts) {
      lex::LexInto(text, buffer);
      tokens += buffer.size();
    }
  });
  double parse_seconds = Best(rounds, [&] {
    tree_bytes = items = 0;
    for (const std::string& text : texts) {
      parse::ParseResult result = parse::ParseText(text);
      tree_bytes += result.tree.bytes();
      items += result.items.size();
    }
  });
  llvm::outs() << llvm::formatv(
      "{{\"files\": {0}, \"lines\": {1}, \"bytes\": {2}, \"tokens\": {3}, \"items\": {4}, \"tree_bytes\": {5}, "
      "\"lex_seconds\": {6:f6}, \"parse_seconds\": {7:f6}}\n",
      texts.size(), lines, bytes, tokens, items, tree_bytes, lex_seconds, parse_seconds);
  return 0;
}
