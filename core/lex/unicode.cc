#include "core/lex/unicode.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <algorithm>
#include <iterator>

namespace trident::lex {
namespace {

struct Range {
  uint32_t first;
  uint32_t last;
};
struct Decomposition {
  uint32_t code;
  uint16_t offset;
  uint16_t size;
};
struct CombiningRange {
  uint32_t first;
  uint32_t last;
  uint8_t combining_class;
};
struct Composition {
  uint32_t first;
  uint32_t second;
  uint32_t composed;
};

#include "core/lex/unicode_tables.inc"

// Hangul syllables compose by arithmetic (the Unicode standard, section 3.12).
constexpr uint32_t kSyllableBase = 0xAC00, kLeadBase = 0x1100, kVowelBase = 0x1161, kTailBase = 0x11A7;
constexpr uint32_t kLeads = 19, kVowels = 21, kTails = 28, kSyllables = kLeads * kVowels * kTails;

template <typename R, size_t N>
const R* Find(const R (&ranges)[N], uint32_t code) {
  const R* it = std::upper_bound(std::begin(ranges), std::end(ranges), code, [](uint32_t c, const R& r) { return c < r.first; });
  return it != std::begin(ranges) && code <= std::prev(it)->last ? std::prev(it) : nullptr;
}

uint8_t CombiningClass(uint32_t code) {
  const CombiningRange* range = Find(kCombining, code);
  return range ? range->combining_class : 0;
}

void Decompose(uint32_t code, llvm::SmallVectorImpl<uint32_t>& out) {
  if (code - kSyllableBase < kSyllables) {
    uint32_t s = code - kSyllableBase;
    out.push_back(kLeadBase + s / (kVowels * kTails));
    out.push_back(kVowelBase + s % (kVowels * kTails) / kTails);
    if (s % kTails != 0) {
      out.push_back(kTailBase + s % kTails);
    }
    return;
  }
  const Decomposition* it =
      std::lower_bound(std::begin(kDecomposed), std::end(kDecomposed), code, [](const Decomposition& d, uint32_t c) { return d.code < c; });
  if (it != std::end(kDecomposed) && it->code == code) {
    out.append(kDecomposedText + it->offset, kDecomposedText + it->offset + it->size);
  } else {
    out.push_back(code);
  }
}

uint32_t Compose(uint32_t a, uint32_t b) {
  if (a - kLeadBase < kLeads && b - kVowelBase < kVowels) {
    return kSyllableBase + ((a - kLeadBase) * kVowels + (b - kVowelBase)) * kTails;
  }
  if (a - kSyllableBase < kSyllables && (a - kSyllableBase) % kTails == 0 && b - kTailBase - 1 < kTails - 1) {
    return a + (b - kTailBase);
  }
  auto less = [](const Composition& c, std::pair<uint32_t, uint32_t> key) { return std::pair(c.first, c.second) < key; };
  const Composition* it = std::lower_bound(std::begin(kComposed), std::end(kComposed), std::pair(a, b), less);
  return it != std::end(kComposed) && it->first == a && it->second == b ? it->composed : 0;
}

// Combining marks in canonical order: a stable sort within each run that follows a base character.
void Reorder(llvm::SmallVectorImpl<uint32_t>& codes) {
  for (size_t i = 0; i < codes.size();) {
    if (CombiningClass(codes[i]) == 0) {
      ++i;
      continue;
    }
    size_t end = i;
    while (end < codes.size() && CombiningClass(codes[end]) != 0) {
      ++end;
    }
    for (size_t j = i + 1; j < end; ++j) {
      for (size_t k = j; k > i && CombiningClass(codes[k - 1]) > CombiningClass(codes[k]); --k) {
        std::swap(codes[k - 1], codes[k]);
      }
    }
    i = end;
  }
}

void ComposeAll(llvm::SmallVectorImpl<uint32_t>& codes) {
  size_t size = 0;
  size_t starter = ~size_t(0);
  uint8_t last_class = 0;
  for (uint32_t code : codes) {
    uint8_t combining = CombiningClass(code);
    // A mark is blocked from its starter by an earlier one of the same or a higher class.
    bool adjacent = starter != ~size_t(0) && (size == starter + 1 || (last_class != 0 && last_class < combining));
    uint32_t composed = adjacent ? Compose(codes[starter], code) : 0;
    if (composed != 0) {
      codes[starter] = composed;
      continue;
    }
    if (combining == 0) {
      starter = size;
    }
    last_class = combining;
    codes[size++] = code;
  }
  codes.resize(size);
}

}  // namespace

Decoded DecodeUtf8(const char* at, const char* end) {
  auto byte = [&](int i) { return static_cast<uint8_t>(at[i]); };
  auto follows = [&](int i) { return at + i < end && (byte(i) & 0xC0) == 0x80; };
  if (at >= end) {
    return {};
  }
  uint8_t lead = byte(0);
  if (lead < 0x80) {
    return {lead, 1};
  }
  if (lead >= 0xC2 && lead < 0xE0 && follows(1)) {
    return {(lead & 0x1Fu) << 6 | (byte(1) & 0x3Fu), 2};
  }
  if (lead >= 0xE0 && lead < 0xF0 && follows(1) && follows(2)) {
    uint32_t code = (lead & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
    return code >= 0x800 && (code < 0xD800 || code > 0xDFFF) ? Decoded{code, 3} : Decoded{};
  }
  if (lead >= 0xF0 && lead < 0xF5 && follows(1) && follows(2) && follows(3)) {
    uint32_t code = (lead & 0x07u) << 18 | (byte(1) & 0x3Fu) << 12 | (byte(2) & 0x3Fu) << 6 | (byte(3) & 0x3Fu);
    return code >= 0x10000 && code <= 0x10FFFF ? Decoded{code, 4} : Decoded{};
  }
  return {};
}

void AppendUtf8(std::string& out, uint32_t code) {
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out.push_back(static_cast<char>(0xC0 | code >> 6));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else if (code < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | code >> 12));
    out.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else {
    out.push_back(static_cast<char>(0xF0 | code >> 18));
    out.push_back(static_cast<char>(0x80 | (code >> 12 & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  }
}

bool IsNameStart(uint32_t code) { return Find(kNameStart, code) != nullptr; }
bool IsNameContinue(uint32_t code) { return Find(kNameContinue, code) != nullptr; }

std::string NormalizeName(llvm::StringRef name) {
  llvm::SmallVector<uint32_t, 32> codes;
  for (const char *at = name.begin(), *end = name.end(); at < end;) {
    Decoded decoded = DecodeUtf8(at, end);
    if (decoded.size == 0) {
      return name.str();
    }
    Decompose(decoded.code, codes);
    at += decoded.size;
  }
  Reorder(codes);
  ComposeAll(codes);
  std::string out;
  for (uint32_t code : codes) {
    AppendUtf8(out, code);
  }
  return out;
}

}  // namespace trident::lex
