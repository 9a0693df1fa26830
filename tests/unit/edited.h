// Holds an open document whose edits are counted by the functions that they run.
#pragma once

#include "core/ide/ide.h"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace trident::ide {

class Edited {
 public:
  explicit Edited(const char* text, const char* library = "") : Edited({{"/project/library.py", library}, {"/project/models.py", text}}) {}

  // The last of the files, by path and text, is the one that is edited.
  explicit Edited(std::vector<std::pair<std::string, std::string>> files) : files_(std::move(files)), path_(files_.back().first), workspace_(Settings()) {
    for (const auto& [path, text] : llvm::ArrayRef(files_).drop_back()) workspace_.SetDocument(path, text, 1);
    workspace_.SetQueryLog([this](const query::Event& event) {
      if (event.kind != query::EventKind::WillExecute || llvm::StringRef(event.query) != "call") return;
      called_.insert(event.key);
      ++runs_[event.key];
    });
    Set(files_.back().second);
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

  // The same; hints, and where there is one model its code, must be those of a document that is opened with that text.
  std::string ChangeAsCold(const std::string& from, const std::string& to, bool with_code = true) {
    std::string names = Change(from, to);
    files_.back().second = text_;
    Edited cold(files_);
    CHECK(Hints() == cold.Hints());
    CHECK(Problems() == cold.Problems());
    CHECK(Notes() == cold.Notes());
    if (with_code) CHECK(Code() == cold.Code());
    return names;
  }

  // How often it ran for the last change.
  int Runs(const std::string& function) { return runs_[function]; }
  const std::string& text() const { return text_; }
  size_t Problems() { return (*workspace_.Report(path_))->diagnostics.size(); }
  std::string Notes() {
    std::string notes;
    for (const Diagnostic& diagnostic : (*workspace_.Report(path_))->diagnostics) {
      for (const Related& related : diagnostic.related) notes += related.message + "\n";
    }
    return notes;
  }
  size_t ProblemsElsewhere() { return (*workspace_.Report(path_))->elsewhere.size(); }
  size_t Models() { return (*workspace_.Report(path_))->models.size(); }
  std::string Hints() {
    std::string labels;
    for (const InlayHint& hint : (*workspace_.Report(path_))->inlay_hints) labels += hint.label + "\n";
    return labels;
  }
  std::string Code() {
    llvm::Expected<Compiled> compiled = workspace_.Compile(path_, {});
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
    workspace_.SetDocument(path_, std::move(text), ++version_);
    REQUIRE(workspace_.Report(path_));
  }

  std::vector<std::pair<std::string, std::string>> files_;
  std::string path_;
  std::set<std::string> called_;
  std::map<std::string, int> runs_;
  std::string text_;
  int64_t version_ = 0;
  Workspace workspace_;
};

}  // namespace trident::ide
