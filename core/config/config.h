// Turns `trident.toml` and `[tool.trident]` of pyproject.toml into what a person chose for a folder of files.
//
// Input: the text of one such file. Output: one immutable Config, whatever is wrong with the text: what cannot be used is
// left out and named as a problem with its place. Which file holds for which source file is the caller's to find: the
// nearest folder upwards that has one. docs/guide/configuration.md lists the keys, trident.schema.json describes them for
// editors; a test compares the three. Threads: pure.
#pragma once

#include "core/diagnostics/catalogue.h"
#include "core/source/source.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace trident::config {

struct Problem {
  uint32_t line = 1, column = 1, end_column = 1;  // From 1; columns count bytes.
  std::string message;
};

// Slug to level; nullopt inside: off.
using Severities = std::map<std::string, std::optional<diagnostics::Level>>;

// What may be chosen for all files and, again, for some of them. Empty: not chosen.
struct Choices {
  Severities severity;
  std::optional<bool> diagnostics;
  std::optional<bool> type_hints, parameter_hints, cost_hints, measured_hints;
};

struct Override {
  std::vector<std::string> paths;  // Folders, files or patterns (`*`, `?`, `[…]`), relative to the file's folder.
  Choices choices;
};

// Results kept between runs.
struct Cache {
  std::optional<uint64_t> megabytes;  // On disk at most.
  std::optional<uint64_t> days;       // Results not used for longer are dropped.
  std::string remote;                 // The URL of a server that others share; empty: none.
  std::optional<bool> upload;         // Whether results go there too.
};

// Of generated source, where nobody asks for another.
struct Compile {
  std::optional<int> level;  // 0 to 3.
  std::string folder;        // Where editors write it on saving, below the source's own folder; empty: nowhere.
};

struct Config {
  std::string path;  // Of the file itself, absolute.
  Choices choices;
  std::vector<Override> overrides;
  std::vector<std::string> python_path;  // Absolute.
  std::string python_environment;        // Absolute; empty: not chosen.
  std::string device;                    // Empty: not chosen.
  Cache cache;
  Compile compile;
  std::vector<Problem> problems;

  // The choices for one file: those of the overrides that match it over those for all, later ones over earlier ones.
  Choices For(llvm::StringRef file) const;
};

inline constexpr const char* kOwnFile = "trident.toml";
inline constexpr const char* kSharedFile = "pyproject.toml";

// `path`: absolute, decides by its name where the table is. nullopt: a pyproject.toml without [tool.trident].
// `devices`: the names that `device` may have.
std::optional<Config> Read(llvm::StringRef path, llvm::StringRef text, llvm::ArrayRef<std::string> devices);

// What stands for the file that is there and cannot be read: one problem. nullopt: a pyproject.toml, whose other readers say
// what is wrong, or no file at all.
std::optional<Config> Unreadable(source::FileStore& files, llvm::StringRef path, llvm::StringRef why);

// The configuration that holds for the files of a folder: of the folder, else of the nearest one above it that has one.
std::optional<Config> ReadAbove(source::FileStore& files, std::string folder, llvm::ArrayRef<std::string> devices);

// "error", "warning", "information" (or "info"), "hint", "off" -> a level, or off. False: none of them.
bool ParseLevel(llvm::StringRef word, std::optional<diagnostics::Level>& level);

}  // namespace trident::config
