#include "server/cli/arguments.h"

#include "server/cli/terminal.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/raw_ostream.h"

namespace trident::cli {
namespace {

llvm::Error Misuse(const llvm::Twine& message) { return llvm::createStringError(message); }

bool TakesValue(const Option& option) { return option.value[0] != '\0'; }

llvm::Error Store(const Option& option, llvm::StringRef value) {
  if (!option.choices.empty() && !llvm::is_contained(option.choices, value)) {
    llvm::SmallVector<llvm::StringRef> known(option.choices.begin(), option.choices.end());
    return Misuse(llvm::StringRef(option.name) + " is one of " + llvm::join(known, ", ") + ", not `" + value + "`");
  }
  if (auto* const* text = std::get_if<std::string*>(&option.into)) {
    **text = value.str();
  } else if (auto* const* list = std::get_if<std::vector<std::string>*>(&option.into)) {
    (*list)->push_back(value.str());
  } else if (auto* const* number = std::get_if<int*>(&option.into)) {
    if (value.getAsInteger(10, **number)) {
      return Misuse(llvm::StringRef(option.name) + " takes a number, not `" + value + "`");
    }
  }
  return llvm::Error::success();
}

const Option* FindOption(const CommandLine& command, llvm::StringRef name) {
  auto found = llvm::find_if(command.options, [&](const Option& option) { return name == option.name; });
  return found == command.options.end() ? nullptr : &*found;
}

llvm::Error UnknownOption(const CommandLine& command, llvm::StringRef name) {
  llvm::SmallVector<llvm::StringRef> known = {"--help"};
  for (const Option& option : command.options) {
    known.push_back(option.name);
  }
  llvm::StringRef nearest = Nearest(name, known);
  return Misuse("unknown option `" + name + "`" + (nearest.empty() ? llvm::Twine() : "; did you mean `" + nearest + "`?"));
}

// The options of a command line and the last value of each.
using Given = llvm::StringMap<std::string>;

// Whether `words`, an option or an option and its value, were given.
bool Has(const Given& given, llvm::StringRef words) {
  auto [name, value] = words.split(' ');
  auto found = given.find(name);
  return found != given.end() && (value.empty() || found->second == value);
}

llvm::Error CheckTogether(const CommandLine& command, const Given& given) {
  for (const Option& option : command.options) {
    if (given.contains(option.name) && option.needs[0] != '\0' && !Has(given, option.needs)) {
      return Misuse("`" + llvm::Twine(option.name) + "` needs `" + option.needs + "`");
    }
  }
  for (const std::vector<const char*>& group : command.exclusive) {
    const char* first = nullptr;
    for (const char* name : group) {
      if (!given.contains(name)) continue;
      if (first) return Misuse("`" + llvm::Twine(first) + "` and `" + name + "` exclude each other");
      first = name;
    }
  }
  return llvm::Error::success();
}

void PrintHelp(const CommandLine& command) {
  Style style(StyleFor(Stream::Out));
  llvm::raw_ostream& out = llvm::outs();
  out << style.Bold("usage: ") << command.usage << "\n\n" << command.summary << "\n";
  auto spelled = [](const Option& option) { return std::string(option.name) + (TakesValue(option) ? std::string(" ") + option.value : ""); };
  size_t width = 6;
  for (const Option& option : command.options) {
    width = std::max(width, spelled(option).size());
  }
  out << "\n" << style.Bold("options:") << "\n";
  auto row = [&](llvm::StringRef left, llvm::StringRef help) {
    llvm::SmallVector<llvm::StringRef> lines;
    help.split(lines, '\n');
    for (auto [i, line] : llvm::enumerate(lines)) {
      out << "  " << AlignLeft(i == 0 ? left : "", width) << "  " << line << "\n";
    }
  };
  for (const Option& option : command.options) {
    row(spelled(option), option.help);
  }
  row("--help", "this text");
  if (command.epilogue[0] != '\0') {
    out << "\n" << command.epilogue << "\n";
  }
}

}  // namespace

llvm::Expected<Parsed> Parse(const CommandLine& command, llvm::ArrayRef<llvm::StringRef> words) {
  bool options_ended = false;
  Given given;
  for (size_t i = 0; i < words.size(); ++i) {
    llvm::StringRef word = words[i];
    if (options_ended || !word.starts_with("-") || word == "-") {
      if (!command.positionals) {
        return Misuse("unexpected argument `" + word + "`");
      }
      command.positionals->push_back(word.str());
      continue;
    }
    if (word == "--") {
      options_ended = true;
      continue;
    }
    if (word == "--help" || word == "-h") {
      PrintHelp(command);
      return Parsed::HelpShown;
    }
    auto [name, value] = word.split('=');
    bool has_value = name.size() != word.size();
    const Option* option = FindOption(command, name);
    if (!option) {
      return UnknownOption(command, name);
    }
    if (!TakesValue(*option)) {
      if (has_value) {
        return Misuse("`" + name + "` takes no value");
      }
      *std::get<bool*>(option->into) = true;
      given[name];
      continue;
    }
    if (!has_value) {
      if (i + 1 == words.size()) {
        return Misuse("`" + name + "` needs a value: " + name + " " + option->value);
      }
      value = words[++i];
    }
    if (llvm::Error error = Store(*option, value)) {
      return error;
    }
    given[name] = value.str();
  }
  if (llvm::Error error = CheckTogether(command, given)) {
    return error;
  }
  return Parsed::Run;
}

llvm::StringRef Nearest(llvm::StringRef word, llvm::ArrayRef<llvm::StringRef> candidates) {
  // A third of the letters wrong is still taken for a slip (a guess).
  unsigned best_distance = std::max<unsigned>(2, word.size() / 3) + 1;
  llvm::StringRef best;
  for (llvm::StringRef candidate : candidates) {
    unsigned distance = word.edit_distance(candidate, /*AllowReplacements=*/true, best_distance);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace trident::cli
