// String literals of the parser: adjacent literals, and the inside of f-strings and template strings.
#include "core/parse/parser.h"

namespace trident::parse {
namespace {

using K = lex::TokenKind;

bool IsStringLike(K kind) { return kind == K::String || kind == K::Bytes || kind == K::FStringStart || kind == K::BrokenString; }

bool HasPrefix(llvm::StringRef literal, char letter) {
  llvm::StringRef prefix = literal.take_until([](char c) { return c == '"' || c == '\''; });
  return prefix.contains(letter) || prefix.contains(static_cast<char>(letter - 32));
}

}  // namespace

NodeId Parser::ParseStrings() {
  const uint32_t start = Start();
  const K first = Kind();
  const uint8_t unicode = first == K::String && (text_[start] == 'u' || text_[start] == 'U');
  if (first != K::FStringStart && !IsStringLike(Peek())) [[likely]] {
    NodeId node = tree_.Leaf(first == K::Bytes ? NodeKind::Bytes : NodeKind::Str, unicode, start, ends_[pos_]);
    ++pos_;
    return node;
  }
  bool plain = false, bytes = false, format = false, is_template = false, broken = false;
  unsigned depth = 0;
  for (uint32_t token = pos_; depth > 0 || IsStringLike(kinds_[token]); ++token) {
    K kind = kinds_[token];
    if (kind == K::FStringStart && depth++ == 0) {
      (HasPrefix(TokenText(token), 't') ? is_template : format) = true;
    } else if (kind == K::FStringEnd) {
      --depth;
    } else if (depth == 0) {
      plain |= kind == K::String;
      bytes |= kind == K::Bytes;
      broken |= kind == K::BrokenString;
    }
  }
  if (format || is_template || broken) {
    NodeId node = ParseJoined(start, is_template);
    if (bytes) {
      FailNode(node, "cannot mix bytes and nonbytes literals");
    } else if (is_template && (plain || format)) {
      FailNode(node, "cannot mix t-string literals with string or bytes literals");
    }
    return node;
  }
  while (IsStringLike(Kind())) {
    ++pos_;
  }
  if (plain && bytes) {
    Fail(start, PreviousEnd(), "cannot mix bytes and nonbytes literals");
  }
  return tree_.Leaf(plain ? NodeKind::Str : NodeKind::Bytes, unicode, start, PreviousEnd());
}

NodeId Parser::ParseJoined(uint32_t start, bool is_template) {
  List parts(*this);
  while (IsStringLike(Kind())) {
    if (At(K::FStringStart)) {
      ParseFString(parts);
      continue;
    }
    const uint32_t from = Start();
    if (Accept(K::BrokenString)) {
      parts.Add(tree_.Leaf(NodeKind::Error, 0, from, PreviousEnd()));
      continue;
    }
    const K kind = Kind();
    while (Accept(kind)) {
    }
    parts.Add(tree_.Leaf(kind == K::Bytes ? NodeKind::Bytes : NodeKind::Str, 0, from, PreviousEnd()));
  }
  return tree_.Node(is_template ? NodeKind::TemplateStr : NodeKind::JoinedStr, 0, start, PreviousEnd(), {}, parts.words());
}

void Parser::ParseFString(List& out) {
  const bool raw = HasPrefix(TokenText(pos_), 'r');
  ++pos_;
  for (;;) {
    if (At(K::FStringMiddle)) {
      out.Add(tree_.Leaf(NodeKind::FStringText, raw ? kRawText : 0, Start(), ends_[pos_]));
      ++pos_;
    } else if (At(K::LBrace)) {
      ParseField(out, raw);
    } else {
      // The lexer hands over whole f-strings only; anything else is the end.
      Accept(K::FStringEnd);
      return;
    }
  }
}

// `{value=!r:format}`
void Parser::ParseField(List& out, bool raw) {
  const uint32_t open = Start();
  ++pos_;
  const uint32_t from = PreviousEnd();
  NodeId value;
  if (At(K::RBrace) || At(K::Colon) || At(K::Exclaim) || At(K::Equal)) {
    Fail(open, ends_[pos_], "f-string: valid expression required before '" + TokenText(pos_).str() + "'");
    value = Missing();
  } else {
    value = At(K::Yield) ? ParseYield() : ParseStarExpressions();
  }
  const uint32_t to = Start();
  bool shows_source = Accept(K::Equal);
  if (shows_source) {
    out.Add(tree_.Leaf(NodeKind::FStringText, kVerbatimText, from, Start()));
  }
  uint8_t conversion = 0;
  if (Accept(K::Exclaim)) {
    llvm::StringRef letter = TokenText(pos_);
    if (!lex::IsName(Kind())) {
      FailHere("f-string: missing conversion character");
    } else if (Start() != PreviousEnd()) {
      FailHere("f-string: conversion type must come right after the exclamation mark");
    } else if (letter != "r" && letter != "s" && letter != "a") {
      FailHere("f-string: invalid conversion character '" + letter.str() + "': expected 's', 'r', or 'a'");
    } else {
      conversion = static_cast<uint8_t>(letter[0]);
    }
    if (lex::IsName(Kind())) {
      ++pos_;
    }
  }
  NodeId format = Accept(K::Colon) ? ParseFormat(raw) : kNoNode;
  if (shows_source && conversion == 0 && format == kNoNode) {
    conversion = 'r';
  }
  if (!Accept(K::RBrace)) {
    if (StartsExpression(Kind()) && !shows_source) {
      Fail(starts_[pos_ - 1], ends_[pos_], "invalid syntax. Perhaps you forgot a comma?");
    } else {
      FailHere(shows_source ? "f-string: expecting '!', or ':', or '}'" : "f-string: expecting '=', or '!', or ':', or '}'");
    }
    SkipToClose(K::RBrace);
  }
  out.Add(tree_.Node(NodeKind::FormattedValue, conversion, open, PreviousEnd(), {from, to, value, format}));
}

NodeId Parser::ParseFormat(bool raw) {
  const uint32_t start = starts_[pos_ - 1];
  List parts(*this);
  for (;;) {
    if (At(K::FStringMiddle)) {
      parts.Add(tree_.Leaf(NodeKind::FStringText, static_cast<uint8_t>((raw ? kRawText : 0) | kFormatText), Start(), ends_[pos_]));
      ++pos_;
    } else if (At(K::LBrace)) {
      ParseField(parts, raw);
    } else {
      return tree_.Node(NodeKind::JoinedStr, 0, start, PreviousEnd(), {}, parts.words());
    }
  }
}

}  // namespace trident::parse
