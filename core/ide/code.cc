// The generated code of a file's model: a query, and kept on disk for the next run.
#include "core/ide/choices.h"
#include "core/ide/codec.h"
#include "core/ide/convert.h"
#include "core/ide/queries.h"
#include "core/ide/report_cache.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

namespace trident::ide {

using Table = query::DiskStore::Table;
using parse::NodeKind;

std::string CodeOfFile::Text(const Key& key) { return key.path + ":" + key.request.name + " -O" + std::to_string(key.request.level) + " " + llvm::join(key.request.inputs, " ") + (key.request.report ? " with its report" : ""); }

static Fingerprint KeyOnDisk(query::Database& db, const CodeOfFile::Key& key, const source::Text& text) {
  Fingerprint print = Combine(FirstKey(db, key.path, text), FingerprintOf("code"));
  for (const std::string& input : key.request.inputs) print = Combine(print, FingerprintOf(input));
  return Combine(Combine(print, FingerprintOf(key.request.name)), key.request.level + (key.request.report ? 4 : 0));
}

// "x=f32[2, 3]" as an argument in Python; empty when it is none.
static std::string InputArgument(llvm::StringRef input) {
  auto [name, type] = input.split('=');
  auto [dtype, sizes] = type.trim().split('[');
  if (name.trim().empty() || !sizes.consume_back("]")) return "";
  std::string torch_name, shape;
  for (unsigned i = static_cast<unsigned>(shape::DType::Bool); i <= static_cast<unsigned>(shape::DType::QI32); ++i) {
    auto each = static_cast<shape::DType>(i);
    if (shape::ShortName(each) == dtype.trim()) torch_name = shape::TorchName(each).str();
  }
  llvm::SmallVector<llvm::StringRef, 6> parts;
  sizes.split(parts, ',', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef part : parts) {
    unsigned size = 0;
    if (part.trim().getAsInteger(10, size)) return "";
    shape += std::to_string(size) + ", ";
  }
  if (torch_name.empty()) return "";
  return name.trim().str() + "=_trident_torch.zeros((" + shape + "), dtype=_trident_torch." + torch_name + ")";
}

// The script with one more call of the model, on inputs of the types that the request gives.
static llvm::Expected<std::shared_ptr<const eval::Unit>> WithCall(const eval::Unit& script, const CompileRequest& request) {
  if (request.name.empty()) return llvm::createStringError("--input needs FILE:NAME, a class or an expression that makes a model");
  std::string arguments, callee = request.name;
  llvm::StringSet<> names;
  for (const std::string& input : request.inputs) {
    llvm::StringRef name = llvm::StringRef(input).split('=').first.trim();
    if (!names.insert(name).second) return llvm::createStringError("--input gives `" + name + "` twice");
    std::string argument = InputArgument(input);
    if (argument.empty()) return llvm::createStringError("--input wants NAME=f32[2,3,224,224], not '" + input + "'");
    arguments += (arguments.empty() ? "" : ", ") + argument;
  }
  auto bound = script.outline.bindings.find(Intern(request.name));
  bool is_class = bound != script.outline.bindings.end() && llvm::any_of(bound->second, [&](outline::StatementIndex index) {
    return script.tree().kind(script.tree().child(script.tree().root(), index)) == NodeKind::ClassDef;
  });
  if (is_class) callee += "()";
  std::shared_ptr<const eval::Unit> unit = eval::ParseInstead(script, script.content().str() + "\nimport torch as _trident_torch\n(" + callee + ")(" + arguments + ")\n");
  if (unit->parsed.errors.size() > script.parsed.errors.size()) return llvm::createStringError("'" + request.name + "' is no expression");
  return unit;
}

static llvm::Expected<Compiled> Generate(query::Database& db, const CodeOfFile::Key& key, const Facts& facts) {
  if (key.request.inputs.empty()) return CompileModel(*facts.outcome, *facts.unit, facts.unit->text->fingerprint, key.request, DeviceFor(db, key.path));
  llvm::Expected<std::shared_ptr<const eval::Unit>> unit = WithCall(*facts.unit, key.request);
  if (!unit) return unit.takeError();
  eval::Outcome outcome = db.World<Analysis>().Evaluate(key.path, *unit);
  CompileRequest request = key.request;
  request.name.clear();
  return CompileModel(outcome, **unit, facts.unit->text->fingerprint, request, DeviceFor(db, key.path), static_cast<uint32_t>(facts.unit->content().size()));
}

std::shared_ptr<const CodeOfFile::Value> CodeOfFile::Execute(query::Database& db, const Key& key) {
  auto& analysis = db.World<Analysis>();
  auto value = std::make_shared<Value>();
  std::shared_ptr<const FileText::Value> text = db.Get<FileText>(key.path);
  value->refusal = text->refusal;
  if (!text->text) return value;
  bool kept = analysis.store() && analysis.IsSaved(key.path, *text->text);
  if (kept) {
    if (std::optional<std::string> bytes = FindAnswer(db, key.path, Table::Code, KeyOnDisk(db, key, *text->text))) {
      codec::Reader reader(*bytes, analysis.ProgramFor(key.path).resolver().roots());
      reader.Get(value->compiled);
      if (reader.ok()) return value;
      value->compiled = {};
    }
  }
  std::shared_ptr<const Facts> facts = db.Get<FactsOfFile>(key.path);
  if (!facts) return nullptr;
  value->refusal = facts->refusal;
  if (!facts->unit || !facts->outcome) return value;
  // What was rewritten names lines of these files.
  for (const std::shared_ptr<const eval::Unit>& unit : facts->outcome->units) {
    if (!unit->prelude) db.Get<FileText>(unit->path);
  }
  llvm::Expected<Compiled> compiled = Generate(db, key, *facts);
  if (!compiled) {
    value->refusal = llvm::toString(compiled.takeError());
    return value;
  }
  value->compiled = std::move(*compiled);
  if (kept) {
    codec::Writer writer(analysis.ProgramFor(key.path).resolver().roots());
    writer.Put(value->compiled);
    KeepAnswer(db, key.path, Table::Code, KeyOnDisk(db, key, *text->text), *facts, writer.Take());
  }
  return value;
}

Fingerprint CodeOfFile::ContentOf(const Value& value) { return Combine(FingerprintOf(value.compiled.text), FingerprintOf(value.refusal)); }

size_t CodeOfFile::BytesOf(const Value& value) { return value.compiled.text.size() + value.compiled.report.size() + 100 * (value.compiled.log.size() + value.compiled.rejected.size()); }

}  // namespace trident::ide
