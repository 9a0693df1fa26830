// Simple statements of the parser, lines, and what may be assigned to.
#include "core/parse/parser.h"

namespace trident::parse {
namespace {

using K = lex::TokenKind;

const char* DescribeTarget(NodeKind kind) {
  switch (kind) {
    case NodeKind::Call: return "function call";
    case NodeKind::Int:
    case NodeKind::Float:
    case NodeKind::Imaginary:
    case NodeKind::Str:
    case NodeKind::Bytes: return "literal";
    case NodeKind::NoneLiteral: return "None";
    case NodeKind::TrueLiteral: return "True";
    case NodeKind::FalseLiteral: return "False";
    case NodeKind::EllipsisLiteral: return "ellipsis";
    case NodeKind::JoinedStr: return "f-string expression";
    case NodeKind::TemplateStr: return "t-string expression";
    case NodeKind::Lambda: return "lambda";
    case NodeKind::GeneratorExp: return "generator expression";
    case NodeKind::Yield:
    case NodeKind::YieldFrom: return "yield expression";
    case NodeKind::Await: return "await expression";
    case NodeKind::ListComp: return "list comprehension";
    case NodeKind::SetComp: return "set comprehension";
    case NodeKind::DictComp: return "dict comprehension";
    case NodeKind::Dict: return "dict literal";
    case NodeKind::Set: return "set display";
    case NodeKind::Compare:
    case NodeKind::CompareChain: return "comparison";
    case NodeKind::IfExp: return "conditional expression";
    case NodeKind::NamedExpr: return "named expression";
    case NodeKind::Name: return "name";
    case NodeKind::Attribute: return "attribute";
    case NodeKind::Subscript: return "subscript";
    case NodeKind::Starred: return "starred";
    case NodeKind::Tuple: return "tuple";
    case NodeKind::List: return "list";
    default: return "expression";
  }
}

// Kinds for which a single `=` was more likely meant as a comparison.
bool SuggestsComparison(NodeKind kind) {
  switch (kind) {
    case NodeKind::GeneratorExp:
    case NodeKind::NoneLiteral:
    case NodeKind::TrueLiteral:
    case NodeKind::FalseLiteral:
    case NodeKind::Tuple:
    case NodeKind::List:
    case NodeKind::Starred:
    case NodeKind::Yield:
    case NodeKind::YieldFrom:
    case NodeKind::Lambda:
    case NodeKind::IfExp:
    case NodeKind::BoolOp:
    case NodeKind::Compare:
    case NodeKind::CompareChain: return false;
    default: return true;
  }
}

}  // namespace

// The statements of a block or of the module, up to its Dedent.
void Parser::ParseStatements(List& out) {
  failed_ = false;
  while (!At(K::Dedent) && !At(K::EndOfFile)) {
    ParseNext(out);
  }
}

// The statements of a line, or a compound one.
void Parser::ParseNext(List& out) {
  const bool after_error = failed_;
  failed_ = false;
  line_token_ = pos_;
  if (missing_block_ && !At(K::Indent)) {
    // A clause that belonged to the statement whose block was missing is not another mistake.
    failed_ = At(K::Except) || At(K::Finally) || At(K::Else) || At(K::Elif);
    missing_block_ = !failed_ && !At(K::Dedent);
  }
  if (At(K::Indent)) {
    ParseUnexpectedIndent(out, after_error);
  } else {
    ParseStatement(out);
  }
}

// After a header that could not be read its block is kept apart: its statements are not those of the block around.
void Parser::ParseUnexpectedIndent(List& out, bool after_error) {
  ++pos_;
  if (!after_error) {
    FailHere("unexpected indent");
    ParseStatements(out);
    Accept(K::Dedent);
    return;
  }
  const uint32_t start = Start();
  NodeId block;
  {
    List inner(*this);
    ParseStatements(inner);
    block = tree_.Node(NodeKind::Error, 0, start, PreviousEnd(), {}, inner.words());
  }
  Accept(K::Dedent);
  out.Add(block);
}

void Parser::ParseStatement(List& out) {
  switch (Kind()) {
    case K::If: return out.Add(ParseIf());
    case K::For: return out.Add(ParseFor(Start(), false));
    case K::While: return out.Add(ParseWhile());
    case K::With: return out.Add(ParseWith(Start(), false));
    case K::Try: return out.Add(ParseTry());
    case K::Def: return out.Add(ParseFunction(pos_, tree_.word_size(), Start(), false, {}));
    case K::Class: return out.Add(ParseClass(pos_, tree_.word_size(), {}));
    case K::At: return out.Add(ParseDecorated());
    case K::Async: return out.Add(ParseAsync());
    case K::Match:
      if (AtMatch()) {
        return out.Add(ParseMatch());
      }
      return ParseSimpleLine(out);
    default: return ParseSimpleLine(out);
  }
}

// Simple statements up to the end of their line; what cannot be read of it becomes an Error.
void Parser::ParseSimpleLine(List& out) {
  do {
    out.Add(ParseSimple());
  } while (Accept(K::Semicolon) && !AtLineEnd());
  if (!AtLineEnd()) {
    FailStatement(out[out.size() - 1]);
    const uint32_t start = Start();
    while (!AtLineEnd()) {
      ++pos_;
    }
    out.Add(tree_.Leaf(NodeKind::Error, 0, start, PreviousEnd()));
  }
  simple_line_end_ = PreviousEnd();
  Accept(K::Newline);
}

// A statement that goes on where it should have ended.
void Parser::FailStatement(NodeId statement) {
  const bool is_name = tree_.kind(statement) == NodeKind::ExprStmt && tree_.kind(tree_.words(statement)[0]) == NodeKind::Name;
  if (is_name && StartsExpression(Kind())) {
    llvm::StringRef name = TokenText(pos_ - 1);
    if (name == "print" || name == "exec") {
      const std::string called = name.str();
      return Fail(tree_.start(statement), ends_[pos_], "Missing parentheses in call to '" + called + "'. Did you mean " + called + "(...)?");
    }
  }
  if (tree_.kind(statement) == NodeKind::Import && At(K::From)) {
    return Fail(tree_.start(statement), ends_[pos_], "Did you mean to use 'from ... import ...' instead?");
  }
  FailSyntax();
}

NodeId Parser::ParseSimple() {
  auto word = [this](NodeKind kind) {
    NodeId node = tree_.Leaf(kind, 0, Start(), ends_[pos_]);
    ++pos_;
    return node;
  };
  switch (Kind()) {
    case K::Return: return ParseReturn();
    case K::Import: return ParseImport();
    case K::From: return ParseImportFrom();
    case K::Raise: return ParseRaise();
    case K::Pass: return word(NodeKind::Pass);
    case K::Break: return word(NodeKind::Break);
    case K::Continue: return word(NodeKind::Continue);
    case K::Del: return ParseDelete();
    case K::Assert: return ParseAssert();
    case K::Global: return ParseScope(NodeKind::Global);
    case K::Nonlocal: return ParseScope(NodeKind::Nonlocal);
    case K::Type:
      if (lex::IsName(Peek())) {
        return ParseTypeAlias();
      }
      return ParseExpressionStatement();
    default: return ParseExpressionStatement();
  }
}

NodeId Parser::ParseExpressionStatement() {
  const uint32_t start = Start();
  NodeId first = At(K::Yield) ? ParseYield() : ParseStarExpressions();
  switch (Kind()) {
    case K::Newline: break;
    case K::Equal: return ParseAssign(start, first);
    case K::Colon: return ParseAnnotated(start, first);
    default:
      if (Kind() >= K::PlusEqual && Kind() <= K::SlashSlashEqual) {
        return ParseAugmented(start, first);
      }
      break;
  }
  return tree_.Node(NodeKind::ExprStmt, 0, start, PreviousEnd(), {first});
}

NodeId Parser::ParseAssignedValue() { return At(K::Yield) ? ParseYield() : ParseStarExpressions(); }

NodeId Parser::ParseAssign(uint32_t start, NodeId first) {
  List targets(*this);
  NodeId value = first;
  while (Accept(K::Equal)) {
    targets.Add(value);
    CheckTarget(value, TargetUse::Assign);
    value = ParseAssignedValue();
  }
  return tree_.Node(NodeKind::Assign, 0, start, PreviousEnd(), {value}, targets.words());
}

NodeId Parser::ParseAnnotated(uint32_t start, NodeId target) {
  CheckTarget(target, TargetUse::Annotated);
  const bool simple = tree_.kind(target) == NodeKind::Name && tree_.start(target) == start;
  ++pos_;
  NodeId annotation = ParseExpression();
  NodeId value = Accept(K::Equal) ? ParseAssignedValue() : kNoNode;
  return tree_.Node(NodeKind::AnnAssign, simple, start, PreviousEnd(), {target, annotation, value});
}

NodeId Parser::ParseAugmented(uint32_t start, NodeId target) {
  CheckTarget(target, TargetUse::Augmented);
  const uint8_t op = static_cast<uint8_t>(static_cast<unsigned>(Kind()) - static_cast<unsigned>(K::PlusEqual));
  ++pos_;
  NodeId value = ParseAssignedValue();
  return tree_.Node(NodeKind::AugAssign, op, start, PreviousEnd(), {target, value});
}

// Reports the first part of a target that cannot be one.
bool Parser::CheckTarget(NodeId node, TargetUse use) {
  switch (tree_.kind(node)) {
    case NodeKind::Error: return true;
    case NodeKind::Name:
    case NodeKind::Attribute:
    case NodeKind::Subscript: return true;
    case NodeKind::Starred:
      if (use == TargetUse::Assign || use == TargetUse::For) {
        return CheckTarget(tree_.words(node)[0], use);
      }
      break;
    case NodeKind::Tuple:
    case NodeKind::List:
      if (use == TargetUse::Augmented || use == TargetUse::Annotated) {
        break;
      }
      for (uint32_t i = 0; i < tree_.words(node).size(); ++i) {
        NodeId element = tree_.words(node)[i];
        bool nested = tree_.kind(element) == NodeKind::Tuple || tree_.kind(element) == NodeKind::List || tree_.kind(element) == NodeKind::Starred;
        TargetUse inner = use == TargetUse::Assign && !nested ? TargetUse::For : use;
        if (!CheckTarget(element, inner)) {
          return false;
        }
      }
      return true;
    default: break;
  }
  FailTarget(node, use);
  return false;
}

void Parser::FailTarget(NodeId node, TargetUse use) {
  std::string what = DescribeTarget(tree_.kind(node));
  switch (use) {
    case TargetUse::Delete: return FailNode(node, "cannot delete " + what);
    case TargetUse::Named: return FailNode(node, "cannot use assignment expressions with " + what);
    case TargetUse::Augmented: return FailNode(node, "'" + what + "' is an illegal expression for augmented assignment");
    case TargetUse::Annotated:
      if (what == "tuple" || what == "list") {
        return FailNode(node, "only single target (not " + what + ") can be annotated");
      }
      return FailNode(node, "illegal target for annotation");
    case TargetUse::Assign:
      if (SuggestsComparison(tree_.kind(node))) {
        return FailNode(node, "cannot assign to " + what + " here. Maybe you meant '==' instead of '='?");
      }
      return FailNode(node, tree_.kind(node) == NodeKind::Yield || tree_.kind(node) == NodeKind::YieldFrom
                                ? "assignment to yield expression not possible"
                                : "cannot assign to " + what);
    default: return FailNode(node, "cannot assign to " + what);
  }
}

NodeId Parser::ParseReturn() {
  const uint32_t start = Start();
  ++pos_;
  NodeId value = AtLineEnd() || At(K::Semicolon) ? kNoNode : ParseStarExpressions();
  return tree_.Node(NodeKind::Return, 0, start, PreviousEnd(), {value});
}

NodeId Parser::ParseRaise() {
  const uint32_t start = Start();
  ++pos_;
  NodeId exception = AtLineEnd() || At(K::Semicolon) ? kNoNode : ParseExpression();
  NodeId cause = exception != kNoNode && Accept(K::From) ? ParseExpression() : kNoNode;
  return tree_.Node(NodeKind::Raise, 0, start, PreviousEnd(), {exception, cause});
}

NodeId Parser::ParseDelete() {
  const uint32_t start = Start();
  ++pos_;
  List targets(*this);
  do {
    NodeId target = At(K::Star) ? ParseStarExpression() : ParseExpression();
    CheckTarget(target, TargetUse::Delete);
    targets.Add(target);
  } while (Accept(K::Comma) && !AtLineEnd() && !At(K::Semicolon));
  return tree_.Node(NodeKind::Delete, 0, start, PreviousEnd(), {}, targets.words());
}

NodeId Parser::ParseAssert() {
  const uint32_t start = Start();
  ++pos_;
  NodeId test = ParseExpression();
  NodeId message = Accept(K::Comma) ? ParseExpression() : kNoNode;
  return tree_.Node(NodeKind::Assert, 0, start, PreviousEnd(), {test, message});
}

NodeId Parser::ParseScope(NodeKind kind) {
  const uint32_t start = Start();
  ++pos_;
  List names(*this);
  do {
    if (!lex::IsName(Kind())) {
      FailSyntax();
      break;
    }
    names.Add(ParseName());
  } while (Accept(K::Comma));
  return tree_.Node(kind, 0, start, PreviousEnd(), {}, names.words());
}

NodeId Parser::ParseTypeAlias() {
  const uint32_t start = Start();
  ++pos_;
  NodeId name = ParseName();
  NodeId parameters = At(K::LBracket) ? ParseTypeParams() : kNoNode;
  NodeId value;
  if (Accept(K::Equal)) {
    value = ParseExpression();
  } else {
    FailSyntax();
    value = Missing();
  }
  return tree_.Node(NodeKind::TypeAlias, 0, start, PreviousEnd(), {name, parameters, value});
}

// A dotted name as one symbol, without the blanks that may stand around its dots.
Symbol Parser::ParseDottedName() {
  if (!lex::IsName(Kind())) {
    FailSyntax();
    return Symbol();
  }
  const uint32_t first = pos_++;
  while (At(K::Dot) && lex::IsName(Peek())) {
    pos_ += 2;
  }
  if (pos_ == first + 1) {
    return InternToken(first);
  }
  std::string name;
  for (uint32_t token = first; token < pos_; ++token) {
    name += kinds_[token] == K::Dot ? llvm::StringRef(".") : trident::Text(InternToken(token));
  }
  return trident::Intern(name);
}

NodeId Parser::ParseAlias(bool dotted) {
  const uint32_t start = Start();
  Symbol name, as_name;
  if (dotted) {
    name = ParseDottedName();
  } else if (lex::IsName(Kind())) {
    name = InternToken(pos_);
    ++pos_;
  } else {
    FailSyntax();
  }
  if (!name.valid()) {
    name = trident::Intern("");
  }
  if (Accept(K::As)) {
    if (lex::IsName(Kind())) {
      as_name = InternToken(pos_);
      ++pos_;
    } else {
      FailSyntax();
    }
  }
  return tree_.Node(NodeKind::Alias, 0, start, std::max(start, PreviousEnd()), {name.index, as_name.index});
}

NodeId Parser::ParseImport() {
  const uint32_t start = Start();
  ++pos_;
  List names(*this);
  if (AtLineEnd()) {
    FailHere("Expected one or more names after 'import'");
  }
  do {
    names.Add(ParseAlias(true));
  } while (Accept(K::Comma));
  return tree_.Node(NodeKind::Import, 0, start, PreviousEnd(), {}, names.words());
}

NodeId Parser::ParseImportFrom() {
  const uint32_t start = Start();
  ++pos_;
  unsigned dots = 0;
  for (;; ++pos_) {
    if (At(K::Dot)) {
      dots += 1;
    } else if (At(K::Ellipsis)) {
      dots += 3;
    } else {
      break;
    }
  }
  Symbol module;
  if (dots == 0 || !At(K::Import)) {
    module = ParseDottedName();
  }
  List names(*this);
  if (!Accept(K::Import)) {
    FailSyntax();
  } else if (At(K::Star)) {
    names.Add(tree_.Node(NodeKind::Alias, 0, Start(), ends_[pos_], {trident::Intern("*").index, Symbol::kNone}));
    ++pos_;
  } else if (Accept(K::LParen)) {
    do {
      names.Add(ParseAlias(false));
    } while (Accept(K::Comma) && !At(K::RParen));
    Close(K::RParen);
  } else if (AtLineEnd()) {
    FailHere("Expected one or more names after 'import'");
  } else {
    do {
      names.Add(ParseAlias(false));
    } while (Accept(K::Comma) && !AtLineEnd());
    if (kinds_[pos_ - 1] == K::Comma) {
      Fail(starts_[pos_ - 1], PreviousEnd(), "trailing comma not allowed without surrounding parentheses");
    }
  }
  return tree_.Node(NodeKind::ImportFrom, static_cast<uint8_t>(std::min(dots, 255u)), start, PreviousEnd(), {module.index}, names.words());
}

}  // namespace trident::parse
