#include "core/lex/characters.h"

#include "core/base/check.h"

#include <bit>

namespace trident::lex {
namespace {

static_assert(std::endian::native == std::endian::little, "LoadWord puts the first byte lowest");

struct Keyword {
  const char* text;
  TokenKind kind;
};

constexpr Keyword kKeywordList[] = {
#define TRIDENT_KEYWORD(Kind, spelling) {spelling, TokenKind::Kind},
#include "core/lex/token_kind.def"
};

constexpr uint64_t WordOf(const char* text) {
  uint64_t word = 0;
  for (unsigned i = 0; text[i] != '\0'; ++i) {
    word |= static_cast<uint64_t>(static_cast<uint8_t>(text[i])) << (i * 8);
  }
  return word;
}

// No two keywords share a slot with this one: found by trying; the table tells when a new keyword needs another.
constexpr uint64_t kMultiplier = 0xAFD01343D130A601ull;

// Made by the compiler: a program that is run for a few milliseconds should not make it each time.
constexpr KeywordTable MakeKeywordTable() {
  KeywordTable table;
  table.multiplier = kMultiplier;
  for (const Keyword& keyword : kKeywordList) {
    table.slots[KeywordTable::SlotOf(WordOf(keyword.text), kMultiplier)] = {WordOf(keyword.text), keyword.kind};
  }
  return table;
}

constexpr bool FindsEveryKeyword(const KeywordTable& table) {
  for (const Keyword& keyword : kKeywordList) {
    if (table.Find(WordOf(keyword.text)) != keyword.kind) {
      return false;
    }
  }
  return true;
}
static_assert(FindsEveryKeyword(MakeKeywordTable()), "two keywords share a slot: try other odd multipliers");

struct KindText {
  const char* name;
  const char* spelling;
};
constexpr KindText kKindTexts[] = {
#define TRIDENT_TOKEN(Kind, spelling) {#Kind, spelling},
#include "core/lex/token_kind.def"
};
static_assert(std::size(kKindTexts) == kTokenKinds);

}  // namespace

constexpr KeywordTable kKeywords = MakeKeywordTable();

const char* TokenKindName(TokenKind kind) { return kKindTexts[static_cast<unsigned>(kind)].name; }
llvm::StringRef TokenSpelling(TokenKind kind) { return kKindTexts[static_cast<unsigned>(kind)].spelling; }

}  // namespace trident::lex
