#include "core/prelude/regex.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace trident::prelude {
namespace {

constexpr size_t kProgramLimit = 4'000;  // Steps; a guess that keeps `(a{50}){50}` out.
constexpr int kDepthLimit = 60;          // Nested groups; a guess far above what people write.

struct Node {
  enum class Kind : uint8_t { Empty, Set, Assert, Sequence, Choice, Repeat, Group, Backref, Look };
  Kind kind = Kind::Empty;
  Regex::Op op = Regex::Op::Accept;  // Assert.
  int index = 0;                     // Set, group number (0: none), back reference.
  int least = 0, most = -1;          // Repeat.
  bool lazy = false, negative = false, behind = false;
  std::vector<Node> parts;
};

}  // namespace

class RegexCompiler {
 public:
  RegexCompiler(llvm::StringRef pattern, unsigned flags) : rest_(pattern), flags_(flags) {}

  std::optional<Regex> Run() {
    Node root = Alternatives(0);
    if (failed_ || !rest_.empty()) return std::nullopt;
    regex_.ignore_case_ = flags_ & Regex::kIgnoreCase;
    Emit(root);
    Add(Regex::Op::Accept);
    if (failed_) return std::nullopt;
    return std::move(regex_);
  }

 private:
  using Op = Regex::Op;
  using Set = Regex::Set;

  Node Fail() {
    failed_ = true;
    rest_ = {};
    return Node();
  }
  bool Eat(llvm::StringRef text) { return rest_.consume_front(text); }
  char Next() {
    if (rest_.empty()) {
      failed_ = true;
      return 0;
    }
    char c = rest_.front();
    rest_ = rest_.drop_front();
    return c;
  }

  Node Alternatives(int depth);
  Node Items(int depth);
  Node Item(int depth);
  Node Group(int depth);
  Node Capture(int depth);
  Node BackReference(int group);
  Node NamedGroup(int depth);
  Node Flags(int depth);
  Node Look(int depth, bool behind, bool negative);
  Node Quantified(Node item);
  Node Escape();
  Node Bracket();
  bool BracketItem(Set& set, int& single);
  static bool ClassOf(char c, Set& set);
  int EscapedChar(char c);
  void SkipSpace();

  Node SetNode(Set set) {
    if (flags_ & Regex::kIgnoreCase) {
      for (char c = 'a'; c <= 'z'; ++c) {
        if (set.test(c) || set.test(c - 32)) set.set(c).set(c - 32);
      }
    }
    Node node;
    node.kind = Node::Kind::Set;
    node.index = static_cast<int>(regex_.sets_.size());
    regex_.sets_.push_back(set);
    return node;
  }
  Node CharNode(char c) {
    if (static_cast<unsigned char>(c) >= 128) return Fail();
    return SetNode(Set().set(c));
  }
  Node AssertNode(Op op) {
    Node node;
    node.kind = Node::Kind::Assert;
    node.op = op;
    return node;
  }

  int Add(Op op, int x = 0, int y = 0) {
    if (regex_.program_.size() >= kProgramLimit) {
      failed_ = true;
      return 0;
    }
    Regex::Step step{op};
    step.x = x;
    step.y = y;
    regex_.program_.push_back(step);
    return static_cast<int>(regex_.program_.size()) - 1;
  }
  int Here() const { return static_cast<int>(regex_.program_.size()); }
  void Emit(const Node& node);
  void EmitRepeat(const Node& node);
  void EmitChoice(const Node& node);
  void EmitLook(const Node& node);
  // Number of characters every match has; -1 when it varies.
  static int Width(const Node& node);
  static bool MayBeEmpty(const Node& node);
  static bool ShowsOrder(const Node& node);

  llvm::StringRef rest_;
  unsigned flags_;
  bool failed_ = false;
  llvm::SmallVector<int, 8> open_;  // Groups that enclose the place.
  Regex regex_;
};

void RegexCompiler::SkipSpace() {
  if (!(flags_ & Regex::kVerbose)) return;
  while (!rest_.empty()) {
    if (llvm::isSpace(rest_.front())) {
      rest_ = rest_.drop_front();
    } else if (rest_.front() == '#') {
      rest_ = rest_.drop_until([](char c) { return c == '\n'; });
    } else {
      return;
    }
  }
}

Node RegexCompiler::Alternatives(int depth) {
  if (depth > kDepthLimit) return Fail();
  Node choice;
  choice.kind = Node::Kind::Choice;
  choice.parts.push_back(Items(depth));
  while (Eat("|")) choice.parts.push_back(Items(depth));
  return choice.parts.size() == 1 ? std::move(choice.parts[0]) : choice;
}

Node RegexCompiler::Items(int depth) {
  Node sequence;
  sequence.kind = Node::Kind::Sequence;
  SkipSpace();
  while (!failed_ && !rest_.empty() && rest_.front() != '|' && rest_.front() != ')') {
    Node item = Item(depth);
    SkipSpace();
    sequence.parts.push_back(Quantified(std::move(item)));
    SkipSpace();
  }
  return sequence;
}

Node RegexCompiler::Item(int depth) {
  char c = Next();
  switch (c) {
    case '.': return SetNode(flags_ & Regex::kDotAll ? Set().set() : Set().set().reset('\n'));
    case '^': return AssertNode(flags_ & Regex::kMultiLine ? Op::LineStart : Op::TextStart);
    case '$': return AssertNode(flags_ & Regex::kMultiLine ? Op::LineEnd : Op::TextEndOrNewline);
    case '(': return Group(depth);
    case '[': return Bracket();
    case '\\': return Escape();
    case '*':
    case '+':
    case '?': return Fail();
    default: return CharNode(c);
  }
}

Node RegexCompiler::Group(int depth) {
  if (Eat("?:")) {
    Node node = Alternatives(depth + 1);
    return Eat(")") ? node : Fail();
  }
  if (Eat("?=")) return Look(depth, false, false);
  if (Eat("?!")) return Look(depth, false, true);
  if (Eat("?<=")) return Look(depth, true, false);
  if (Eat("?<!")) return Look(depth, true, true);
  if (Eat("?P")) return NamedGroup(depth);
  if (Eat("?")) return Flags(depth);
  return Capture(depth);
}

Node RegexCompiler::Capture(int depth) {
  Node node;
  node.kind = Node::Kind::Group;
  node.index = static_cast<int>(++regex_.group_count_);
  open_.push_back(node.index);
  node.parts.push_back(Alternatives(depth + 1));
  open_.pop_back();
  return Eat(")") ? node : Fail();
}

Node RegexCompiler::BackReference(int group) {
  Node node;
  node.kind = Node::Kind::Backref;
  node.index = group;
  return group < 1 || group > static_cast<int>(regex_.group_count_) || llvm::is_contained(open_, group) ? Fail() : node;
}

Node RegexCompiler::NamedGroup(int depth) {
  bool reference = Eat("=");
  if (!reference && !Eat("<")) return Fail();
  size_t length = rest_.find(reference ? ')' : '>');
  if (length == llvm::StringRef::npos) return Fail();
  llvm::StringRef name = rest_.take_front(length);
  rest_ = rest_.drop_front(length + 1);
  int number = 0;
  for (const auto& [known, group] : regex_.names_) {
    if (known == name) number = static_cast<int>(group);
  }
  if (reference) return BackReference(number);
  if (number != 0 || name.empty()) return Fail();
  regex_.names_.emplace_back(name.str(), regex_.group_count_ + 1);
  return Capture(depth);
}

// (?i), or (?i:...), whose flags end with the group; (?#...) is a comment.
Node RegexCompiler::Flags(int depth) {
  if (Eat("#")) {
    size_t length = rest_.find(')');
    if (length == llvm::StringRef::npos) return Fail();
    rest_ = rest_.drop_front(length + 1);
    return Node();
  }
  unsigned saved = flags_;
  while (!failed_ && !rest_.empty() && rest_.front() != ')' && rest_.front() != ':') {
    switch (Next()) {
      case 'i': flags_ |= Regex::kIgnoreCase; break;
      case 'm': flags_ |= Regex::kMultiLine; break;
      case 's': flags_ |= Regex::kDotAll; break;
      case 'x': flags_ |= Regex::kVerbose; break;
      case 'a':
      case 'u': break;
      default: return Fail();
    }
  }
  if (Eat(")")) return Node();
  if (!Eat(":")) return Fail();
  Node node = Alternatives(depth + 1);
  flags_ = saved;
  return Eat(")") ? node : Fail();
}

Node RegexCompiler::Look(int depth, bool behind, bool negative) {
  Node node;
  node.kind = Node::Kind::Look;
  node.behind = behind;
  node.negative = negative;
  node.parts.push_back(Alternatives(depth + 1));
  if (!Eat(")")) return Fail();
  return behind && Width(node.parts[0]) < 0 ? Fail() : node;
}

Node RegexCompiler::Quantified(Node item) {
  while (!failed_ && !rest_.empty()) {
    int least = 0, most = -1;
    if (Eat("*")) {
    } else if (Eat("+")) {
      least = 1;
    } else if (Eat("?")) {
      most = 1;
    } else if (rest_.front() == '{') {
      llvm::StringRef inside = rest_.drop_front();
      bool low = !inside.consumeInteger(10, least);
      bool comma = inside.consume_front(",");
      bool high = comma && !inside.consumeInteger(10, most);
      if ((!low && !comma) || !inside.consume_front("}")) return Fail();
      if (!low) least = 0;
      if (!comma) most = least;
      if (!high && comma) most = -1;
      rest_ = inside;
    } else {
      break;
    }
    if (item.kind == Node::Kind::Assert || item.kind == Node::Kind::Repeat || (most >= 0 && most < least)) return Fail();
    Node repeat;
    repeat.kind = Node::Kind::Repeat;
    repeat.least = least;
    repeat.most = most;
    repeat.lazy = Eat("?");
    if (!rest_.empty() && rest_.front() == '+') return Fail();
    // Python has its own ways with groups and lazy parts in a repeated body that matches nothing.
    if (most != 1 && MayBeEmpty(item) && ShowsOrder(item)) return Fail();
    repeat.parts.push_back(std::move(item));
    item = std::move(repeat);
  }
  return item;
}

bool RegexCompiler::ClassOf(char c, Set& set) {
  Set found;
  for (int i = 0; i < 128; ++i) {
    char letter = llvm::toLower(c);
    bool in = letter == 'd' ? llvm::isDigit(i) : letter == 'w' ? (llvm::isAlnum(i) || i == '_') : (llvm::isSpace(i) || (i >= 28 && i <= 31));
    if (in != llvm::isUpper(c)) found.set(i);
  }
  if (!llvm::StringRef("dDwWsS").contains(c)) return false;
  set |= found;
  return true;
}

int RegexCompiler::EscapedChar(char c) {
  switch (c) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    case 'f': return '\f';
    case 'v': return '\v';
    case 'a': return '\a';
    case 'x': {
      unsigned code = 0;
      if (rest_.size() < 2 || rest_.take_front(2).getAsInteger(16, code) || code >= 128) return -1;
      rest_ = rest_.drop_front(2);
      return static_cast<int>(code);
    }
    default: return llvm::isAlnum(c) || static_cast<unsigned char>(c) >= 128 ? -1 : c;
  }
}

Node RegexCompiler::Escape() {
  char c = Next();
  Set set;
  if (ClassOf(c, set)) return SetNode(set);
  switch (c) {
    case 'b': return AssertNode(Op::WordEdge);
    case 'B': return AssertNode(Op::NotWordEdge);
    case 'A': return AssertNode(Op::TextStart);
    case 'Z': return AssertNode(Op::TextEnd);
    default: break;
  }
  if (c >= '1' && c <= '9') {
    bool more = !rest_.empty() && llvm::isDigit(rest_.front());
    return more ? Fail() : BackReference(c - '0');
  }
  int code = EscapedChar(c);
  return failed_ || code < 0 ? Fail() : CharNode(static_cast<char>(code));
}

// One member of [...]: a class (single stays -1) or a character.
bool RegexCompiler::BracketItem(Set& set, int& single) {
  char c = Next();
  single = static_cast<unsigned char>(c);
  if (c == '\\') {
    c = Next();
    if (ClassOf(c, set)) {
      single = -1;
      return true;
    }
    single = c == 'b' ? '\b' : EscapedChar(c);
  }
  return !failed_ && single >= 0 && single < 128;
}

Node RegexCompiler::Bracket() {
  bool negative = Eat("^");
  Set set;
  bool first = true;
  while (first || !Eat("]")) {
    first = false;
    int low = -1;
    if (rest_.empty() || !BracketItem(set, low)) return Fail();
    if (low < 0) continue;
    int high = low;
    if (rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']') {
      rest_ = rest_.drop_front();
      if (!BracketItem(set, high) || high < low) return Fail();
    }
    for (int i = low; i <= high; ++i) set.set(i);
  }
  if (!negative) return SetNode(set);
  Node node = SetNode(set);
  regex_.sets_[node.index].flip();
  return node;
}

int RegexCompiler::Width(const Node& node) {
  switch (node.kind) {
    case Node::Kind::Set: return 1;
    case Node::Kind::Empty:
    case Node::Kind::Assert:
    case Node::Kind::Look: return 0;
    case Node::Kind::Backref: return -1;
    case Node::Kind::Group: return Width(node.parts[0]);
    case Node::Kind::Repeat: {
      int width = Width(node.parts[0]);
      return width < 0 || node.least != node.most ? -1 : width * node.least;
    }
    case Node::Kind::Sequence: {
      int total = 0;
      for (const Node& part : node.parts) {
        int width = Width(part);
        if (width < 0) return -1;
        total += width;
      }
      return total;
    }
    case Node::Kind::Choice: {
      int width = Width(node.parts[0]);
      for (const Node& part : node.parts) {
        if (Width(part) != width) return -1;
      }
      return width;
    }
  }
  return -1;
}

bool RegexCompiler::MayBeEmpty(const Node& node) {
  switch (node.kind) {
    case Node::Kind::Set: return false;
    case Node::Kind::Repeat: return node.least == 0 || MayBeEmpty(node.parts[0]);
    case Node::Kind::Choice: return llvm::any_of(node.parts, MayBeEmpty);
    case Node::Kind::Sequence:
    case Node::Kind::Group: return llvm::all_of(node.parts, MayBeEmpty);
    default: return true;
  }
}

bool RegexCompiler::ShowsOrder(const Node& node) { return node.kind == Node::Kind::Group || node.lazy || llvm::any_of(node.parts, ShowsOrder); }

void RegexCompiler::EmitRepeat(const Node& node) {
  const Node& body = node.parts[0];
  for (int i = 0; i < node.least && !failed_; ++i) Emit(body);
  auto split = [&](int at, int inside, int outside) {
    regex_.program_[at].x = node.lazy ? outside : inside;
    regex_.program_[at].y = node.lazy ? inside : outside;
  };
  if (node.most < 0) {
    int mark = static_cast<int>(regex_.mark_count_++);
    int at = Add(Op::Split);
    Add(Op::Mark, mark);
    Emit(body);
    Add(Op::Progress, mark);
    Add(Op::Jump, at);
    if (!failed_) split(at, at + 1, Here());
    return;
  }
  llvm::SmallVector<int, 8> splits;
  for (int i = node.least; i < node.most && !failed_; ++i) {
    splits.push_back(Add(Op::Split));
    Emit(body);
  }
  if (failed_) return;
  for (int at : splits) split(at, at + 1, Here());
}

void RegexCompiler::EmitChoice(const Node& node) {
  llvm::SmallVector<int, 8> ends;
  for (size_t i = 0; i < node.parts.size() && !failed_; ++i) {
    bool last = i + 1 == node.parts.size();
    int at = last ? 0 : Add(Op::Split);
    Emit(node.parts[i]);
    if (last || failed_) break;
    ends.push_back(Add(Op::Jump));
    regex_.program_[at].x = at + 1;
    regex_.program_[at].y = Here();
  }
  if (failed_) return;
  for (int at : ends) regex_.program_[at].x = Here();
}

void RegexCompiler::EmitLook(const Node& node) {
  int at = Add(Op::Look, Here() + 1, node.behind ? Width(node.parts[0]) : 0);
  Emit(node.parts[0]);
  Add(Op::Accept);
  if (failed_) return;
  regex_.program_[at].negative = node.negative;
  regex_.program_[at].behind = node.behind;
  regex_.program_[at].next = Here();
}

void RegexCompiler::Emit(const Node& node) {
  if (failed_) return;
  switch (node.kind) {
    case Node::Kind::Empty: return;
    case Node::Kind::Set: Add(Op::Set, node.index); return;
    case Node::Kind::Assert: Add(node.op); return;
    case Node::Kind::Backref: Add(Op::Backref, node.index); return;
    case Node::Kind::Sequence:
      for (const Node& part : node.parts) Emit(part);
      return;
    case Node::Kind::Group:
      Add(Op::Save, 2 * node.index);
      Emit(node.parts[0]);
      Add(Op::Save, 2 * node.index + 1);
      return;
    case Node::Kind::Repeat: EmitRepeat(node); return;
    case Node::Kind::Choice: EmitChoice(node); return;
    case Node::Kind::Look: EmitLook(node); return;
  }
}

std::optional<Regex> Regex::Compile(llvm::StringRef pattern, unsigned flags) {
  if (flags & ~(kIgnoreCase | kMultiLine | kDotAll | kVerbose | 32u | 256u)) return std::nullopt;  // 32: UNICODE, 256: ASCII.
  return RegexCompiler(pattern, flags).Run();
}

}  // namespace trident::prelude
