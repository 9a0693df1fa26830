// Items and their fingerprints: what does not change them, and that everything else does.
#include "core/parse/parse.h"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

using namespace trident;

namespace {

const char kModule[] = R"(import torch
from torch import nn

SIZE = 4


@torch.no_grad()
def helper(x, *, scale=1.5):
    """Scales."""
    if x is None:
        return f"none {scale!r:>{SIZE}}"
    return x * scale - 0x10


class Model(nn.Module):
    kind: str = 'plain'

    def __init__(self, width: int = 64) -> None:
        super().__init__()
        self.layers = nn.ModuleList([
            nn.Linear(width, width),  # first
            nn.Linear(width, 2 ** 4),
        ])

    if SIZE > 3:
        async def forward(self, x):
            for layer in self.layers:
                x = layer(x) @ x.T
            return x, b'done', None

    class Inner:
        def method(self): return not self


def last(a, b): yield a, b
)";

struct Named {
  std::string name;
  Fingerprint all, interface;
};

std::vector<Named> Items(llvm::StringRef text) {
  parse::ParseResult result = parse::ParseText(text);
  std::vector<Named> out;
  for (const parse::Item& item : result.items) {
    out.push_back({Text(result.tree.symbol(item.node)).str(), item.fingerprint, item.interface_fingerprint});
  }
  return out;
}

Fingerprint Of(llvm::StringRef text, llvm::StringRef name) {
  for (const Named& item : Items(text)) {
    if (item.name == name) {
      return item.all;
    }
  }
  return {};
}

struct Random {
  uint64_t state = 0x9E3779B97F4A7C15ull;
  uint32_t Below(uint32_t limit) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return static_cast<uint32_t>((state >> 11) % limit);
  }
};

bool SameItems(llvm::StringRef a, llvm::StringRef b) {
  std::vector<Named> x = Items(a), y = Items(b);
  bool same = x.size() == y.size();
  for (size_t i = 0; same && i < x.size(); ++i) {
    same = x[i].name == y[i].name && x[i].all == y[i].all && x[i].interface == y[i].interface;
  }
  return same;
}

// A number of a line's first byte, for each line that begins outside strings and brackets.
std::vector<uint32_t> LogicalLineStarts(llvm::StringRef text) {
  lex::TokenBuffer tokens = lex::Lex(text);
  std::vector<uint32_t> starts{0};
  for (uint32_t i = 0; i < tokens.size(); ++i) {
    if (tokens.kind(i) == lex::TokenKind::Newline) {
      starts.push_back(tokens.end(i));
    }
  }
  return starts;
}

// Another text for a token, which means something else.
std::string Changed(lex::TokenKind kind, llvm::StringRef text) {
  using K = lex::TokenKind;
  if (lex::IsName(kind)) {
    return text.str() + "x";
  }
  switch (kind) {
    case K::Int:
    case K::Float: return "7" + text.drop_front().str() + "1";
    case K::String:
    case K::Bytes: return text.drop_back(text.ends_with("\"\"\"") ? 3 : 1).str() + "z" + text.take_back(text.ends_with("\"\"\"") ? 3 : 1).str();
    case K::FStringMiddle: return text.str() + "z";
    case K::Plus: return "-";
    case K::Star:
    case K::Minus:
    case K::At: return "+";
    case K::StarStar: return "*";
    case K::None: return "True";
    case K::Not: return "-";
    case K::Is: return "==";
    case K::Return: return "yield";
    default: return "";
  }
}

}  // namespace

TEST_CASE("items: functions and classes of modules and classes, in source order") {
  parse::ParseResult result = parse::ParseText(kModule);
  REQUIRE(result.errors.empty());
  std::vector<std::string> names;
  for (const parse::Item& item : result.items) {
    std::string name = Text(result.tree.symbol(item.node)).str();
    names.push_back(item.parent == 0xFFFFFFFFu ? name : Text(result.tree.symbol(result.items[item.parent].node)).str() + "." + name);
  }
  CHECK(names == std::vector<std::string>{"helper", "Model", "Model.__init__", "Model.forward", "Model.Inner", "Inner.method", "last"});
}

TEST_CASE("items: node numbers are relative to the item") {
  auto relative = [](llvm::StringRef text) {
    parse::ParseResult result = parse::ParseText(text);
    const parse::Item& item = result.items.back();
    return result.tree.words(item.node)[3] - item.first_word;
  };
  CHECK(relative("def f(a): return a + 1\n") == relative("x = [1, 2]\n\n\ndef f(a): return a + 1\n"));
}

TEST_CASE("items: comments, blank lines, trailing blanks and line joins do not count") {
  Random random;
  const std::string text = kModule;
  const std::vector<uint32_t> starts = LogicalLineStarts(text);
  for (int round = 0; round < 400; ++round) {
    std::string edited = text;
    const uint32_t at = starts[random.Below(static_cast<uint32_t>(starts.size()))];
    switch (random.Below(4)) {
      case 0: edited.insert(at, "\n"); break;
      case 1: edited.insert(at, "      # a note (with [ brackets and 'quotes\n"); break;
      case 2:
        if (at > 0) {
          edited.insert(at - 1, "  \t");
        }
        break;
      default:
        if (at > 0) {
          edited.insert(at - 1, "  # type: ignore");
        }
        break;
    }
    CAPTURE(edited);
    REQUIRE(SameItems(text, edited));
  }
  CHECK(Of("def f(a,\n      b): return (a +\n  b)", "f") == Of("def f(a,b):return (a+b)", "f"));
  CHECK(Of("def f():\n    return 1 + \\\n        2\n", "f") == Of("def f():\n        return 1 + 2", "f"));
  CHECK(Of("def f():\r\n    return 1\r\n", "f") == Of("def f():\n    return 1\n", "f"));
}

TEST_CASE("items: moving one does not change it") {
  const std::string function = "@decorated\ndef f(a):\n    if a:\n        return 1\n    return 2\n";
  const std::string indented = "    @decorated\n    def f(a):\n        if a:\n            return 1\n        return 2\n";
  const Fingerprint alone = Of(function, "f");
  CHECK(!alone.empty());
  CHECK(Of("x = 1\n" + function + "y = 2\n", "f") == alone);
  CHECK(Of("class A:\n" + indented, "f") == alone);
  CHECK(Of("class A:\n    x = 1\n" + indented + "    def g(self): pass\n", "f") == alone);
  CHECK(Of("if x:\n" + indented + "z = 1", "f") == alone);
}

TEST_CASE("items: every change of a token changes its item, and no other") {
  const std::string text = kModule;
  lex::TokenBuffer tokens = lex::Lex(text);
  std::vector<Named> before = Items(text);
  parse::ParseResult parsed = parse::ParseText(text);
  unsigned changes = 0;
  for (uint32_t i = 0; i < tokens.size(); ++i) {
    std::string other = Changed(tokens.kind(i), tokens.text(text, i));
    if (other.empty()) {
      continue;
    }
    std::string edited = text.substr(0, tokens.start(i)) + other + text.substr(tokens.end(i));
    std::vector<Named> after = Items(edited);
    CAPTURE(edited);
    REQUIRE(after.size() == before.size());
    for (size_t item = 0; item < before.size(); ++item) {
      uint32_t from = parsed.tree.start(parsed.items[item].node);
      if (before[item].name == "helper") {
        from = static_cast<uint32_t>(text.find("@torch"));
      }
      const bool inside = tokens.start(i) >= from && tokens.end(i) <= parsed.tree.end(parsed.items[item].node);
      REQUIRE((before[item].all != after[item].all) == inside);
    }
    ++changes;
  }
  CHECK(changes > 80);
}

TEST_CASE("items: the interface is the header, and of a class what is outside its methods' bodies") {
  auto interface = [](llvm::StringRef text) { return Items(text).front().interface; };
  CHECK(interface("def f(a): return 1") == interface("def f(a): return 2"));
  CHECK(interface("def f(a): return 1") != interface("def f(b): return 1"));
  CHECK(interface("@d\ndef f(a): return 1") != interface("def f(a): return 1"));
  CHECK(interface("class A:\n    x = 1\n    def f(self): return 1\n    y = 2\n") ==
        interface("class A:\n    x = 1\n    def f(self): return 2\n    y = 2\n"));
  CHECK(interface("class A:\n    x = 1\n    def f(self): return 1\n    y = 2\n") !=
        interface("class A:\n    x = 1\n    def f(self): return 1\n    y = 3\n"));
  CHECK(interface("class A:\n    def f(self): return 1\n") != interface("class A:\n    def f(self, x): return 1\n"));
}

TEST_CASE("items: the parts of a module hold all of its statements, each by the tokens of its own") {
  const std::string text = kModule;
  parse::ParseResult whole = parse::ParseText(text);
  CHECK(whole.parts.size() == 6);
  CHECK(whole.parts.back().statements_end == whole.tree.children(whole.tree.root()).size());
  CHECK(whole.parts.back().words_end == whole.tree.root());
  for (size_t i = 0; i < whole.parts.size(); ++i) {
    uint32_t end = i + 1 < whole.parts.size() ? whole.parts[i + 1].start : text.size();
    parse::ParseResult alone = parse::ParseText(llvm::StringRef(text).slice(whole.parts[i].start, end));
    REQUIRE(alone.parts.size() == 1);
    CHECK(alone.parts[0].fingerprint == whole.parts[i].fingerprint);
    CHECK(alone.parts[0].words_end == whole.parts[i].words_end - (i == 0 ? 0 : whole.parts[i - 1].words_end));
  }
  // Those of one line are one part.
  CHECK(parse::ParseText("a = 1; b = 2\nc = 3\n").parts.size() == 2);
}

TEST_CASE("items: a broken one leaves the others as they were") {
  const std::string text = kModule;
  const char* const typed[] = {"x = f(1,", "x = [",  "x = {'a': ", "s = 'abc", "s = f\"{a", "x.",        "if x",
                               "for i in", "def g(", "return x +", "@",        "class B(",  "\"\"\"doc", "x = (]"};
  const uint32_t at = static_cast<uint32_t>(text.find("        super().__init__()"));
  for (const char* line : typed) {
    std::string edited = text.substr(0, at) + "        " + line + "\n" + text.substr(at);
    CAPTURE(edited);
    std::map<std::string, Fingerprint> after;
    for (const Named& item : Items(edited)) {
      after.emplace(item.name, item.all);
    }
    for (const Named& item : Items(text)) {
      if (item.name != "__init__" && item.name != "Model") {
        CAPTURE(item.name);
        CHECK(after[item.name] == item.all);
      }
    }
  }
}
