// The `match` statement of the parser and its patterns.
#include "core/parse/parser.h"

namespace trident::parse {
namespace {

using K = lex::TokenKind;

bool EndsPatterns(K kind) {
  return kind == K::Colon || kind == K::If || kind == K::RParen || kind == K::RBracket || kind == K::Equal || kind == K::Newline ||
         kind == K::EndOfFile;
}

}  // namespace

// Whether `match` begins a statement here: it does when a block of cases follows, or when what follows could not
// continue an expression.
bool Parser::AtMatch() const {
  switch (Peek()) {
    case K::Newline:
    case K::EndOfFile:
    case K::Dot:
    case K::Equal:
    case K::Comma:
    case K::Semicolon:
    case K::Colon:
    case K::RParen: return false;
    default: break;
  }
  uint32_t token = pos_;
  while (kinds_[token] != K::Newline && kinds_[token] != K::EndOfFile) {
    ++token;
  }
  if (kinds_[token - 1] == K::Colon && token + 2 < count_ && kinds_[token + 1] == K::Indent && kinds_[token + 2] == K::Case) {
    return true;
  }
  const K next = Peek();
  const bool cannot_continue = lex::IsName(next) || next == K::String || next == K::FStringStart || next == K::Int;
  return cannot_continue && kinds_[token - 1] == K::Colon;
}

NodeId Parser::ParseMatch() {
  const uint32_t start = Start();
  ++pos_;
  const uint32_t subject_start = Start();
  NodeId subject = ParseStarNamed();
  if (At(K::Comma)) {
    List elements(*this);
    elements.Add(subject);
    while (Accept(K::Comma) && !At(K::Colon)) {
      elements.Add(ParseStarNamed());
    }
    subject = tree_.Node(NodeKind::Tuple, 0, subject_start, PreviousEnd(), {}, elements.words());
  } else if (tree_.kind(subject) == NodeKind::Starred) {
    FailSyntax();
  }
  if (!Accept(K::Colon)) {
    FailHere("expected ':'");
  }
  SkipLine();
  List cases(*this);
  if (Accept(K::Indent)) {
    while (!At(K::Dedent) && !At(K::EndOfFile)) {
      BeginHeader();
      if (At(K::Case)) {
        cases.Add(ParseCase());
        continue;
      }
      const uint32_t from = Start();
      FailSyntax();
      NodeId skipped;
      {
        List statements(*this);
        if (At(K::Indent)) {
          ParseUnexpectedIndent(statements, true);
        } else {
          ParseStatement(statements);
        }
        skipped = tree_.Node(NodeKind::Error, 0, from, PreviousEnd(), {}, statements.words());
      }
      cases.Add(skipped);
    }
    Accept(K::Dedent);
  } else if (!failed_) {
    FailHere("expected an indented block after 'match' statement on line " + std::to_string(LineNumber(start)));
  }
  const uint32_t end = cases.empty() ? tree_.end(subject) : tree_.end(cases[cases.size() - 1]);
  return tree_.Node(NodeKind::Match, 0, start, end, {subject}, cases.words());
}

NodeId Parser::ParseCase() {
  const uint32_t start = Start();
  ++pos_;
  NodeId pattern = ParsePatterns();
  NodeId guard = Accept(K::If) ? ParseNamed() : kNoNode;
  NodeId body = ParseSuite("'case' statement", start);
  return tree_.Node(NodeKind::MatchCase, 0, start, tree_.end(body), {pattern, guard, body});
}

// The pattern of a case: a sequence when there is a comma.
NodeId Parser::ParsePatterns() {
  const uint32_t start = Start();
  NodeId first = ParseStarPattern();
  if (!At(K::Comma)) {
    if (tree_.kind(first) == NodeKind::MatchStar) {
      FailSyntax();
    }
    return first;
  }
  List elements(*this);
  elements.Add(first);
  while (Accept(K::Comma) && !EndsPatterns(Kind())) {
    elements.Add(ParseStarPattern());
  }
  return tree_.Node(NodeKind::MatchSequence, 0, start, PreviousEnd(), {}, elements.words());
}

NodeId Parser::ParseStarPattern() {
  if (!At(K::Star)) {
    return ParsePattern();
  }
  const uint32_t start = Start();
  ++pos_;
  Symbol name;
  if (!lex::IsName(Kind())) {
    FailSyntax();
  } else {
    if (TokenText(pos_) != "_") {
      name = InternToken(pos_);
    }
    ++pos_;
  }
  return tree_.Node(NodeKind::MatchStar, 0, start, PreviousEnd(), {name.index});
}

NodeId Parser::ParsePattern() {
  const uint32_t start = Start();
  NodeId pattern = ParseOrPattern();
  if (!Accept(K::As)) {
    return pattern;
  }
  Symbol name;
  if (!lex::IsName(Kind())) {
    FailHere("invalid pattern target");
  } else {
    if (TokenText(pos_) == "_") {
      FailHere("cannot use '_' as a target");
    }
    name = InternToken(pos_);
    ++pos_;
    if (At(K::Dot) || At(K::LParen)) {
      FailHere("invalid pattern target");
    }
  }
  return tree_.Node(NodeKind::MatchAs, 0, start, PreviousEnd(), {name.index, pattern});
}

NodeId Parser::ParseOrPattern() {
  const uint32_t start = Start();
  NodeId first = ParseClosedPattern();
  if (!At(K::Bar)) {
    return first;
  }
  List patterns(*this);
  patterns.Add(first);
  while (Accept(K::Bar)) {
    patterns.Add(ParseClosedPattern());
  }
  return tree_.Node(NodeKind::MatchOr, 0, start, PreviousEnd(), {}, patterns.words());
}

NodeId Parser::ParseClosedPattern() {
  const uint32_t start = Start();
  auto singleton = [&](NodeKind kind) {
    NodeId value = tree_.Leaf(kind, 0, start, ends_[pos_]);
    ++pos_;
    return tree_.Node(NodeKind::MatchSingleton, 0, start, PreviousEnd(), {value});
  };
  switch (Kind()) {
    case K::None: return singleton(NodeKind::NoneLiteral);
    case K::True: return singleton(NodeKind::TrueLiteral);
    case K::False: return singleton(NodeKind::FalseLiteral);
    case K::Minus:
    case K::Int:
    case K::Float:
    case K::Imaginary: {
      NodeId value = ParsePatternNumber();
      return tree_.Node(NodeKind::MatchValue, 0, start, PreviousEnd(), {value});
    }
    case K::String:
    case K::Bytes: {
      NodeId value = ParseStrings();
      return tree_.Node(NodeKind::MatchValue, 0, start, PreviousEnd(), {value});
    }
    case K::FStringStart: {
      NodeId value = ParseStrings();
      FailNode(value, "patterns may only match literals and attribute lookups");
      return tree_.Node(NodeKind::MatchValue, 0, start, PreviousEnd(), {value});
    }
    case K::LParen: return ParsePatternList(K::RParen);
    case K::LBracket: return ParsePatternList(K::RBracket);
    case K::LBrace: return ParseMappingPattern();
    default: break;
  }
  if (!lex::IsName(Kind())) {
    FailSyntax();
    return tree_.Node(NodeKind::MatchAs, 0, start, start, {Symbol::kNone, kNoNode});
  }
  if (Peek() == K::Dot || Peek() == K::LParen) {
    NodeId name = ParseDotted();
    if (At(K::LParen)) {
      return ParseClassPattern(start, name);
    }
    return tree_.Node(NodeKind::MatchValue, 0, start, PreviousEnd(), {name});
  }
  Symbol name = TokenText(pos_) == "_" ? Symbol() : InternToken(pos_);
  ++pos_;
  return tree_.Node(NodeKind::MatchAs, 0, start, PreviousEnd(), {name.index, kNoNode});
}

// `-1`, or a complex number `1 - 2j`.
NodeId Parser::ParsePatternNumber() {
  const uint32_t start = Start();
  auto number = [this] {
    NodeKind kind = At(K::Int) ? NodeKind::Int : At(K::Float) ? NodeKind::Float : NodeKind::Imaginary;
    if (!At(K::Int) && !At(K::Float) && !At(K::Imaginary)) {
      FailSyntax();
      return Missing();
    }
    NodeId node = tree_.Leaf(kind, 0, Start(), ends_[pos_]);
    ++pos_;
    return node;
  };
  NodeId value;
  if (Accept(K::Minus)) {
    value = number();
    value = tree_.Node(NodeKind::UnaryOp, static_cast<uint8_t>(UnaryOp::USub), start, PreviousEnd(), {value});
  } else {
    value = number();
  }
  if (At(K::Plus) || At(K::Minus)) {
    BinaryOp op = At(K::Plus) ? BinaryOp::Add : BinaryOp::Sub;
    ++pos_;
    if (kinds_[pos_ - 2] == K::Imaginary) {
      Fail(start, PreviousEnd(), "real number required in complex literal");
    } else if (!At(K::Imaginary)) {
      FailHere("imaginary number required in complex literal");
    }
    NodeId imaginary = number();
    value = tree_.Node(NodeKind::BinOp, static_cast<uint8_t>(op), start, PreviousEnd(), {value, imaginary});
  }
  return value;
}

NodeId Parser::ParsePatternList(TokenKind close) {
  const uint32_t start = Start();
  ++pos_;
  List elements(*this);
  bool comma = close == K::RBracket || At(K::RParen);
  while (!EndsPatterns(Kind())) {
    elements.Add(ParseStarPattern());
    if (!Accept(K::Comma)) {
      break;
    }
    comma = true;
  }
  Close(close);
  if (!comma && elements.size() == 1 && tree_.kind(elements[0]) != NodeKind::MatchStar) {
    return elements[0];
  }
  if (!comma) {
    FailSyntax();
  }
  return tree_.Node(NodeKind::MatchSequence, 0, start, PreviousEnd(), {}, elements.words());
}

NodeId Parser::ParseMappingPattern() {
  const uint32_t start = Start();
  ++pos_;
  List entries(*this);
  Symbol rest;
  while (!At(K::RBrace)) {
    if (Accept(K::StarStar)) {
      if (!lex::IsName(Kind()) || TokenText(pos_) == "_") {
        FailSyntax();
        break;
      }
      rest = InternToken(pos_);
      ++pos_;
      Accept(K::Comma);
      break;
    }
    NodeId key;
    const uint32_t key_start = Start();
    if (lex::IsName(Kind())) {
      key = ParseDotted();
      if (tree_.kind(key) == NodeKind::Name) {
        Fail(key_start, PreviousEnd(), "mapping pattern keys may only match literals and attribute lookups");
      }
    } else if (At(K::Minus) || At(K::Int) || At(K::Float) || At(K::Imaginary)) {
      key = ParsePatternNumber();
    } else if (At(K::String) || At(K::Bytes) || At(K::None) || At(K::True) || At(K::False)) {
      key = ParseAtom();
    } else {
      FailSyntax();
      break;
    }
    if (!Accept(K::Colon)) {
      FailSyntax();
      break;
    }
    NodeId value = ParsePattern();
    entries.Add(key);
    entries.Add(value);
    if (!Accept(K::Comma)) {
      break;
    }
  }
  Close(K::RBrace);
  return tree_.Node(NodeKind::MatchMapping, 0, start, PreviousEnd(), {rest.index}, entries.words());
}

NodeId Parser::ParseClassPattern(uint32_t start, NodeId name) {
  ++pos_;
  List arguments(*this);
  bool keywords = false;
  while (!At(K::RParen)) {
    const uint32_t from = Start();
    if (lex::IsName(Kind()) && Peek() == K::Equal) {
      Symbol keyword = InternToken(pos_);
      pos_ += 2;
      NodeId pattern = ParsePattern();
      arguments.Add(tree_.Node(NodeKind::MatchKeyword, 0, from, PreviousEnd(), {keyword.index, pattern}));
      keywords = true;
    } else {
      NodeId pattern = ParsePattern();
      if (keywords) {
        Fail(from, PreviousEnd(), "positional patterns follow keyword patterns");
      }
      arguments.Add(pattern);
    }
    if (!Accept(K::Comma)) {
      break;
    }
  }
  Close(K::RParen);
  return tree_.Node(NodeKind::MatchClass, 0, start, PreviousEnd(), {name}, arguments.words());
}

// A name or attribute.
NodeId Parser::ParseDotted() {
  const uint32_t start = Start();
  NodeId value = ParseName();
  while (Accept(K::Dot)) {
    if (!lex::IsName(Kind())) {
      FailSyntax();
      break;
    }
    value = tree_.Node(NodeKind::Attribute, 0, start, ends_[pos_], {InternToken(pos_).index, value});
    ++pos_;
  }
  return value;
}

}  // namespace trident::parse
