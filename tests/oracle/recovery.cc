// Measures how far damage to a file spreads: the share of random damages after which every item outside the damaged
// one keeps its fingerprint.
//
// Input: one path a line on standard input. Arguments: [damages a file = 20] [--show N]. Exits 1 below 98 %, when the
// tokens of a damaged text do not cover every byte, or when a tree points outside its text.
#include "core/lex/lex.h"
#include "core/parse/parse.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <string>
#include <vector>

using namespace trident;

namespace {

constexpr double kFloor = 0.98;  // What the product promises.

struct Random {
  uint64_t state;
  uint32_t Below(uint32_t limit) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return limit == 0 ? 0 : static_cast<uint32_t>((state >> 11) % limit);
  }
};

struct Damage {
  const char* kind;
  uint32_t from, to;  // What of the old text was touched.
  std::string text;   // The new text.
};

// What people type, besides pieces of the file itself.
const char* const kTyped[] = {"(",     ")",    "[",      "{",   "\"",    "'",  "\"\"\"", "'''", ":",    "=",      ".",
                              "self.", "def ", "class ", "if ", "x = (", "\n", "@",      "#",   "f\"{", "import "};

Damage Break(llvm::StringRef text, Random& random) {
  const uint32_t size = static_cast<uint32_t>(text.size());
  const uint32_t at = random.Below(size);
  const uint32_t length = 1 + random.Below(40);
  const uint32_t end = std::min(size, at + length);
  switch (random.Below(4)) {
    case 0: return {"delete", at, end, (text.take_front(at) + text.drop_front(end)).str()};
    case 1: {
      const uint32_t other = random.Below(size);
      llvm::StringRef piece = random.Below(2) ? llvm::StringRef(kTyped[random.Below(std::size(kTyped))]) : text.substr(other, length);
      return {"insert", at, at, (text.take_front(at) + piece + text.drop_front(at)).str()};
    }
    case 2: return {"truncate", at, size, text.take_front(at).str()};
    default: return {"duplicate", at, end, (text.take_front(end) + text.substr(at, end - at) + text.drop_front(end)).str()};
  }
}

// Every byte belongs to one token, and every node lies in the text.
bool IsSound(llvm::StringRef text, const lex::TokenBuffer& tokens, const parse::ParseResult& result) {
  uint32_t end = 0;
  for (uint32_t i = 0; i < tokens.size(); ++i) {
    if (tokens.start(i) < end || tokens.end(i) < tokens.start(i)) {
      return false;
    }
    end = tokens.end(i);
  }
  for (const parse::Item& item : result.items) {
    if (result.tree.end(item.node) > text.size() || result.tree.start(item.node) > result.tree.end(item.node)) {
      return false;
    }
  }
  return end == text.size() && result.tree.end(result.tree.root()) == text.size();
}

struct Extent {
  uint32_t from, to;
};

std::string Parent(const parse::ParseResult& result, const parse::Item& item) {
  return item.parent == 0xFFFFFFFFu ? "" : Text(result.tree.symbol(result.items[item.parent].node)).str();
}

// The lines of an item, with its decorators and the line end before it.
Extent LinesOf(llvm::StringRef text, const parse::Tree& tree, parse::NodeId node) {
  uint32_t from = tree.start(node);
  for (parse::NodeId child : tree.children(node)) {
    if (child != parse::kNoNode) {
      from = std::min(from, tree.start(child));
    }
  }
  size_t newline = text.take_front(from).rfind('\n');
  size_t last = text.find('\n', tree.end(node));
  return {newline == llvm::StringRef::npos ? 0 : static_cast<uint32_t>(newline), static_cast<uint32_t>(std::min(last, text.size()))};
}

double Percent(uint64_t part, uint64_t all) { return all == 0 ? 100.0 : 100.0 * double(part) / double(all); }

}  // namespace

int main(int argc, char** argv) {
  uint32_t damages = 20;
  int show = 0;
  for (int i = 1; i < argc; ++i) {
    if (llvm::StringRef(argv[i]) == "--show" && i + 1 < argc) {
      show = std::atoi(argv[++i]);
    } else {
      damages = static_cast<uint32_t>(std::atoi(argv[i]));
    }
  }
  uint32_t files = 0, cases = 0, kept = 0, unsound = 0;
  uint64_t items = 0, items_kept = 0, items_in_place = 0;
  std::map<std::string, std::pair<uint32_t, uint32_t>> kinds;
  for (std::string path; std::getline(std::cin, path);) {
    auto buffer = llvm::MemoryBuffer::getFile(path);
    if (!buffer || (*buffer)->getBufferSize() == 0) {
      continue;
    }
    llvm::StringRef text = (*buffer)->getBuffer();
    parse::ParseResult before = parse::ParseText(text);
    Random random{0x9E3779B97F4A7C15ull ^ (++files * 0xD6E8FEB86659FD93ull)};
    for (uint32_t i = 0; i < damages; ++i) {
      Damage damage = Break(text, random);
      lex::TokenBuffer tokens = lex::Lex(damage.text);
      parse::ParseResult after = parse::Parse(damage.text, tokens);
      if (!IsSound(damage.text, tokens, after)) {
        ++unsound;
        llvm::outs() << llvm::formatv("unsound: {0} {1} {2}-{3}\n", path, damage.kind, damage.from, damage.to);
      }
      std::map<Fingerprint, int> have;
      std::map<std::pair<std::string, Fingerprint>, int> have_place;
      for (const parse::Item& item : after.items) {
        ++have[item.fingerprint];
        ++have_place[{Parent(after, item), item.fingerprint}];
      }
      uint32_t lost = 0;
      std::string first_lost;
      for (const parse::Item& item : before.items) {
        Extent lines = LinesOf(text, before.tree, item.node);
        if (lines.from <= damage.to && damage.from <= lines.to) {
          continue;
        }
        ++items;
        items_in_place += have_place[{Parent(before, item), item.fingerprint}]-- > 0;
        if (have[item.fingerprint]-- > 0) {
          ++items_kept;
        } else if (lost++ == 0) {
          first_lost = Text(before.tree.symbol(item.node)).str();
        }
      }
      ++cases;
      kept += lost == 0;
      auto& [all, good] = kinds[damage.kind];
      ++all;
      good += lost == 0;
      if (lost != 0 && show > 0) {
        --show;
        const uint32_t line = 1 + static_cast<uint32_t>(text.take_front(damage.from).count('\n'));
        std::string removed =
            llvm::toStringRef(llvm::ArrayRef(reinterpret_cast<const uint8_t*>(text.data()) + damage.from, std::min(60u, damage.to - damage.from)))
                .str();
        std::string near = damage.text.substr(damage.from < 30 ? 0 : damage.from - 30, 100);
        llvm::outs() << llvm::formatv("{0}:{1} {2}: {3} items lost, first `{4}`; touched \"", path, line, damage.kind, lost, first_lost);
        llvm::outs().write_escaped(removed) << "\"; now \"";
        llvm::outs().write_escaped(near) << "\"\n";
      }
    }
  }
  const double share = cases == 0 ? 1.0 : double(kept) / cases;
  llvm::outs() << llvm::formatv(
      "{0} files, {1} damages: {2:f2} % kept every item outside ({3:f3} % of {4} items, {5:f3} % with their class); {6} unsound\n", files, cases,
      100 * share, Percent(items_kept, items), items, Percent(items_in_place, items), unsound);
  for (const auto& [kind, counts] : kinds) {
    llvm::outs() << llvm::formatv("  {0}: {1:f2} % of {2}\n", kind, Percent(counts.second, counts.first), counts.first);
  }
  return share < kFloor || unsound != 0;
}
