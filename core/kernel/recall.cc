#include "core/kernel/recall.h"

#include "llvm/ADT/STLExtras.h"

#include <tuple>

namespace trident::kernel {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using parse::Tree;

struct KeptVisit {
  struct Name {
    const Module* in;
    Symbol name;
    Value value;
  };
  std::vector<std::unique_ptr<Module>> modules;  // Of the visit, by path alone; the kernel's first.
  std::vector<StatementNodes> statements;        // With the numbers that nodes had; the kernel's first.
  std::vector<Fingerprint> contents;             // Of the statements.
  std::vector<Name> names;
  Findings found;                                // Places refer to the modules above.

  size_t bytes() const {
    size_t sum = sizeof *this + names.size() * sizeof(Name) + found.accesses.size() * sizeof(Reach);
    for (const Binding& binding : found.bindings) {
      sum += sizeof binding + binding.values.size() * sizeof(Value);
      for (const Value& value : binding.values) sum += value.elements().size() * sizeof(Value);
    }
    for (const Problem& problem : found.problems) sum += sizeof problem + problem.message.size() + problem.notes.size() * sizeof(problem.notes[0]);
    return sum;
  }
};

std::shared_ptr<const KeptVisit> Recall::Find(llvm::StringRef key) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->visit;
}

void Recall::Keep(llvm::StringRef key, std::shared_ptr<const KeptVisit> visit, size_t bytes) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (auto found = index_.find(key); found != index_.end()) Drop(found->second);
  bytes += 2 * key.size();
  entries_.push_front({key.str(), std::move(visit), bytes});
  index_[key] = entries_.begin();
  bytes_ += bytes;
  while (bytes_ > capacity_) Drop(std::prev(entries_.end()));
}

size_t Recall::bytes() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return bytes_;
}

void Recall::Drop(std::list<Entry>::iterator entry) {
  bytes_ -= entry->bytes;
  index_.erase(entry->key);
  entries_.erase(entry);
}

const Module* Moves::Of(const Module* from) const {
  for (const auto& [each, to] : modules_) {
    if (each == from) return to;
  }
  return nullptr;
}

const StatementNodes* Moves::StatementOf(const Place& from) const {
  for (const auto& [each, to] : statements_) {
    if (each.module == from.first && each.first <= from.second && from.second <= each.last) return &each;
  }
  return nullptr;
}

bool Moves::Add(const StatementNodes& from, const StatementNodes& to) {
  for (const auto& [each, beside] : statements_) {
    if (each.module == from.module && each.last == from.last) return beside.module == to.module && beside.last == to.last;
  }
  statements_.emplace_back(from, to);
  return true;
}

bool Moves::Apply(Place& place) const {
  for (const auto& [from, to] : statements_) {
    if (from.module != place.first || place.second < from.first || place.second > from.last) continue;
    place = {to.module, to.last - (from.last - place.second)};
    return true;
  }
  return false;
}

static bool RefersToModule(const Value& value) { return value.module || llvm::any_of(value.elements(), RefersToModule); }

bool Moves::Apply(Value& value) const {
  if (value.module && value.node != kNoNode) {
    Place place{value.module, value.node};
    if (!Apply(place)) return false;
    std::tie(value.module, value.node) = place;
  } else if (value.module) {
    value.module = Of(value.module);
    if (!value.module) return false;
  }
  if (llvm::none_of(value.elements(), RefersToModule)) return true;
  std::vector<Value> items = value.elements().vec();
  if (!llvm::all_of(items, [&](Value& each) { return Apply(each); })) return false;
  value.items = std::make_shared<const std::vector<Value>>(std::move(items));
  return true;
}

bool Moves::Apply(Findings& findings) const {
  for (Problem& problem : findings.problems) {
    Place place = problem.place;
    if (!Apply(problem.place)) return false;
    for (Place& call : problem.calls) {
      if (!Apply(call)) return false;
    }
    for (auto& [at, message] : problem.notes) {
      if (!Apply(at)) return false;
    }
    for (Fix& fix : problem.fixes) {
      for (Fix::Edit& edit : fix.edits) {
        Place at{place.first, edit.node};
        if (!Apply(at)) return false;
        edit.node = at.second;
      }
    }
  }
  for (Binding& binding : findings.bindings) {
    Place place{binding.module, binding.statement};
    if (!Apply(place)) return false;
    std::tie(binding.module, binding.statement) = place;
    for (Value& value : binding.values) {
      if (!Apply(value)) return false;
    }
  }
  for (Reach& access : findings.accesses) {
    if (!Apply(access.place)) return false;
  }
  return true;
}

namespace {

template <typename Number>
void Append(std::string& key, Number number) {
  key.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void AppendText(std::string& key, llvm::StringRef text) {
  Append(key, text.size());
  key += text;
}

// All of a value; false when it refers to a module. Sizes, shapes and symbols are interned for the process, as the key is.
bool AppendValue(std::string& key, const Value& value) {
  if (value.module) return false;
  Append(key, value.kind);
  Append(key, value.constant);
  Append(key, static_cast<uint8_t>(value.vague | value.divisible << 1 | value.plain << 2 | value.type.is_const << 3));
  Append(key, value.type.scalar);
  Append(key, value.type.pointer);
  Append(key, value.type.shape.raw());
  Append(key, value.type.block.raw());
  Append(key, value.integer.raw());
  Append(key, value.number);
  Append(key, value.symbol);
  Append(key, value.node);
  Append(key, value.elements().size());
  return llvm::all_of(value.elements(), [&](const Value& each) { return AppendValue(key, each); });
}

void AppendNumber(std::string& key, const std::optional<int64_t>& number) {
  Append(key, number.has_value());
  Append(key, number.value_or(0));
}

// The top-level statement that holds the node.
StatementNodes StatementOf(const Module& module, NodeId node) {
  // Children are stored before their parents, statement by statement.
  llvm::ArrayRef<NodeId> statements = module.tree->children(module.tree->root());
  auto at = llvm::lower_bound(statements, node);
  CHECK(at != statements.end());
  return {&module, at == statements.begin() ? 0 : *std::prev(at) + 1, *at};
}

}  // namespace

// Of the raw words of a node (node_kind.def).
static bool IsOffset(NodeKind kind, unsigned atom) {
  return kind == NodeKind::FormattedValue || (atom == 1 && (kind == NodeKind::FunctionDef || kind == NodeKind::ClassDef));
}

// The text, and the tree as it stands relative to the statement: where a text does not parse, what stands around a
// statement may matter to its tree.
Fingerprint Visits::ContentOf(const StatementNodes& statement) {
  auto [slot, added] = contents_.try_emplace({statement.module, statement.last});
  if (!added) return slot->second;
  const Tree& tree = *statement.module->tree;
  uint32_t base = tree.start(statement.last), begin = base, end = tree.end(statement.last);
  std::vector<uint32_t> words;
  llvm::SmallVector<NodeId, 64> todo = {statement.last};
  while (!todo.empty()) {
    NodeId node = todo.pop_back_val();
    words.push_back(node == kNoNode ? node : statement.last - node);
    if (node == kNoNode) continue;
    begin = std::min(begin, tree.start(node));
    end = std::max(end, tree.end(node));
    NodeKind kind = tree.kind(node);
    words.insert(words.end(), {static_cast<uint32_t>(kind) | static_cast<uint32_t>(tree.flags(node)) << 8, tree.start(node) - base, tree.end(node) - base,
                               static_cast<uint32_t>(tree.words(node).size())});
    for (unsigned i = 0; i < parse::AtomCount(kind); ++i) words.push_back(tree.atom(node, i) - (IsOffset(kind, i) ? base : 0));
    todo.append(tree.children(node).begin(), tree.children(node).end());
  }
  Fingerprint shape = FingerprintOf(llvm::ArrayRef(reinterpret_cast<const uint8_t*>(words.data()), words.size() * sizeof(uint32_t)));
  return slot->second = Combine(shape, FingerprintOf(statement.module->text.slice(begin, end)));
}

std::string Visits::KeyOf(const Visit& visit) {
  const Function& function = visit.function;
  StatementNodes statement = StatementOf(*function.module, function.node);
  std::string key;
  AppendText(key, function.module->path);
  Append(key, ContentOf(statement));
  Append(key, statement.last - function.node);
  Append(key, visit.launched);
  AppendText(key, visit.target);
  Append(key, visit.warps);
  AppendText(key, visit.when);
  for (const Value& argument : visit.arguments) {
    if (!AppendValue(key, argument)) return "";
  }
  for (const ArgumentFacts& facts : visit.facts) {
    Append(key, static_cast<uint8_t>(facts.one_ruled_out | facts.divisible << 1));
    AppendNumber(key, facts.value);
    AppendNumber(key, facts.elements);
  }
  return key;
}

Findings Visits::Run(const Visit& visit) {
  host_.Visiting(Text(visit.function.module->tree->symbol(visit.function.node)));
  Interp interp(globals_);
  interp.set_launched(visit.launched);
  interp.set_target(visit.target);
  interp.set_warps(visit.warps);
  interp.RunKernel(visit.function, visit.arguments, visit.facts, visit.when);
  return interp.TakeFindings();
}

Findings Visits::Find(const Visit& visit) {
  std::string key = recall_ ? KeyOf(visit) : "";
  if (key.empty()) return Run(visit);
  if (std::shared_ptr<const KeptVisit> kept = recall_->Find(key)) {
    if (std::optional<Findings> found = Recalled(*kept, visit)) return std::move(*found);
  }
  Reads reads;
  Findings found;
  {
    Globals::Recording recording(globals_, reads);
    // What its decorators and parameters asked for before.
    globals_.FunctionAt(*visit.function.module, visit.function.node);
    found = Run(visit);
  }
  Remember(key, visit, reads, found);
  return found;
}

std::optional<Findings> Visits::Recalled(const KeptVisit& kept, const Visit& visit) {
  Moves moves;
  moves.Add(kept.modules[0].get(), visit.function.module);
  moves.Add(kept.statements[0], StatementOf(*visit.function.module, visit.function.node));
  for (size_t i = 0; i < kept.names.size(); ++i) {
    if (!SameName(kept, i, moves)) return std::nullopt;
  }
  Findings found = kept.found;
  if (!moves.Apply(found)) return std::nullopt;
  return found;
}

// Whether the name has the value that it had; then also where its module and statement stand now.
bool Visits::SameName(const KeptVisit& kept, size_t index, Moves& moves) {
  const KeptVisit::Name& name = kept.names[index];
  const Module* in = moves.Of(name.in);
  if (!in) return false;
  Value now = globals_.Resolve(*in, name.name), then = name.value;
  const Module *module = std::exchange(now.module, nullptr), *before = std::exchange(then.module, nullptr);
  NodeId node = std::exchange(now.node, kNoNode), known = std::exchange(then.node, kNoNode);
  std::string a, b;
  if (!AppendValue(a, now) || !AppendValue(b, then) || a != b) return false;
  if (!before || !module) return !before && !module;
  if (before->path != module->path || (known == kNoNode) != (node == kNoNode)) return false;
  if (const Module* beside = moves.Of(before)) {
    if (beside != module) return false;
  } else {
    moves.Add(before, module);
  }
  if (known == kNoNode) return true;
  StatementNodes statement = StatementOf(*module, node);
  for (size_t i = 0; i < kept.statements.size(); ++i) {
    const StatementNodes& each = kept.statements[i];
    if (each.module != before || known < each.first || known > each.last) continue;
    return each.last - known == statement.last - node && kept.contents[i] == ContentOf(statement) && moves.Add(each, statement);
  }
  return false;
}

// What refers to a place that no name led to is not kept.
void Visits::Remember(const std::string& key, const Visit& visit, const Reads& reads, const Findings& found) {
  auto kept = std::make_shared<KeptVisit>();
  Moves moves;
  auto add_module = [&](const Module* module) {
    if (moves.Of(module)) return;
    kept->modules.push_back(std::make_unique<Module>());
    kept->modules.back()->path = module->path;
    moves.Add(module, kept->modules.back().get());
  };
  auto add_statement = [&](const Module* module, NodeId node) {
    if (moves.StatementOf({module, node})) return;
    StatementNodes live = StatementOf(*module, node), still = {moves.Of(module), live.first, live.last};
    moves.Add(live, still);
    kept->statements.push_back(still);
    kept->contents.push_back(ContentOf(live));
  };
  add_module(visit.function.module);
  add_statement(visit.function.module, visit.function.node);
  for (const auto& [module, name] : reads.names) {
    const Module* in = moves.Of(module);
    Value value = globals_.Resolve(*module, name);
    if (!in || value.items) return;
    if (value.module) add_module(value.module);
    if (value.module && value.node != kNoNode) add_statement(value.module, value.node);
    if (!moves.Apply(value)) return;
    kept->names.push_back({in, name, std::move(value)});
  }
  for (const Function* function : reads.functions) {
    if (!moves.StatementOf({function->module, function->node})) return;
  }
  kept->found = found;
  if (!moves.Apply(kept->found)) return;
  size_t bytes = kept->bytes();
  recall_->Keep(key, std::move(kept), bytes);
}

}  // namespace trident::kernel
