// Any bytes become tokens that cover every byte, with balanced indentation and errors inside the text.
#include "core/base/check.h"
#include "core/lex/lex.h"

#include <cstdint>

using namespace trident;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  llvm::StringRef text(reinterpret_cast<const char*>(data), size);
  lex::TokenBuffer tokens = lex::Lex(text);
  uint32_t end = 0;
  int depth = 0;
  for (uint32_t i = 0; i < tokens.size(); ++i) {
    CHECK(tokens.start(i) >= end && tokens.end(i) >= tokens.start(i));
    end = tokens.end(i);
    depth += tokens.kind(i) == lex::TokenKind::Indent ? 1 : tokens.kind(i) == lex::TokenKind::Dedent ? -1 : 0;
    CHECK(depth >= 0);
  }
  CHECK(end == size && depth == 0);
  CHECK(tokens.kind(tokens.size() - 1) == lex::TokenKind::EndOfFile);
  for (const lex::LexError& error : tokens.errors()) {
    CHECK(error.start <= error.end && error.end <= size);
  }
  return 0;
}
