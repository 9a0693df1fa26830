#include "core/config/config.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/Path.h"

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

namespace trident::config {
namespace {

llvm::StringRef Ref(std::string_view text) { return {text.data(), text.size()}; }

// Megabytes of a cache, or days: a tebibyte, three thousand years.
constexpr int64_t kMaxNumber = 1 << 20;

constexpr const char* kLevels = "error, warning, information, hint or off";

class Reader {
 public:
  Reader(Config& config, llvm::ArrayRef<std::string> devices) : config_(config), devices_(devices) {}

  void Read(const toml::table& table) {
    for (const auto& [key, value] : table) {
      llvm::StringRef name = Ref(key.str());
      if (name == "python-path") {
        ReadStrings(key, value, config_.python_path);
        for (std::string& folder : config_.python_path) folder = Absolute(folder);
      } else if (name == "python-environment") {
        if (ReadString(key, value, config_.python_environment)) config_.python_environment = Absolute(config_.python_environment);
      } else if (name == "device") {
        ReadDevice(key, value);
      } else if (name == "overrides") {
        ReadOverrides(key, value);
      } else if (name == "cache") {
        ReadCache(key, value);
      } else if (name == "compile") {
        ReadCompile(key, value);
      } else if (!ReadChoice(key, value, config_.choices)) {
        Unknown(key, {"python-path", "python-environment", "device", "cache", "compile", "overrides", "severity", "diagnostics", "hints"});
      }
    }
  }

 private:
  void Complain(const toml::source_region& at, size_t width, const std::string& message) {
    Problem problem;
    problem.line = at.begin.line;
    problem.column = at.begin.column;
    problem.end_column =
        at.end.line == at.begin.line && at.end.column > at.begin.column ? at.end.column : at.begin.column + static_cast<uint32_t>(width);
    problem.message = message;
    config_.problems.push_back(std::move(problem));
  }

  void Wrong(const toml::key& key, const toml::node& value, const std::string& wanted) {
    Complain(value.source(), 1, "`" + std::string(key.str()) + "` is " + wanted);
  }

  void Unknown(const toml::key& key, llvm::ArrayRef<llvm::StringRef> known) {
    std::string message = "no setting is called `" + std::string(key.str()) + "`";
    llvm::StringRef nearest;
    // A third of the letters wrong is still taken for a slip of the pen; a guess.
    unsigned distance = std::max<unsigned>(2, key.str().size() / 3) + 1;
    for (llvm::StringRef name : known) {
      if (unsigned d = name.edit_distance(Ref(key.str())); d < distance) {
        distance = d;
        nearest = name;
      }
    }
    Complain(key.source(), key.str().size(), nearest.empty() ? message : message + "; did you mean `" + nearest.str() + "`?");
  }

  std::string Absolute(llvm::StringRef path) const {
    if (llvm::sys::path::is_absolute(path)) return path.str();
    llvm::SmallString<128> joined = llvm::sys::path::parent_path(config_.path);
    llvm::sys::path::append(joined, path);
    llvm::sys::path::remove_dots(joined, true);
    return joined.str().str();
  }

  bool ReadString(const toml::key& key, const toml::node& value, std::string& into) {
    if (std::optional<std::string> text = value.value_exact<std::string>()) {
      into = *text;
      return true;
    }
    Wrong(key, value, "a string");
    return false;
  }

  void ReadBool(const toml::key& key, const toml::node& value, std::optional<bool>& into) {
    if (std::optional<bool> answer = value.value_exact<bool>()) {
      into = answer;
    } else {
      Wrong(key, value, "true or false");
    }
  }

  bool ReadStrings(const toml::key& key, const toml::node& value, std::vector<std::string>& into) {
    const toml::array* list = value.as_array();
    if (!list || !llvm::all_of(*list, [](const toml::node& item) { return item.is_string(); })) {
      Wrong(key, value, "a list of strings");
      return false;
    }
    for (const toml::node& item : *list) into.push_back(*item.value_exact<std::string>());
    return true;
  }

  void ReadDevice(const toml::key& key, const toml::node& value) {
    std::string name;
    if (!ReadString(key, value, name)) return;
    std::string known;
    for (const std::string& device : devices_) {
      if (llvm::StringRef(device).equals_insensitive(name)) {
        config_.device = device;
        return;
      }
      known += (known.empty() ? "" : ", ") + device;
    }
    Wrong(key, value, "one of " + known + ", not `" + name + "`");
  }

  void ReadNumber(const toml::key& key, const toml::node& value, std::optional<uint64_t>& into) {
    std::optional<int64_t> number = value.value_exact<int64_t>();
    if (number && *number > 0 && *number <= kMaxNumber) {
      into = *number;
    } else {
      Wrong(key, value, "a number from 1 to " + std::to_string(kMaxNumber));
    }
  }

  void ReadCache(const toml::key& key, const toml::node& value) {
    const toml::table* table = value.as_table();
    if (!table) return Wrong(key, value, "a table");
    for (const auto& [name, content] : *table) {
      if (Ref(name.str()) == "megabytes") {
        ReadNumber(name, content, config_.cache.megabytes);
      } else if (Ref(name.str()) == "days") {
        ReadNumber(name, content, config_.cache.days);
      } else if (Ref(name.str()) == "remote") {
        std::string url;
        if (!ReadString(name, content, url)) continue;
        if (llvm::StringRef(url).starts_with("http://") || llvm::StringRef(url).starts_with("https://")) config_.cache.remote = url;
        else Wrong(name, content, "a URL that begins with http:// or https://");
      } else if (Ref(name.str()) == "upload") {
        ReadBool(name, content, config_.cache.upload);
      } else {
        Unknown(name, {"megabytes", "days", "remote", "upload"});
      }
    }
  }

  void ReadCompile(const toml::key& key, const toml::node& value) {
    const toml::table* table = value.as_table();
    if (!table) return Wrong(key, value, "a table");
    for (const auto& [name, content] : *table) {
      if (Ref(name.str()) == "level") {
        std::optional<int64_t> level = content.value_exact<int64_t>();
        if (level && *level >= 0 && *level <= 3) config_.compile.level = static_cast<int>(*level);
        else Wrong(name, content, "a number from 0 to 3");
      } else if (Ref(name.str()) == "folder") {
        std::string folder;
        if (!ReadString(name, content, folder)) continue;
        // What is written for who opens a repository stays inside of it.
        bool leaves = llvm::sys::path::is_absolute(folder) || llvm::is_contained(llvm::make_range(llvm::sys::path::begin(folder), llvm::sys::path::end(folder)), "..");
        if (leaves) Wrong(name, content, "a folder below the source's own");
        else config_.compile.folder = folder;
      } else {
        Unknown(name, {"level", "folder"});
      }
    }
  }

  // What may stand in an override too. False: the name is none of these.
  bool ReadChoice(const toml::key& key, const toml::node& value, Choices& choices) {
    llvm::StringRef name = Ref(key.str());
    if (name == "diagnostics") {
      ReadBool(key, value, choices.diagnostics);
    } else if (name == "severity") {
      ReadSeverities(key, value, choices.severity);
    } else if (name == "hints") {
      ReadHints(key, value, choices);
    } else {
      return false;
    }
    return true;
  }

  void ReadSeverities(const toml::key& key, const toml::node& value, Severities& into) {
    const toml::table* table = value.as_table();
    if (!table) return Wrong(key, value, "a table of diagnostics and their severities");
    for (const auto& [slug, word] : *table) {
      if (!diagnostics::Find(Ref(slug.str()))) {
        Complain(slug.source(), slug.str().size(), "no diagnostic is called `" + std::string(slug.str()) + "`; `trident explain --list` shows them");
        continue;
      }
      std::optional<diagnostics::Level> level;
      std::optional<std::string> text = word.value_exact<std::string>();
      if (!text || !ParseLevel(*text, level)) {
        Wrong(slug, word, kLevels);
      } else {
        into[std::string(slug.str())] = level;
      }
    }
  }

  void ReadHints(const toml::key& key, const toml::node& value, Choices& choices) {
    const toml::table* table = value.as_table();
    if (!table) return Wrong(key, value, "a table");
    for (const auto& [name, answer] : *table) {
      std::optional<bool>* into = llvm::StringSwitch<std::optional<bool>*>(Ref(name.str()))
                                      .Case("types", &choices.type_hints)
                                      .Case("parameters", &choices.parameter_hints)
                                      .Case("cost", &choices.cost_hints)
                                      .Case("measured", &choices.measured_hints)
                                      .Default(nullptr);
      if (into) {
        ReadBool(name, answer, *into);
      } else {
        Unknown(name, {"types", "parameters", "cost", "measured"});
      }
    }
  }

  void ReadOverrides(const toml::key& key, const toml::node& value) {
    const toml::array* list = value.as_array();
    if (!list || !llvm::all_of(*list, [](const toml::node& item) { return item.is_table(); })) {
      return Wrong(key, value, "a list of tables, each `[[overrides]]` with `paths`");
    }
    for (const toml::node& item : *list) {
      Override found;
      bool complained = false;
      for (const auto& [name, content] : *item.as_table()) {
        if (Ref(name.str()) == "paths") {
          complained = !ReadStrings(name, content, found.paths);
        } else if (!ReadChoice(name, content, found.choices)) {
          Unknown(name, {"paths", "severity", "diagnostics", "hints"});
        }
      }
      for (const std::string& path : found.paths) {
        if (llvm::Expected<llvm::GlobPattern> pattern = llvm::GlobPattern::create(path); !pattern) {
          Complain(item.source(), 1, "`" + path + "` is no pattern: " + llvm::toString(pattern.takeError()));
        }
      }
      if (found.paths.empty() && !complained) Complain(item.source(), 1, "an override needs `paths`");
      config_.overrides.push_back(std::move(found));
    }
  }

  Config& config_;
  llvm::ArrayRef<std::string> devices_;
};

bool Matches(llvm::StringRef pattern, llvm::StringRef file) {
  // A folder stands for what is in it.
  pattern = pattern.rtrim('/');
  if (file == pattern || (file.starts_with(pattern) && file.drop_front(pattern.size()).starts_with("/"))) return true;
  llvm::Expected<llvm::GlobPattern> glob = llvm::GlobPattern::create(pattern);
  if (!glob) {
    llvm::consumeError(glob.takeError());
    return false;
  }
  return glob->match(file);
}

void Put(const Choices& from, Choices& into) {
  for (const auto& [slug, level] : from.severity) into.severity[slug] = level;
  auto put = [](const std::optional<bool>& chosen, std::optional<bool>& over) {
    if (chosen) over = chosen;
  };
  put(from.diagnostics, into.diagnostics);
  put(from.type_hints, into.type_hints);
  put(from.parameter_hints, into.parameter_hints);
  put(from.cost_hints, into.cost_hints);
  put(from.measured_hints, into.measured_hints);
}

}  // namespace

bool ParseLevel(llvm::StringRef word, std::optional<diagnostics::Level>& level) {
  int number =
      llvm::StringSwitch<int>(word).Case("error", 0).Case("warning", 1).Cases("information", "info", 2).Case("hint", 3).Case("off", 4).Default(-1);
  if (number < 0) return false;
  level = number == 4 ? std::nullopt : std::optional(static_cast<diagnostics::Level>(number));
  return true;
}

Choices Config::For(llvm::StringRef file) const {
  Choices result = choices;
  llvm::StringRef folder = llvm::sys::path::parent_path(path);
  if (!file.consume_front(folder)) return result;
  file.consume_front("/");
  for (const Override& each : overrides) {
    if (llvm::any_of(each.paths, [&](const std::string& pattern) { return Matches(pattern, file); })) Put(each.choices, result);
  }
  return result;
}

std::optional<Config> ReadAbove(source::FileStore& files, std::string folder, llvm::ArrayRef<std::string> devices) {
  for (; !folder.empty(); folder = llvm::sys::path::parent_path(folder).str()) {
    for (const char* name : {kOwnFile, kSharedFile}) {
      std::string path = folder + (folder == "/" ? "" : "/") + name;
      llvm::Expected<std::shared_ptr<const source::Text>> text = files.Read(path);
      std::optional<Config> config = text ? Read(path, (*text)->content, devices) : Unreadable(files, path, llvm::toString(text.takeError()));
      if (config) return config;
    }
  }
  return std::nullopt;
}

std::optional<Config> Unreadable(source::FileStore& files, llvm::StringRef path, llvm::StringRef why) {
  if (llvm::sys::path::filename(path) != kOwnFile || files.Kind(path) != source::PathKind::File) return std::nullopt;
  Config config;
  config.path = path.str();
  why.consume_front(config.path + ": ");
  config.problems.push_back({.end_column = 2, .message = why.str()});
  return config;
}

std::optional<Config> Read(llvm::StringRef path, llvm::StringRef text, llvm::ArrayRef<std::string> devices) {
  Config config;
  config.path = path.str();
  bool is_own = llvm::sys::path::filename(path) == kOwnFile;
  toml::parse_result parsed = toml::parse(std::string_view(text.data(), text.size()), std::string_view(path.data(), path.size()));
  if (!parsed) {
    // Whether a broken pyproject.toml has settings for Trident is not known: its other readers say what is wrong.
    if (!is_own && !text.contains("tool.trident")) return std::nullopt;
    const toml::source_region& at = parsed.error().source();
    config.problems.push_back({at.begin.line, at.begin.column, at.begin.column + 1, std::string(parsed.error().description())});
    return config;
  }
  const toml::table* table = is_own ? &parsed.table() : parsed.table()["tool"]["trident"].as_table();
  if (!table) return std::nullopt;
  Reader(config, devices).Read(*table);
  llvm::stable_sort(config.problems, [](const Problem& a, const Problem& b) { return std::tie(a.line, a.column) < std::tie(b.line, b.column); });
  return config;
}

}  // namespace trident::config
