// Turns a pattern of Python's `re` and a known string into the spans that Python would find.
//
// Input: ASCII pattern and text; what is outside (other characters, rarer constructs, a search past its budget) is
// answered with Unsupported, never with a guess. Output: spans of the groups, group 0 first; (-1, -1) where a group took
// no part. Threads: a compiled Regex is constant data. Cost: backtracking, bounded by a step budget.
#pragma once

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace trident::prelude {

class Regex {
 public:
  // The values of re.IGNORECASE and so on.
  enum Flag : unsigned { kIgnoreCase = 2, kMultiLine = 8, kDotAll = 16, kVerbose = 64 };
  enum class How : uint8_t { Match, FullMatch, Search };
  enum class Verdict : uint8_t { Match, NoMatch, Unsupported };
  using Spans = llvm::SmallVector<std::pair<int, int>, 4>;

  // nullopt: the pattern is wrong or uses something outside of this class.
  static std::optional<Regex> Compile(llvm::StringRef pattern, unsigned flags);

  // Matches text[start, end) with `^` at 0 as in Python: anchors and lookbehind see the text before start.
  Verdict Run(llvm::StringRef text, size_t start, size_t end, How how, Spans& spans) const;

  // The matches that finditer would give, from left to right; false: unsupported.
  bool RunAll(llvm::StringRef text, size_t start, size_t end, std::vector<Spans>& matches) const;

  unsigned group_count() const { return group_count_; }
  // Names of groups and their numbers, in order of appearance.
  const std::vector<std::pair<std::string, unsigned>>& names() const { return names_; }

  using Set = std::bitset<128>;
  enum class Op : uint8_t {
    Set,
    LineStart,
    TextStart,
    LineEnd,
    TextEndOrNewline,
    TextEnd,
    WordEdge,
    NotWordEdge,
    Save,
    Split,
    Jump,
    Backref,
    Mark,
    Progress,
    Look,
    Accept,
  };
  // Split tries x, then y. Look runs the program at x, of y characters when it looks back, and goes on at `next`.
  struct Step {
    Op op;
    bool negative = false;
    bool behind = false;
    int x = 0, y = 0, next = 0;
  };

 private:
  friend class RegexCompiler;
  friend class RegexRun;

  // With `advance` a match at `start` must not be empty.
  Verdict Run(llvm::StringRef text, size_t start, size_t end, How how, bool advance, Spans& spans) const;

  std::vector<Step> program_;
  std::vector<Set> sets_;
  std::vector<std::pair<std::string, unsigned>> names_;
  unsigned group_count_ = 0;  // Without group 0.
  unsigned mark_count_ = 0;
  bool ignore_case_ = false;
};

}  // namespace trident::prelude
