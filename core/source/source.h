// Reads files: the only disk access in core.
//
// A FileStore answers for a path from an open document (overlay) first, then from the disk, and remembers what it
// saw, including what was not there, until told that a path changed: within a revision every reader sees one world.
// Beyond kMaxKeptBytes it lets go of the texts that were read longest ago; those that somebody holds stay the same.
// Threads: any. Texts are immutable and shared.
#pragma once

#include "core/base/fingerprint.h"
#include "core/source/line_table.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>
#include <vector>

namespace trident::source {

// Larger files and documents are refused: no one wrote them, and their analysis would take gigabytes (measured: a file of
// 50 MiB of short statements takes 4 GB). Below the lexer's limit; a unit test holds that.
inline constexpr uint32_t kMaxFileBytes = 16u << 20;

// Of texts that nobody else holds. Checking two packages of 90 MB of source took 90 MB for their texts without it.
inline constexpr size_t kMaxKeptBytes = size_t{24} << 20;

struct Text {
  std::string content;      // UTF-8; a byte order mark and an encoding cookie's decoding are already undone.
  Fingerprint fingerprint;  // Of content.
  LineTable lines;
  int64_t version = 0;  // Document version, 0 for the disk.
};

enum class PathKind : uint8_t { Missing, File, Folder };

class FileStore {
 public:
  FileStore();
  ~FileStore();

  // Errors name the file and say what to do: missing, a folder, unreadable, larger than kMaxFileBytes, not text
  // (NUL bytes), not UTF-8 (with the byte offset and line) and without a coding cookie that says otherwise.
  llvm::Expected<std::shared_ptr<const Text>> Read(llvm::StringRef path);
  PathKind Kind(llvm::StringRef path);
  // Entries of a folder, sorted; empty when it is none.
  std::vector<std::string> List(llvm::StringRef folder);

  // What readers see differently afterwards. Existence: the file, or a folder above it, was not there before or is gone.
  enum class Change : uint8_t { Nothing, Content, Existence };
  Change SetOverlay(llvm::StringRef path, std::string text, int64_t version);
  void ClearOverlay(llvm::StringRef path);
  // Forgets what is known of the path (and, for a folder, everything under it).
  void Changed(llvm::StringRef path);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Absolute, with "." and ".." removed; links are kept as they are.
std::string NormalPath(llvm::StringRef path);
// Where links lead; the path itself when it does not exist. Touches the disk.
std::string RealPath(llvm::StringRef path);

}  // namespace trident::source
