// Answers which public names torch has, from the table in torch_names.def.
#include "core/ops/ops.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace trident::ops {
namespace {

struct ModuleNames {
  llvm::StringRef module;
  llvm::StringRef names;
};

constexpr const char* kTensor = "torch.Tensor";

const ModuleNames kModules[] = {
#define TRIDENT_TORCH_NAMES(module, names) {module, names},
#include "core/ops/torch_names.def"
#undef TRIDENT_TORCH_NAMES
};

using NamesByModule = llvm::StringMap<llvm::StringSet<>>;

const NamesByModule& Names() {
  static const NamesByModule* const table = [] {
    auto* result = new NamesByModule;
    for (const ModuleNames& entry : kModules) {
      llvm::StringSet<>& set = (*result)[entry.module];
      llvm::StringRef rest = entry.names;
      while (!rest.empty()) {
        auto [name, tail] = rest.split(' ');
        set.insert(name);
        rest = tail;
      }
    }
    return result;
  }();
  return *table;
}

}  // namespace

bool IsTorchName(llvm::StringRef qualified_name) {
  if (qualified_name == "torch") {
    return true;
  }
  if (!qualified_name.starts_with("torch.")) {
    return false;
  }
  auto [parent, name] = qualified_name.rsplit('.');
  auto found = Names().find(parent);
  if (found != Names().end()) {
    // Private names are not listed: they may exist.
    return name.starts_with("_") || found->second.contains(name);
  }
  // A member of a class, or of a module that is not listed: as real as its parent.
  return IsTorchName(parent);
}

bool TensorHasAttribute(llvm::StringRef name) {
  if (name.starts_with("_") && !name.starts_with("__")) {
    return true;  // Private attributes are not listed.
  }
  return Names().find(kTensor)->second.contains(name);
}

}  // namespace trident::ops
