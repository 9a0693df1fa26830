#include "core/lex/lex.h"
#include "core/lex/unicode.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace trident;
using K = lex::TokenKind;

namespace {

// The kinds of a text's tokens without the Newline and EndOfFile that end it.
std::vector<K> Kinds(llvm::StringRef text) {
  lex::TokenBuffer tokens = lex::Lex(text);
  std::vector<K> kinds(tokens.kinds(), tokens.kinds() + tokens.size());
  REQUIRE(kinds.back() == K::EndOfFile);
  kinds.pop_back();
  if (!kinds.empty() && kinds.back() == K::Newline) {
    kinds.pop_back();
  }
  return kinds;
}

std::string Names(llvm::StringRef text) {
  std::string out;
  for (K kind : Kinds(text)) {
    out += std::string(out.empty() ? "" : " ") + lex::TokenKindName(kind);
  }
  return out;
}

std::string FirstError(llvm::StringRef text) {
  lex::TokenBuffer tokens = lex::Lex(text);
  return tokens.errors().empty() ? "" : tokens.errors().front().message;
}

void CheckCovers(llvm::StringRef text) {
  lex::TokenBuffer tokens = lex::Lex(text);
  uint32_t end = 0;
  int depth = 0;
  for (uint32_t i = 0; i < tokens.size(); ++i) {
    REQUIRE(tokens.start(i) >= end);
    REQUIRE(tokens.end(i) >= tokens.start(i));
    end = tokens.end(i);
    depth += tokens.kind(i) == K::Indent ? 1 : tokens.kind(i) == K::Dedent ? -1 : 0;
    REQUIRE(depth >= 0);
  }
  CHECK(end == text.size());
  CHECK(depth == 0);
}

}  // namespace

TEST_CASE("lex: every byte belongs to one token") {
  const std::string text =
      "# -*- coding: utf-8 -*-\r\nclass A:\n\n\tdef f(self, x=0x1F) -> 'B': # note\n\t\treturn f\"{x!r:>{w}} {{}}\" \\\n\t\t\t+ '''a\nb'''\n\f\nx = "
      "$ ? \x01 é\n";
  for (size_t size = 0; size <= text.size(); ++size) {
    CheckCovers(llvm::StringRef(text).take_front(size));
    CheckCovers(llvm::StringRef(text).drop_front(size));
  }
}

TEST_CASE("lex: keywords, soft keywords and names") {
  CHECK(Names("if match case type _ iff None lambda") == "If Match Case Type Name Name None Lambda");
  CHECK(Names("nonlocal continue is_ not_in") == "Nonlocal Continue Name Name");
  for (unsigned kind = 0; kind < lex::kTokenKinds; ++kind) {
    llvm::StringRef spelling = lex::TokenSpelling(static_cast<K>(kind));
    if (!spelling.empty() && spelling != "!") {
      CAPTURE(spelling.str());
      lex::TokenBuffer tokens = lex::Lex(spelling);
      CHECK((tokens.kind(0) == static_cast<K>(kind) || tokens.kind(0) == K::Error));
    }
  }
}

TEST_CASE("lex: operators take the longest match") {
  CHECK(Names("a **= b // c -> d ... := != <<= >>") ==
        "Name StarStarEqual Name SlashSlash Name Arrow Name Ellipsis ColonEqual NotEqual LeftShiftEqual RightShift");
  CHECK(Names("x.y..1") == "Name Dot Name Dot Float");
}

TEST_CASE("lex: numbers") {
  CHECK(Names("0 00 1_000 0xFF 0b1_0 0o17") == "Int Int Int Int Int Int");
  CHECK(Names("1. .5 1e5 1E-5 1_0.0_1e+1_0 0777.5 09e1") == "Float Float Float Float Float Float Float");
  CHECK(Names("1j 1.5J 0e0j 0777j") == "Imaginary Imaginary Imaginary Imaginary");
  CHECK(Names("1if x else 2") == "Int If Name Else Int");
  CHECK(Names("0x1for x in y") == "Int Or Name In Name");
  CHECK(FirstError("007") == "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers");
  CHECK(FirstError("0o8") == "invalid digit '8' in octal literal");
  CHECK(FirstError("0b2") == "invalid digit '2' in binary literal");
  CHECK(FirstError("0x") == "invalid hexadecimal literal");
  CHECK(FirstError("1__0") == "invalid decimal literal");
  CHECK(FirstError("1_") == "invalid decimal literal");
  CHECK(FirstError("1e") == "invalid decimal literal");
  CHECK(FirstError("12abc") == "invalid decimal literal");
  CHECK(FirstError("1.5abc") == "invalid decimal literal");
}

TEST_CASE("lex: string prefixes and quotes") {
  CHECK(Names("'a' \"b\" Rb'' bR'' B''") == "String String Bytes Bytes Bytes");
  CHECK(Names("r'\\'' rb'\\d' Rb\"x\" u'q'") == "String Bytes Bytes String");
  CHECK(Names("'''a'b\n''c''' \"\"\"\"x\"\"\"") == "String String");
  CHECK(Names("ub'x'") == "Name String");
  CHECK(FirstError("b'é'") == "bytes can only contain ASCII literal characters");
  CHECK(FirstError("'\\x1'") == "(unicode error) truncated \\xXX escape");
  CHECK(FirstError("b'\\x1'") == "(value error) invalid \\x escape");
  CHECK(FirstError("'\\N{NO SUCH NAME}'") == "(unicode error) unknown Unicode character name");
  CHECK(FirstError("'\\N{bullet}'") == "");
  CHECK(FirstError("'\\U00110000'") == "(unicode error) illegal Unicode character");
}

TEST_CASE("lex: f-strings nest") {
  CHECK(Names("f'a{b}c'") == "FStringStart FStringMiddle LBrace Name RBrace FStringMiddle FStringEnd");
  CHECK(Names("f'{x!r:>{w}.2f}'") == "FStringStart LBrace Name Exclaim Name Colon FStringMiddle LBrace Name RBrace FStringMiddle RBrace FStringEnd");
  CHECK(Names("f'{{}}'") == "FStringStart FStringMiddle FStringEnd");
  CHECK(Names("f'{f'{1}'}'") == "FStringStart LBrace FStringStart LBrace Int RBrace FStringEnd RBrace FStringEnd");
  CHECK(Names("f'{d[\"k\"]}{a != b}'") == "FStringStart LBrace Name LBracket String RBracket RBrace LBrace Name NotEqual Name RBrace FStringEnd");
  CHECK(Names("f'{x:{{1}}}'") == "FStringStart LBrace Name Colon LBrace LBrace Int RBrace RBrace RBrace FStringEnd");
  CHECK(Names("f'''{\nx\n}'''") == "FStringStart LBrace Name RBrace FStringEnd");
  CHECK(Names("t'{x}' rt'' Tr''") == "FStringStart LBrace Name RBrace FStringEnd FStringStart FStringEnd FStringStart FStringEnd");
  CHECK(Names("f'\\N{BULLET}{x}'") == "FStringStart FStringMiddle LBrace Name RBrace FStringEnd");
}

TEST_CASE("lex: a broken f-string is one token of its own line") {
  CHECK(Names("x = f'{a'\ny") == "Name Equal BrokenString Newline Name");
  CHECK(Names("x = f'a}'\ny") == "Name Equal BrokenString Newline Name");
  CHECK(Names("x = f'{a\ny = 1\n") == "Name Equal BrokenString Newline Name Equal Int");
  CHECK(FirstError("f'a}'") == "f-string: single '}' is not allowed");
}

TEST_CASE("lex: indentation") {
  CHECK(Names("if a:\n  b\n\n  # c\n  d\ne") == "If Name Colon Newline Indent Name Newline Name Newline Dedent Name");
  CHECK(Names("if a:\n\tb\n\t# x\n\tc\n") == "If Name Colon Newline Indent Name Newline Name Newline Dedent");
  CHECK(Names("if a:\n    b\n\f    c\n") == "If Name Colon Newline Indent Name Newline Name Newline Dedent");
  CHECK(Names("if a:\n  b\\\n+ c\n") == "If Name Colon Newline Indent Name Plus Name Newline Dedent");
  CHECK(FirstError("if a:\n        b\n\tc\n") == "inconsistent use of tabs and spaces in indentation");
  CHECK(FirstError("if a:\n    b\n  c\n") == "unindent does not match any outer indentation level");
  CHECK(Names("(a,\n      b)\nc") == "LParen Name Comma Name RParen Newline Name");
}

TEST_CASE("lex: line ends and the byte order mark") {
  CHECK(Names("\xEF\xBB\xBFx") == "Name");
  CHECK(Names("a\rb\r\nc\n") == "Name Newline Name Newline Name");
  CHECK(Names("a = \\\r\n 1") == "Name Equal Int");
}

TEST_CASE("lex: names in any script") {
  CHECK(Names("é = 变量 + ªb") == "Name Equal Name Plus Name");
  CHECK(FirstError("x = “a”") == "invalid character '“' (U+201C)");
  CHECK(FirstError("x =\xC2\xA0 1") == "invalid non-printable character U+00A0");
  CHECK(lex::NormalizeName("ﬁ") == "fi");
  CHECK(lex::NormalizeName("e\xCC\x81") == "é");
  CHECK(lex::NormalizeName("𝔘𝔫𝔦") == "Uni");
  CHECK(lex::NormalizeName("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB") == "한");
}

TEST_CASE("lex: an unclosed bracket ends before a statement") {
  CHECK(Names("x = f(a,\ndef g(): pass") == "Name Equal Name LParen Name Comma Newline Def Name LParen RParen Colon Pass");
  CHECK(Names("x = f(a,\ny = 1\nz = 2\nimport w") ==
        "Name Equal Name LParen Name Comma Newline Name Equal Int Newline Name Equal Int Newline Import Name");
  CHECK(Names("x = f(a,\n@dec\ndef g(): pass") == "Name Equal Name LParen Name Comma Newline At Name Newline Def Name LParen RParen Colon Pass");
  CHECK(FirstError("x = f(a,\nimport b") == "'(' was never closed");
  // Sound code is left alone, whatever its columns are.
  CHECK(FirstError("x = f(\na=1,\n@b\n)\n") == "");
  CHECK(Names("x = [\n1,\nif_\n]") == "Name Equal LBracket Int Comma Name RBracket");
}

TEST_CASE("lex: brackets that do not match") {
  CHECK(FirstError("x = (1]") == "closing parenthesis ']' does not match opening parenthesis '('");
  CHECK(FirstError("x = 1)") == "unmatched ')'");
  CHECK(Names("f([a)\nb") == "Name LParen LBracket Name RBracket RParen Newline Name");
}

TEST_CASE("lex: an unclosed docstring ends before the next definition") {
  const char* text =
      "class A:\n    def f(self):\n        \"\"\"Doc.\n        return 1\n\n    def g(self):\n        \"\"\"Other.\"\"\"\n        return 2\n";
  lex::TokenBuffer tokens = lex::Lex(text);
  unsigned functions = 0;
  for (uint32_t i = 0; i < tokens.size(); ++i) {
    functions += tokens.kind(i) == K::Def;
  }
  CHECK(functions == 2);
  REQUIRE(tokens.errors().size() == 1);
  CHECK(llvm::StringRef(tokens.errors()[0].message).starts_with("unterminated triple-quoted string literal"));
}

TEST_CASE("lex: a line moved out of its block does not end the block") {
  CHECK(Names("class A:\n    def f(self):\n        a\nb\n        c\n") ==
        "Class Name Colon Newline Indent Def Name LParen Name RParen Colon Newline Indent Name Newline Name Newline Name Newline Dedent Dedent");
}

TEST_CASE("lex: deep brackets and indents are errors, not crashes") {
  CHECK(FirstError(std::string(100000, '(')) == "too many nested parentheses");
  CHECK(FirstError(std::string(100000, '[') + std::string(100000, ']')) == "too many nested parentheses");
  std::string blocks;
  for (int i = 0; i < 200; ++i) {
    blocks += std::string(static_cast<size_t>(i), ' ') + "if x:\n";
  }
  CHECK(FirstError(blocks) == "too many levels of indentation");
  std::string nested;
  for (int i = 0; i < 50000; ++i) {
    nested += "f'{";
  }
  CheckCovers(nested);
}

TEST_CASE("lex: hashes are of the content, not of the place") {
  lex::TokenBuffer a = lex::Lex("alpha = 'text' + 1");
  lex::TokenBuffer b = lex::Lex("  # moved\nif 1:\n    alpha  =  'text'  +1");
  CHECK(a.hash(0) == b.hash(5));
  CHECK(a.hash(1) == b.hash(6));
  CHECK(a.hash(2) == b.hash(7));
  CHECK(a.hash(4) == b.hash(9));
  CHECK(lex::Lex("alpha").hash(0) != lex::Lex("alphb").hash(0));
  CHECK(lex::Lex("1").hash(0) != lex::Lex("'1'").hash(0));
}
