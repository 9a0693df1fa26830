// The native that answers which packages the environment has.
#include "core/eval/interp.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::eval {
namespace {

// Packages that the prelude describes but that an environment with torch need not have.
constexpr llvm::StringRef kOptional[] = {"huggingface_hub", "safetensors", "PIL",    "requests", "yaml",  "matplotlib", "scipy", "pandas",
                                         "tokenizers",      "sentencepiece", "regex", "filelock", "httpx", "tqdm",       "einops"};

}  // namespace

// A package that an environment lacks is absent; without an environment nothing is said.
Value ModuleExistsNative(Interp& interp, const Args& args) {
  if (args.positional.empty() || !args.positional[0].is(Kind::Str) || args.positional[0].some()) return Value::SomeBool();
  llvm::StringRef name = args.positional[0].text().split('.').first;
  const resolve::Resolver& resolver = interp.program().resolver();
  std::string question = (name + "?").str();
  interp.DependOnImport(question);
  if (std::string answer = resolver.Answer(question); !answer.empty() && answer != "?") return Value::Bool(true);
  bool described = resolver.Find(name).kind == resolve::Module::Kind::Prelude;
  if (described && !llvm::is_contained(kOptional, name)) return Value::Bool(true);
  return resolver.HasEnvironment() ? Value::Bool(false) : Value::SomeBool();
}

bool Interp::FailsToImport(llvm::StringRef name) {
  if (!WouldBeCaught("ModuleNotFoundError")) return false;
  const resolve::Resolver& resolver = program_.resolver();
  std::string question = (name.split('.').first + "?").str();
  DependOnImport(question);
  if (!resolver.Answer(question).empty() || !resolver.HasEnvironment()) return false;
  Raise("ModuleNotFoundError", "No module named '" + name.str() + "'");
  return true;
}

}  // namespace trident::eval
