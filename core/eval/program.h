// Holds the parsed files that evaluations share, and where a program looks for its modules.
#pragma once

#include "core/eval/unit.h"
#include "core/resolve/resolve.h"
#include "core/source/source.h"

#include "llvm/ADT/StringMap.h"

#include <functional>
#include <memory>
#include <mutex>

namespace trident::eval {

// Parses each file once for as long as someone holds its Unit. A text whose tokens are those of the Unit before (a
// comment, a blank line) takes that Unit's place in it: nodes keep their numbers, so what was found out of them holds.
// Threads: any, but for texts that changed: load those while nothing is evaluated.
class UnitStore {
 public:
  explicit UnitStore(source::FileStore& files) : files_(files) {}

  // The parsed file; the same object while its tokens are the same.
  llvm::Expected<std::shared_ptr<const Unit>> Load(llvm::StringRef path);
  std::shared_ptr<const Unit> LoadPrelude(llvm::StringRef path);
  source::FileStore& files() { return files_; }

  // Called when a Unit gets another text: with its offsets before and after.
  void SetMoved(std::function<void(const Unit&, const OffsetMap&)> moved) { moved_ = std::move(moved); }

 private:
  source::FileStore& files_;
  std::mutex mutex_;
  llvm::StringMap<std::weak_ptr<Unit>> units_;
  llvm::StringMap<std::shared_ptr<const Unit>> prelude_;  // One embedded text each: kept.
  std::function<void(const Unit&, const OffsetMap&)> moved_;
};

// The file with another text, for questions such as "what if": it belongs to no store.
std::shared_ptr<const Unit> ParseInstead(const Unit& unit, std::string text);

class Program {
 public:
  Program(UnitStore& units, resolve::Resolver resolver) : units_(units), resolver_(std::move(resolver)) {}

  const resolve::Resolver& resolver() const { return resolver_; }
  llvm::Expected<std::shared_ptr<const Unit>> Load(llvm::StringRef path) { return units_.Load(path); }
  std::shared_ptr<const Unit> LoadPrelude(llvm::StringRef path) { return units_.LoadPrelude(path); }
  llvm::Expected<std::shared_ptr<const source::Text>> Read(llvm::StringRef path) { return units_.files().Read(path); }

 private:
  UnitStore& units_;
  resolve::Resolver resolver_;
};

}  // namespace trident::eval
