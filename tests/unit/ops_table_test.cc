#include "core/ops/rule.h"

#include "llvm/ADT/StringSet.h"

#include <doctest/doctest.h>

using namespace trident;
using namespace trident::ops;

namespace {

std::vector<const Op*> AllRows() {
  std::vector<const Op*> rows;
#define TRIDENT_OPS_FAMILY(Name)     \
  for (const Op& op : Name##Ops()) { \
    rows.push_back(&op);             \
  }
#include "core/ops/families.def"
#undef TRIDENT_OPS_FAMILY
  return rows;
}

}  // namespace

TEST_CASE("ops: every schema parses and has a rule") {
  for (const Op* op : AllRows()) {
    INFO(op->names);
    CHECK(!ParseSchema(op->schema).empty());
    CHECK((op->rule != nullptr));
  }
}

TEST_CASE("ops: no name is defined twice in one place") {
  llvm::StringSet<> seen;
  for (const Op* op : AllRows()) {
    llvm::StringRef rest = op->names;
    while (!rest.empty()) {
      auto [name, tail] = rest.split(' ');
      rest = tail;
      for (char place : llvm::StringRef(op->where)) {
        if (place != 'o' && place != 'u' && place != 'v') {
          // n and b name the same module.
          std::string key = std::string(1, place == 'b' ? 'n' : place) + ":" + name.str();
          INFO(key);
          CHECK(seen.insert(key).second);
        }
      }
    }
  }
}
