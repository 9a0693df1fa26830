#include "core/parse/parse.h"

#include "core/parse/parser.h"

namespace trident::parse {

ParseResult Parse(llvm::StringRef text, const lex::TokenBuffer& tokens, const ParseOptions&) { return Parser(text, tokens).Run(); }

ParseResult ParseText(llvm::StringRef text) {
  // Tokens are much larger than the tree; a thread keeps their memory for its next file.
  static thread_local lex::TokenBuffer tokens;
  lex::LexInto(text, tokens);
  return Parse(text, tokens);
}

}  // namespace trident::parse
