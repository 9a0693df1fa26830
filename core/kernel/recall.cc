#include "core/kernel/recall.h"

#include "llvm/ADT/STLExtras.h"

#include <tuple>
#include <variant>

namespace trident::kernel {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using parse::Tree;

namespace {

size_t BytesOf(llvm::ArrayRef<Problem> problems) {
  size_t sum = 0;
  for (const Problem& problem : problems) sum += sizeof problem + problem.message.size() + problem.notes.size() * sizeof(problem.notes[0]);
  return sum;
}

size_t BytesOf(llvm::ArrayRef<Binding> bindings) {
  size_t sum = 0;
  for (const Binding& binding : bindings) {
    sum += sizeof binding + sizeof(Values) + binding.values->all.size() * (sizeof(Value) + sizeof(std::string));
    for (const Value& value : binding.values->all) sum += value.elements().size() * sizeof(Value);
  }
  return sum;
}

size_t BytesOf(const Findings& found) { return BytesOf(found.problems) + BytesOf(found.bindings) + found.accesses.size() * sizeof(Reach); }

// The values are those of visits, which are kept as well.
size_t BytesOf(const KernelFindings& found) {
  size_t sum = BytesOf(found.problems) + (found.generic.size() + found.launched.size()) * sizeof(Binding);
  for (const Estimate& estimate : found.estimates) {
    sum += sizeof estimate + estimate.accesses.size() * sizeof(Reach) + estimate.shared.size() * sizeof(estimate.shared[0]) +
           estimate.signature.size() * sizeof(estimate.signature[0]);
  }
  return sum;
}

}  // namespace

struct Kept {
  struct Name {
    const Module* in;
    Symbol name;
    Value value;
  };
  std::vector<std::unique_ptr<Module>> modules;  // By path alone; the kernel's first.
  std::vector<StatementNodes> statements;        // With the numbers that nodes had; the kernel's first.
  std::vector<Fingerprint> contents;             // Of the statements.
  std::vector<Name> names;
  std::variant<Findings, KernelFindings> found;  // Places refer to the modules above.

  size_t bytes() const {
    size_t sum = sizeof *this + names.size() * sizeof(Name);
    return sum + std::visit([](const auto& each) { return BytesOf(each); }, found);
  }
};

std::shared_ptr<const Kept> Recall::Find(llvm::StringRef key) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->kept;
}

void Recall::Keep(llvm::StringRef key, std::shared_ptr<const Kept> kept, size_t bytes) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (auto found = index_.find(key); found != index_.end()) Drop(found->second);
  bytes += 2 * key.size();
  entries_.push_front({key.str(), std::move(kept), bytes});
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
  for (const auto& [from, to] : places_) {
    if (from != place) continue;
    place = to;
    return true;
  }
  for (const auto& [from, to] : statements_) {
    if (from.module != place.first || place.second < from.first || place.second > from.last) continue;
    place = {to.module, to.last - (from.last - place.second)};
    return true;
  }
  return false;
}

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

bool Moves::Apply(std::vector<Problem>& problems) const {
  for (Problem& problem : problems) {
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
  return true;
}

bool Moves::Apply(std::vector<Binding>& bindings) const {
  for (Binding& binding : bindings) {
    Place place{binding.module, binding.statement};
    if (!Apply(place)) return false;
    std::tie(binding.module, binding.statement) = place;
    if (!binding.values->refer_to_modules) continue;
    auto moved = std::make_shared<Values>(*binding.values);
    if (!llvm::all_of(moved->all, [&](Value& value) { return Apply(value); })) return false;
    binding.values = std::move(moved);
  }
  return true;
}

bool Moves::Apply(std::vector<Reach>& accesses) const {
  return llvm::all_of(accesses, [&](Reach& access) { return Apply(access.place); });
}

bool Moves::Apply(Findings& findings) const { return Apply(findings.problems) && Apply(findings.bindings) && Apply(findings.accesses); }

bool Moves::Apply(KernelFindings& findings) const {
  return Apply(findings.problems) && Apply(findings.generic) && Apply(findings.launched) &&
         llvm::all_of(findings.estimates, [&](Estimate& estimate) { return Apply(estimate.function) && Apply(estimate.accesses); });
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
  return {&module, at == statements.begin() ? 0 : module.tree->Behind(*std::prev(at)), *at};
}

}  // namespace

// Of the raw words of a node (node_kind.def).
static bool IsOffset(NodeKind kind, unsigned atom) {
  return kind == NodeKind::FormattedValue || (atom == 1 && (kind == NodeKind::FunctionDef || kind == NodeKind::ClassDef));
}

// The text, and the tree as it stands relative to the statement: where a text does not parse, what stands around a
// statement may matter to its tree. The nodes of a statement are one run of words.
Fingerprint Visits::ContentOf(const StatementNodes& statement) {
  auto [slot, added] = contents_.try_emplace({statement.module, statement.last});
  if (!added) return slot->second;
  const Tree& tree = *statement.module->tree;
  uint32_t base = tree.start(statement.last), begin = base, end = tree.end(statement.last);
  // Each node takes one word more than it has in the tree, at most.
  words_.resize(2 * (tree.Behind(statement.last) - statement.first));
  uint32_t* to = words_.data();
  for (NodeId node = statement.first; node <= statement.last; node = tree.Behind(node)) {
    NodeKind kind = tree.kind(node);
    llvm::ArrayRef<uint32_t> words = tree.words(node);
    begin = std::min(begin, tree.start(node));
    end = std::max(end, tree.end(node));
    *to++ = static_cast<uint32_t>(kind) | static_cast<uint32_t>(tree.flags(node)) << 8;
    *to++ = tree.start(node) - base;
    *to++ = tree.end(node) - base;
    *to++ = static_cast<uint32_t>(words.size());
    unsigned atoms = parse::AtomCount(kind);
    for (unsigned i = 0; i < atoms; ++i) *to++ = words[i] - (IsOffset(kind, i) ? base : 0);
    for (NodeId child : words.drop_front(atoms)) *to++ = child == kNoNode ? child : statement.last - child;
  }
  Fingerprint shape = FingerprintOf(llvm::ArrayRef(reinterpret_cast<const uint8_t*>(words_.data()), reinterpret_cast<const uint8_t*>(to)));
  return slot->second = Combine(shape, FingerprintOf(statement.module->text.slice(begin, end)));
}

// Of its place and its content.
std::string Visits::KeyOf(const Function& function) {
  StatementNodes statement = StatementOf(*function.module, function.node);
  std::string key;
  AppendText(key, function.module->path);
  Append(key, ContentOf(statement));
  Append(key, statement.last - function.node);
  return key;
}

std::string Visits::KeyOf(const Visit& visit) {
  std::string key = "v" + KeyOf(visit.function);
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
  Question question{visit.function, recall_ ? KeyOf(visit) : "", {}};
  return Ask<Findings>(question, [&] { return Run(visit); });
}

KernelFindings Visits::Find(const Function& function, llvm::ArrayRef<const Launch*> launches, llvm::function_ref<KernelFindings()> check) {
  Question question{function, recall_ ? "k" + KeyOf(function) : "", {}};
  for (const Launch* launch : launches) {
    if (question.key.empty()) break;
    // Launches of one call are spoken of once.
    Append(question.key, llvm::find(question.calls, launch->call) - question.calls.begin());
    question.calls.push_back(launch->call);
    AppendText(question.key, launch->target);
    Append(question.key, static_cast<uint8_t>(launch->open | launch->by_type << 1 | (launch->call.first == function.module) << 2));
    Append(question.key, launch->positional.size());
    bool told = llvm::all_of(launch->positional, [&](const Value& value) { return AppendValue(question.key, value); });
    for (const auto& [name, value] : launch->keywords) {
      Append(question.key, name);
      told = told && AppendValue(question.key, value);
    }
    Append(question.key, launch->keywords.size());
    for (const Config& config : launch->configs) {
      for (const auto* list : {&config.values, &config.options}) {
        Append(question.key, list->size());
        for (const auto& [name, value] : *list) {
          Append(question.key, name);
          told = told && AppendValue(question.key, value);
        }
      }
    }
    Append(question.key, launch->configs.size());
    if (!told) question.key.clear();
  }
  return Ask<KernelFindings>(question, check);
}

template <typename Found>
Found Visits::Ask(const Question& question, llvm::function_ref<Found()> find) {
  if (question.key.empty()) return find();
  if (std::shared_ptr<const Kept> kept = recall_->Find(question.key)) {
    if (std::optional<Found> found = Recalled<Found>(*kept, question)) return std::move(*found);
  }
  Reads reads;
  Found found;
  {
    Globals::Recording recording(globals_, reads);
    // What its decorators and parameters asked for before.
    globals_.FunctionAt(*question.function.module, question.function.node);
    found = find();
  }
  Remember(question, reads, found);
  return found;
}

// The place that stands for the call of a launch in what is kept.
static Place CallNumber(size_t index) { return {nullptr, static_cast<NodeId>(index)}; }

template <typename Found>
std::optional<Found> Visits::Recalled(const Kept& kept, const Question& question) {
  const Function& function = question.function;
  Moves moves;
  moves.Add(kept.modules[0].get(), function.module);
  moves.Add(kept.statements[0], StatementOf(*function.module, function.node));
  for (size_t i = 0; i < kept.names.size(); ++i) {
    if (!SameName(kept, i, moves)) return std::nullopt;
  }
  for (size_t i = 0; i < question.calls.size(); ++i) moves.Add(CallNumber(i), question.calls[i]);
  Found found = std::get<Found>(kept.found);
  if (!moves.Apply(found)) return std::nullopt;
  return found;
}

// Whether the name has the value that it had; then also where its module and statement stand now.
bool Visits::SameName(const Kept& kept, size_t index, Moves& moves) {
  const Kept::Name& name = kept.names[index];
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
template <typename Found>
void Visits::Remember(const Question& question, const Reads& reads, const Found& found) {
  auto kept = std::make_shared<Kept>();
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
  add_module(question.function.module);
  add_statement(question.function.module, question.function.node);
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
  for (size_t i = 0; i < question.calls.size(); ++i) moves.Add(question.calls[i], CallNumber(i));
  Found still = found;
  if (!moves.Apply(still)) return;
  kept->found = std::move(still);
  size_t bytes = kept->bytes();
  recall_->Keep(question.key, std::move(kept), bytes);
}

}  // namespace trident::kernel
