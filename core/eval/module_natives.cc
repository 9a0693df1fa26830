// The native that answers which packages the environment has.
#include "core/eval/interp.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::eval {
namespace {

// Packages that the prelude describes but that an environment with torch need not have.
constexpr llvm::StringRef kOptional[] = {"huggingface_hub", "safetensors", "PIL",    "requests", "yaml",  "matplotlib", "scipy", "pandas",
                                         "tokenizers",      "sentencepiece", "regex", "filelock", "httpx", "tqdm",       "einops"};

bool OnDisk(Program& program, llvm::StringRef name) {
  for (const std::string& root : program.resolver().roots()) {
    std::string path = (root + "/" + name).str();
    if (program.files().Kind(path) == source::PathKind::Folder || program.files().Kind(path + ".py") == source::PathKind::File) return true;
  }
  return false;
}

// Whether some import root is a folder that packages are installed into.
bool HasEnvironment(Program& program) {
  for (const std::string& root : program.resolver().roots()) {
    for (const std::string& entry : program.files().List(root)) {
      if (llvm::StringRef(entry).ends_with(".dist-info")) return true;
    }
  }
  return false;
}

}  // namespace

// A package that an environment lacks is absent; without an environment nothing is said.
Value ModuleExistsNative(Interp& interp, const Args& args) {
  if (args.positional.empty() || !args.positional[0].is(Kind::Str) || args.positional[0].some()) return Value::SomeBool();
  llvm::StringRef name = args.positional[0].text().split('.').first;
  Program& program = interp.program();
  if (OnDisk(program, name)) return Value::Bool(true);
  bool described = program.resolver().Find(name).kind == resolve::Module::Kind::Prelude;
  if (described && !llvm::is_contained(kOptional, name)) return Value::Bool(true);
  return HasEnvironment(program) ? Value::Bool(false) : Value::SomeBool();
}

}  // namespace trident::eval
