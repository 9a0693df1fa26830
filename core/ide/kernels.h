// Turns the Triton kernels of a file into facts, and those into diagnostics, hints and bindings. Internal to core/ide.
#pragma once

#include "core/eval/eval.h"
#include "core/eval/program.h"
#include "core/ide/ide.h"
#include "core/kernel/recall.h"

#include <functional>
#include <map>
#include <memory>
#include <set>

namespace trident::ide {

// Modules of one check, with the units that hold their trees; and what was looked for.
class KernelFiles : public kernel::Host {
 public:
  explicit KernelFiles(eval::Program& program) : program_(program) {}
  const kernel::Module* ModuleOf(std::shared_ptr<const eval::Unit> unit);
  const kernel::Module* Import(const kernel::Module& from, llvm::StringRef dotted, unsigned level) override;
  const eval::Unit& UnitOf(const kernel::Module* module) const { return *entries_.at(module->path)->unit; }
  // Of the files that were read, and the names of all modules that were looked for.
  std::vector<std::string> Paths() const;
  const std::set<std::string>& imports() const { return imports_; }
  // Told of kernels that are visited; may be null.
  using Log = std::function<void(llvm::StringRef kernel)>;
  void set_log(Log log) { log_ = std::move(log); }
  void Visiting(llvm::StringRef kernel) override {
    if (log_) log_(kernel);
  }

 private:
  struct Entry {
    std::shared_ptr<const eval::Unit> unit;
    kernel::Module module;
  };
  eval::Program& program_;
  std::map<std::string, std::unique_ptr<Entry>> entries_;
  std::set<std::string> imports_;
  Log log_;
};

struct KernelFacts {
  explicit KernelFacts(eval::Program& program) : files(program) {}
  KernelFiles files;
  const kernel::Module* module = nullptr;
  kernel::Report report;
};

// `outcome` says what the kernels of the file are launched with. Null for a file without kernels, which costs one search of
// its text. `recall`: what earlier checks of the file found; may be null.
std::shared_ptr<const KernelFacts> CheckKernels(eval::Program& program, const eval::Outcome& outcome, const std::shared_ptr<const eval::Unit>& script, kernel::Recall* recall,
                                                KernelFiles::Log log);

// One line for each kernel and launch: name, constants, warps, stages, and bytes of shared memory by target.
std::string DumpKernels(const KernelFacts& facts);

// The kernels that something launches, as each launch compiles them.
std::vector<KernelSpec> SpecsOf(const KernelFacts& facts);

void AddKernels(const KernelFacts& facts, bool collect_bindings, FileReport& report);

// --- kernel_help.cc
// The type of a name in a kernel, or what a name of Triton's modules is.
std::optional<Hover> KernelHover(eval::Program& program, const KernelFacts& facts, const eval::Unit& script, Position position);
// Names of a module of Triton's behind `tl.`, `triton.testing.`.
std::vector<Completion> KernelCompletions(eval::Program& program, const eval::Unit& script, Position position);
// The function of Triton's whose arguments the cursor is in.
std::optional<Signature> KernelSignature(eval::Program& program, const eval::Unit& script, Position position);

}  // namespace trident::ide
