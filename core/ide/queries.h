// The queries between the text of a file and its report. Their contract: core/query/database.h.
#pragma once

#include "core/ide/analysis.h"

#include <optional>

namespace trident::ide {

struct FileQuery {
  using Key = std::string;  // An absolute path.
  static std::string Text(const Key& key) { return key; }
};

// The text of a file or open document, or why it cannot be read.
struct FileText : FileQuery {
  struct Value {
    std::shared_ptr<const source::Text> text;
    std::string refusal;
  };
  static constexpr const char* kName = "text";
  static query::Durability DurabilityOf(const Key& path);
  static std::shared_ptr<const Value> Execute(query::Database& db, const Key& path);
  static std::shared_ptr<const Value> Recover(const Key&) { return std::make_shared<Value>(); }
  static Fingerprint ContentOf(const Value& value);
  static size_t BytesOf(const Value& value) { return value.text ? value.text->content.size() : 0; }
};

// The tree of a file. Its content is that of the tokens: comments and blank lines do not change it.
struct Structure : FileQuery {
  struct Value {
    std::shared_ptr<const eval::Unit> unit;
    std::string refusal;
  };
  static constexpr const char* kName = "structure";
  static std::shared_ptr<const Value> Execute(query::Database& db, const Key& path);
  static std::shared_ptr<const Value> Recover(const Key&) { return std::make_shared<Value>(); }
  static Fingerprint ContentOf(const Value& value);
  static size_t BytesOf(const Value& value);
};

// Which file a module's name stands for, seen from a script; empty when there is none.
struct ImportSearch {
  struct Key {
    std::string script_folder, name;
  };
  using Value = std::string;
  static constexpr const char* kName = "import";
  static std::string Text(const Key& key) { return key.script_folder + " " + key.name; }
  static query::Durability DurabilityOf(const Key&) { return query::Durability::High; }
  static std::shared_ptr<const Value> Execute(query::Database& db, const Key& key);
  static std::shared_ptr<const Value> Recover(const Key&) { return std::make_shared<Value>(); }
  static Fingerprint ContentOf(const Value& value) { return FingerprintOf(value); }
  static size_t BytesOf(const Value& value) { return value.size(); }
};

// What evaluation of the file as a script finds.
struct FactsOfFile : FileQuery {
  using Value = Facts;
  static constexpr const char* kName = "facts";
  static std::shared_ptr<const Value> Execute(query::Database& db, const Key& path);
  static std::shared_ptr<const Value> Recover(const Key&) { return std::make_shared<Value>(); }
  static Fingerprint ContentOf(const Value& value);
  static size_t BytesOf(const Value& value);
};

// What the editor or the command line shows of the file.
struct ReportOfFile : FileQuery {
  struct Value {
    std::shared_ptr<const FileReport> report;
    std::shared_ptr<const FileReport> found;  // Without what a person chose and measured.
    std::string refusal;
  };
  static constexpr const char* kName = "report";
  static std::shared_ptr<const Value> Execute(query::Database& db, const Key& path);
  static std::shared_ptr<const Value> Recover(const Key&) { return std::make_shared<Value>(); }
  static Fingerprint ContentOf(const Value& value);
  static size_t BytesOf(const Value& value);
};

// The report with the fixes of its diagnostics.
struct RepairedReport : FileQuery {
  using Value = ReportOfFile::Value;
  static constexpr const char* kName = "fixes";
  static std::shared_ptr<const Value> Execute(query::Database& db, const Key& path);
  static std::shared_ptr<const Value> Recover(const Key&) { return std::make_shared<Value>(); }
  static Fingerprint ContentOf(const Value& value) { return ReportOfFile::ContentOf(value); }
  static size_t BytesOf(const Value& value) { return ReportOfFile::BytesOf(value); }
};

// The generated code of the file's model, or why there is none.
struct CodeOfFile {
  struct Key {
    std::string path;
    CompileRequest request;
  };
  struct Value {
    Compiled compiled;
    std::string refusal;  // Empty when there is code.
  };
  static constexpr const char* kName = "code";
  static std::string Text(const Key& key);
  static std::shared_ptr<const Value> Execute(query::Database& db, const Key& key);
  static std::shared_ptr<const Value> Recover(const Key&) { return std::make_shared<Value>(); }
  static Fingerprint ContentOf(const Value& value);
  static size_t BytesOf(const Value& value);
};

}  // namespace trident::ide
