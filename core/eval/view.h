// Turns what the script's names stand for into fingerprints that can be compared with those of an earlier run.
//
// A view covers everything that can be reached from a value within the run: contents, classes, functions with their
// defaults and closures; of a function's code it holds the place only, for that may change without its value changing
// (piece.h tells which code ran). What importing made is told by its identity: it does not change between runs of a
// session, and what the run changed of it has views of its own. Threads: one. Cost: linear in the objects of the run.
#pragma once

#include "core/eval/object.h"

#include <optional>

namespace trident::eval {

class Views {
 public:
  // `watched`: a write to what was read changes the heap's epoch.
  explicit Views(const ModuleObj* script, bool watched = false) : script_(script), watched_(watched) {}

  Fingerprint Of(const Value& value);
  // None of what can only be told together with what leads to it.
  std::optional<Fingerprint> Of(const Object* object);
  // What `object`, which importing made and the run changed, holds.
  Fingerprint OfChanged(const Object* object);
  // What a member of an enum holds whose members count one by one. Elsewhere its name stands for it.
  Fingerprint OfMember(const InstanceObj& member);
  // All that was read, but for what can only be told together with what leads to it.
  llvm::DenseMap<const Object*, Fingerprint> TakeKnown() { return std::move(known_); }
  // Which references lead to one object: equal contents that are shared differently have other effects.
  Fingerprint sharing() const { return sharing_; }

 private:
  // A content and the outermost object that is still being read and that it leads back to, as a depth.
  struct Found {
    Fingerprint content;
    uint32_t back = kNowhere;
  };
  static constexpr uint32_t kNowhere = 0xFFFFFFFF;
  struct Reader;

  Found Read(const Value& value);
  Found Read(const Object* object);
  Found ReadContent(const Object* object);

  const ModuleObj* script_;
  bool watched_;
  llvm::DenseMap<const Object*, Fingerprint> known_;    // Of what leads back to nothing outside of it.
  llvm::DenseMap<const Object*, uint32_t> open_;        // Being read, with their depth.
  llvm::DenseMap<const Object*, uint32_t> numbers_;
  Fingerprint sharing_;
};

}  // namespace trident::eval
