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

// Tries multipliers until no two keywords share a slot.
KeywordTable MakeKeywordTable() {
  KeywordTable table;
  for (uint64_t multiplier = 0x9E3779B97F4A7C15ull;; multiplier = multiplier * 6364136223846793005ull + 1442695040888963407ull) {
    multiplier |= 1;
    table = {};
    table.multiplier = multiplier;
    bool collides = false;
    for (const Keyword& keyword : kKeywordList) {
      KeywordTable::Slot& slot = table.slots[KeywordTable::SlotOf(WordOf(keyword.text), multiplier)];
      collides |= slot.word != 0;
      slot = {WordOf(keyword.text), keyword.kind};
    }
    if (!collides) {
      return table;
    }
  }
}

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

const KeywordTable kKeywords = MakeKeywordTable();

const char* TokenKindName(TokenKind kind) { return kKindTexts[static_cast<unsigned>(kind)].name; }
llvm::StringRef TokenSpelling(TokenKind kind) { return kKindTexts[static_cast<unsigned>(kind)].spelling; }

}  // namespace trident::lex
