// The stage's entry: which functions are checked, with which arguments, and what comes out.
#include "core/kernel/configurations.h"
#include "core/kernel/launches.h"
#include "core/kernel/recall.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <cstring>

namespace trident::kernel {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using parse::Tree;
using shape::Dim;

// As StringRef::contains; the C library's search is several times as fast, and this one sees every text after every edit.
static bool Holds(llvm::StringRef text, llvm::StringRef word) { return memmem(text.data(), text.size(), word.data(), word.size()) != nullptr; }

bool MayHoldKernels(llvm::StringRef text) { return Holds(text, "triton") && Holds(text, "jit"); }

Value Interp::Fresh(Type type) {
  Value value = Value::Tensor(type);
  value.id = next_id_++;
  return value;
}

Value Interp::Fresh(Value value) {
  if (!value.undefined() && !value.is(Kind::Tuple)) value.id = next_id_++;
  if (value.is(Kind::Tuple)) {
    std::vector<Value> items;
    for (const Value& item : value.elements()) items.push_back(Fresh(item));
    value.items = std::make_shared<const std::vector<Value>>(std::move(items));
  }
  return value;
}

std::string Interp::SourceOf(NodeId node) const {
  // Long expressions do not fit a message.
  static constexpr size_t kMax = 40;
  std::string text = module().text.slice(tree().start(node), tree().end(node)).str();
  size_t line = text.find('\n');
  if (line != std::string::npos) text = text.substr(0, line) + "...";
  return text.size() > kMax ? text.substr(0, kMax) + "..." : text;
}

Value Interp::Report(const char* slug, NodeId node, const std::string& message, std::vector<std::pair<Place, std::string>> notes, std::vector<Fix> fixes) {
  if (silent()) return Value::Unknown();
  Problem problem = Describe(slug, node, message);
  problem.notes = std::move(notes);
  problem.fixes = std::move(fixes);
  Keep(std::move(problem));
  return Value::Unknown();
}

Problem Interp::Describe(const char* slug, NodeId node, const std::string& message) const {
  Problem problem;
  problem.slug = slug;
  problem.message = message;
  problem.place = {frame_->function->module, node};
  problem.when = when_;
  for (Frame* frame = frame_; frame->parent; frame = frame->parent) problem.calls.emplace_back(frame->parent->function->module, frame->call);
  return problem;
}

void Interp::Keep(Problem problem) {
  std::string key = std::to_string(reinterpret_cast<uintptr_t>(problem.place.first)) + ":" + std::to_string(problem.place.second) + ":" + problem.slug;
  if (seen_.insert(key).second) found_.problems.push_back(std::move(problem));
}

void Interp::RunKernel(const Function& function, llvm::ArrayRef<Value> arguments, llvm::ArrayRef<ArgumentFacts> facts, const std::string& when) {
  when_ = when;
  steps_ = 0;
  Frame frame;
  frame.function = &function;
  frame_ = &frame;
  for (unsigned i = 0; i < arguments.size(); ++i) {
    Value value = Fresh(arguments[i]);
    frame.locals.emplace_back(function.parameters[i].name, value);
    frame.defined.push_back(function.parameters[i].name);
    Record(function.parameters[i].node, function.parameters[i].name, value);
    parameter_names_[value.id] = function.parameters[i].name;
    TraceArgument(value, i < facts.size() ? facts[i] : ArgumentFacts());
  }
  Block(tree().child(function.node, 1));
  AdviseKernel();
  frame_ = nullptr;
}

Findings Interp::TakeFindings() {
  for (auto [binding, values] : llvm::zip_equal(found_.bindings, bound_)) binding.values = std::make_shared<const Values>(std::move(values));
  return std::move(found_);
}

namespace {

// What the body of a function says of its parameters, for a kernel that no launch describes.
class Usage {
 public:
  Usage(Globals& globals, const Function& function) : globals_(globals), function_(function), tree_(*function.module->tree) {
    Walk(tree_.child(function.node, 1));
    // A pointer reaches tl.load through variables: a few steps are enough for real kernels.
    for (int pass = 0; pass < 3; ++pass) {
      for (auto& [name, values] : assigned_) {
        if (!pointers_.count(name)) continue;
        for (NodeId value : values) MarkPointer(value);
      }
    }
    // Another name of a parameter that is used as a number.
    for (auto& [name, values] : assigned_) {
      if (!others_.count(name)) continue;
      for (NodeId value : values) MarkNumber(value);
    }
  }
  bool IsPointer(Symbol name) const { return pointers_.count(name) && !others_.count(name); }
  bool IsSize(Symbol name) const { return sizes_.count(name); }
  bool uses_program_id() const { return uses_program_id_; }
  bool returns() const { return returns_; }

 private:
  void MarkPointer(NodeId node) {
    while (tree_.kind(node) == NodeKind::BinOp) {
      auto op = static_cast<parse::BinaryOp>(tree_.flags(node));
      if (op != parse::BinaryOp::Add && op != parse::BinaryOp::Sub) return;
      node = tree_.child(node, 0);
    }
    if (tree_.kind(node) == NodeKind::Name) pointers_.insert(tree_.symbol(node));
  }
  void MarkNumber(NodeId node) {
    if (tree_.kind(node) == NodeKind::Name) others_.insert(tree_.symbol(node));
  }
  void MarkSizes(NodeId node) {
    if (tree_.kind(node) == NodeKind::Name) sizes_.insert(tree_.symbol(node));
    if (tree_.kind(node) == NodeKind::Call || tree_.kind(node) == NodeKind::IfExp || tree_.kind(node) == NodeKind::Compare) return;
    for (NodeId child : tree_.children(node)) {
      if (child != kNoNode) MarkSizes(child);
    }
  }
  void Walk(NodeId node) {
    switch (tree_.kind(node)) {
      case NodeKind::Return:
        if (tree_.child(node, 0) != kNoNode) returns_ = true;
        break;
      case NodeKind::Assign:
        for (NodeId target : tree_.children(node).drop_front()) {
          if (tree_.kind(target) == NodeKind::Name) assigned_[tree_.symbol(target)].push_back(tree_.child(node, 0));
        }
        break;
      case NodeKind::AugAssign: {
        auto op = static_cast<parse::BinaryOp>(tree_.flags(node));
        if (op != parse::BinaryOp::Add && op != parse::BinaryOp::Sub) MarkNumber(tree_.child(node, 1));
        break;
      }
      case NodeKind::Attribute: {
        NodeId object = tree_.child(node, 0);
        llvm::StringRef name = Text(tree_.symbol(node));
        bool descriptor = name == "load" || name == "store" || name == "block_shape" || name == "shape";
        if (tree_.kind(object) == NodeKind::Name && descriptor) others_.insert(tree_.symbol(object));
        break;
      }
      case NodeKind::Subscript:
        if (tree_.kind(tree_.child(node, 0)) == NodeKind::Name) others_.insert(tree_.symbol(tree_.child(node, 0)));
        break;
      case NodeKind::Call: WalkCall(node); break;
      case NodeKind::Compare: {
        // A parameter that is a number on some path is no pointer for sure.
        auto op = static_cast<parse::CompareOp>(tree_.flags(node));
        if (op == parse::CompareOp::Is || op == parse::CompareOp::IsNot) break;
        for (NodeId side : tree_.children(node)) MarkNumber(side);
        break;
      }
      case NodeKind::BinOp: {
        auto op = static_cast<parse::BinaryOp>(tree_.flags(node));
        if (op == parse::BinaryOp::Add || op == parse::BinaryOp::Sub) break;
        for (NodeId side : tree_.children(node)) MarkNumber(side);
        break;
      }
      default: break;
    }
    for (NodeId child : tree_.children(node)) {
      if (child != kNoNode) Walk(child);
    }
  }
  void WalkCall(NodeId node) {
    NodeId callee = tree_.child(node, 0);
    if (tree_.kind(callee) != NodeKind::Attribute && tree_.kind(callee) != NodeKind::Name) return;
    llvm::StringRef name = Text(tree_.symbol(callee));
    llvm::ArrayRef<NodeId> arguments = tree_.children(node).drop_front();
    if (name == "program_id") uses_program_id_ = true;
    if (arguments.empty()) return;
    if (name == "load" || name == "store" || name.starts_with("atomic_") || name == "make_block_ptr" || name == "make_tensor_descriptor") {
      bool of_language = tree_.kind(callee) == NodeKind::Name || tree_.kind(tree_.child(callee, 0)) == NodeKind::Name;
      if (of_language && tree_.kind(callee) == NodeKind::Attribute) {
        Value module = globals_.Evaluate(*function_.module, tree_.child(callee, 0));
        of_language = module.is_constant(Constant::Module);
      }
      if (of_language) MarkPointer(arguments[0]);
    }
    if (name == "arange" || name == "static_range" || name == "cdiv" || name == "range") {
      for (NodeId argument : arguments) MarkSizes(argument);
    }
    if (name == "zeros" || name == "full") MarkSizes(arguments[0]);
    if (name == "make_block_ptr" && arguments.size() > 4) MarkSizes(arguments[4]);
  }

  Globals& globals_;
  const Function& function_;
  const Tree& tree_;
  std::set<Symbol> pointers_, sizes_, others_;
  std::map<Symbol, std::vector<NodeId>> assigned_;
  bool uses_program_id_ = false, returns_ = false;
};

bool Holds(llvm::ArrayRef<Problem> problems, const Problem& problem) {
  return llvm::any_of(problems, [&](const Problem& other) { return other.place == problem.place && llvm::StringRef(other.slug) == problem.slug; });
}

// Where the bindings of a list are in it: each name of a statement is one of them, with the values of all.
class MergedBindings {
 public:
  void Add(Binding binding, std::vector<Binding>& list) {
    auto [slot, added] = index_.try_emplace(KeyOf(binding), list.size());
    if (added) {
      list.push_back(std::move(binding));
      return;
    }
    std::shared_ptr<const Values>& known = list[slot->second].values;
    bool news = llvm::any_of(binding.values->texts, [&](const std::string& text) { return !llvm::is_contained(known->texts, text); });
    if (!news) return;
    auto both = std::make_shared<Values>(*known);
    for (const auto& [value, text] : llvm::zip_equal(binding.values->all, binding.values->texts)) both->Add(value, text);
    known = std::move(both);
  }
  // Whether it is one of the first `count`.
  bool Holds(const Binding& binding, size_t count) const {
    auto found = index_.find(KeyOf(binding));
    return found != index_.end() && found->second < count;
  }

 private:
  using Key = std::pair<const Module*, std::pair<NodeId, Symbol>>;
  static Key KeyOf(const Binding& binding) { return {binding.module, {binding.statement, binding.name}}; }
  llvm::DenseMap<Key, size_t> index_;
};

// One kernel with its launches.
class KernelChecker {
 public:
  KernelChecker(const Module& module, Globals& globals, Visits& visits, const Function& function)
      : module_(module), globals_(globals), visits_(visits), function_(function), usage_(globals, function) {}

  KernelFindings Run(llvm::ArrayRef<const Launch*> launches) {
    CheckDefinition();
    CheckGeneric();
    if (llvm::any_of(launches, [](const Launch* launch) { return !launch->by_type; }) && !function_.decorated) CheckReturn();
    for (const Launch* launch : launches) CheckLaunch(*launch);
    return std::move(found_);
  }

 private:
  void CheckAnnotation(const Parameter& parameter);
  void CheckDefinition();
  void CheckReturn();
  void CheckGeneric();
  void CheckLaunch(const Launch& launch);
  void Collect(std::vector<Problem>& problems) {
    for (Problem& problem : problems) {
      if (!Holds(found_.problems, problem)) found_.problems.push_back(std::move(problem));
    }
  }
  Estimate EstimateLaunch(Findings& found, const Launch& launch, const Config& config, const std::string& when);
  Value GenericArgument(const Parameter& parameter, bool entry);
  Value LaunchArgument(const Parameter& parameter, const Value& given, bool by_type);
  struct Passed {
    std::vector<Value> values;
    std::vector<ArgumentFacts> facts;
    std::string when;
  };
  Passed ArgumentsOf(const Launch& launch, llvm::ArrayRef<Value> given, const Config& config);
  std::vector<std::pair<std::string, std::string>> SignatureOf(const Passed& passed) const;
  void Add(const char* slug, Place place, const std::string& message) {
    Problem problem;
    problem.slug = slug;
    problem.message = message;
    problem.place = place;
    found_.problems.push_back(std::move(problem));
  }

  const Module& module_;
  Globals& globals_;
  Visits& visits_;
  const Function& function_;
  Usage usage_;
  KernelFindings found_;
  MergedBindings merged_;       // Of found_.launched.
  std::set<std::string> seen_;  // Launches that were checked.
};

class Checker {
 public:
  Checker(const Module& module, Host& host, Recall* recall) : module_(module), globals_(host), visits_(globals_, host, recall) {}

  Report Run(llvm::ArrayRef<Launch> launches) {
    llvm::ArrayRef<NodeId> functions = globals_.FunctionsOf(module_);
    report_.kernels = functions.size();
    std::vector<Launch> all(launches.begin(), launches.end()), read;
    FindLaunches(module_, globals_, report_.problems, read);
    for (Launch& launch : read) {
      if (llvm::none_of(launches, [&](const Launch& other) { return Covers(other.call, launch.call); })) all.push_back(std::move(launch));
    }
    for (const Launch& launch : all) {
      if (launch.call.first != &module_ || launch.by_type) continue;
      std::vector<Problem> wrong = CheckPassed(launch, globals_.FunctionAt(*launch.function.first, launch.function.second));
      for (Problem& problem : wrong) {
        if (!Holds(report_.problems, problem)) report_.problems.push_back(std::move(problem));
      }
    }
    std::vector<Binding> generic;
    for (NodeId node : functions) {
      const Function& function = globals_.FunctionAt(module_, node);
      std::vector<const Launch*> own;
      for (const Launch& launch : all) {
        if (launch.function == Place{&module_, node}) own.push_back(&launch);
      }
      KernelFindings found = visits_.Find(function, own, [&] { return KernelChecker(module_, globals_, visits_, function).Run(own); });
      size_t before = report_.problems.size();
      for (Problem& problem : found.problems) {
        // A helper's, which another kernel calls as well.
        if (!Holds(llvm::ArrayRef(report_.problems).take_front(before), problem)) report_.problems.push_back(std::move(problem));
      }
      for (Binding& binding : found.launched) merged_.Add(std::move(binding), report_.bindings);
      std::move(found.generic.begin(), found.generic.end(), std::back_inserter(generic));
      std::move(found.estimates.begin(), found.estimates.end(), std::back_inserter(report_.estimates));
    }
    // What no launch reached is shown as its text says.
    size_t launched = report_.bindings.size();
    for (Binding& binding : generic) {
      if (!merged_.Holds(binding, launched)) merged_.Add(std::move(binding), report_.bindings);
    }
    return std::move(report_);
  }

 private:
  static bool Covers(const Place& outer, const Place& inner) {
    if (!outer.first || outer.first != inner.first || outer.second == kNoNode) return false;
    const Tree& tree = *outer.first->tree;
    return tree.start(outer.second) <= tree.start(inner.second) && tree.end(inner.second) <= tree.end(outer.second);
  }

  const Module& module_;
  Globals globals_;
  Visits visits_;
  Report report_;
  MergedBindings merged_;
};

// Shared memory by target; a problem where it is more than the target of the launch has, or more than any GPU has.
Estimate KernelChecker::EstimateLaunch(Findings& found, const Launch& launch, const Config& config, const std::string& when) {
  const Workload& workload = found.workload;
  auto option = [&](llvm::StringRef name) { return OptionOf(launch, config, name); };
  Estimate estimate;
  estimate.accesses = std::move(found.accesses);
  estimate.function = {function_.module, function_.node};
  estimate.when = when;
  estimate.warps = option("num_warps").value_or(4);
  estimate.stages = option("num_stages").value_or(3);
  int64_t least = INT64_MAX, fewest = INT64_MAX, limit = 0;
  // Operands of unknown dtype, or computed ones, say nothing.
  bool known = workload.products.empty() ? !workload.opaque && !found.opaque : !workload.operands.empty();
  for (const Target& target : known ? Targets() : llvm::ArrayRef<Target>()) {
    if (!launch.target.empty() && launch.target != target.name) continue;
    int64_t stages = option("num_stages").value_or(llvm::StringRef(target.name).starts_with("hip") ? 2 : 3);
    std::optional<int64_t> bytes = SharedBytes(workload, target.name, estimate.warps, stages);
    if (!bytes) continue;
    estimate.shared.emplace_back(target.name, *bytes);
    least = std::min(least, *bytes - target.shared_bytes);
    fewest = std::min(fewest, *bytes);
    limit = target.shared_bytes;
  }
  if (known) estimate.registers = Registers(workload, launch.target, estimate.warps);
  if (!estimate.shared.empty() && least > 0) {
    std::string where = launch.target.empty() ? "more than any GPU has" : launch.target + " has " + std::to_string(limit);
    Problem problem;
    problem.slug = "triton-shared-memory";
    problem.place = {function_.module, function_.node};
    problem.message = "a program needs " + std::to_string(fewest) + " bytes of shared memory at least, with " + std::to_string(estimate.stages) + " stages: " + where +
                      "; make the blocks or num_stages smaller";
    problem.when = when;
    if (config.node != kNoNode) problem.notes.push_back({{function_.module, config.node}, "with this configuration"});
    found.problems.push_back(std::move(problem));
  }
  return estimate;
}

// The front end visits annotations as it visits the body, where only some of Python's names exist.
void KernelChecker::CheckAnnotation(const Parameter& parameter) {
  static constexpr llvm::StringRef kMissing[] = {"bool", "str", "dict", "tuple", "set", "object", "bytes", "complex", "type"};
  NodeId node = parameter.annotation;
  if (node == kNoNode || module_.tree->kind(node) != NodeKind::Name) return;
  Symbol name = module_.tree->symbol(node);
  if (!llvm::is_contained(kMissing, Text(name)) || !globals_.Resolve(module_, name).undefined()) return;
  std::string text = Text(name).str();
  Add("triton-undefined-name", {&module_, node}, "annotations are evaluated in the kernel, where `" + text + "` is not defined: write \"" + text + "\" in quotes, or leave it out");
}

void KernelChecker::CheckDefinition() {
  for (const Parameter& parameter : function_.parameters) {
    CheckAnnotation(parameter);
    bool clash = parameter.is_constexpr && llvm::is_contained(function_.not_specialized, parameter.name);
    if (clash) {
      Add("triton-do-not-specialize", {&module_, parameter.node}, "`" + Text(parameter.name).str() + "` is a constexpr and in do_not_specialize: take it out of the list");
    }
  }
  auto is_parameter = [&](Symbol name) { return llvm::any_of(function_.parameters, [&](const Parameter& p) { return p.name == name; }); };
  if (function_.decorated) return;
  for (const auto& [name, node] : function_.keys) {
    if (!is_parameter(name)) Add("triton-autotune-key", {&module_, node}, "the key `" + Text(name).str() + "` is no parameter of the kernel: it is ignored, and the kernel is not tuned again when it changes");
  }
  for (const Config& config : function_.configs) {
    for (const auto& [name, value] : config.values) {
      if (!is_parameter(name)) Add("triton-config-name", {&module_, config.node}, "the configuration sets `" + Text(name).str() + "`, which is no parameter of the kernel");
    }
    for (const auto& [name, value] : config.options) {
      std::string wrong = Text(name) == "num_warps" ? WrongWarps(value) : "";
      if (!wrong.empty()) Add("triton-num-warps", {&module_, config.node}, wrong);
    }
  }
}

// A value for sure: what a call returns may be None.
void KernelChecker::CheckReturn() {
  const Tree& tree = *module_.tree;
  for (NodeId statement : tree.children(tree.child(function_.node, 1))) {
    NodeId value = tree.kind(statement) == NodeKind::Return ? tree.child(statement, 0) : kNoNode;
    if (value == kNoNode) continue;
    NodeKind kind = tree.kind(value);
    bool sure = kind == NodeKind::Name || kind == NodeKind::BinOp || kind == NodeKind::Tuple || kind == NodeKind::Int || kind == NodeKind::Float;
    if (sure) Add("triton-kernel-returns", {&module_, statement}, "a kernel that is launched cannot return a value: store it through a pointer");
    return;
  }
}

Value KernelChecker::GenericArgument(const Parameter& parameter, bool entry) {
  if (parameter.is_constexpr) {
    Dim symbol = Dim::Named(parameter.name);
    return usage_.IsSize(parameter.name) ? Value::Int(symbol) : Value::SomeConstant(symbol);
  }
  if (parameter.annotated && entry) return *parameter.annotated;
  if (usage_.IsPointer(parameter.name) && entry) return Value::Tensor(Type::PointerTo(Scalar::Unknown));
  return entry ? Value::Argument() : Value::Unknown();
}

void KernelChecker::CheckGeneric() {
  // Helpers take blocks as well; what a launched kernel takes is a scalar, a pointer or a constant.
  bool entry = usage_.uses_program_id() && !usage_.returns();
  std::vector<Value> arguments;
  for (const Parameter& parameter : function_.parameters) arguments.push_back(GenericArgument(parameter, entry));
  Findings found = visits_.Find({function_, arguments, {}, ""});
  AdviseDefinition(function_, found, found.problems);
  // Which of several definitions is the one for this version of Triton is not known.
  if (!function_.alternative) Collect(found.problems);
  found_.generic = std::move(found.bindings);
}

Value KernelChecker::LaunchArgument(const Parameter& parameter, const Value& given, bool by_type) {
  if (by_type) return given;
  if (parameter.is_constexpr) {
    // A number that is known to be one, but not which.
    if (!given.is(Kind::Tensor)) return given;
    bool integer = given.type.is_number() && IsInt(given.type.scalar) && given.type.is_scalar();
    return integer ? Value::Int(Dim::Named(parameter.name)) : Value::SomeConstant(Dim::Named(parameter.name));
  }
  if (parameter.annotated && given.is(Kind::Constant) && !given.none()) return *parameter.annotated;
  if (!given.is(Kind::Constant)) return given;
  switch (given.constant) {
    case Constant::Int: {
      bool one = given.integer == Dim(1) && !llvm::is_contained(function_.not_specialized, parameter.name);
      if (one) return given;
      return Value::Tensor(Type::Of(given.integer.is_constant() ? ScalarOf(given) : Scalar::Int32));
    }
    case Constant::Bool: return Value::Tensor(Type::Of(Scalar::Int1));
    case Constant::Float: return Value::Tensor(Type::Of(Scalar::Fp32));
    case Constant::Unknown: return Value::Argument();
    default: return given;
  }
}

// What the compiler is told of an argument, or sees in its value.
static ArgumentFacts FactsOf(const Function& function, const Parameter& parameter, const Value& given, bool by_type) {
  ArgumentFacts out;
  bool specialized = !llvm::is_contained(function.not_specialized, parameter.name);
  if (given.is(Kind::Tensor)) {
    out.one_ruled_out = by_type && !given.vague;
    // Memory of a tensor is aligned unless it is a slice.
    out.divisible = given.divisible || (!by_type && given.type.is_pointer());
    if (given.type.is_pointer()) out.elements = given.integer.value();
  } else if (std::optional<int64_t> number = given.is_constant(Constant::Int) ? given.AsInt() : std::nullopt) {
    out.one_ruled_out = *number != 1 || !specialized;
    out.divisible = specialized && *number % 16 == 0;
    out.value = number;
  }
  return out;
}

// The argument in a signature; empty when it cannot be written or is not known.
static std::string TypeInSignature(const Value& value, const ArgumentFacts& facts) {
  std::string mark = facts.divisible ? ":16" : "";
  if (value.is(Kind::Tensor) && !value.vague && value.type.is_scalar() && (value.type.pointer == Pointer::Yes || value.type.pointer == Pointer::No)) {
    llvm::StringRef name = SignatureName(value.type.scalar);
    if (name.empty()) return "";
    return (value.type.pointer == Pointer::Yes ? (value.type.is_const ? "*k" : "*") + name.str() : name.str()) + mark;
  }
  if (!value.is(Kind::Constant)) return "";
  switch (value.constant) {
    case Constant::None: return "=None";
    case Constant::Bool: return value.integer.is_constant() ? value.AsInt() == 0 ? "=False" : "=True" : "";
    case Constant::Int: return value.integer.is_constant() ? "=" + std::to_string(value.integer.constant()) : "";
    case Constant::Float: return std::isfinite(value.number) ? "=" + llvm::formatv("{0:f17}", value.number).str() : "";
    case Constant::Str: {
      llvm::StringRef text = Text(value.symbol);
      return text.find_first_of("'\\\n") == llvm::StringRef::npos ? ("='" + text + "'").str() : "";
    }
    default: return "";
  }
}

// Empty when the type of one of the arguments is not known.
std::vector<std::pair<std::string, std::string>> KernelChecker::SignatureOf(const Passed& passed) const {
  std::vector<std::pair<std::string, std::string>> out;
  for (unsigned i = 0; i < passed.values.size(); ++i) {
    std::string text = TypeInSignature(passed.values[i], passed.facts[i]);
    if (text.empty()) return {};
    out.emplace_back(Text(function_.parameters[i].name).str(), std::move(text));
  }
  return out;
}

// What a launch passes with one configuration.
KernelChecker::Passed KernelChecker::ArgumentsOf(const Launch& launch, llvm::ArrayRef<Value> given, const Config& config) {
  Passed out;
  for (unsigned i = 0; i < given.size(); ++i) {
    const Parameter& parameter = function_.parameters[i];
    auto tuned = llvm::find_if(config.values, [&](const auto& each) { return each.first == parameter.name; });
    Value value = given[i];
    if (tuned != config.values.end()) {
      value = tuned->second;
    } else if (value.undefined() && llvm::is_contained(function_.heuristics, parameter.name)) {
      value = Value::SomeConstant(Dim::Named(parameter.name));
    } else if (value.undefined() && parameter.default_value != kNoNode && !function_.tuned && !function_.decorated) {
      value = globals_.Evaluate(module_, parameter.default_value);
      value.plain = false;
    }
    if (value.undefined() || value.unknown()) value = parameter.is_constexpr ? Value::SomeConstant(Dim::Named(parameter.name)) : Value::Unknown();
    out.facts.push_back(FactsOf(function_, parameter, value, launch.by_type));
    value = LaunchArgument(parameter, value, launch.by_type);
    bool open = value.unknown() || (parameter.is_constexpr && value.is_constant(Constant::Unknown));
    if (open) value = GenericArgument(parameter, true);
    bool shown = parameter.is_constexpr && value.is(Kind::Constant) && value.constant != Constant::Unknown;
    if (shown) {
      std::string text = value.ToString();
      llvm::StringRef rest = text;
      rest.consume_front("constexpr ");
      out.when += (out.when.empty() ? "" : ", ") + Text(parameter.name).str() + "=" + rest.str();
    }
    out.values.push_back(std::move(value));
  }
  return out;
}

// What was found with one configuration among several, as far as it holds when the tuner leaves the configuration out.
class Trials {
 public:
  void Add(std::vector<Problem> problems, bool pruned) {
    ++count_;
    for (Problem& problem : problems) {
      llvm::StringRef slug = problem.slug;
      // The tuner catches these and goes on with the next.
      bool skipped = pruned || slug == "triton-static-assert" || slug == "triton-shared-memory";
      auto same = llvm::find_if(found_, [&](const Found& each) { return each.problem.place == problem.place && slug == each.problem.slug; });
      if (same == found_.end()) {
        found_.push_back({std::move(problem), 1, count_, skipped});
      } else if (same->last != count_) {
        ++same->times;
        same->last = count_;
      }
    }
  }
  // Those that remain.
  std::vector<Problem> Take() {
    std::vector<Problem> out;
    for (Found& each : found_) {
      bool always = each.times == count_;
      if (each.skipped && !always && llvm::StringRef(each.problem.slug) != "triton-shared-memory") continue;
      if (each.skipped && !always) each.problem.slug = "triton-config-skipped";
      out.push_back(std::move(each.problem));
    }
    return out;
  }

 private:
  struct Found {
    Problem problem;
    unsigned times, last;
    bool skipped;
  };
  std::vector<Found> found_;
  unsigned count_ = 0;
};

void KernelChecker::CheckLaunch(const Launch& launch) {
  // Different launches of one kernel, up to a number that keeps the answer quick.
  static constexpr size_t kMaxRuns = 32;
  std::vector<Value> given(function_.parameters.size());
  for (unsigned i = 0; i < launch.positional.size() && i < given.size(); ++i) given[i] = launch.positional[i];
  for (const auto& [name, value] : launch.keywords) {
    auto at = llvm::find_if(function_.parameters, [&, &n = name](const Parameter& p) { return p.name == n; });
    if (at != function_.parameters.end()) given[at - function_.parameters.begin()] = value;
  }
  // Every configuration that is tried, up to a number that keeps the answer quick.
  static constexpr size_t kMaxConfigs = 16;
  std::vector<Config> configs = function_.configs.empty() ? launch.configs : function_.configs;
  if (configs.empty()) configs.emplace_back();
  if (configs.size() > kMaxConfigs) configs.resize(kMaxConfigs);
  Trials trials;
  for (const Config& config : configs) {
    Passed passed = ArgumentsOf(launch, given, config);
    std::string key = launch.target + "/";
    for (const auto& [name, value] : launch.keywords) {
      if (Text(name) == "num_warps" || Text(name) == "num_stages") key += value.ToString() + "/";
    }
    for (const auto& [name, value] : config.options) key += value.ToString() + "/";
    for (const Value& argument : passed.values) key += argument.ToString() + (argument.vague ? "v;" : ";");
    if (seen_.size() >= kMaxRuns || !seen_.insert(key).second) continue;
    Findings found = visits_.Find({function_, passed.values, passed.facts, passed.when, true, launch.target, OptionOf(launch, config, "num_warps").value_or(4)});
    AdviseLaunch(function_, found, launch, config, found.problems);
    for (Binding& binding : found.bindings) merged_.Add(std::move(binding), found_.launched);
    found_.estimates.push_back(EstimateLaunch(found, launch, config, passed.when));
    found_.estimates.back().signature = SignatureOf(passed);
    found_.estimates.back().target = launch.target;
    trials.Add(std::move(found.problems), function_.pruned && configs.size() > 1);
  }
  std::vector<Problem> problems = trials.Take();
  Collect(problems);
}

}  // namespace

Report Check(const Module& module, llvm::ArrayRef<Launch> launches, Host& host, Recall* recall) {
  Checker checker(module, host, recall);
  return checker.Run(launches);
}

}  // namespace trident::kernel
