#include "core/optimize/rewriter.h"

#include "core/cost/cost.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

namespace trident::optimize {

using graph::Argument;
using graph::Node;
using Kind = Argument::Kind;

void Runs::Add(const Node& node) {
  if (graph::RunsNothing(node)) return;
  cost::Cost cost = cost::NodeCost(node);
  std::optional<int64_t> flops = cost.flops.value(), bytes = (cost.bytes_read + cost.bytes_written).value();
  known &= flops && bytes;
  if (known) kernels.push_back({static_cast<double>(*flops), static_cast<double>(*bytes), node.outputs.empty() ? shape::DType::F32 : node.outputs[0].type.dtype});
}

double Runs::Seconds(const cost::Device& device) const {
  double seconds = 0;
  for (const cost::Run& run : kernels) seconds += cost::Seconds(device, run);
  return seconds;
}

bool HasAny(const Program& program, std::initializer_list<llvm::StringRef> names) {
  return llvm::any_of(program.nodes, [&](const Node& node) { return llvm::is_contained(names, graph::ShortName(node.op)); });
}

Rewriter::Rewriter(Program& program, Log& log) : program_(program), log_(log), dead_(program.nodes.size(), 0) {
  size_t values = program.nodes.size() + program.entry.state.size();
  maker_.reserve(program.nodes.size());
  readers_.reserve(values);
  types_.reserve(values);
  for (size_t i = 0; i < program.entry.state.size(); ++i) {
    state_[program.entry.state[i].value] = i;
    types_[program.entry.state[i].value] = program.entry.state[i].type;
  }
  for (const Argument& argument : program.entry.output) {
    if (argument.is(Kind::Tensor)) ++returned_[argument.value()];
  }
  for (size_t i = 0; i < program.nodes.size(); ++i) IndexNode(i);
}

void Rewriter::IndexNode(size_t i) {
  const Node& node = program_.nodes[i];
  for (const graph::Use& use : node.outputs) {
    maker_[use.value] = static_cast<int>(i);
    types_[use.value] = use.type;
  }
  for (const graph::Use& use : node.inputs) types_.try_emplace(use.value, use.type);
  for (const Argument& argument : node.arguments) {
    if (argument.is(Kind::Tensor)) readers_[argument.value()].push_back(i);
  }
}

int Rewriter::MakerOf(ValueNumber value) const {
  if (value == graph::kNoValue) return -1;
  auto found = maker_.find(value);
  return found == maker_.end() || dead_[found->second] ? -1 : found->second;
}

int Rewriter::MadeBy(ValueNumber value, std::initializer_list<llvm::StringRef> names) const {
  if (value == graph::kNoValue) return -1;
  int at = MakerOf(value);
  return at >= 0 && Alone(value) && llvm::is_contained(names, name(at)) && program_.nodes[at].outputs.size() == 1 ? at : -1;
}

std::vector<size_t> Rewriter::ReadingNodes(ValueNumber value) const {
  auto found = readers_.find(value);
  if (found == readers_.end()) return {};
  // A weight of a training loop has thousands of readers.
  llvm::SmallSetVector<size_t, 16> out;
  for (size_t i : found->second) {
    if (dead_[i]) continue;
    bool reads = llvm::any_of(program_.nodes[i].arguments, [&](const Argument& argument) { return argument.is(Kind::Tensor) && argument.value() == value; });
    if (reads) out.insert(i);
  }
  return {out.begin(), out.end()};
}

unsigned Rewriter::ReadersOf(ValueNumber value) const {
  auto returned = returned_.find(value);
  unsigned inserted = 0;
  for (const auto& [at, node] : inserted_) {
    inserted += llvm::any_of(node.inputs, [&](const graph::Use& use) { return use.value == value; });
  }
  return ReadingNodes(value).size() + inserted + (returned == returned_.end() ? 0 : returned->second);
}

const graph::State* Rewriter::StateOf(ValueNumber value) const {
  auto found = state_.find(value);
  return found == state_.end() ? nullptr : &program_.entry.state[found->second];
}

shape::TensorType Rewriter::TypeOf(ValueNumber value) const {
  auto found = types_.find(value);
  return found == types_.end() ? shape::TensorType{} : found->second;
}

void Rewriter::Kill(size_t i) { dead_[i] = 1; }

static void Substitute(Node& node, ValueNumber from, ValueNumber to, shape::TensorType type) {
  for (Argument& argument : node.arguments) {
    if (argument.is(Kind::Tensor) && argument.value() == from) argument.bits = to;
  }
  for (graph::Use& use : node.inputs) {
    if (use.value == from) use = {to, type};
  }
}

void Rewriter::Forward(ValueNumber from, ValueNumber to) {
  shape::TensorType type = TypeOf(to);
  for (size_t i : ReadingNodes(from)) {
    Substitute(program_.nodes[i], from, to, type);
    readers_[to].push_back(i);
  }
  for (auto& [at, node] : inserted_) Substitute(node, from, to, type);
  for (Argument& argument : program_.entry.output) {
    if (argument.is(Kind::Tensor) && argument.value() == from) {
      argument.bits = to;
      ++returned_[to];
    }
  }
  returned_.erase(from);
}

static llvm::SmallVector<graph::Use, 3> InputsOf(const Rewriter& rewriter, llvm::ArrayRef<Argument> arguments) {
  llvm::SmallVector<graph::Use, 3> inputs;
  for (const Argument& argument : arguments) {
    if (argument.is(Kind::Tensor)) inputs.push_back({argument.value(), rewriter.TypeOf(argument.value())});
  }
  return inputs;
}

void Rewriter::Become(size_t i, llvm::StringRef op, Arguments arguments) {
  Node& node = program_.nodes[i];
  node.op = Intern(op);
  node.inputs = InputsOf(*this, arguments);
  node.arguments = std::move(arguments);
  node.attribute = false;
  node.writes = -1;
  IndexNode(i);
  NoteResult(i);
}

// The last rewrite tells those who write source what it came to.
void Rewriter::NoteResult(size_t i) {
  if (last_applied_ != i) return;
  Rewrite& rewrite = log_.applied.back();
  rewrite.result = program_.nodes[i];
  rewrite.after.Add(rewrite.result);
  for (const auto& [at, node] : inserted_) {
    if (at != i) continue;
    rewrite.inserted.push_back(node);
    rewrite.after.Add(node);
  }
}

ValueNumber Rewriter::Insert(size_t i, llvm::StringRef op, Arguments arguments, shape::TensorType type, uint32_t scope) {
  ValueNumber value = program_.NewValue();
  graph::Use result{value, type};
  InsertMany(i, op, std::move(arguments), result, scope);
  return value;
}

void Rewriter::InsertMany(size_t i, llvm::StringRef op, Arguments arguments, llvm::ArrayRef<graph::Use> results, uint32_t scope) {
  Node node;
  const Node& at = program_.nodes[i];
  node.op = Intern(op);
  node.scope = scope == graph::kNoUnit ? at.scope : scope;
  node.unit = at.unit;
  node.start = at.start;
  node.end = at.end;
  node.inputs = InputsOf(*this, arguments);
  node.arguments = std::move(arguments);
  node.outputs.append(results.begin(), results.end());
  node.returns = results.size() == 1 ? Node::Returns::Tensor : Node::Returns::Tensors;
  for (const graph::Use& use : results) types_[use.value] = use.type;
  inserted_.emplace_back(i, std::move(node));
}

void Rewriter::SetOther(size_t at) {
  const Node& node = program_.nodes[at];
  Rewrite& rewrite = log_.applied.back();
  rewrite.other_unit = node.unit;
  rewrite.other_start = node.start;
  rewrite.other_end = node.end;
  if (llvm::is_contained(last_replaced_, at)) return;
  rewrite.before.Add(node);
  rewrite.after.Add(node);
}

void Rewriter::Finish() {
  // A node takes half a kilobyte and a model up to 70,000 of them: what does not change stays where it is.
  if (inserted_.empty()) {
    size_t kept = 0;
    for (size_t i = 0; i < program_.nodes.size(); ++i) {
      if (dead_[i]) continue;
      if (kept != i) program_.nodes[kept] = std::move(program_.nodes[i]);
      ++kept;
    }
    program_.nodes.erase(program_.nodes.begin() + kept, program_.nodes.end());
    return;
  }
  std::vector<Node> nodes;
  nodes.reserve(inserted_.size() + llvm::count(dead_, false));
  llvm::stable_sort(inserted_, [](const auto& a, const auto& b) { return a.first < b.first; });
  size_t next = 0;
  for (size_t i = 0; i < program_.nodes.size(); ++i) {
    for (; next < inserted_.size() && inserted_[next].first == i; ++next) {
      nodes.push_back(std::move(inserted_[next].second));
    }
    if (!dead_[i]) nodes.push_back(std::move(program_.nodes[i]));
  }
  program_.nodes = std::move(nodes);
}

void Rewriter::Applied(const char* slug, std::string message, size_t at, llvm::ArrayRef<size_t> replaced, std::vector<std::string> conditions) {
  Rewrite rewrite;
  const Node& node = program_.nodes[at];
  rewrite.slug = slug;
  rewrite.message = std::move(message);
  rewrite.unit = node.unit;
  rewrite.start = node.start;
  rewrite.end = node.end;
  rewrite.conditions = std::move(conditions);
  for (size_t i : replaced) {
    cost::Cost cost = cost::NodeCost(program_.nodes[i]);
    rewrite.kernels_saved += !graph::RunsNothing(program_.nodes[i]);
    // The result of a merged operator is neither written nor read back.
    rewrite.bytes_saved = rewrite.bytes_saved + cost.bytes_written + cost.bytes_written;
    rewrite.replaced.push_back(program_.nodes[i]);
    rewrite.before.Add(program_.nodes[i]);
  }
  if (!llvm::is_contained(replaced, at)) rewrite.before.Add(node);
  log_.applied.push_back(std::move(rewrite));
  last_replaced_.assign(replaced.begin(), replaced.end());
  last_applied_ = at;
}

void Rewriter::Rejected(const char* slug, std::string reason, size_t at) {
  const Node& node = program_.nodes[at];
  log_.rejected.push_back({slug, std::move(reason), node.unit, node.start, node.end});
}

std::optional<double> NumberOf(const Argument* argument) {
  if (!argument) return std::nullopt;
  if (argument->is(Kind::Float)) return argument->number();
  if (argument->is(Kind::Int) && argument->dim().is_constant()) return static_cast<double>(argument->dim().constant());
  return std::nullopt;
}

std::optional<int64_t> IntOf(const Argument* argument) {
  return argument && argument->is(Kind::Int) ? argument->dim().value() : std::nullopt;
}

ValueNumber TensorOf(const Argument* argument) { return argument && argument->is(Kind::Tensor) ? argument->value() : graph::kNoValue; }

Operand OperandOf(const Node& node, unsigned i) {
  const Argument* argument = graph::FindArgument(node, i, i == 0 ? "input" : "other");
  return {TensorOf(argument), NumberOf(argument)};
}

bool IsLastDim(const Argument* argument, unsigned rank) {
  if (!argument) return false;
  if (argument->count == 1 && (argument->is(Kind::Tuple) || argument->is(Kind::List))) return IsLastDim(argument + 1, rank);
  std::optional<int64_t> dim = IntOf(argument);
  return dim && (*dim == -1 || (rank > 0 && *dim == static_cast<int64_t>(rank) - 1));
}

bool IsTrue(const Argument* argument) { return argument && argument->is(Kind::Bool) && argument->truth(); }

llvm::SmallVector<int64_t, 4> ResultSizes(const Node& node) {
  llvm::SmallVector<int64_t, 4> sizes;
  if (node.outputs.empty() || !node.outputs[0].type.shape.is_constant()) return sizes;
  for (shape::Dim dim : node.outputs[0].type.shape.dims()) sizes.push_back(dim.constant());
  return sizes;
}

Argument Named(llvm::StringRef keyword, Argument argument) {
  argument.keyword = Intern(keyword);
  return argument;
}

}  // namespace trident::optimize
