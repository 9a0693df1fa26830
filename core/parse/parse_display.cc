// Displays and comprehensions of the parser: what is between brackets that are not a call's or subscript's.
#include "core/parse/parser.h"

namespace trident::parse {
namespace {

using K = lex::TokenKind;

}  // namespace

NodeId Parser::ParseGroup() {
  const uint32_t start = Start();
  ++pos_;
  if (Accept(K::RParen)) {
    return tree_.Leaf(NodeKind::Tuple, 1, start, PreviousEnd());
  }
  if (At(K::Yield)) {
    NodeId value = ParseYield();
    Close(K::RParen);
    return value;
  }
  NodeId first = ParseStarNamed();
  if (AtComprehension()) {
    NodeId generator = ParseComprehension(NodeKind::GeneratorExp, start, {first});
    Close(K::RParen);
    tree_.SetEnd(generator, PreviousEnd());
    return generator;
  }
  if (At(K::Comma)) {
    List elements(*this);
    elements.Add(first);
    while (Accept(K::Comma) && !EndsList(Kind())) {
      elements.Add(ParseStarNamed());
    }
    Close(K::RParen);
    return tree_.Node(NodeKind::Tuple, 1, start, PreviousEnd(), {}, elements.words());
  }
  if (tree_.kind(first) == NodeKind::Starred) {
    FailNode(first, "cannot use starred expression here");
  }
  Close(K::RParen);
  return first;
}

NodeId Parser::ParseList() {
  const uint32_t start = Start();
  ++pos_;
  List elements(*this);
  if (!At(K::RBracket)) {
    NodeId first = ParseStarNamed();
    if (AtComprehension()) {
      NodeId node = ParseComprehension(NodeKind::ListComp, start, {first});
      Close(K::RBracket);
      tree_.SetEnd(node, PreviousEnd());
      return node;
    }
    elements.Add(first);
    while (Accept(K::Comma) && !EndsList(Kind())) {
      elements.Add(ParseStarNamed());
    }
    if (AtComprehension()) {
      Fail(tree_.start(first), PreviousEnd(), "did you forget parentheses around the comprehension target?");
    }
  }
  Close(K::RBracket);
  return tree_.Node(NodeKind::List, 0, start, PreviousEnd(), {}, elements.words());
}

// A dictionary or a set.
NodeId Parser::ParseBrace() {
  const uint32_t start = Start();
  ++pos_;
  if (Accept(K::RBrace)) {
    return tree_.Leaf(NodeKind::Dict, 0, start, PreviousEnd());
  }
  if (At(K::StarStar)) {
    return ParseDictRest(start, kNoNode);
  }
  const uint32_t first_start = Start();
  NodeId first = ParseStarNamed();
  if (At(K::Colon)) {
    if (tree_.kind(first) == NodeKind::Starred || (tree_.kind(first) == NodeKind::NamedExpr && tree_.start(first) == first_start)) {
      FailSyntax();
    }
    return ParseDictRest(start, first);
  }
  if (AtComprehension()) {
    NodeId node = ParseComprehension(NodeKind::SetComp, start, {first});
    Close(K::RBrace);
    tree_.SetEnd(node, PreviousEnd());
    return node;
  }
  List elements(*this);
  elements.Add(first);
  while (Accept(K::Comma) && !EndsList(Kind())) {
    elements.Add(ParseStarNamed());
  }
  if (AtComprehension()) {
    Fail(tree_.start(first), PreviousEnd(), "did you forget parentheses around the comprehension target?");
  }
  Close(K::RBrace);
  return tree_.Node(NodeKind::Set, 0, start, PreviousEnd(), {}, elements.words());
}

// From the first colon, or from a first `**` when there is no key yet.
NodeId Parser::ParseDictRest(uint32_t start, NodeId key) {
  List entries(*this);
  bool first = true;
  for (;;) {
    if (key == kNoNode && Accept(K::StarStar)) {
      entries.Add(kNoNode);
      entries.Add(ParseBinary(kBitOr));
      if (AtComprehension()) {
        Fail(tree_.start(entries[entries.size() - 1]), PreviousEnd(), "dict unpacking cannot be used in dict comprehension");
      }
    } else {
      if (key == kNoNode) {
        key = ParseExpression();
      }
      entries.Add(key);
      if (!Accept(K::Colon)) {
        if (!failed_) {
          Fail(tree_.start(key), tree_.end(key), "':' expected after dictionary key");
        }
        entries.Add(Missing());
        break;
      }
      if (At(K::RBrace) || At(K::Comma)) {
        Fail(starts_[pos_ - 1], PreviousEnd(), "expression expected after dictionary key and ':'");
        entries.Add(Missing());
      } else if (At(K::Star)) {
        FailHere("cannot use a starred expression in a dictionary value");
        entries.Add(ParseStarExpression());
      } else {
        entries.Add(ParseExpression());
      }
      if (AtComprehension() && first) {
        NodeId node = ParseComprehension(NodeKind::DictComp, start, {entries[0], entries[1]});
        Close(K::RBrace);
        tree_.SetEnd(node, PreviousEnd());
        return node;
      }
    }
    first = false;
    key = kNoNode;
    if (!Accept(K::Comma) || EndsList(Kind())) {
      break;
    }
  }
  Close(K::RBrace);
  return tree_.Node(NodeKind::Dict, 0, start, PreviousEnd(), {}, entries.words());
}

// The `for` clauses after an element; the caller takes the closer and sets the end.
NodeId Parser::ParseComprehension(NodeKind kind, uint32_t start, std::initializer_list<uint32_t> fixed) {
  NodeId element = *fixed.begin();
  if (tree_.kind(element) == NodeKind::Starred) {
    FailNode(element, "iterable unpacking cannot be used in comprehension");
  }
  List clauses(*this);
  while (AtComprehension()) {
    clauses.Add(ParseComprehensionFor());
  }
  return tree_.Node(kind, 0, start, PreviousEnd(), fixed, clauses.words());
}

NodeId Parser::ParseComprehensionFor() {
  const uint32_t start = Start();
  const bool is_async = Accept(K::Async);
  ++pos_;
  NodeId target = ParseTargets();
  NodeId iterable;
  if (Accept(K::In)) {
    iterable = ParseBinary(kOr);
  } else {
    FailHere("'in' expected after for-loop variables");
    iterable = Missing();
  }
  List conditions(*this);
  while (Accept(K::If)) {
    conditions.Add(ParseBinary(kOr));
  }
  return tree_.Node(NodeKind::Comprehension, is_async, start, PreviousEnd(), {target, iterable}, conditions.words());
}

// Targets of a `for`, up to its `in`.
NodeId Parser::ParseTargets() {
  const uint32_t start = Start();
  auto one = [this] {
    const uint32_t from = Start();
    const bool starred = Accept(K::Star);
    NodeId value = ParseBinary(kBitOr);
    return starred ? tree_.Node(NodeKind::Starred, 0, from, PreviousEnd(), {value}) : value;
  };
  NodeId target = one();
  if (At(K::Comma)) {
    List elements(*this);
    elements.Add(target);
    while (Accept(K::Comma) && !EndsList(Kind())) {
      elements.Add(one());
    }
    target = tree_.Node(NodeKind::Tuple, 0, start, PreviousEnd(), {}, elements.words());
  }
  CheckTarget(target, TargetUse::For);
  return target;
}

}  // namespace trident::parse
