// Holds one parsed source file and what the interpreter derives from its text alone.
//
// Threads: immutable after construction but for the lazily filled function infos, which take a lock, and for TakeText.
// Lifetime: shared; a Unit is reused as long as the form of the tree stays: layout, names, literals and operators may change.
#pragma once

#include "core/outline/outline.h"
#include "core/parse/parse.h"
#include "core/source/source.h"

#include "llvm/ADT/DenseMap.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace trident::eval {

struct ParameterInfo {
  Symbol name;
  parse::ParameterKind kind;
  parse::NodeId annotation;
  parse::NodeId default_value;
  bool written_out = false;  // The default follows from its text alone (defaults.h).
};

// What a call needs to know of a function's text.
struct FunctionInfo {
  std::vector<ParameterInfo> parameters;
  bool is_async = false;
};

// Byte offsets of a text's nodes, to those of the same nodes in another text of the same form. Texts that a person edits
// differ in one place: what stands before it stays, what stands behind it moves by as much as the text grew.
class OffsetMap {
 public:
  explicit OffsetMap(const source::Change& change) : change_(change) {}

  const source::Change& change() const { return change_; }

  // Only what does not follow from the place of the change is kept.
  void Add(uint32_t before, uint32_t after) {
    if (Shifted(before) != after) others_[before] = after;
  }
  bool moves_nothing() const { return change_.grown() == 0 && others_.empty(); }
  uint32_t Of(uint32_t offset) const {
    auto other = others_.find(offset);
    return other == others_.end() ? Shifted(offset) : other->second;
  }

 private:
  // Where the change ends a node may end, which stays, or begin, which moves.
  uint32_t Shifted(uint32_t offset) const { return offset > change_.old_end ? offset + change_.grown() : offset; }

  source::Change change_;
  llvm::DenseMap<uint32_t, uint32_t> others_;
};

struct Unit {
  std::string path;
  bool prelude = false;
  bool fills_globals = false;  // It says `globals().update(...)`: what is written is not all that its names are.
  std::shared_ptr<const source::Text> text;
  parse::ParseResult parsed;
  outline::Outline outline;
  Fingerprint structure;  // Of the tokens: what comments and layout do not change.

  const parse::Tree& tree() const { return parsed.tree; }
  llvm::StringRef content() const { return text->content; }
  // `node` is a FunctionDef or Lambda.
  const FunctionInfo* Function(parse::NodeId node) const;
  // Whether a call of the FunctionDef makes a generator. Read from the body when it is first asked: most are never called.
  bool IsGenerator(parse::NodeId function) const;
  // Whether it can be read from the text that `from … import *` does not give the name. Unlike the interpreter it runs nothing.
  bool LacksForStars(Symbol name) const;
  // Whether some function's body changes the object of that name (outline::NamesChangedInFunctions).
  bool IsChangedInFunctions(Symbol name) const;
  // 1-based.
  uint32_t LineOf(parse::NodeId node) const { return text->lines.ToLineColumn(text->content, tree().start(node)).line + 1; }

  // What TakeText changed since this Unit was made, in order of time: nodes, and fingerprints of what they said.
  struct Change {
    parse::NodeId node;
    Fingerprint before, after;
    bool value = false;  // It was and is a number, a text or a truth value: what only its evaluation sees.
  };
  std::vector<Change> changed;
  // The nodes that say something else now than when there were `since` changes.
  std::vector<Change> ChangedSince(size_t since) const;

  // Takes the text and the tree of `other` if the trees have one form: they differ in layout, and in what literals, names
  // and operators say. False if in more. Nothing may read this Unit meanwhile.
  bool TakeText(Unit& other, OffsetMap& moved);

 private:
  // The nodes of the statements from `first` to `end` that say something else now; false if the form differs.
  bool Compare(const Unit& other, llvm::ArrayRef<parse::NodeId> statements, OffsetMap& moved, std::vector<Change>& differing) const;
  void Describe(parse::NodeId function, FunctionInfo& info) const;

  mutable std::mutex mutex_;
  mutable llvm::DenseMap<parse::NodeId, std::unique_ptr<FunctionInfo>> functions_;
  mutable llvm::DenseMap<parse::NodeId, bool> generators_;
  mutable std::optional<llvm::DenseSet<Symbol>> changed_in_functions_;
};

struct Place {
  const Unit* unit = nullptr;
  parse::NodeId node = parse::kNoNode;
  friend bool operator==(const Place&, const Place&) = default;
};

// Whether the statements under `node` (not those of nested functions) contain a yield.
bool ContainsYield(const parse::Tree& tree, parse::NodeId node);

}  // namespace trident::eval
