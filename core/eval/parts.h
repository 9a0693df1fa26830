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
