// Turns dotted module names into files: prelude, import roots, site-packages.
//
// Order: Trident's own description of torch and the standard library (core/prelude), then the roots in the order
// given. Regular packages win over modules, modules over namespace folders, as in CPython. What was looked for and not
// found is remembered by the FileStore, so that creating the file later counts as a change.
// Threads: any, when the FileStore is. Cost: a few remembered stats a name.
#pragma once

#include "core/source/source.h"

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace trident::resolve {

struct Module {
  enum class Kind : uint8_t { Missing, Prelude, File, Package, Namespace };
  Kind kind = Kind::Missing;
  std::string path;  // The file to read (Prelude: the path inside the prelude); a Namespace's folder.
  bool is_package() const { return kind == Kind::Package || kind == Kind::Namespace || (kind == Kind::Prelude && llvm::StringRef(path).ends_with("__init__.py")); }
};

class Resolver {
 public:
  Resolver(source::FileStore& files, std::vector<std::string> roots) : files_(files), roots_(std::move(roots)) {}

  // `name` is absolute: "torchvision.models.resnet".
  Module Find(llvm::StringRef name) const;
  // What a program depends on when it asked for `name`: the path that Find gives; for "name?", whether an import root
  // holds a package of that name, described by the prelude or not.
  std::string Answer(llvm::StringRef name) const;
  // Whether some root is a folder that packages are installed into.
  bool HasEnvironment() const;
  // Whether the file, or what it is a link to, lies in a folder that packages are installed into.
  bool IsInstalled(llvm::StringRef path) const;
  // The dotted name under which `path` would be imported: the longest root that holds it and whose folders below are
  // packages; the file's stem when there is none.
  std::string ModuleNameOf(llvm::StringRef path) const;
  const std::vector<std::string>& roots() const { return roots_; }

 private:
  source::FileStore& files_;
  std::vector<std::string> roots_;
};

// site-packages folders of the Python environment to use: `environment` when given (a venv or a site-packages folder),
// else VIRTUAL_ENV, CONDA_PREFIX, .venv or venv in a workspace folder, else of the `python3` found in PATH.
std::vector<std::string> SitePackages(source::FileStore& files, llvm::StringRef environment, llvm::ArrayRef<std::string> workspace);

}  // namespace trident::resolve
