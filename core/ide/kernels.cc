// Joins core/kernel with the rest: finds the files kernels import, hands over launches, shows what was found.
#include "core/ide/kernels.h"

#include "core/diagnostics/catalogue.h"
#include "core/ide/convert.h"
#include "core/resolve/resolve.h"

#include "llvm/ADT/STLExtras.h"

#include <map>

namespace trident::ide {

using kernel::Kind;
using kernel::Value;
using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

const kernel::Module* KernelFiles::ModuleOf(std::shared_ptr<const eval::Unit> unit) {
  std::unique_ptr<Entry>& entry = entries_[unit->path];
  if (!entry) {
    entry = std::make_unique<Entry>();
    entry->unit = unit;
    entry->module = {unit->path, unit->content(), &unit->tree(), &unit->outline};
  }
  return &entry->module;
}

const kernel::Module* KernelFiles::Import(const kernel::Module& from, llvm::StringRef dotted, unsigned level) {
  std::string name = dotted.str();
  if (level > 0) {
    std::string own = program_.resolver().ModuleNameOf(from.path);
    llvm::StringRef package = own;
    for (unsigned i = llvm::StringRef(from.path).ends_with("/__init__.py") ? 1 : 0; i < level; ++i) {
      package = package.contains('.') ? package.rsplit('.').first : llvm::StringRef();
    }
    name = package.empty() ? name : name.empty() ? package.str() : (package + "." + name).str();
  }
  imports_.insert(name);
  resolve::Module found = program_.resolver().Find(name);
  bool file = found.kind == resolve::Module::Kind::File || found.kind == resolve::Module::Kind::Package;
  if (!file || found.path.empty()) return nullptr;
  llvm::Expected<std::shared_ptr<const eval::Unit>> unit = program_.Load(found.path);
  if (!unit) {
    llvm::consumeError(unit.takeError());
    return nullptr;
  }
  return ModuleOf(*unit);
}

std::vector<std::string> KernelFiles::Paths() const {
  std::vector<std::string> out;
  for (const auto& [path, entry] : entries_) out.push_back(path);
  return out;
}

namespace {

Value FromLaunch(const eval::LaunchValue& value, KernelFiles& files, const std::map<const eval::Unit*, std::shared_ptr<const eval::Unit>>& units) {
  using Of = eval::LaunchValue::Kind;
  switch (value.kind) {
    case Of::None: return Value::None();
    case Of::Tensor: {
      Value out = Value::Tensor(kernel::Type::PointerTo(kernel::FromTorch(value.dtype)));
      out.integer = value.integer;
      return out;
    }
    case Of::Int: return value.known ? Value::Int(value.integer) : Value::Tensor(kernel::Type::Of(kernel::Scalar::Int32));
    case Of::Bool: return value.known ? Value::Bool(value.integer == shape::Dim(1)) : Value::SomeConstant();
    case Of::Float: return value.known ? Value::Float(value.number) : Value::Tensor(kernel::Type::Of(kernel::Scalar::Fp32));
    case Of::Str: return Value::Str(value.text);
    case Of::Type: return kernel::FromSignature(value.text);
    case Of::DType: {
      std::optional<kernel::Scalar> scalar = kernel::FromLanguageName(value.text);
      return scalar ? Value::DType(kernel::Type::Of(*scalar)) : Value::Unknown();
    }
    case Of::Function: {
      auto unit = units.find(value.unit);
      if (unit == units.end()) return Value::Unknown();
      Value out = Value::ConstantOf(kernel::Constant::Function);
      out.module = files.ModuleOf(unit->second);
      out.node = value.node;
      return out;
    }
    case Of::Tuple: {
      std::vector<Value> items;
      for (const eval::LaunchValue& each : value.elements) items.push_back(FromLaunch(each, files, units));
      return Value::Tuple(std::move(items));
    }
    case Of::Descriptor: {
      llvm::SmallVector<shape::Dim, 4> dims;
      for (const eval::LaunchValue& each : value.elements) dims.push_back(each.known ? each.integer : shape::Dim::Unknown());
      return Value::Descriptor(kernel::FromTorch(value.dtype), shape::Shape::Of(dims));
    }
    case Of::Misfit:
    case Of::Unknown: return Value::Unknown();
  }
  return Value::Unknown();
}

// A configuration's values, and its options apart.
kernel::Config ConfigOf(const std::vector<std::pair<std::string, eval::LaunchValue>>& values, KernelFiles& files, const std::map<const eval::Unit*, std::shared_ptr<const eval::Unit>>& units) {
  kernel::Config out;
  for (const auto& [name, value] : values) {
    Value known = FromLaunch(value, files, units);
    bool option = name == "num_warps" || name == "num_stages";
    (option ? out.options : out.values).emplace_back(Intern(name), known.unknown() ? Value::SomeConstant() : known);
  }
  return out;
}

std::vector<kernel::Launch> LaunchesOf(const eval::Outcome& outcome, const std::shared_ptr<const eval::Unit>& script, KernelFiles& files) {
  std::map<const eval::Unit*, std::shared_ptr<const eval::Unit>> units;
  for (const std::shared_ptr<const eval::Unit>& unit : outcome.units) units[unit.get()] = unit;
  units[script.get()] = script;
  std::vector<kernel::Launch> out;
  for (const eval::KernelLaunch& each : outcome.launches) {
    auto unit = units.find(each.unit), caller = units.find(each.call_unit);
    if (unit == units.end()) continue;
    kernel::Launch launch;
    launch.function = {files.ModuleOf(unit->second), each.function};
    if (caller != units.end()) launch.call = {files.ModuleOf(caller->second), each.call};
    for (const eval::LaunchValue& value : each.positional) launch.positional.push_back(FromLaunch(value, files, units));
    for (const auto& [name, value] : each.keywords) launch.keywords.emplace_back(Intern(name), FromLaunch(value, files, units));
    size_t argument = 0;
    for (const eval::LaunchValue& value : each.positional) {
      if (value.kind == eval::LaunchValue::Kind::Misfit) launch.misfits.push_back({argument, value.text});
      ++argument;
    }
    for (const auto& [name, value] : each.keywords) {
      if (value.kind == eval::LaunchValue::Kind::Misfit) launch.misfits.push_back({argument, value.text});
      ++argument;
    }
    if (each.grid.kind != eval::LaunchValue::Kind::Unknown) launch.grid = FromLaunch(each.grid, files, units);
    for (const auto& config : each.configs) launch.configs.push_back(ConfigOf(config, files, units));
    launch.open = each.open;
    launch.by_type = each.by_type;
    launch.target = each.target;
    out.push_back(std::move(launch));
  }
  return out;
}

std::string JsonOf(shape::Dim dim) { return dim.is_constant() ? std::to_string(dim.constant()) : dim.is_unknown() ? "null" : '"' + dim.ToString() + '"'; }

std::string JsonOf(shape::Shape shape) {
  if (!shape.rank_known()) return "null";
  std::string out = "[";
  for (unsigned i = 0; i < shape.rank(); ++i) out += (i ? ", " : "") + JsonOf(shape.dims()[i]);
  return out + "]";
}

// A TYPE of `--bindings`: a number as a tensor, a pointer as a tensor of "*f32".
std::string JsonOf(const Value& value) {
  switch (value.kind) {
    case Kind::Tensor:
    case Kind::Poison: {
      const kernel::Type& type = value.type;
      if (value.vague || type.pointer == kernel::Pointer::Maybe) return "null";
      if (type.pointer == kernel::Pointer::Block) return "[\"*block " + Name(type.scalar).str() + "\", " + JsonOf(type.block) + "]";
      std::string name = type.scalar == kernel::Scalar::Unknown ? type.is_pointer() ? "\"*\"" : "null" : '"' + std::string(type.is_pointer() ? "*" : "") + Name(type.scalar).str() + '"';
      return "[" + name + ", " + JsonOf(type.shape) + "]";
    }
    case Kind::Tuple: {
      std::string out = "{\"seq\": [";
      for (size_t i = 0; i < value.elements().size(); ++i) out += (i ? ", " : "") + JsonOf(value.elements()[i]);
      return out + "]}";
    }
    case Kind::Constant:
      switch (value.constant) {
        case kernel::Constant::None: return "{\"val\": null}";
        case kernel::Constant::Bool: return value.integer.is_constant() ? value.integer == shape::Dim(1) ? "{\"val\": true}" : "{\"val\": false}" : "null";
        case kernel::Constant::Int: return value.integer.is_unknown() ? "null" : "{\"val\": " + JsonOf(value.integer) + "}";
        default: return "null";
      }
    default: return "null";
  }
}

TextEdit EditOf(const eval::Unit& unit, const kernel::Fix::Edit& edit) {
  using Where = kernel::Fix::Edit::Where;
  uint32_t start = unit.tree().start(edit.node), end = unit.tree().end(edit.node);
  switch (edit.where) {
    case Where::Whole: return {{unit.path, RangeOf(*unit.text, start, end)}, edit.text};
    case Where::Behind: return {{unit.path, RangeOf(*unit.text, end, end)}, edit.text};
    case Where::LastArgument: return {{unit.path, RangeOf(*unit.text, end - 1, end - 1)}, ", " + edit.text};  // In front of the bracket.
  }
  return {};
}

// What is worth showing beside a name: blocks and pointers; plain scalars and constants speak for themselves.
bool IsShown(const Value& value) {
  if (value.is(Kind::Tuple)) return llvm::any_of(value.elements(), IsShown);
  if (value.is(Kind::Descriptor)) return true;
  return value.is(Kind::Tensor) && !value.vague && value.type.pointer != kernel::Pointer::Maybe && (value.type.scalar != kernel::Scalar::Unknown || value.type.is_block());
}

}  // namespace

std::shared_ptr<const KernelFacts> CheckKernels(eval::Program& program, const eval::Outcome& outcome, const std::shared_ptr<const eval::Unit>& script, kernel::Recall* recall,
                                                KernelFiles::Log log) {
  if (!kernel::MayHoldKernels(script->content())) return nullptr;
  auto facts = std::make_shared<KernelFacts>(program);
  facts->files.set_log(std::move(log));
  facts->module = facts->files.ModuleOf(script);
  facts->report = kernel::Check(*facts->module, LaunchesOf(outcome, script, facts->files), facts->files, recall);
  facts->files.set_log(nullptr);
  return facts;
}

std::string DumpKernels(const KernelFacts& facts) {
  std::string out;
  for (const kernel::Estimate& estimate : facts.report.estimates) {
    const eval::Unit& unit = facts.files.UnitOf(estimate.function.first);
    out += Text(unit.tree().symbol(estimate.function.second)).str() + " (" + estimate.when + ") warps " + std::to_string(estimate.warps) + " stages " + std::to_string(estimate.stages);
    for (const auto& [target, bytes] : estimate.shared) out += " " + target + "=" + std::to_string(bytes);
    if (estimate.registers > 0) out += " registers " + std::to_string(estimate.registers);
    out += "\n";
    for (const kernel::Reach& access : estimate.accesses) {
      const eval::Unit& at = facts.files.UnitOf(access.place.first);
      out += std::string("  line ") + std::to_string(at.LineOf(access.place.second)) + (access.is_store ? " store " : " load ") + std::to_string(access.elements) + " x " +
             std::to_string(access.bits) + " bits\n";
    }
  }
  return out;
}

std::vector<KernelSpec> SpecsOf(const KernelFacts& facts) {
  std::vector<KernelSpec> out;
  for (const kernel::Estimate& estimate : facts.report.estimates) {
    if (estimate.function.first != facts.module) continue;
    const eval::Unit& unit = facts.files.UnitOf(estimate.function.first);
    KernelSpec spec;
    spec.name = Text(unit.tree().symbol(estimate.function.second)).str();
    Range whole = LocationOf(unit, estimate.function.second).range;
    spec.range = {whole.start, whole.start};
    spec.when = estimate.when;
    spec.signature = estimate.signature;
    spec.target = estimate.target;
    spec.warps = estimate.warps;
    spec.stages = estimate.stages;
    out.push_back(std::move(spec));
  }
  return out;
}

namespace {

// A statement's range would underline its whole body; its first line is where the reader looks.
Location PlaceOf(const KernelFiles& files, const kernel::Place& place) {
  const eval::Unit& unit = files.UnitOf(place.first);
  Location location = LocationOf(unit, place.second);
  NodeKind kind = unit.tree().kind(place.second);
  bool compound = kind == NodeKind::If || kind == NodeKind::For || kind == NodeKind::While || kind == NodeKind::FunctionDef || kind == NodeKind::Try || kind == NodeKind::ClassDef;
  if (!compound || location.range.end.line == location.range.start.line) return location;
  uint32_t start = unit.tree().start(place.second);
  size_t end = unit.content().find('\n', start);
  location.range = RangeOf(*unit.text, start, end == llvm::StringRef::npos ? unit.content().size() : end);
  return location;
}

Diagnostic DiagnosticOf(const KernelFiles& files, const kernel::Problem& problem) {
  auto location = [&](const kernel::Place& place) { return LocationOf(files.UnitOf(place.first), place.second); };
  Diagnostic diagnostic;
  diagnostic.severity = SeverityOf(problem.slug);
  diagnostic.code = problem.slug;
  diagnostic.message = problem.message + (problem.when.empty() ? "" : " (with " + problem.when + ")");
  diagnostic.location = PlaceOf(files, problem.place);
  for (const auto& [place, message] : problem.notes) diagnostic.related.push_back({location(place), message});
  for (const kernel::Fix& fix : problem.fixes) {
    const eval::Unit& unit = files.UnitOf(problem.place.first);
    Fix out{fix.title, {}};
    for (const kernel::Fix::Edit& edit : fix.edits) out.edits.push_back(EditOf(unit, edit));
    diagnostic.fixes.push_back(std::move(out));
  }
  for (const kernel::Place& call : problem.calls) diagnostic.related.push_back({location(call), "called from here"});
  return diagnostic;
}

void AddLens(const KernelFiles& files, const kernel::Estimate& estimate, FileReport& report) {
  CodeLens lens;
  Range whole = LocationOf(files.UnitOf(estimate.function.first), estimate.function.second).range;
  lens.range = {whole.start, whole.start};
  std::string text;
  // Equal answers of several targets are one.
  std::map<int64_t, std::string> by_size;
  for (const auto& [target, bytes] : estimate.shared) {
    if (bytes > 0) by_size[bytes] += (by_size[bytes].empty() ? "" : ", ") + target;
  }
  for (const auto& [bytes, targets] : by_size) text += (text.empty() ? "" : " · ") + std::to_string(bytes) + " B on " + targets;
  if (!text.empty()) text = "shared memory " + text;
  if (estimate.registers > 0) text += (text.empty() ? "about " : " · about ") + std::to_string(estimate.registers) + " registers a thread";
  bool complete = !estimate.signature.empty();
  if (text.empty() && !complete) return;
  lens.title = (text.empty() ? "compile" : text) + (estimate.when.empty() ? "" : " (" + estimate.when + ")");
  if (complete) {
    if (!text.empty()) lens.title += " · compile";
    lens.command = "trident.compileKernels";
  }
  report.lenses.push_back(std::move(lens));
}

void AddHints(const KernelFacts& facts, FileReport& report) {
  struct Shown {
    uint32_t offset;
    HintKind kind;
    Symbol name;
    const std::string* text;
  };
  const eval::Unit& unit = facts.files.UnitOf(facts.module);
  std::vector<Shown> shown;
  for (const kernel::Binding& binding : facts.report.bindings) {
    if (binding.module != facts.module) continue;
    // With a launch known, the last evaluation is the more exact one.
    NodeId target = IsShown(binding.values->all.back()) ? TargetOf(unit.tree(), binding.statement, binding.name) : kNoNode;
    if (target == kNoNode) continue;
    uint32_t end = unit.tree().end(target);
    bool parameter = unit.tree().kind(target) == NodeKind::Parameter;
    if (parameter) {
      NodeId annotation = unit.tree().child(target, 0);
      end = annotation != kNoNode ? unit.tree().end(annotation) : unit.tree().start(target) + Text(binding.name).size();
    }
    shown.push_back({end, parameter ? HintKind::Parameter : HintKind::Type, binding.name, &binding.values->texts.back()});
  }
  llvm::stable_sort(shown, [](const Shown& a, const Shown& b) { return a.offset < b.offset; });
  std::vector<InlayHint>& hints = report.inlay_hints;
  size_t before = hints.size();
  hints.reserve(before + shown.size());
  for (const Shown& each : shown) {
    InlayHint hint;
    hint.position = RangeOf(*unit.text, each.offset, each.offset).start;
    hint.label = ": " + *each.text;
    hint.kind = each.kind;
    hint.name = Text(each.name).str();
    hints.push_back(std::move(hint));
  }
  std::inplace_merge(hints.begin(), hints.begin() + before, hints.end(), [](const InlayHint& a, const InlayHint& b) { return a.position < b.position; });
}

void AddKernelBindings(const KernelFacts& facts, FileReport& report) {
  std::map<std::string, FileBindings> rows;
  for (const kernel::Binding& binding : facts.report.bindings) {
    const eval::Unit& unit = facts.files.UnitOf(binding.module);
    FileBindings& file = rows[unit.path];
    file.path = unit.path;
    Binding row;
    row.line = unit.LineOf(binding.statement);
    row.name = Text(binding.name).str();
    for (const Value& value : binding.values->all) {
      std::string text = JsonOf(value);
      if (!llvm::is_contained(row.types, text)) row.types.push_back(std::move(text));
    }
    file.bindings.push_back(std::move(row));
  }
  for (auto& [path, file] : rows) {
    auto same = llvm::find_if(report.bindings, [&, &p = path](const FileBindings& each) { return each.path == p; });
    if (same == report.bindings.end()) {
      report.bindings.push_back(std::move(file));
      same = std::prev(report.bindings.end());
    } else {
      same->bindings.insert(same->bindings.end(), file.bindings.begin(), file.bindings.end());
    }
    llvm::stable_sort(same->bindings, [](const Binding& a, const Binding& b) { return a.line < b.line; });
  }
}

}  // namespace

void AddKernels(const KernelFacts& facts, bool collect_bindings, FileReport& report) {
  for (const kernel::Problem& problem : facts.report.problems) {
    (problem.place.first == facts.module ? report.diagnostics : report.elsewhere).push_back(DiagnosticOf(facts.files, problem));
  }
  for (const kernel::Estimate& estimate : facts.report.estimates) {
    if (estimate.function.first == facts.module) AddLens(facts.files, estimate, report);
  }
  AddHints(facts, report);
  if (collect_bindings) AddKernelBindings(facts, report);
}

}  // namespace trident::ide
