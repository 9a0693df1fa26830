// Turns tokens into a tree by recursive descent: the state of one run (internal to parse/).
//
// Recursion is only ever into brackets, f-string fields and indented blocks, whose depth the lexer limits; chains
// of operators, calls, attributes, conditions, lambdas and elifs are loops.
// After the first error of a logical line nothing more is reported for it; every loop over tokens makes progress.
#pragma once

#include "core/parse/parse.h"
#include "core/parse/tree_builder.h"

#include "llvm/ADT/SmallVector.h"

namespace trident::parse {

// Of binary operators, loosest first.
enum Precedence : uint8_t { kNone, kOr, kAnd, kNot, kCompare, kBitOr, kBitXor, kBitAnd, kShift, kSum, kProduct };

class Parser {
 public:
  Parser(llvm::StringRef text, const lex::TokenBuffer& tokens);
  ParseResult Run();

 private:
  using TokenKind = lex::TokenKind;

  // Operators that bind less tightly are not part of a target: `in` and `as` end it.
  static constexpr unsigned kTargetPrecedence = kBitOr;

  // What a target is for decides what may be one, and the words of the message when it may not.
  enum class TargetUse { Assign, Named, Delete, Augmented, Annotated, For, With };

  // Entries of the shared list stack above the mark taken at construction.
  class List {
   public:
    explicit List(Parser& parser) : stack_(parser.lists_), mark_(stack_.size()) {}
    ~List() { stack_.truncate(mark_); }
    List(const List&) = delete;
    void Add(uint32_t word) { stack_.push_back(word); }
    size_t size() const { return stack_.size() - mark_; }
    bool empty() const { return size() == 0; }
    uint32_t operator[](size_t i) const { return stack_[mark_ + i]; }
    llvm::ArrayRef<uint32_t> words() const { return llvm::ArrayRef(stack_).drop_front(mark_); }

   private:
    llvm::SmallVector<uint32_t, 256>& stack_;
    size_t mark_;
  };

  // Tokens.
  TokenKind Kind() const { return kinds_[pos_]; }
  TokenKind Peek(unsigned n = 1) const { return pos_ + n < count_ ? kinds_[pos_ + n] : TokenKind::EndOfFile; }
  bool At(TokenKind kind) const { return kinds_[pos_] == kind; }
  uint32_t Start() const { return starts_[pos_]; }
  uint32_t PreviousEnd() const { return pos_ == 0 ? 0 : ends_[pos_ - 1]; }
  llvm::StringRef TokenText(uint32_t token) const { return text_.slice(starts_[token], ends_[token]); }
  bool Accept(TokenKind kind) {
    if (kinds_[pos_] != kind) {
      return false;
    }
    ++pos_;
    return true;
  }
  static bool StartsExpression(TokenKind kind);
  // What may follow the trailing comma of a list.
  static bool EndsList(TokenKind kind);
  bool AtLineEnd() const { return At(TokenKind::Newline) || At(TokenKind::EndOfFile); }
  Symbol InternToken(uint32_t token);
  Symbol InternText(llvm::StringRef text, uint64_t hash);

  // Errors.
  void Fail(uint32_t start, uint32_t end, std::string message);
  void FailNode(NodeId node, std::string message) { Fail(tree_.start(node), tree_.end(node), std::move(message)); }
  void FailHere(std::string message);
  // At the current token: what the grammar wanted, or what is more likely to be the matter.
  void FailSyntax();
  bool LineHasLexError() const;
  uint32_t LineNumber(uint32_t offset);
  NodeId Missing();
  void SkipLine();
  // Past the closer of the bracket we are in, or up to the end of the line.
  void SkipToClose(TokenKind close);
  void Close(TokenKind close);

  // Statements.
  void ParseStatements(List& out);
  void ParseNext(List& out);
  void ParseStatement(List& out);
  void ParseSimpleLine(List& out);
  NodeId ParseSimple();
  void ParseUnexpectedIndent(List& out, bool after_error);
  NodeId ParseExpressionStatement();
  void FailStatement(NodeId value);
  NodeId ParseAssign(uint32_t start, NodeId first);
  NodeId ParseAnnotated(uint32_t start, NodeId target);
  NodeId ParseAugmented(uint32_t start, NodeId target);
  NodeId ParseAssignedValue();
  NodeId ParseReturn();
  NodeId ParseRaise();
  NodeId ParseDelete();
  NodeId ParseAssert();
  NodeId ParseImport();
  NodeId ParseImportFrom();
  NodeId ParseAlias(bool dotted);
  Symbol ParseDottedName();
  NodeId ParseScope(NodeKind kind);
  NodeId ParseTypeAlias();

  // Compound statements.
  NodeId ParseSuite(const char* what, uint32_t header);
  NodeId ParseIf();
  NodeId ParseElse(const char* what);
  void CheckCondition(NodeId test);
  void BeginHeader();
  NodeId ParseWhile();
  NodeId ParseFor(uint32_t start, bool is_async);
  NodeId ParseWith(uint32_t start, bool is_async);
  bool WithItemsAreBracketed() const;
  NodeId ParseWithItem();
  NodeId ParseTry();
  NodeId ParseHandler();
  NodeId ParseAsync();
  NodeId ParseDecorated();
  NodeId ParseFunction(uint32_t first_token, uint32_t first_word, uint32_t start, bool is_async, llvm::ArrayRef<uint32_t> decorators);
  NodeId ParseClass(uint32_t first_token, uint32_t first_word, llvm::ArrayRef<uint32_t> decorators);
  NodeId ParseTypeParams();
  NodeId ParseParameters(TokenKind end);
  struct ParameterState;
  void ParseParameter(ParameterState& state);
  void ParseStarParameter(ParameterState& state);
  bool AtMatch() const;
  NodeId ParseMatch();
  NodeId ParseCase();

  // Patterns.
  NodeId ParsePatterns();
  NodeId ParseStarPattern();
  NodeId ParsePattern();
  NodeId ParseOrPattern();
  NodeId ParseClosedPattern();
  NodeId ParsePatternNumber();
  NodeId ParsePatternList(TokenKind close);
  NodeId ParseMappingPattern();
  NodeId ParseClassPattern(uint32_t start, NodeId name);
  NodeId ParseDotted();

  // Expressions. Each starts at its first token; a node's place runs from there to the last token taken.
  NodeId ParseStarExpressions();  // `a, *b`: a tuple when there is a comma.
  NodeId ParseStarExpression();
  NodeId ParseStarNamed();  // `*a`, `a := b` or `a`: an element of a display.
  NodeId ParseNamed();
  NodeId ParseExpression();
  NodeId ParseExpressionTail(uint32_t start, NodeId value);
  NodeId ParseBinary(unsigned least);
  NodeId ParseNot();
  NodeId ParseComparison(uint32_t start, NodeId left);
  bool TakeComparison(uint8_t& op);
  NodeId ParseFactor();
  NodeId ParseFactorChain(uint32_t start, NodeId value);
  NodeId ParsePrimary();
  NodeId ParsePrimaryTail(uint32_t start, NodeId value);
  NodeId ParseAtom();
  NodeId ParseName();
  NodeId ParseCall(uint32_t start, NodeId function);
  void ParseArguments(List& out, bool allow_generator);
  NodeId ParseArgument(unsigned& seen);
  NodeId ParseSubscript(uint32_t start, NodeId value);
  NodeId ParseSlice();
  NodeId ParseYield();
  NodeId ParseGroup();
  NodeId ParseList();
  NodeId ParseBrace();
  NodeId ParseDictRest(uint32_t start, NodeId key);
  bool AtComprehension() const { return At(TokenKind::For) || (At(TokenKind::Async) && Peek() == TokenKind::For); }
  NodeId ParseComprehension(NodeKind kind, uint32_t start, std::initializer_list<uint32_t> fixed);
  NodeId ParseComprehensionFor();
  NodeId ParseTargets();
  NodeId ParseStrings();
  NodeId ParseJoined(uint32_t start, bool is_template);
  void ParseFString(List& out);
  void ParseField(List& out, bool raw);
  NodeId ParseFormat(bool raw);
  bool CheckTarget(NodeId node, TargetUse use);
  void FailTarget(NodeId node, TargetUse use);

  // Items.
  uint32_t OpenItem(uint32_t first_token, uint32_t first_word);
  void CloseItem(uint32_t item, NodeId node, uint32_t body_token, bool is_class);
  void FingerprintItems();

  struct ItemTokens {
    uint32_t first, body, end;
    bool is_class;
  };

  const llvm::StringRef text_;
  const lex::TokenBuffer& tokens_;
  const TokenKind* const kinds_;
  const uint32_t* const starts_;
  const uint32_t* const ends_;
  const uint32_t count_;
  uint32_t pos_ = 0;
  TreeBuilder tree_;
  llvm::SmallVector<uint32_t, 256> lists_;
  std::vector<SyntaxError> errors_;
  std::vector<uint32_t> line_starts_;
  bool failed_ = false;           // Something in this logical line has been reported.
  uint32_t line_token_ = 0;       // The first token of the statement being parsed.
  bool missing_block_ = false;    // The block of a header just before was missing.
  uint32_t simple_line_end_ = 0;  // Where the last line of simple statements ended.
  unsigned function_depth_ = 0;
  uint32_t open_class_ = kNoItem;
  std::vector<Item> items_;
  std::vector<ItemTokens> item_tokens_;
};

}  // namespace trident::parse
