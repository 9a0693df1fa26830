// Methods of str.
#include "core/eval/interp.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace trident::eval {

bool HasStringMethod(llvm::StringRef name) {
  return llvm::StringSwitch<bool>(name)
      .Cases("split", "rsplit", "join", "strip", "lstrip", "rstrip", "startswith", "endswith", "replace", "lower", true)
      .Cases("upper", "title", "capitalize", "format", "find", "rfind", "index", "count", "isdigit", "isalpha", true)
      .Cases("isnumeric", "isupper", "islower", "isidentifier", "partition", "rpartition", "removeprefix", "removesuffix", "encode", "zfill", true)
      .Cases("splitlines", "isspace", "isalnum", "ljust", "rjust", "center", "format_map", "expandtabs", "casefold", "swapcase", true)
      .Cases("translate", "isdecimal", "__len__", "__contains__", "__getitem__", "__format__", "__eq__", "__hash__", true)
      .Default(false);
}

namespace {

std::optional<llvm::StringRef> Known(const Args& args, size_t i) {
  if (i >= args.positional.size() || !args.positional[i].is(Kind::Str) || args.positional[i].some()) return std::nullopt;
  return args.positional[i].text();
}

Value Texts(Interp& interp, llvm::ArrayRef<llvm::StringRef> parts) {
  llvm::SmallVector<Value, 8> values;
  for (llvm::StringRef part : parts) values.push_back(Value::Str(part));
  return interp.NewList(values);
}

Value Split(Interp& interp, llvm::StringRef text, const Args& args, bool from_right) {
  const Value* limit = args.positional.size() > 1 ? &args.positional[1] : args.Keyword(Intern("maxsplit"));
  std::optional<int64_t> most = limit ? limit->AsInt() : std::optional<int64_t>(-1);
  llvm::SmallVector<llvm::StringRef, 8> parts;
  const Value* separator = args.positional.empty() ? args.Keyword(Intern("sep")) : &args.positional[0];
  if (!separator || separator->is(Kind::None)) {
    llvm::StringRef rest = text.ltrim();
    while (!rest.empty()) {
      size_t end = rest.find_first_of(" \t\n\r\f\v");
      parts.push_back(rest.substr(0, end));
      rest = end == llvm::StringRef::npos ? "" : rest.substr(end).ltrim();
    }
    return Texts(interp, parts);
  }
  if (!separator->is(Kind::Str) || separator->some() || !most || separator->text().empty()) return interp.Lost("split by an unknown separator");
  llvm::StringRef by = separator->text();
  if (!from_right || *most < 0) {
    text.split(parts, by, *most);
    return Texts(interp, parts);
  }
  llvm::StringRef rest = text;
  while (*most > 0 && rest.contains(by)) {
    auto [left, right] = rest.rsplit(by);
    parts.insert(parts.begin(), right);
    rest = left;
    --*most;
  }
  parts.insert(parts.begin(), rest);
  return Texts(interp, parts);
}

Value Join(Interp& interp, llvm::StringRef separator, const Args& args) {
  llvm::SmallVector<Value, 16> items;
  bool open = false;
  if (args.positional.empty() || !interp.Iterate(args.positional[0], items, open)) return args.positional.empty() ? Value::SomeStr() : Value::Raised();
  std::string out;
  for (size_t i = 0; i < items.size(); ++i) {
    if (!items[i].is(Kind::Str) || items[i].some()) return Value::SomeStr();
    out += (i ? separator : "").str() + items[i].text().str();
  }
  return open ? Value::SomeStr() : Value::Str(out);
}

// "{} {1} {name}" without format specifications; others give some string.
Value Format(Interp& interp, llvm::StringRef text, const Args& args) {
  std::string out;
  size_t next = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{' && i + 1 < text.size() && text[i + 1] == '{') {
      out += '{';
      ++i;
    } else if (text[i] == '}' && i + 1 < text.size() && text[i + 1] == '}') {
      out += '}';
      ++i;
    } else if (text[i] == '{') {
      size_t end = text.find('}', i);
      if (end == llvm::StringRef::npos) return Value::SomeStr();
      llvm::StringRef field = text.slice(i + 1, end);
      const Value* value = nullptr;
      unsigned n;
      if (field.empty()) value = next < args.positional.size() ? &args.positional[next++] : nullptr;
      else if (!field.getAsInteger(10, n)) value = n < args.positional.size() ? &args.positional[n] : nullptr;
      else value = args.Keyword(Intern(field));
      bool exact = false;
      if (!value) return Value::SomeStr();
      out += interp.ToStr(*value, &exact);
      if (!exact) return Value::SomeStr();
      i = end;
    } else {
      out += text[i];
    }
  }
  return Value::Str(out);
}

Value StartsOrEnds(Interp& interp, llvm::StringRef text, const Args& args, bool starts) {
  if (args.positional.size() != 1) return Value::SomeBool();
  llvm::SmallVector<Value, 4> options;
  bool open = false;
  if (args.positional[0].is(Kind::Tuple)) interp.Iterate(args.positional[0], options, open);
  else options.push_back(args.positional[0]);
  bool unsure = open;
  for (const Value& option : options) {
    if (!option.is(Kind::Str) || option.some()) {
      unsure = true;
      continue;
    }
    if (starts ? text.starts_with(option.text()) : text.ends_with(option.text())) return Value::Bool(true);
  }
  return unsure ? Value::SomeBool() : Value::Bool(false);
}

std::string Capitalized(llvm::StringRef text, bool words) {
  std::string out = text.lower();
  bool start = true;
  for (char& c : out) {
    if (start && llvm::isAlpha(c)) c = llvm::toUpper(c);
    start = words ? !llvm::isAlpha(c) : false;
  }
  return out;
}

bool AllOf(llvm::StringRef text, bool (*test)(char)) { return !text.empty() && llvm::all_of(text, test); }

Value Search(llvm::StringRef text, llvm::StringRef name, const Args& args) {
  std::optional<llvm::StringRef> what = Known(args, 0);
  if (!what || args.positional.size() > 1) return Value::SomeInt();
  if (name == "count") return what->empty() ? Value::SomeInt() : Value::Int(text.count(*what));
  size_t at = name == "rfind" ? text.rfind(*what) : text.find(*what);
  return Value::Int(at == llvm::StringRef::npos ? -1 : static_cast<int64_t>(at));
}

}  // namespace

Value CallStringMethod(Interp& interp, const Value& self, llvm::StringRef name, const Args& args) {
  bool tests = name.starts_with("is") || name == "startswith" || name == "endswith" || name == "__contains__" || name == "__eq__";
  if (self.some()) {
    if (name == "split" || name == "rsplit" || name == "splitlines" || name == "partition" || name == "rpartition") return interp.Lost("parts of an unknown string");
    if (name == "find" || name == "rfind" || name == "index" || name == "count" || name == "__len__") return Value::SomeInt();
    return tests ? Value::SomeBool() : name == "encode" ? Value::Of(Kind::Bytes) : Value::SomeStr();
  }
  llvm::StringRef text = self.text();
  if (name == "split" || name == "rsplit") return Split(interp, text, args, name == "rsplit");
  if (name == "splitlines") {
    llvm::SmallVector<llvm::StringRef, 8> parts;
    text.rtrim('\n').split(parts, '\n');
    return Texts(interp, parts);
  }
  if (name == "join") return Join(interp, text, args);
  if (name == "strip" || name == "lstrip" || name == "rstrip") {
    llvm::StringRef set = Known(args, 0).value_or(" \t\n\r\f\v");
    return Value::Str(name == "strip" ? text.trim(set) : name == "lstrip" ? text.ltrim(set) : text.rtrim(set));
  }
  if (name == "startswith" || name == "endswith") return StartsOrEnds(interp, text, args, name == "startswith");
  if (name == "replace") {
    std::optional<llvm::StringRef> from = Known(args, 0), to = Known(args, 1);
    if (!from || !to || from->empty() || args.positional.size() > 2) return Value::SomeStr();
    std::string out;
    while (true) {
      size_t at = text.find(*from);
      out += text.substr(0, at);
      if (at == llvm::StringRef::npos) return Value::Str(out);
      out += *to;
      text = text.substr(at + from->size());
    }
  }
  if (name == "lower" || name == "casefold") return Value::Str(text.lower());
  if (name == "upper") return Value::Str(text.upper());
  if (name == "title" || name == "capitalize") return Value::Str(Capitalized(text, name == "title"));
  if (name == "format") return Format(interp, text, args);
  if (name == "find" || name == "rfind" || name == "index" || name == "count") return Search(text, name, args);
  if (name == "isdigit" || name == "isnumeric" || name == "isdecimal") return Value::Bool(AllOf(text, llvm::isDigit));
  if (name == "isalpha") return Value::Bool(AllOf(text, llvm::isAlpha));
  if (name == "isalnum") return Value::Bool(AllOf(text, llvm::isAlnum));
  if (name == "isspace") return Value::Bool(AllOf(text, llvm::isSpace));
  if (name == "isupper") return Value::Bool(text.upper() == text && text.lower() != text);
  if (name == "islower") return Value::Bool(text.lower() == text && text.upper() != text);
  if (name == "isidentifier") return Value::Bool(!text.empty() && !llvm::isDigit(text[0]) && llvm::all_of(text, [](char c) { return llvm::isAlnum(c) || c == '_'; }));
  if (name == "partition" || name == "rpartition") {
    std::optional<llvm::StringRef> by = Known(args, 0);
    if (!by) return interp.Lost("parts of a string");
    size_t at = name == "partition" ? text.find(*by) : text.rfind(*by);
    if (at == llvm::StringRef::npos) {
      Value empty = Value::Str("");
      return name == "partition" ? interp.NewTuple({self, empty, empty}) : interp.NewTuple({empty, empty, self});
    }
    return interp.NewTuple({Value::Str(text.substr(0, at)), Value::Str(*by), Value::Str(text.substr(at + by->size()))});
  }
  if (name == "removeprefix" || name == "removesuffix") {
    std::optional<llvm::StringRef> part = Known(args, 0);
    if (!part) return Value::SomeStr();
    if (name == "removeprefix") text.consume_front(*part);
    else text.consume_back(*part);
    return Value::Str(text);
  }
  if (name == "zfill") {
    std::optional<int64_t> width = args.positional.empty() ? std::nullopt : args.positional[0].AsInt();
    if (!width || *width > 4096) return Value::SomeStr();
    return Value::Str(std::string(std::max<int64_t>(0, *width - static_cast<int64_t>(text.size())), '0') + text.str());
  }
  if (name == "encode") return Value::Of(Kind::Bytes);
  if (name == "__len__") return interp.Length(self);
  if (name == "__contains__" && !args.positional.empty()) return interp.Compare(parse::CompareOp::In, args.positional[0], self);
  if (name == "__getitem__" && !args.positional.empty()) return interp.GetItem(self, args.positional[0]);
  return tests ? Value::SomeBool() : Value::SomeStr();
}

}  // namespace trident::eval
