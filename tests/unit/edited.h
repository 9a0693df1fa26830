// Holds an open document whose edits are counted by the functions that they run.
#pragma once

#include "core/ide/ide.h"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>

namespace trident::ide {

class Edited {
 public:
  explicit Edited(const char* text, const char* library = "") : workspace_(Settings()) {
    workspace_.SetDocument("/project/library.py", library, 1);
    workspace_.SetQueryLog([this](const query::Event& event) {
      if (event.kind != query::EventKind::WillExecute || llvm::StringRef(event.query) != "call") return;
      called_.insert(event.key);
      ++runs_[event.key];
    });
    Set(text);
  }

  // The functions, by name, that are run after `from` became `to` in the text.
  std::string Change(const std::string& from, const std::string& to) {
    size_t at = text_.find(from);
    REQUIRE(at != std::string::npos);
    std::string text = text_;
    Set(text.replace(at, from.size(), to));
    std::string names;
    for (const std::string& name : called_) names += name + " ";
    return names;
  }

  // How often it ran for the last change.
  int Runs(const std::string& function) { return runs_[function]; }
  const std::string& text() const { return text_; }
  size_t Problems() { return (*workspace_.Report("/project/models.py"))->diagnostics.size(); }
  size_t Models() { return (*workspace_.Report("/project/models.py"))->models.size(); }
  std::string Hints() {
    std::string labels;
    for (const InlayHint& hint : (*workspace_.Report("/project/models.py"))->inlay_hints) labels += hint.label + "\n";
    return labels;
  }
  std::string Code() {
    llvm::Expected<Compiled> compiled = workspace_.Compile("/project/models.py", {});
    REQUIRE(compiled);
    return compiled->text;
  }

 private:
  static Options Settings() {
    Options options;
    options.use_cache = false;
    return options;
  }

  void Set(std::string text) {
    called_.clear();
    runs_.clear();
    text_ = text;
    workspace_.SetDocument("/project/models.py", std::move(text), ++version_);
    REQUIRE(workspace_.Report("/project/models.py"));
  }

  std::set<std::string> called_;
  std::map<std::string, int> runs_;
  std::string text_;
  int64_t version_ = 0;
  Workspace workspace_;
};

}  // namespace trident::ide
