#include "core/prelude/regex.h"

namespace trident::prelude {
namespace {

// A guess: 100 times what the longest known string in timm needs.
constexpr unsigned kStepBudget = 200'000;

bool IsWord(unsigned char c) { return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool IsAscii(llvm::StringRef text) {
  for (unsigned char c : text) {
    if (c >= 128) return false;
  }
  return true;
}

unsigned char Fold(unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

}  // namespace

// One search: registers, and the choices that are still open.
class RegexRun {
 public:
  RegexRun(const Regex& regex, llvm::StringRef text, size_t end, unsigned& budget)
      : saves_(2 * (regex.group_count_ + 1), -1), regex_(regex), text_(text.take_front(end)), budget_(budget), marks_(regex.mark_count_, -1) {}

  // Whether the program from `pc` matches at `position`; with `must_end` only when it ends there, and never when it
  // ends at `must_not_end`.
  bool From(int pc, int position, int must_end, int must_not_end = -1);

  llvm::SmallVector<int, 8> saves_;
  bool exhausted_ = false;

 private:
  struct Choice {
    int pc, position;
    size_t log;
  };
  struct Change {
    bool mark;
    int index, old;
  };

  // Executes one step; false: this path fails.
  bool Take(const Regex::Step& step, int& pc, int& position);
  bool Edge(int position) const {
    bool before = position > 0 && IsWord(text_[position - 1]);
    bool after = position < Size() && IsWord(text_[position]);
    return before != after;
  }
  bool SameAsGroup(int group, int& position) const;
  bool LookAround(const Regex::Step& step, int position);
  void Store(bool mark, int index, int value) {
    int& place = mark ? marks_[index] : saves_[index];
    log_.push_back({mark, index, place});
    place = value;
  }
  void Undo(size_t size) {
    while (log_.size() > size) {
      Change change = log_.pop_back_val();
      (change.mark ? marks_[change.index] : saves_[change.index]) = change.old;
    }
  }
  int Size() const { return static_cast<int>(text_.size()); }

  const Regex& regex_;
  llvm::StringRef text_;
  unsigned& budget_;
  llvm::SmallVector<int, 4> marks_;
  llvm::SmallVector<Choice, 16> choices_;
  llvm::SmallVector<Change, 16> log_;
};

bool RegexRun::SameAsGroup(int group, int& position) const {
  int begin = saves_[2 * group], end = saves_[2 * group + 1];
  if (begin < 0 || end < begin || position + end - begin > Size()) return false;
  for (int i = begin; i < end; ++i, ++position) {
    unsigned char a = text_[i], b = text_[position];
    if (a != b && !(regex_.ignore_case_ && Fold(a) == Fold(b))) return false;
  }
  return true;
}

bool RegexRun::LookAround(const Regex::Step& step, int position) {
  int begin = step.behind ? position - step.y : position;
  bool found = false;
  if (begin >= 0) {
    RegexRun inner(regex_, text_, text_.size(), budget_);
    inner.saves_ = saves_;
    found = inner.From(step.x, begin, step.behind ? position : -1);
    exhausted_ |= inner.exhausted_;
    if (found && !step.negative) {
      for (size_t i = 0; i < saves_.size(); ++i) {
        if (saves_[i] != inner.saves_[i]) Store(false, static_cast<int>(i), inner.saves_[i]);
      }
    }
  }
  return found != step.negative;
}

bool RegexRun::Take(const Regex::Step& step, int& pc, int& position) {
  using Op = Regex::Op;
  ++pc;
  switch (step.op) {
    case Op::Set: return position < Size() && regex_.sets_[step.x].test(static_cast<unsigned char>(text_[position])) && (++position, true);
    case Op::TextStart: return position == 0;
    case Op::LineStart: return position == 0 || text_[position - 1] == '\n';
    case Op::TextEnd: return position == Size();
    case Op::TextEndOrNewline: return position == Size() || (position + 1 == Size() && text_[position] == '\n');
    case Op::LineEnd: return position == Size() || text_[position] == '\n';
    case Op::WordEdge: return Edge(position);
    case Op::NotWordEdge: return Size() > 0 && !Edge(position);  // Python 3.11: never in an empty text.
    case Op::Save: Store(false, step.x, position); return true;
    case Op::Mark: Store(true, step.x, position); return true;
    case Op::Progress: return marks_[step.x] != position;
    case Op::Jump: pc = step.x; return true;
    case Op::Split:
      choices_.push_back({step.y, position, log_.size()});
      pc = step.x;
      return true;
    case Op::Backref: return SameAsGroup(step.x, position);
    case Op::Look: pc = step.next; return LookAround(step, position);
    case Op::Accept: return true;
  }
  return false;
}

bool RegexRun::From(int pc, int position, int must_end, int must_not_end) {
  while (true) {
    if (budget_ == 0) {
      exhausted_ = true;
      return false;
    }
    --budget_;
    const Regex::Step& step = regex_.program_[pc];
    bool good = Take(step, pc, position);
    if (good && step.op == Regex::Op::Accept) {
      if ((must_end < 0 || position == must_end) && position != must_not_end) {
        saves_[1] = position;
        return true;
      }
      good = false;
    }
    if (good) continue;
    if (choices_.empty()) return false;
    Choice choice = choices_.pop_back_val();
    Undo(choice.log);
    pc = choice.pc;
    position = choice.position;
  }
}

Regex::Verdict Regex::Run(llvm::StringRef text, size_t start, size_t end, How how, Spans& spans) const {
  return Run(text, start, end, how, false, spans);
}

bool Regex::RunAll(llvm::StringRef text, size_t start, size_t end, std::vector<Spans>& matches) const {
  bool empty = false;
  while (start <= std::min(end, text.size())) {
    Spans spans;
    Verdict verdict = Run(text, start, end, How::Search, empty, spans);
    if (verdict != Verdict::Match) return verdict == Verdict::NoMatch;
    start = spans[0].second;
    empty = spans[0].first == spans[0].second;
    matches.push_back(std::move(spans));
  }
  return IsAscii(text);
}

Regex::Verdict Regex::Run(llvm::StringRef text, size_t start, size_t end, How how, bool advance, Spans& spans) const {
  if (!IsAscii(text)) return Verdict::Unsupported;
  end = std::min(end, text.size());
  if (start > end) return Verdict::NoMatch;
  unsigned budget = kStepBudget;
  size_t last = how == How::Search ? end : start;
  for (size_t at = start; at <= last; ++at) {
    RegexRun run(*this, text, end, budget);
    bool found =
        run.From(0, static_cast<int>(at), how == How::FullMatch ? static_cast<int>(end) : -1, advance && at == start ? static_cast<int>(start) : -1);
    if (run.exhausted_) return Verdict::Unsupported;
    if (!found) continue;
    spans.assign(1, {static_cast<int>(at), run.saves_[1]});
    for (unsigned group = 1; group <= group_count_; ++group) {
      int begin = run.saves_[2 * group], stop = run.saves_[2 * group + 1];
      spans.push_back(stop < 0 ? std::pair(-1, -1) : std::pair(begin, stop));
    }
    return Verdict::Match;
  }
  return Verdict::NoMatch;
}

}  // namespace trident::prelude
