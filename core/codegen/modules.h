// Turns a program's calls and weights into classes, innermost first.
//
// Each module becomes a layer of torch.nn, an nn.Sequential, nn.ModuleList or nn.ModuleDict, or a class of its own;
// modules whose classes would have the same text share one. Threads: pure.
#pragma once

#include "core/codegen/calls.h"
#include "core/codegen/layers.h"

#include <map>
#include <optional>

namespace trident::codegen {

struct ModuleTree {
  std::string name, path;
  std::vector<std::unique_ptr<ModuleTree>> children;
  std::vector<Held> held;
  std::vector<const Call*> calls;
  enum class Form : uint8_t { Class, Layer, Sequential, List, Dict } form = Form::Class;
};

class ModuleWriter {
 public:
  ModuleWriter(const optimize::Program& program, const CallTree& calls) : program_(program), calls_(calls) {}

  // False with a reason when something cannot be written.
  bool Run(std::string& reason);

  const std::vector<std::string>& functions() const { return functions_; }  // Constants.
  const std::vector<std::string>& classes() const { return classes_; }
  const std::string& class_name() const { return root_class_; }

 private:
  ModuleTree& ModuleAt(llvm::StringRef path);
  std::optional<std::string> Construct(ModuleTree& module);
  std::optional<std::string> AsLayer(const ModuleTree& module) const;
  std::optional<std::string> AsSequential(ModuleTree& module);
  std::optional<std::string> AsContainer(ModuleTree& module);
  std::optional<std::string> AsClass(ModuleTree& module);
  std::optional<std::string> Methods(const ModuleTree& module);
  std::string Declarations(const ModuleTree& module, llvm::ArrayRef<std::pair<std::string, std::string>> attributes);
  std::string DeclareHeld(const Held& held);
  std::string ConstantFunction(ValueNumber value, llvm::StringRef name);
  std::string Access(const ModuleTree& from, llvm::StringRef path, bool is_module) const;
  std::string UniqueName(std::string wanted);
  std::string ClassNameOf(const ModuleTree& module) const;

  const optimize::Program& program_;
  const CallTree& calls_;
  ModuleTree root_;
  std::vector<std::string> functions_, classes_;
  std::map<std::string, std::string> known_;             // Text without the name → name, of classes and functions.
  std::map<std::string, unsigned> names_;                // How often a name was asked for.
  std::map<ValueNumber, std::string> constants_;         // Unregistered constants → their names in the root.
  std::map<const Call*, std::string> methods_;           // "" is forward.
  std::string root_class_, reason_;
};

}  // namespace trident::codegen
