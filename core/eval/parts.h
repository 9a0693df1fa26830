// Holds the small records that the parts of Interp hand to each other.
#pragma once

#include "core/eval/object.h"

#include <cstdint>
#include <string>
#include <vector>

namespace trident::eval {

// An operand of an operator and its mirror among the arguments of the operator's rule.
struct Slot {
  TensorObj* tensor;
  ops::Value* value;
};

// Of a dataclass or a named tuple.
struct Field {
  Symbol name;
  Value default_value, factory;
  bool init = true;
  bool init_only = false;
  bool plain = false;  // To set it is to put it into the object's table (Interp::SetAttribute).
};

// Literals of the script, decoded when they were first evaluated.
struct ScriptLiterals {
  std::shared_ptr<const Unit> unit;
  size_t changes = 0;  // Of Unit::changed, as far as it is followed.
  llvm::DenseMap<parse::NodeId, Value> values;

  // Of the script as it is now: what says something else is forgotten.
  void Follow(const std::shared_ptr<const Unit>& script) {
    if (unit != script) values.clear(), changes = 0;
    unit = script;
    for (const Unit::Change& one : llvm::ArrayRef(unit->changed).drop_front(changes)) values.erase(one.node);
    changes = unit->changed.size();
  }
};

// A parameter or buffer under each name that a module and its children hold it by.
struct HeldTensor {
  std::string name;
  TensorObj* tensor;
  bool buffer, transient;           // Transient: state_dict leaves it out.
};

// A module that Trident describes, made once with these arguments.
struct Template {
  Value instance;
  uint64_t steps = 0;
  bool usable = false;
};

// A file that lacked a name: whether it was read, and the hashes of the words in it once it was more than once.
struct SkimmedWords {
  bool read = false;
  std::vector<uint32_t> hashes;
};

}  // namespace trident::eval
