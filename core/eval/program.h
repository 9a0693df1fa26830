// Loads and keeps the parsed files that evaluations share.
//
// A Program outlives evaluations: an unchanged file is read and parsed once. Threads: any; a lock around the table.
#pragma once

#include "core/eval/unit.h"
#include "core/resolve/resolve.h"
#include "core/source/source.h"

#include "llvm/ADT/StringMap.h"

#include <memory>
#include <mutex>

namespace trident::eval {

class Program {
 public:
  Program(source::FileStore& files, resolve::Resolver resolver) : files_(files), resolver_(std::move(resolver)) {}

  const resolve::Resolver& resolver() const { return resolver_; }
  source::FileStore& files() { return files_; }

  // The parsed file; the same object while its content is the same.
  llvm::Expected<std::shared_ptr<const Unit>> Load(llvm::StringRef path);
  std::shared_ptr<const Unit> LoadPrelude(llvm::StringRef path);

 private:
  std::shared_ptr<const Unit> Parse(std::shared_ptr<const source::Text> text, llvm::StringRef path, bool prelude);

  source::FileStore& files_;
  resolve::Resolver resolver_;
  std::mutex mutex_;
  llvm::StringMap<std::shared_ptr<const Unit>> units_;
};

}  // namespace trident::eval
