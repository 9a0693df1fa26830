// Compound statements of the parser: headers, blocks and definitions.
#include "core/parse/parser.h"

namespace trident::parse {
namespace {

using K = lex::TokenKind;

}  // namespace

// From the colon of a header to the end of its block. A missing colon or block is reported and otherwise ignored.
NodeId Parser::ParseSuite(const char* what, uint32_t header) {
  if (!Accept(K::Colon)) {
    FailHere("expected ':'");
    while (!AtLineEnd()) {
      ++pos_;
    }
  }
  const uint32_t start = Start();
  List statements(*this);
  if (!Accept(K::Newline)) {
    ParseSimpleLine(statements);
  } else if (Accept(K::Indent)) {
    ParseStatements(statements);
    Accept(K::Dedent);
  } else {
    if (!failed_) {
      const std::string message = std::string("expected an indented block after ") + what + " on line " + std::to_string(LineNumber(header));
      uint32_t next = pos_;
      while (kinds_[next] == K::Dedent) {
        ++next;
      }
      const bool last = kinds_[next] == K::EndOfFile;
      last ? Fail(ends_[pos_ - 2], ends_[pos_ - 2], message) : FailHere(message);
      missing_block_ = true;
    }
    return tree_.Leaf(NodeKind::Block, 0, PreviousEnd(), PreviousEnd());
  }
  // Empty only where the text ends inside the block. A semicolon after the last statement belongs to the block.
  const uint32_t from = statements.empty() ? start : tree_.start(statements[0]);
  const uint32_t to = statements.empty() ? start : std::max(tree_.end(statements[statements.size() - 1]), simple_line_end_);
  return tree_.Node(NodeKind::Block, 0, from, std::max(from, to), {}, statements.words());
}

NodeId Parser::ParseIf() {
  List branches(*this);  // start, test, body
  bool is_elif = false;
  do {
    const uint32_t start = Start();
    ++pos_;
    branches.Add(start);
    branches.Add(ParseNamed());
    CheckCondition(branches[branches.size() - 1]);
    branches.Add(ParseSuite(is_elif ? "'elif' statement" : "'if' statement", start));
    is_elif = true;
  } while (At(K::Elif));
  NodeId orelse = ParseElse("'else' statement");
  uint32_t end = orelse == kNoNode ? tree_.end(branches[branches.size() - 1]) : tree_.end(orelse);
  NodeId node = kNoNode;
  for (size_t i = branches.size(); i > 0; i -= 3) {
    const uint32_t start = branches[i - 3];
    node = tree_.Node(NodeKind::If, i > 3, start, end, {branches[i - 2], branches[i - 1], orelse});
    if (i > 3) {
      orelse = tree_.Node(NodeKind::Block, 0, start, end, {node});
    }
  }
  return node;
}

// `if x = 1:`
void Parser::CheckCondition(NodeId test) {
  if (!At(K::Equal)) {
    return;
  }
  if (tree_.kind(test) == NodeKind::Name) {
    Fail(tree_.start(test), ends_[pos_], "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
  } else {
    CheckTarget(test, TargetUse::Assign);
    FailTarget(test, TargetUse::Assign);
  }
}

NodeId Parser::ParseElse(const char* what) {
  if (!At(K::Else)) {
    return kNoNode;
  }
  const uint32_t start = Start();
  BeginHeader();
  ++pos_;
  return ParseSuite(what, start);
}

// A further header of the same statement has its own errors.
void Parser::BeginHeader() {
  failed_ = false;
  line_token_ = pos_;
}

NodeId Parser::ParseWhile() {
  const uint32_t start = Start();
  ++pos_;
  NodeId test = ParseNamed();
  CheckCondition(test);
  NodeId body = ParseSuite("'while' statement", start);
  NodeId orelse = ParseElse("'else' statement");
  return tree_.Node(NodeKind::While, 0, start, tree_.end(orelse == kNoNode ? body : orelse), {test, body, orelse});
}

NodeId Parser::ParseFor(uint32_t start, bool is_async) {
  const uint32_t header = Start();
  ++pos_;
  NodeId target = ParseTargets();
  NodeId iterable;
  if (Accept(K::In)) {
    iterable = ParseStarExpressions();
  } else {
    FailSyntax();
    iterable = Missing();
  }
  NodeId body = ParseSuite("'for' statement", header);
  NodeId orelse = ParseElse("'else' statement");
  return tree_.Node(NodeKind::For, is_async, start, tree_.end(orelse == kNoNode ? body : orelse), {target, iterable, body, orelse});
}

// Whether the parenthesis after `with` holds items (`with (a as b, c):`) rather than being part of an expression.
bool Parser::WithItemsAreBracketed() const {
  unsigned depth = 0;
  uint32_t token = pos_;
  bool has_as = false, is_expression = false;
  do {
    switch (kinds_[token]) {
      case K::LParen:
      case K::LBracket:
      case K::LBrace: ++depth; break;
      case K::RParen:
      case K::RBracket:
      case K::RBrace: --depth; break;
      case K::Newline:
      case K::EndOfFile: return has_as;
      case K::As: has_as |= depth == 1; break;
      case K::ColonEqual:
      case K::For:
      case K::Yield: is_expression |= depth == 1; break;
      case K::Star: is_expression |= depth == 1 && (kinds_[token - 1] == K::LParen || kinds_[token - 1] == K::Comma); break;
      default: break;
    }
    ++token;
  } while (depth > 0);
  return has_as || (kinds_[token] == K::Colon && !is_expression && token > pos_ + 2);
}

NodeId Parser::ParseWith(uint32_t start, bool is_async) {
  const uint32_t header = Start();
  ++pos_;
  List items(*this);
  items.Add(kNoNode);
  if (At(K::LParen) && WithItemsAreBracketed()) {
    ++pos_;
    do {
      items.Add(ParseWithItem());
    } while (Accept(K::Comma) && !At(K::RParen));
    Close(K::RParen);
  } else {
    do {
      items.Add(ParseWithItem());
    } while (Accept(K::Comma));
  }
  NodeId body = ParseSuite("'with' statement", header);
  return tree_.Node(NodeKind::With, is_async, start, tree_.end(body), {body}, items.words().drop_front());
}

NodeId Parser::ParseWithItem() {
  const uint32_t start = Start();
  NodeId context = ParseExpression();
  NodeId target = kNoNode;
  if (Accept(K::As)) {
    const bool starred = At(K::Star);
    target = starred ? ParseStarExpression() : ParseBinary(kTargetPrecedence);
    CheckTarget(target, TargetUse::For);
  }
  return tree_.Node(NodeKind::WithItem, 0, start, PreviousEnd(), {context, target});
}

NodeId Parser::ParseTry() {
  const uint32_t start = Start();
  ++pos_;
  NodeId body = ParseSuite("'try' statement", start);
  List handlers(*this);
  uint8_t group = 0;
  while (At(K::Except)) {
    BeginHeader();
    const bool starred = Peek() == K::Star;
    if (!handlers.empty() && starred != (group != 0)) {
      FailHere("cannot have both 'except' and 'except*' on the same 'try'");
    }
    group = starred;
    handlers.Add(ParseHandler());
  }
  NodeId orelse = kNoNode;
  if (!handlers.empty()) {
    orelse = ParseElse("'else' statement");
  }
  NodeId finally = kNoNode;
  if (At(K::Finally)) {
    const uint32_t header = Start();
    BeginHeader();
    ++pos_;
    finally = ParseSuite("'finally' statement", header);
  } else if (handlers.empty() && !missing_block_) {
    BeginHeader();
    FailHere("expected 'except' or 'finally' block");
    // The line itself is sound and is read next.
    failed_ = false;
  }
  NodeId last = finally != kNoNode ? finally : orelse != kNoNode ? orelse : handlers.empty() ? body : handlers[handlers.size() - 1];
  return tree_.Node(NodeKind::Try, group, start, tree_.end(last), {body, orelse, finally}, handlers.words());
}

NodeId Parser::ParseHandler() {
  const uint32_t start = Start();
  ++pos_;
  const bool starred = Accept(K::Star);
  NodeId type = kNoNode;
  Symbol name;
  if (!At(K::Colon) && !AtLineEnd()) {
    const uint32_t type_start = Start();
    type = ParseExpression();
    if (At(K::Comma)) {
      // Without parentheses (3.14), and then without a name.
      List types(*this);
      types.Add(type);
      while (Accept(K::Comma) && !At(K::Colon) && !At(K::As)) {
        types.Add(ParseExpression());
      }
      if (At(K::As)) {
        Fail(type_start, PreviousEnd(), "multiple exception types must be parenthesized when using 'as'");
      }
      type = tree_.Node(NodeKind::Tuple, 0, type_start, PreviousEnd(), {}, types.words());
    }
    if (Accept(K::As)) {
      if (lex::IsName(Kind())) {
        name = InternToken(pos_);
        ++pos_;
        if (At(K::Dot) || At(K::LBracket) || At(K::LParen)) {
          Fail(starts_[pos_ - 1], ends_[pos_],
               std::string("cannot use ") + (starred ? "except*" : "except") + " statement with " +
                   (At(K::Dot)        ? "attribute"
                    : At(K::LBracket) ? "subscript"
                                      : "function call"));
        }
      } else {
        FailSyntax();
      }
    }
  } else if (starred) {
    FailHere("expected one or more exception types");
  }
  NodeId body = ParseSuite(starred ? "'except*' statement" : "'except' statement", start);
  return tree_.Node(NodeKind::ExceptHandler, 0, start, tree_.end(body), {name.index, type, body});
}

NodeId Parser::ParseAsync() {
  const uint32_t start = Start();
  const uint32_t first = pos_;
  switch (Peek()) {
    case K::Def: ++pos_; return ParseFunction(first, tree_.word_size(), start, true, {});
    case K::For: ++pos_; return ParseFor(start, true);
    case K::With: ++pos_; return ParseWith(start, true);
    default:
      ++pos_;
      FailSyntax();
      while (!AtLineEnd()) {
        ++pos_;
      }
      Accept(K::Newline);
      return tree_.Leaf(NodeKind::Error, 0, start, ends_[pos_ - 1]);
  }
}

NodeId Parser::ParseDecorated() {
  const uint32_t first = pos_;
  const uint32_t first_word = tree_.word_size();
  const uint32_t start = Start();
  List decorators(*this);
  while (At(K::At)) {
    BeginHeader();
    ++pos_;
    decorators.Add(ParseNamed());
    if (!AtLineEnd()) {
      FailSyntax();
    }
    SkipLine();
  }
  const bool failed = failed_;
  BeginHeader();
  if (At(K::Class)) {
    return ParseClass(first, first_word, decorators.words());
  }
  if (At(K::Def) || (At(K::Async) && Peek() == K::Def)) {
    const uint32_t from = Start();
    const bool is_async = Accept(K::Async);
    return ParseFunction(first, first_word, from, is_async, decorators.words());
  }
  if (!failed) {
    FailSyntax();
    failed_ = false;
  }
  return tree_.Node(NodeKind::Error, 0, start, PreviousEnd(), {}, decorators.words());
}

NodeId Parser::ParseFunction(uint32_t first_token, uint32_t first_word, uint32_t start, bool is_async, llvm::ArrayRef<uint32_t> decorators) {
  // The list the decorators are in may move while the parts are parsed.
  llvm::SmallVector<uint32_t, 4> kept(decorators.begin(), decorators.end());
  const uint32_t item = OpenItem(first_token, first_word);
  ++pos_;
  Symbol name;
  const uint32_t name_offset = Start();
  if (lex::IsName(Kind())) {
    name = InternToken(pos_);
    ++pos_;
  } else {
    FailSyntax();
    name = trident::Intern("");
  }
  NodeId type_params = At(K::LBracket) ? ParseTypeParams() : kNoNode;
  NodeId parameters;
  if (Accept(K::LParen)) {
    parameters = ParseParameters(K::RParen);
    Close(K::RParen);
  } else {
    FailHere("expected '('");
    parameters = tree_.Leaf(NodeKind::Parameters, 0, Start(), Start());
  }
  NodeId returns = Accept(K::Arrow) ? ParseExpression() : kNoNode;
  ++function_depth_;
  const uint32_t body_token = pos_;
  NodeId body = ParseSuite("function definition", start);
  --function_depth_;
  NodeId node =
      tree_.Node(NodeKind::FunctionDef, is_async, start, tree_.end(body), {name.index, name_offset, parameters, body, returns, type_params}, kept);
  CloseItem(item, node, body_token, false);
  return node;
}

NodeId Parser::ParseClass(uint32_t first_token, uint32_t first_word, llvm::ArrayRef<uint32_t> decorators) {
  llvm::SmallVector<uint32_t, 4> kept(decorators.begin(), decorators.end());
  const uint32_t item = OpenItem(first_token, first_word);
  const uint32_t start = Start();
  ++pos_;
  Symbol name;
  const uint32_t name_offset = Start();
  if (lex::IsName(Kind())) {
    name = InternToken(pos_);
    ++pos_;
  } else {
    FailSyntax();
    name = trident::Intern("");
  }
  NodeId type_params = At(K::LBracket) ? ParseTypeParams() : kNoNode;
  NodeId arguments = kNoNode;
  if (At(K::LParen)) {
    const uint32_t open = Start();
    List list(*this);
    ParseArguments(list, false);
    arguments = tree_.Node(NodeKind::ArgumentList, 0, open, PreviousEnd(), {}, list.words());
  }
  const uint32_t outer = open_class_;
  open_class_ = item == kNoItem ? outer : item;
  const uint32_t body_token = pos_;
  NodeId body = ParseSuite("class definition", start);
  open_class_ = outer;
  NodeId node = tree_.Node(NodeKind::ClassDef, 0, start, tree_.end(body), {name.index, name_offset, arguments, body, type_params}, kept);
  CloseItem(item, node, body_token, true);
  return node;
}

NodeId Parser::ParseTypeParams() {
  const uint32_t start = Start();
  ++pos_;
  List params(*this);
  if (At(K::RBracket)) {
    FailHere("Type parameter list cannot be empty");
  }
  while (!At(K::RBracket)) {
    const uint32_t from = Start();
    const uint8_t kind = At(K::Star) ? 1 : At(K::StarStar) ? 2 : 0;
    pos_ += kind != 0;
    if (!lex::IsName(Kind())) {
      FailSyntax();
      break;
    }
    Symbol name = InternToken(pos_);
    ++pos_;
    NodeId bound = kNoNode;
    if (At(K::Colon)) {
      if (kind != 0) {
        FailHere(kind == 1 ? "cannot use bound with TypeVarTuple" : "cannot use bound with ParamSpec");
      }
      ++pos_;
      bound = ParseExpression();
    }
    NodeId fallback = !Accept(K::Equal) ? kNoNode : kind == 1 ? ParseStarExpression() : ParseExpression();
    params.Add(tree_.Node(NodeKind::TypeParam, kind, from, PreviousEnd(), {name.index, bound, fallback}));
    if (!Accept(K::Comma)) {
      break;
    }
  }
  Close(K::RBracket);
  return tree_.Node(NodeKind::TypeParams, 0, start, PreviousEnd(), {}, params.words());
}

struct Parser::ParameterState {
  List& list;
  bool is_lambda;
  bool seen_slash = false;
  bool seen_star = false;
  bool bare_star = false;  // Still waiting for the name that must follow it.
  bool seen_kwargs = false;
  bool seen_default = false;
};

// Up to, and without, the closing parenthesis of a function or the colon of a lambda.
NodeId Parser::ParseParameters(TokenKind end) {
  const uint32_t start = Start();
  List list(*this);
  ParameterState state{list, end == K::Colon};
  while (!At(end) && !AtLineEnd()) {
    const uint32_t before = pos_;
    if (state.seen_kwargs) {
      FailHere("arguments cannot follow var-keyword argument");
    }
    if (At(K::Star) || At(K::StarStar)) {
      ParseStarParameter(state);
    } else if (At(K::Slash)) {
      if (state.seen_slash) {
        FailHere("/ may appear only once");
      } else if (state.seen_star) {
        FailHere("/ must be ahead of *");
      } else if (list.empty()) {
        FailHere("at least one argument must precede /");
      }
      state.seen_slash = true;
      for (NodeId parameter : list.words()) {
        if (tree_.flags(parameter) == static_cast<uint8_t>(ParameterKind::Normal)) {
          tree_.SetFlags(parameter, static_cast<uint8_t>(ParameterKind::PositionalOnly));
        }
      }
      ++pos_;
    } else {
      ParseParameter(state);
    }
    if (!Accept(K::Comma) || pos_ == before) {
      break;
    }
  }
  if (state.bare_star) {
    Fail(PreviousEnd() - 1, PreviousEnd(), "named arguments must follow bare *");
  }
  return tree_.Node(NodeKind::Parameters, 0, start, std::max(start, PreviousEnd()), {}, list.words());
}

void Parser::ParseParameter(ParameterState& state) {
  const uint32_t start = Start();
  if (!lex::IsName(Kind())) {
    if (At(K::LParen)) {
      FailHere(state.is_lambda ? "Lambda expression parameters cannot be parenthesized" : "Function parameters cannot be parenthesized");
    } else {
      FailSyntax();
    }
    return;
  }
  Symbol name = InternToken(pos_);
  ++pos_;
  NodeId annotation = !state.is_lambda && Accept(K::Colon) ? ParseExpression() : kNoNode;
  NodeId value = kNoNode;
  if (Accept(K::Equal)) {
    if (At(K::Comma) || At(K::RParen)) {
      Fail(starts_[pos_ - 1], PreviousEnd(), "expected default value expression");
      value = Missing();
    } else {
      value = ParseExpression();
    }
    state.seen_default = true;
  } else if (state.seen_default && !state.seen_star) {
    Fail(start, PreviousEnd(), "parameter without a default follows parameter with a default");
  }
  state.bare_star = false;
  ParameterKind kind = state.seen_star ? ParameterKind::KeywordOnly : ParameterKind::Normal;
  state.list.Add(tree_.Node(NodeKind::Parameter, static_cast<uint8_t>(kind), start, PreviousEnd(), {name.index, annotation, value}));
}

// `*`, `*args` or `**kwargs`.
void Parser::ParseStarParameter(ParameterState& state) {
  const bool keywords = At(K::StarStar);
  if (!keywords) {
    if (state.seen_star) {
      FailHere("* argument may appear only once");
    }
    state.seen_star = true;
  } else if (state.bare_star) {
    FailHere("named arguments must follow bare *");
  }
  ++pos_;
  if (!keywords && (At(K::Comma) || At(K::RParen) || At(K::Colon))) {
    state.bare_star = true;
    return;
  }
  if (!lex::IsName(Kind())) {
    FailSyntax();
    return;
  }
  const uint32_t start = Start();
  Symbol name = InternToken(pos_);
  ++pos_;
  NodeId annotation = kNoNode;
  if (!state.is_lambda && Accept(K::Colon)) {
    annotation = keywords ? ParseExpression() : ParseStarExpression();
  }
  if (At(K::Equal)) {
    FailHere(keywords ? "var-keyword argument cannot have default value" : "var-positional argument cannot have default value");
  }
  state.bare_star = false;
  state.seen_kwargs = keywords;
  ParameterKind kind = keywords ? ParameterKind::KwArgs : ParameterKind::VarArgs;
  state.list.Add(tree_.Node(NodeKind::Parameter, static_cast<uint8_t>(kind), start, PreviousEnd(), {name.index, annotation, kNoNode}));
}

}  // namespace trident::parse
