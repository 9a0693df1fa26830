// The regex natives of the prelude's re.py: known patterns on known strings.
#include "core/eval/interp.h"
#include "core/prelude/regex.h"

namespace trident::eval {
namespace {

using prelude::Regex;

// The pattern, flags, text, start and end of a call, when all are known.
struct Question {
  std::optional<Regex> regex;
  llvm::StringRef text;
  size_t start = 0, end = 0;
};

bool KnownText(const Value& value) { return value.is(Kind::Str) && !value.some(); }

std::optional<Regex> CompileOf(const Args& args) {
  if (args.positional.size() < 2 || !KnownText(args.positional[0])) return std::nullopt;
  std::optional<int64_t> flags = args.positional[1].AsInt();
  if (!flags || *flags < 0) return std::nullopt;
  return Regex::Compile(args.positional[0].text(), static_cast<unsigned>(*flags));
}

std::optional<Question> QuestionOf(const Args& args) {
  if (args.positional.size() < 5 || !KnownText(args.positional[2])) return std::nullopt;
  std::optional<int64_t> start = args.positional[3].AsInt(), end = args.positional[4].AsInt();
  if (!start || !end || *start < 0 || *end < 0) return std::nullopt;
  Question question{CompileOf(args), args.positional[2].text(), static_cast<size_t>(*start), static_cast<size_t>(*end)};
  if (!question.regex) return std::nullopt;
  return question;
}

Value SpansValue(Interp& interp, const Regex::Spans& spans) {
  llvm::SmallVector<Value, 4> pairs;
  for (auto [begin, end] : spans) pairs.push_back(interp.NewTuple({Value::Int(begin), Value::Int(end)}));
  return interp.NewList(pairs);
}

}  // namespace

Value RegexMatchNative(Interp& interp, const Args& args) {
  std::optional<Question> question = QuestionOf(args);
  if (!question || args.positional.size() < 6 || !KnownText(args.positional[5])) return interp.Lost("a match of a regular expression");
  llvm::StringRef how = args.positional[5].text();
  Regex::How kind = how == "match" ? Regex::How::Match : how == "fullmatch" ? Regex::How::FullMatch : Regex::How::Search;
  Regex::Spans spans;
  switch (question->regex->Run(question->text, question->start, question->end, kind, spans)) {
    case Regex::Verdict::NoMatch: return Value::None();
    case Regex::Verdict::Match: return SpansValue(interp, spans);
    case Regex::Verdict::Unsupported: break;
  }
  return interp.Lost("a match of a regular expression");
}

Value RegexAllNative(Interp& interp, const Args& args) {
  std::optional<Question> question = QuestionOf(args);
  std::vector<Regex::Spans> matches;
  if (!question || !question->regex->RunAll(question->text, question->start, question->end, matches)) {
    return interp.Lost("the matches of a regular expression");
  }
  llvm::SmallVector<Value, 8> lists;
  for (const Regex::Spans& spans : matches) lists.push_back(SpansValue(interp, spans));
  return interp.NewList(lists);
}

Value RegexNamesNative(Interp& interp, const Args& args) {
  std::optional<Regex> regex = CompileOf(args);
  if (!regex) return interp.Lost("a regular expression");
  DictObj* names = interp.NewDict();
  for (const auto& [name, number] : regex->names()) interp.DictSet(names, Value::Str(name), Value::Int(static_cast<int64_t>(number)));
  return Value::Obj(names);
}

}  // namespace trident::eval
