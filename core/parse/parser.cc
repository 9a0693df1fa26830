// Tokens, errors and items of the parser.
#include "core/parse/parser.h"

#include "core/lex/unicode.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace trident::parse {
namespace {

// Recently interned names of this thread: names repeat, and the table behind Intern takes a lock.
struct NameCache {
  static constexpr unsigned kSlots = 1u << 12;
  struct Slot {
    uint64_t hash = 0;
    const char* data = nullptr;
    uint32_t size = 0;
    Symbol symbol;
  };
  Slot slots[kSlots];
};

NameCache& ThreadNames() {
  static thread_local std::unique_ptr<NameCache> cache = std::make_unique<NameCache>();
  return *cache;
}

bool IsAscii(llvm::StringRef text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) < 0x80; });
}

}  // namespace

bool Parser::StartsExpression(lex::TokenKind kind) {
  using K = lex::TokenKind;
  switch (kind) {
    case K::Int:
    case K::Float:
    case K::Imaginary:
    case K::String:
    case K::Bytes:
    case K::FStringStart:
    case K::BrokenString:
    case K::False:
    case K::None:
    case K::True:
    case K::Await:
    case K::Lambda:
    case K::Not:
    case K::LParen:
    case K::LBracket:
    case K::LBrace:
    case K::Ellipsis:
    case K::Tilde: return true;
    default: return lex::IsName(kind);
  }
}

namespace {

using K = lex::TokenKind;

constexpr std::array<bool, lex::kTokenKinds> MakeListEnds() {
  std::array<bool, lex::kTokenKinds> table{};
  for (K kind : {K::EndOfFile, K::Newline, K::Indent, K::Dedent, K::RParen, K::RBracket, K::RBrace, K::Colon, K::Semicolon, K::Equal, K::In,
                 K::Exclaim, K::FStringEnd, K::For, K::If, K::Else, K::Async, K::Comma}) {
    table[static_cast<unsigned>(kind)] = true;
  }
  for (unsigned kind = static_cast<unsigned>(K::PlusEqual); kind <= static_cast<unsigned>(K::SlashSlashEqual); ++kind) {
    table[kind] = true;
  }
  return table;
}

constexpr std::array<bool, lex::kTokenKinds> kListEnds = MakeListEnds();

Fingerprint OfTokens(llvm::ArrayRef<uint64_t> hashes) {
  return FingerprintOf(llvm::ArrayRef(reinterpret_cast<const uint8_t*>(hashes.data()), hashes.size() * sizeof(uint64_t)));
}

}  // namespace

bool Parser::EndsList(TokenKind kind) { return kListEnds[static_cast<unsigned>(kind)]; }

Parser::Parser(llvm::StringRef text, const lex::TokenBuffer& tokens)
    : text_(text),
      tokens_(tokens),
      kinds_(tokens.kinds()),
      starts_(tokens.starts()),
      ends_(tokens.ends()),
      count_(tokens.size()),
      // A guess that holds for most code; the buffer grows where it does not.
      tree_(tokens.size() * 5 + 64) {}

ParseResult Parser::Run() {
  ParseResult result;
  NodeId root;
  {
    List statements(*this);
    while (!At(TokenKind::EndOfFile)) {
      if (Accept(TokenKind::Dedent)) {
        failed_ = false;
        continue;
      }
      const uint32_t first = pos_;
      ParseNext(statements);
      const Fingerprint fingerprint = OfTokens(tokens_.hashes().slice(first, pos_ - first));
      result.parts.push_back({starts_[first], static_cast<uint32_t>(statements.size()), tree_.word_size(), fingerprint});
    }
    root = tree_.Node(NodeKind::Module, 0, 0, static_cast<uint32_t>(text_.size()), {}, statements.words());
  }
  result.tree = tree_.Finish(root);
  for (const lex::LexError& error : tokens_.errors()) {
    if (error.echo) {
      continue;
    }
    errors_.push_back({error.start, error.end, error.message});
  }
  std::sort(errors_.begin(), errors_.end(),
            [](const SyntaxError& a, const SyntaxError& b) { return std::tie(a.start, a.end, a.message) < std::tie(b.start, b.end, b.message); });
  result.errors = std::move(errors_);
  FingerprintItems();
  result.items = std::move(items_);
  return result;
}

Symbol Parser::InternText(llvm::StringRef text, uint64_t hash) {
  NameCache::Slot& slot = ThreadNames().slots[hash % NameCache::kSlots];
  if (slot.hash == hash && slot.size == text.size() && slot.data && std::memcmp(slot.data, text.data(), text.size()) == 0) {
    return slot.symbol;
  }
  if (!IsAscii(text)) {
    return Intern(lex::NormalizeName(text));
  }
  Symbol symbol = Intern(text);
  slot = {hash, Text(symbol).data(), static_cast<uint32_t>(text.size()), symbol};
  return symbol;
}

Symbol Parser::InternToken(uint32_t token) { return InternText(TokenText(token), tokens_.hash(token)); }

void Parser::Fail(uint32_t start, uint32_t end, std::string message) {
  if (failed_) {
    return;
  }
  failed_ = true;
  if (!LineHasLexError()) {
    errors_.push_back({start, std::max(start, end), std::move(message)});
  }
}

void Parser::FailHere(std::string message) {
  uint32_t token = pos_;
  while ((kinds_[token] == TokenKind::Indent || kinds_[token] == TokenKind::Dedent) && token + 1 < count_) {
    ++token;
  }
  Fail(starts_[token], std::max(ends_[token], starts_[token]), std::move(message));
}

void Parser::FailSyntax() {
  if (failed_) {
    return;
  }
  FailHere("invalid syntax");
}

bool Parser::LineHasLexError() const {
  const std::vector<lex::LexError>& errors = tokens_.errors();
  if (errors.empty()) {
    return false;
  }
  uint32_t last = std::max(pos_, line_token_);
  while (kinds_[last] != TokenKind::Newline && kinds_[last] != TokenKind::EndOfFile) {
    ++last;
  }
  auto it = std::lower_bound(errors.begin(), errors.end(), starts_[line_token_], [](const lex::LexError& e, uint32_t at) { return e.start < at; });
  return it != errors.end() && it->start <= ends_[last];
}

// Only messages need it: the line starts are found when the first one does.
uint32_t Parser::LineNumber(uint32_t offset) {
  if (line_starts_.empty()) {
    line_starts_.push_back(0);
    for (uint32_t i = 0; i < text_.size(); ++i) {
      if (text_[i] == '\n' || (text_[i] == '\r' && !(i + 1 < text_.size() && text_[i + 1] == '\n'))) {
        line_starts_.push_back(i + 1);
      }
    }
  }
  return static_cast<uint32_t>(std::upper_bound(line_starts_.begin(), line_starts_.end(), offset) - line_starts_.begin());
}

// Stands for an expression that is not there.
NodeId Parser::Missing() { return tree_.Leaf(NodeKind::Error, 0, Start(), Start()); }

void Parser::SkipLine() {
  while (!AtLineEnd()) {
    ++pos_;
  }
  Accept(TokenKind::Newline);
}

void Parser::SkipToClose(TokenKind close) {
  for (unsigned depth = 0;; ++pos_) {
    switch (Kind()) {
      case TokenKind::EndOfFile:
      case TokenKind::Newline: return;
      case TokenKind::LParen:
      case TokenKind::LBracket:
      case TokenKind::LBrace:
      case TokenKind::FStringStart: ++depth; break;
      case TokenKind::RParen:
      case TokenKind::RBracket:
      case TokenKind::RBrace:
      case TokenKind::FStringEnd:
        if (depth == 0) {
          Accept(close);
          return;
        }
        --depth;
        break;
      default: break;
    }
  }
}

// Takes the closer of a bracket, or reports what is in its place and skips to it.
void Parser::Close(TokenKind close) {
  if (Accept(close)) {
    return;
  }
  if (!failed_) {
    if (StartsExpression(Kind()) && pos_ > 0) {
      Fail(starts_[pos_ - 1], ends_[pos_], "invalid syntax. Perhaps you forgot a comma?");
    } else {
      FailSyntax();
    }
  }
  SkipToClose(close);
}

uint32_t Parser::OpenItem(uint32_t first_token, uint32_t first_word) {
  if (function_depth_ != 0) {
    return kNoItem;
  }
  items_.push_back({kNoNode, first_word, open_class_, {}, {}});
  item_tokens_.push_back({first_token, first_token, first_token, false});
  return static_cast<uint32_t>(items_.size() - 1);
}

void Parser::CloseItem(uint32_t item, NodeId node, uint32_t body_token, bool is_class) {
  if (item == kNoItem) {
    return;
  }
  items_[item].node = node;
  item_tokens_[item].body = body_token;
  item_tokens_[item].end = pos_;
  item_tokens_[item].is_class = is_class;
}

void Parser::FingerprintItems() {
  llvm::ArrayRef<uint64_t> hashes = tokens_.hashes();
  llvm::SmallVector<uint64_t, 0> kept;
  auto keep = [&](uint32_t from, uint32_t to) { kept.append(hashes.begin() + from, hashes.begin() + std::max(from, to)); };
  for (size_t i = 0; i < items_.size(); ++i) {
    const ItemTokens& tokens = item_tokens_[i];
    items_[i].fingerprint = OfTokens(hashes.slice(tokens.first, tokens.end - tokens.first));
    if (!tokens.is_class) {
      items_[i].interface_fingerprint = OfTokens(hashes.slice(tokens.first, tokens.body - tokens.first));
      continue;
    }
    kept.clear();
    uint32_t at = tokens.first;
    for (size_t j = i + 1; j < items_.size() && item_tokens_[j].first < tokens.end; ++j) {
      if (!item_tokens_[j].is_class) {
        keep(at, item_tokens_[j].body);
        at = item_tokens_[j].end;
      }
    }
    keep(at, tokens.end);
    items_[i].interface_fingerprint = OfTokens(kept);
  }
}

}  // namespace trident::parse
