#include "core/resolve/resolve.h"

#include "core/prelude/prelude.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"

#include <algorithm>
#include <optional>

namespace trident::resolve {

using source::PathKind;

Module Resolver::Find(llvm::StringRef name) const {
  std::string relative = name.str();
  std::replace(relative.begin(), relative.end(), '.', '/');
  if (prelude::FindFile(relative + ".py")) {
    return {Module::Kind::Prelude, relative + ".py"};
  }
  if (prelude::FindFile(relative + "/__init__.py")) {
    return {Module::Kind::Prelude, relative + "/__init__.py"};
  }
  llvm::StringRef above = llvm::sys::path::parent_path(relative);
  std::string folder;
  for (const std::string& root : roots_) {
    // What is known of a package answers for all that could be in it.
    if (!above.empty() && files_.Kind((root + "/" + above).str()) != PathKind::Folder) {
      continue;
    }
    std::string base = root + "/" + relative;
    PathKind kind = files_.Kind(base);
    if (kind == PathKind::Folder) {
      std::string init = base + "/__init__.py";
      if (files_.Kind(init) == PathKind::File) {
        return {Module::Kind::Package, init};
      }
    }
    std::string file = base + ".py";
    if (files_.Kind(file) == PathKind::File) {
      return {Module::Kind::File, file};
    }
    if (kind == PathKind::Folder && folder.empty()) {
      folder = base;
    }
  }
  if (!folder.empty()) {
    return {Module::Kind::Namespace, folder};
  }
  return {};
}

std::string Resolver::Answer(llvm::StringRef name) const {
  if (!name.consume_back("?")) return Find(name).path;
  for (const std::string& root : roots_) {
    std::string path = (root + "/" + name).str();
    if (files_.Kind(path) == PathKind::Folder || files_.Kind(path + ".py") == PathKind::File) return path;
  }
  return HasEnvironment() ? "" : "?";
}

static bool HoldsPackages(source::FileStore& files, const std::string& folder) {
  std::vector<std::string> entries = files.List(folder);
  return std::any_of(entries.begin(), entries.end(), [](llvm::StringRef entry) { return entry.ends_with(".dist-info"); });
}

bool Resolver::HasEnvironment() const {
  return std::any_of(roots_.begin(), roots_.end(), [&](const std::string& root) { return HoldsPackages(files_, root); });
}

bool Resolver::IsInstalled(llvm::StringRef path) const {
  if (path.contains("/site-packages/") || path.contains("/dist-packages/")) return true;
  std::string real = source::RealPath(path);
  return std::any_of(roots_.begin(), roots_.end(), [&](const std::string& root) {
    return HoldsPackages(files_, root) && llvm::StringRef(real).starts_with(source::RealPath(root) + "/");
  });
}

std::string Resolver::ModuleNameOf(llvm::StringRef path) const {
  llvm::StringRef best_root;
  for (const std::string& root : roots_) {
    if (path.starts_with(root + "/") && root.size() > best_root.size()) {
      best_root = root;
    }
  }
  llvm::StringRef relative = best_root.empty() ? llvm::sys::path::filename(path) : path.drop_front(best_root.size() + 1);
  // A root may hold projects that are no packages: keep only the trailing folders that have an __init__.py.
  if (!best_root.empty()) {
    llvm::StringRef folder = llvm::sys::path::parent_path(path);
    llvm::StringRef keep = llvm::sys::path::filename(path);
    while (folder.size() > best_root.size() && files_.Kind((folder + "/__init__.py").str()) == PathKind::File) {
      keep = path.drop_front(llvm::sys::path::parent_path(folder).size() + 1);
      folder = llvm::sys::path::parent_path(folder);
    }
    if (relative.size() > keep.size()) {
      relative = keep;
    }
  }
  relative.consume_back(".py");
  relative.consume_back("/__init__");
  std::string name = relative.str();
  std::replace(name.begin(), name.end(), '/', '.');
  return name;
}

namespace {

// lib/python3.*/site-packages under a prefix; empty when there is none.
std::string SitePackagesUnder(source::FileStore& files, llvm::StringRef prefix) {
  std::string lib = (prefix + "/lib").str();
  for (const std::string& entry : files.List(lib)) {
    if (llvm::StringRef(entry).starts_with("python3")) {
      std::string site = lib + "/" + entry + "/site-packages";
      if (files.Kind(site) == PathKind::Folder) {
        return site;
      }
    }
  }
  return {};
}

std::optional<std::string> EnvironmentPrefix(source::FileStore& files, llvm::StringRef environment, llvm::ArrayRef<std::string> workspace) {
  if (!environment.empty()) {
    return environment.str();
  }
  for (const char* variable : {"VIRTUAL_ENV", "CONDA_PREFIX"}) {
    if (std::optional<std::string> value = llvm::sys::Process::GetEnv(variable); value && !value->empty()) {
      return value;
    }
  }
  for (const std::string& folder : workspace) {
    for (const char* name : {"/.venv", "/venv"}) {
      if (files.Kind(folder + name + "/pyvenv.cfg") == PathKind::File) {
        return folder + name;
      }
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> SitePackages(source::FileStore& files, llvm::StringRef environment, llvm::ArrayRef<std::string> workspace) {
  std::vector<std::string> folders;
  if (std::optional<std::string> prefix = EnvironmentPrefix(files, environment, workspace)) {
    std::string site = SitePackagesUnder(files, *prefix);
    folders.push_back(site.empty() ? *prefix : site);
    return folders;
  }
  if (llvm::ErrorOr<std::string> python = llvm::sys::findProgramByName("python3")) {
    llvm::SmallString<256> real;
    if (!llvm::sys::fs::real_path(*python, real)) {
      std::string prefix = llvm::sys::path::parent_path(llvm::sys::path::parent_path(real)).str();
      if (std::string site = SitePackagesUnder(files, prefix); !site.empty()) {
        folders.push_back(site);
      }
      // Debian keeps its own packages here (dist-packages), whatever the minor version.
      if (files.Kind(prefix + "/lib/python3/dist-packages") == PathKind::Folder) {
        folders.push_back(prefix + "/lib/python3/dist-packages");
      }
    }
  }
  return folders;
}

}  // namespace trident::resolve
