#include "core/prelude/regex.h"

#include <doctest/doctest.h>

#include <string>

namespace {

using trident::prelude::Regex;

// "0-3 1-2" for the spans of a match, "none", or "unsupported".
std::string Find(const char* pattern, const char* text, Regex::How how = Regex::How::Search, unsigned flags = 0) {
  auto regex = Regex::Compile(pattern, flags);
  if (!regex) return "unsupported";
  Regex::Spans spans;
  switch (regex->Run(text, 0, std::string(text).size(), how, spans)) {
    case Regex::Verdict::NoMatch: return "none";
    case Regex::Verdict::Unsupported: return "unsupported";
    case Regex::Verdict::Match: break;
  }
  std::string result;
  for (auto [begin, end] : spans) {
    if (!result.empty()) result += ' ';
    result += std::to_string(begin) + "-" + std::to_string(end);
  }
  return result;
}

}  // namespace

TEST_CASE("regex: spans are those of Python's re") {
  CHECK(Find("(\\d.*)", "r2") == "1-2 1-2");
  CHECK(Find("(\\d.*)", "se0.25") == "2-6 2-6");
  CHECK(Find("a|ab", "ab", Regex::How::FullMatch) == "0-2");
  CHECK(Find("a|ab", "ab") == "0-1");
  CHECK(Find("(a+)*b", "aab") == "0-3 0-2");
  CHECK(Find("(a|b)*?c", "abc") == "0-3 1-2");
  CHECK(Find("x?(y)?", "x") == "0-1 -1--1");
  CHECK(Find("^blocks\\.(\\d+)\\.(.+)$", "blocks.12.attn.qkv") == "0-18 7-9 10-18");
  CHECK(Find("(?P<a>\\w)(?P=a)", "hello") == "2-4 2-3");
  CHECK(Find("(?<=layer)\\d+", "xlayer12") == "6-8");
  CHECK(Find("(?<!a)b", "abb") == "2-3");
  CHECK(Find("a(?!b)", "abac") == "2-3");
  CHECK(Find("[^a-c\\d]+", "ab1xy-z") == "3-7");
  CHECK(Find("\\bfoo\\b", "a foo.") == "2-5");
  CHECK(Find("(?i)HeLLo", "hello") == "0-5");
  CHECK(Find("a{2,3}", "aaaa") == "0-3");
  CHECK(Find("a{2,3}?", "aaaa") == "0-2");
  CHECK(Find("^b", "a\nb", Regex::How::Search, Regex::kMultiLine) == "2-3");
  CHECK(Find("a.b", "a\nb") == "none");
  CHECK(Find("a.b", "a\nb", Regex::How::Search, Regex::kDotAll) == "0-3");
  CHECK(Find("a # word\n b", "ab", Regex::How::Search, Regex::kVerbose) == "0-2");
}

TEST_CASE("regex: what it does not know it says") {
  CHECK(Find("(", "x") == "unsupported");
  CHECK(Find("*", "x") == "unsupported");
  CHECK(Find("a++", "x") == "unsupported");
  CHECK(Find("(a*)*", "x") == "unsupported");
  CHECK(Find("(?<=a*)b", "b") == "unsupported");
  CHECK(Find("\xc3\xa9", "x") == "unsupported");
  CHECK(Find("x", "\xc3\xa9") == "unsupported");
  CHECK(Find("((((a{99}){99}){99}){99})", "a") == "unsupported");
  CHECK(Find("(a|aa)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab") == "unsupported");
}
