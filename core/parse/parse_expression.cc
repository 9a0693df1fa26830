// Expressions of the parser: operators, calls and subscripts.
#include "core/parse/parser.h"

#include <array>

namespace trident::parse {
namespace {

using K = lex::TokenKind;

constexpr std::array<uint8_t, lex::kTokenKinds> MakePrecedences() {
  std::array<uint8_t, lex::kTokenKinds> table{};
  auto set = [&](K kind, Precedence p) { table[static_cast<unsigned>(kind)] = p; };
  set(K::Or, kOr);
  set(K::And, kAnd);
  for (K kind : {K::EqualEqual, K::NotEqual, K::Less, K::LessEqual, K::Greater, K::GreaterEqual, K::In, K::Is, K::Not}) {
    set(kind, kCompare);
  }
  set(K::Bar, kBitOr);
  set(K::Caret, kBitXor);
  set(K::Ampersand, kBitAnd);
  set(K::LeftShift, kShift);
  set(K::RightShift, kShift);
  set(K::Plus, kSum);
  set(K::Minus, kSum);
  for (K kind : {K::Star, K::At, K::Slash, K::Percent, K::SlashSlash}) {
    set(kind, kProduct);
  }
  return table;
}
constexpr std::array<uint8_t, lex::kTokenKinds> kPrecedences = MakePrecedences();

uint8_t BinaryOpOf(K kind) { return static_cast<uint8_t>(static_cast<unsigned>(kind) - static_cast<unsigned>(K::Plus)); }

}  // namespace

NodeId Parser::ParseStarExpressions() {
  const uint32_t start = Start();
  NodeId first = ParseStarExpression();
  if (!At(K::Comma)) {
    return first;
  }
  List elements(*this);
  elements.Add(first);
  while (Accept(K::Comma) && !EndsList(Kind())) {
    elements.Add(ParseStarExpression());
  }
  return tree_.Node(NodeKind::Tuple, 0, start, PreviousEnd(), {}, elements.words());
}

NodeId Parser::ParseStarExpression() {
  if (!At(K::Star)) {
    return ParseExpression();
  }
  const uint32_t start = Start();
  ++pos_;
  NodeId value = ParseBinary(kBitOr);
  return tree_.Node(NodeKind::Starred, 0, start, PreviousEnd(), {value});
}

NodeId Parser::ParseStarNamed() { return At(K::Star) ? ParseStarExpression() : ParseNamed(); }

NodeId Parser::ParseNamed() {
  const uint32_t start = Start();
  NodeId value = ParseExpression();
  if (!At(K::ColonEqual)) [[likely]] {
    return value;
  }
  if (tree_.kind(value) != NodeKind::Name || tree_.start(value) != start) {
    if (tree_.kind(value) == NodeKind::Name) {
      FailSyntax();
    } else {
      FailTarget(value, TargetUse::Named);
    }
  }
  ++pos_;
  NodeId assigned = ParseExpression();
  return tree_.Node(NodeKind::NamedExpr, 0, start, PreviousEnd(), {value, assigned});
}

NodeId Parser::ParseExpression() {
  const uint32_t start = Start();
  if (!At(K::Lambda)) [[likely]] {
    NodeId value = ParseBinary(kOr);
    if (!At(K::If)) [[likely]] {
      return value;
    }
    return ParseExpressionTail(start, value);
  }
  return ParseExpressionTail(start, kNoNode);
}

// Conditions and lambdas nest to the right without end, so they are a loop; `value` is a body already parsed.
NodeId Parser::ParseExpressionTail(uint32_t start, NodeId value) {
  List frames(*this);  // start, then parameters and kNoNode of a lambda, or body and test of a condition
  for (;; start = Start(), value = kNoNode) {
    if (value == kNoNode && At(K::Lambda)) {
      ++pos_;
      NodeId parameters = ParseParameters(K::Colon);
      if (!Accept(K::Colon)) {
        FailHere("expected ':'");
        value = Missing();
        frames.Add(start);
        frames.Add(parameters);
        frames.Add(kNoNode);
        break;
      }
      frames.Add(start);
      frames.Add(parameters);
      frames.Add(kNoNode);
      continue;
    }
    if (value == kNoNode) {
      value = ParseBinary(kOr);
    }
    if (!Accept(K::If)) {
      break;
    }
    NodeId test = ParseBinary(kOr);
    frames.Add(start);
    frames.Add(value);
    frames.Add(test);
    if (!Accept(K::Else)) {
      Fail(start, PreviousEnd(), "expected 'else' after 'if' expression");
      value = Missing();
      break;
    }
  }
  for (size_t i = frames.size(); i > 0; i -= 3) {
    uint32_t from = frames[i - 3];
    value = frames[i - 1] == kNoNode ? tree_.Node(NodeKind::Lambda, 0, from, PreviousEnd(), {frames[i - 2], value})
                                     : tree_.Node(NodeKind::IfExp, 0, from, PreviousEnd(), {frames[i - 2], frames[i - 1], value});
  }
  return value;
}

// Operators that bind at least as tightly as `least`, by precedence climbing.
NodeId Parser::ParseBinary(unsigned least) {
  const uint32_t start = Start();
  NodeId left = At(K::Not) && least <= kNot ? ParseNot() : ParseFactor();
  for (;;) {
    const K op = Kind();
    const unsigned precedence = kPrecedences[static_cast<unsigned>(op)];
    if (precedence < least || precedence == kNone) {
      return left;
    }
    if (precedence > kCompare) {
      ++pos_;
      NodeId right = ParseBinary(precedence + 1);
      left = tree_.Node(NodeKind::BinOp, BinaryOpOf(op), start, PreviousEnd(), {left, right});
    } else if (precedence == kCompare) {
      if (op == K::Not && Peek() != K::In) {
        return left;
      }
      left = ParseComparison(start, left);
    } else {
      List values(*this);
      values.Add(left);
      while (Accept(op)) {
        values.Add(ParseBinary(precedence + 1));
      }
      left = tree_.Node(NodeKind::BoolOp, op == K::Or, start, PreviousEnd(), {}, values.words());
    }
  }
}

NodeId Parser::ParseNot() {
  List starts(*this);
  while (At(K::Not)) {
    starts.Add(Start());
    ++pos_;
  }
  NodeId value = ParseBinary(kCompare);
  for (size_t i = starts.size(); i > 0; --i) {
    value = tree_.Node(NodeKind::UnaryOp, static_cast<uint8_t>(UnaryOp::Not), starts[i - 1], PreviousEnd(), {value});
  }
  return value;
}

bool Parser::TakeComparison(uint8_t& op) {
  switch (Kind()) {
    case K::In: op = static_cast<uint8_t>(CompareOp::In); break;
    case K::Not:
      if (Peek() != K::In) {
        return false;
      }
      ++pos_;
      op = static_cast<uint8_t>(CompareOp::NotIn);
      break;
    case K::Is:
      op = static_cast<uint8_t>(CompareOp::Is);
      if (Peek() == K::Not) {
        ++pos_;
        op = static_cast<uint8_t>(CompareOp::IsNot);
      }
      break;
    default:
      if (Kind() < K::EqualEqual || Kind() > K::GreaterEqual) {
        return false;
      }
      op = static_cast<uint8_t>(static_cast<unsigned>(Kind()) - static_cast<unsigned>(K::EqualEqual));
      break;
  }
  ++pos_;
  return true;
}

NodeId Parser::ParseComparison(uint32_t start, NodeId left) {
  uint8_t op = 0;
  TakeComparison(op);
  uint32_t right_start = Start();
  NodeId right = ParseBinary(kBitOr);
  uint8_t next = 0;
  if (!TakeComparison(next)) {
    return tree_.Node(NodeKind::Compare, op, start, PreviousEnd(), {left, right});
  }
  List links(*this);
  links.Add(tree_.Node(NodeKind::CompareLink, op, right_start, tree_.end(right), {right}));
  do {
    right_start = Start();
    right = ParseBinary(kBitOr);
    links.Add(tree_.Node(NodeKind::CompareLink, next, right_start, PreviousEnd(), {right}));
  } while (TakeComparison(next));
  return tree_.Node(NodeKind::CompareChain, 0, start, PreviousEnd(), {left}, links.words());
}

NodeId Parser::ParseFactor() {
  if (At(K::Minus) || At(K::Plus) || At(K::Tilde)) {
    return ParseFactorChain(Start(), kNoNode);
  }
  const uint32_t start = Start();
  NodeId value = ParsePrimary();
  return At(K::StarStar) ? ParseFactorChain(start, value) : value;
}

// Signs and powers nest to the right without end, so they are a loop.
NodeId Parser::ParseFactorChain(uint32_t start, NodeId value) {
  List frames(*this);  // start, then kNoNode and the UnaryOp of a sign, or the base of a power and 0
  for (;;) {
    if (value == kNoNode) {
      start = Start();
      if (At(K::Minus) || At(K::Plus) || At(K::Tilde)) {
        UnaryOp op = At(K::Minus) ? UnaryOp::USub : At(K::Plus) ? UnaryOp::UAdd : UnaryOp::Invert;
        ++pos_;
        frames.Add(start);
        frames.Add(kNoNode);
        frames.Add(static_cast<uint32_t>(op));
        continue;
      }
      value = ParsePrimary();
    }
    if (!Accept(K::StarStar)) {
      break;
    }
    frames.Add(start);
    frames.Add(value);
    frames.Add(0);
    value = kNoNode;
  }
  for (size_t i = frames.size(); i > 0; i -= 3) {
    uint32_t from = frames[i - 3];
    value = frames[i - 2] == kNoNode ? tree_.Node(NodeKind::UnaryOp, static_cast<uint8_t>(frames[i - 1]), from, PreviousEnd(), {value})
                                     : tree_.Node(NodeKind::BinOp, static_cast<uint8_t>(BinaryOp::Pow), from, PreviousEnd(), {frames[i - 2], value});
  }
  return value;
}

NodeId Parser::ParsePrimary() {
  const uint32_t start = Start();
  if (At(K::Await)) [[unlikely]] {
    ++pos_;
    const uint32_t inner = Start();
    NodeId value = ParsePrimaryTail(inner, ParseAtom());
    return tree_.Node(NodeKind::Await, 0, start, PreviousEnd(), {value});
  }
  return ParsePrimaryTail(start, ParseAtom());
}

NodeId Parser::ParsePrimaryTail(uint32_t start, NodeId value) {
  for (;;) {
    switch (Kind()) {
      case K::Dot:
        ++pos_;
        if (!lex::IsName(Kind())) {
          FailSyntax();
          return tree_.Node(NodeKind::Error, 0, start, PreviousEnd(), {value});
        }
        value = tree_.Node(NodeKind::Attribute, 0, start, ends_[pos_], {InternToken(pos_).index, value});
        ++pos_;
        break;
      case K::LParen: value = ParseCall(start, value); break;
      case K::LBracket: value = ParseSubscript(start, value); break;
      default: return value;
    }
  }
}

NodeId Parser::ParseName() {
  NodeId node = tree_.Node(NodeKind::Name, 0, Start(), ends_[pos_], {InternToken(pos_).index});
  ++pos_;
  return node;
}

NodeId Parser::ParseAtom() {
  auto leaf = [this](NodeKind kind) {
    NodeId node = tree_.Leaf(kind, 0, Start(), ends_[pos_]);
    ++pos_;
    return node;
  };
  switch (Kind()) {
    case K::Name:
    case K::Match:
    case K::Case:
    case K::Type: return ParseName();
    case K::Int: return leaf(NodeKind::Int);
    case K::Float: return leaf(NodeKind::Float);
    case K::Imaginary: return leaf(NodeKind::Imaginary);
    case K::String:
    case K::Bytes:
    case K::FStringStart: return ParseStrings();
    case K::None: return leaf(NodeKind::NoneLiteral);
    case K::True: return leaf(NodeKind::TrueLiteral);
    case K::False: return leaf(NodeKind::FalseLiteral);
    case K::Ellipsis: return leaf(NodeKind::EllipsisLiteral);
    case K::LParen: return ParseGroup();
    case K::LBracket: return ParseList();
    case K::LBrace: return ParseBrace();
    case K::BrokenString:
    case K::Error: FailSyntax(); return leaf(NodeKind::Error);
    default: FailSyntax(); return Missing();
  }
}

NodeId Parser::ParseCall(uint32_t start, NodeId function) {
  List arguments(*this);
  ParseArguments(arguments, true);
  return tree_.Node(NodeKind::Call, 0, start, PreviousEnd(), {function}, arguments.words());
}

// From the opening parenthesis past the closing one.
void Parser::ParseArguments(List& out, bool allow_generator) {
  const uint32_t open = Start();
  ++pos_;
  unsigned seen = 0;
  while (!At(K::RParen)) {
    NodeId argument = ParseArgument(seen);
    if (AtComprehension()) {
      const bool alone = out.empty() && allow_generator;
      NodeId generator = ParseComprehension(NodeKind::GeneratorExp, alone ? open : tree_.start(argument), {argument});
      if (!alone || !At(K::RParen)) {
        Fail(tree_.start(argument), PreviousEnd(), allow_generator ? "Generator expression must be parenthesized" : "invalid syntax");
      } else {
        tree_.SetEnd(generator, ends_[pos_]);
      }
      argument = generator;
    }
    out.Add(argument);
    if (!Accept(K::Comma)) {
      break;
    }
  }
  Close(K::RParen);
}

NodeId Parser::ParseArgument(unsigned& seen) {
  enum { kKeyword = 1, kUnpacked = 2 };
  const uint32_t start = Start();
  if (lex::IsName(Kind()) && Peek() == K::Equal) {
    Symbol name = InternToken(pos_);
    pos_ += 2;
    NodeId value;
    if (At(K::Comma) || At(K::RParen)) {
      Fail(start, PreviousEnd(), "expected argument value expression");
      value = Missing();
    } else {
      value = ParseExpression();
    }
    seen |= kKeyword;
    return tree_.Node(NodeKind::Keyword, 0, start, PreviousEnd(), {name.index, value});
  }
  if (Accept(K::StarStar)) {
    NodeId value = ParseExpression();
    seen |= kUnpacked;
    return tree_.Node(NodeKind::Keyword, 0, start, PreviousEnd(), {Symbol::kNone, value});
  }
  if (Accept(K::Star)) {
    NodeId value = ParseExpression();
    if (seen & kUnpacked) {
      Fail(start, PreviousEnd(), "iterable argument unpacking follows keyword argument unpacking");
    }
    return tree_.Node(NodeKind::Starred, 0, start, PreviousEnd(), {value});
  }
  NodeId value = ParseNamed();
  if (At(K::Equal) && !failed_) {
    NodeKind kind = tree_.kind(value);
    bool constant = kind == NodeKind::TrueLiteral || kind == NodeKind::FalseLiteral || kind == NodeKind::NoneLiteral;
    Fail(start, ends_[pos_],
         constant ? "cannot assign to " + TokenText(pos_ - 1).str() : "expression cannot contain assignment, perhaps you meant \"==\"?");
    ++pos_;
    ParseExpression();
  } else if (seen != 0 && tree_.kind(value) != NodeKind::Error) {
    Fail(start, PreviousEnd(),
         seen & kUnpacked ? "positional argument follows keyword argument unpacking" : "positional argument follows keyword argument");
  }
  return value;
}

NodeId Parser::ParseSubscript(uint32_t start, NodeId value) {
  ++pos_;
  const uint32_t index_start = Start();
  NodeId index;
  if (At(K::RBracket)) {
    FailSyntax();
    index = Missing();
  } else {
    index = ParseSlice();
    if (At(K::Comma) || tree_.kind(index) == NodeKind::Starred) {
      List elements(*this);
      elements.Add(index);
      // A colon begins a slice, although it ends other lists.
      while (Accept(K::Comma) && (At(K::Colon) || !EndsList(Kind()))) {
        elements.Add(ParseSlice());
      }
      index = tree_.Node(NodeKind::Tuple, 0, index_start, PreviousEnd(), {}, elements.words());
    }
  }
  Close(K::RBracket);
  return tree_.Node(NodeKind::Subscript, 0, start, PreviousEnd(), {value, index});
}

NodeId Parser::ParseSlice() {
  const uint32_t start = Start();
  NodeId lower = kNoNode;
  if (!At(K::Colon)) {
    lower = ParseStarNamed();
    if (!At(K::Colon)) {
      return lower;
    }
    if (tree_.kind(lower) == NodeKind::Starred || (tree_.kind(lower) == NodeKind::NamedExpr && tree_.start(lower) == start)) {
      FailSyntax();
    }
  }
  ++pos_;
  auto part = [this] { return At(K::Colon) || At(K::Comma) || At(K::RBracket) ? kNoNode : ParseExpression(); };
  NodeId upper = part();
  NodeId step = Accept(K::Colon) ? part() : kNoNode;
  return tree_.Node(NodeKind::Slice, 0, start, PreviousEnd(), {lower, upper, step});
}

NodeId Parser::ParseYield() {
  const uint32_t start = Start();
  ++pos_;
  if (Accept(K::From)) {
    NodeId value = ParseExpression();
    return tree_.Node(NodeKind::YieldFrom, 0, start, PreviousEnd(), {value});
  }
  NodeId value = EndsList(Kind()) ? kNoNode : ParseStarExpressions();
  return tree_.Node(NodeKind::Yield, 0, start, PreviousEnd(), {value});
}

}  // namespace trident::parse
