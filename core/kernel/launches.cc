// The calls kernel[grid](...) of a module: whether their arguments fit, and what they say of the parameters.
#include "core/kernel/launches.h"

#include "core/parse/literal.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

#include <memory>

namespace trident::kernel {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using parse::Tree;

namespace {

constexpr int64_t kMostBehindFirst = 65535;  // Of the sizes of a grid.

// Keywords of a launch that are no parameters: options of the compiler, of any backend.
bool IsOption(llvm::StringRef name) {
  static constexpr llvm::StringRef kOptions[] = {
      "num_warps", "num_stages", "num_ctas", "maxnreg", "ptx_options", "ir_override", "enable_fp_fusion", "enable_reflect_ftz", "launch_cooperative_grid", "launch_pdl",
      "supported_fp8_dtypes", "default_dot_input_precision", "allowed_dot_input_precisions", "max_num_imprecise_acc_default", "extern_libs", "debug", "sanitize_overflow", "arch",
      "instrumentation_mode", "waves_per_eu", "matrix_instr_nonkdim", "kpack", "allow_flush_denorm", "schedule_hint", "warmup", "grid", "stream", "backend_name", "cluster_dims"};
  return llvm::is_contained(kOptions, name);
}

std::string NameOf(const Function& function) { return Text(function.module->tree->symbol(function.node)).str(); }

Problem Describe(const char* slug, Place place, std::string message, const Function& function) {
  Problem problem;
  problem.slug = slug;
  problem.place = place;
  problem.message = std::move(message);
  problem.notes.push_back({{function.module, function.node}, "the kernel"});
  return problem;
}

// What the statements of a function or module bind names to.
class Bindings {
 public:
  Bindings(const Tree& tree, NodeId scope) : tree_(tree) {
    for (NodeId child : tree_.children(scope)) {
      if (child != kNoNode) Walk(child);
    }
  }
  // Nothing: not bound here. No node: more than once, or to something that is no value or function of its own.
  std::optional<NodeId> Find(Symbol name) const {
    auto found = bound_.find(name);
    return found == bound_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  void Bind(Symbol name, NodeId value) {
    auto [slot, added] = bound_.try_emplace(name, value);
    if (!added) slot->second = kNoNode;
  }
  void Walk(NodeId node) {
    NodeKind kind = tree_.kind(node);
    llvm::ArrayRef<NodeId> children = tree_.children(node);
    switch (kind) {
      case NodeKind::FunctionDef: Bind(tree_.symbol(node), node); return;
      case NodeKind::ClassDef: Bind(tree_.symbol(node), kNoNode); return;
      case NodeKind::Lambda: return;
      case NodeKind::Parameter: Bind(tree_.symbol(node), kNoNode); return;
      case NodeKind::Alias: Bind(tree_.symbol(node, 1).valid() ? tree_.symbol(node, 1) : tree_.symbol(node), kNoNode); return;
      case NodeKind::Global:
      case NodeKind::Nonlocal:
        for (NodeId each : children) Bind(tree_.symbol(each), kNoNode);
        return;
      default: break;
    }
    for (size_t i = 0; i < children.size(); ++i) {
      if (children[i] == kNoNode) continue;
      if (!parse::IsTarget(kind, i) && kind != NodeKind::Delete) {
        Walk(children[i]);
      } else if (tree_.kind(children[i]) == NodeKind::Name) {
        Bind(tree_.symbol(children[i]), kind == NodeKind::Assign ? children[0] : kNoNode);
      } else {
        WalkTargets(children[i]);
      }
    }
  }
  void WalkTargets(NodeId node) {
    if (tree_.kind(node) == NodeKind::Name) Bind(tree_.symbol(node), kNoNode);
    if (tree_.kind(node) == NodeKind::Attribute || tree_.kind(node) == NodeKind::Subscript) return;
    for (NodeId child : tree_.children(node)) {
      if (child != kNoNode) WalkTargets(child);
    }
  }

  const Tree& tree_;
  llvm::DenseMap<Symbol, NodeId> bound_;
};

class Finder {
 public:
  Finder(const Module& module, Globals& globals, std::vector<Problem>& problems, std::vector<Launch>& launches)
      : module_(module), tree_(*module.tree), globals_(globals), problems_(problems), launches_(launches) {}

  void Walk(NodeId node) {
    if (tree_.kind(node) == NodeKind::FunctionDef && tree_.children(node).size() > 4 && globals_.FunctionAt(module_, node).jit) return;
    if (tree_.kind(node) == NodeKind::Call && tree_.kind(tree_.child(node, 0)) == NodeKind::Subscript) Look(node);
    bool scope = tree_.kind(node) == NodeKind::FunctionDef;
    if (scope) scopes_.push_back(node);
    for (NodeId child : tree_.children(node)) {
      if (child != kNoNode) Walk(child);
    }
    if (scope) scopes_.pop_back();
  }

 private:
  void Add(const char* slug, NodeId node, std::string message, const Function& function) {
    problems_.push_back(Describe(slug, {&module_, node}, std::move(message), function));
  }

  // What the name is where the walk stands: of the innermost function that binds it, else of the module.
  NodeId Bound(Symbol name) {
    for (size_t i = scopes_.size() + 1; i-- > 0;) {
      NodeId scope = i == 0 ? tree_.root() : scopes_[i - 1];
      std::unique_ptr<Bindings>& bindings = bindings_[scope];
      if (!bindings) bindings = std::make_unique<Bindings>(tree_, scope);
      if (std::optional<NodeId> found = bindings->Find(name)) return *found;
    }
    return kNoNode;
  }

  // The Python type of a display.
  static llvm::StringRef DisplayType(NodeKind kind) {
    switch (kind) {
      case NodeKind::List:
      case NodeKind::ListComp: return "list";
      case NodeKind::Dict:
      case NodeKind::DictComp: return "dict";
      case NodeKind::Set:
      case NodeKind::SetComp: return "set";
      case NodeKind::Lambda: return "function";
      default: return "";
    }
  }

  // A literal or a dtype; what names hold at run time is not known here.
  Value ValueOf(NodeId node) {
    if (tree_.kind(node) == NodeKind::Name) return Value::Unknown();
    Value value = globals_.Evaluate(module_, node);
    value.plain = false;
    return value;
  }

  void Look(NodeId call) {
    NodeId subscript = tree_.child(call, 0), callee = tree_.child(subscript, 0);
    if (tree_.kind(callee) != NodeKind::Name && tree_.kind(callee) != NodeKind::Attribute) return;
    Value value = globals_.Evaluate(module_, callee);
    if (!value.is_constant(Constant::Function)) return;
    const Function& function = globals_.FunctionAt(*value.module, value.node);
    if (!function.jit) return;
    Launch launch;
    launch.function = {function.module, function.node};
    launch.call = {&module_, call};
    bool open = false;
    for (NodeId argument : tree_.children(call).drop_front()) {
      if (tree_.kind(argument) == NodeKind::Starred) {
        open = true;
      } else if (tree_.kind(argument) != NodeKind::Keyword) {
        if (open) continue;
        if (llvm::StringRef type = DisplayType(tree_.kind(argument)); !type.empty()) launch.misfits.push_back({launch.positional.size(), type.str()});
        launch.positional.push_back(ValueOf(argument));
      } else if (tree_.symbol(argument).valid()) {
        NodeId value = tree_.child(argument, 0);
        if (llvm::StringRef type = DisplayType(tree_.kind(value)); !type.empty()) launch.misfits.push_back({launch.positional.size() + launch.keywords.size(), type.str()});
        launch.keywords.emplace_back(tree_.symbol(argument), ValueOf(value));
      } else {
        open = true;
      }
    }
    launch.open = open;
    // What an unknown decorator takes and passes on is its own affair.
    if (!function.decorated && !function.has_outer) Check(call, function, launch);
    for (NodeId argument : tree_.children(call).drop_front()) {
      bool keyword = tree_.kind(argument) == NodeKind::Keyword;
      if (tree_.kind(argument) != NodeKind::Starred) CheckDevice(keyword ? tree_.child(argument, 0) : argument, function);
    }
    NodeId grid = tree_.child(subscript, 1);
    CheckGrid(grid, function);
    if (tree_.kind(grid) == NodeKind::Name) grid = Bound(tree_.symbol(grid));
    bool callable = grid != kNoNode && (tree_.kind(grid) == NodeKind::Lambda || tree_.kind(grid) == NodeKind::FunctionDef);
    if (callable && !function.decorated && !function.has_outer) CheckGridFunction(grid, function);
    launches_.push_back(std::move(launch));
  }

  // A tensor that torch makes in the CPU's memory for sure; else none.
  NodeId MadeOnCpu(NodeId node) {
    if (tree_.kind(node) == NodeKind::Name) node = Bound(tree_.symbol(node));
    static constexpr llvm::StringRef kStays[] = {"contiguous", "half", "float", "bfloat16", "int", "long"};
    while (node != kNoNode && tree_.kind(node) == NodeKind::Call && tree_.kind(tree_.child(node, 0)) == NodeKind::Attribute) {
      NodeId callee = tree_.child(node, 0), object = tree_.child(callee, 0);
      llvm::StringRef name = Text(tree_.symbol(callee));
      if (tree_.kind(object) == NodeKind::Name && Text(tree_.symbol(object)) == "torch") return IsFactory(name) && !NamesDevice(node) ? node : kNoNode;
      if (!llvm::is_contained(kStays, name)) return kNoNode;
      node = object;
    }
    return kNoNode;
  }
  static bool IsFactory(llvm::StringRef name) {
    static constexpr llvm::StringRef kFactories[] = {"empty", "zeros", "ones", "rand", "randn", "full", "arange", "randint", "tensor", "linspace", "eye", "randperm"};
    return llvm::is_contained(kFactories, name);
  }
  bool NamesDevice(NodeId call) const {
    return llvm::any_of(tree_.children(call).drop_front(), [&](NodeId each) {
      bool keyword = tree_.kind(each) == NodeKind::Keyword;
      return keyword && (!tree_.symbol(each).valid() || Text(tree_.symbol(each)) == "device" || Text(tree_.symbol(each)) == "out");
    });
  }
  // Tensors that name no device may be on the GPU all the same, or kernels be run by the interpreter.
  bool MadeWhereWritten() const {
    static constexpr llvm::StringRef kElsewhere[] = {"set_default", "torch.device(", "INTERPRET", "interpret", "set_active"};
    return llvm::none_of(kElsewhere, [&](llvm::StringRef word) { return module_.text.contains(word); });
  }
  void CheckDevice(NodeId argument, const Function& function) {
    NodeId made = MadeOnCpu(argument);
    if (made == kNoNode || !MadeWhereWritten()) return;
    Problem problem = Describe("triton-cpu-tensor", {&module_, argument}, "this tensor is made on the CPU, and a kernel reads the memory of the GPU: give it device=\"cuda\"", function);
    problem.notes.push_back({{&module_, made}, "made here"});
    problem.fixes.push_back({"Make it on the GPU", {{made, Fix::Edit::Where::LastArgument, "device=\"cuda\""}}});
    problems_.push_back(std::move(problem));
  }

  void Check(NodeId call, const Function& function, const Launch& launch) {
    std::string name = "`" + NameOf(function) + "`";
    size_t count = function.parameters.size();
    if (launch.positional.size() > count) {
      Add("triton-launch-arguments", call, name + " takes " + std::to_string(count) + " arguments, but " + std::to_string(launch.positional.size()) + " are given", function);
      return;
    }
    std::vector<bool> given(count);
    for (size_t i = 0; i < launch.positional.size(); ++i) given[i] = true;
    for (NodeId argument : tree_.children(call).drop_front()) {
      if (tree_.kind(argument) != NodeKind::Keyword || !tree_.symbol(argument).valid()) continue;
      Symbol keyword = tree_.symbol(argument);
      auto at = llvm::find_if(function.parameters, [&](const Parameter& p) { return p.name == keyword; });
      if (at == function.parameters.end()) {
        if (!IsOption(Text(keyword))) {
          Add("triton-launch-keyword", argument, "`" + Text(keyword).str() + "` is neither a parameter of " + name + " nor an option of the compiler" + Nearest(function, Text(keyword)), function);
        }
        if (Text(keyword) == "num_warps") CheckWarps(argument, function);
        continue;
      }
      size_t i = at - function.parameters.begin();
      if (given[i]) Add("triton-launch-arguments", argument, "`" + Text(keyword).str() + "` is given twice", function);
      given[i] = true;
      bool tuned = llvm::any_of(function.configs, [&](const Config& config) { return llvm::any_of(config.values, [&](const auto& each) { return each.first == keyword; }); });
      if (tuned) Add("triton-config-conflict", argument, "`" + Text(keyword).str() + "` is set by the autotune configurations of " + name + " and cannot be passed", function);
    }
    if (launch.open || function.tuned) return;
    for (size_t i = 0; i < count; ++i) {
      if (given[i] || function.parameters[i].default_value != kNoNode) continue;
      Add("triton-launch-arguments", call, name + " needs `" + Text(function.parameters[i].name).str() + "`", function);
      return;
    }
  }

  static std::string Nearest(const Function& function, llvm::StringRef keyword) {
    llvm::SmallVector<llvm::StringRef, 16> names = {"num_warps", "num_stages", "num_ctas"};
    for (const Parameter& parameter : function.parameters) names.push_back(Text(parameter.name));
    return DidYouMean(keyword, names);
  }

  void CheckWarps(NodeId keyword, const Function& function) {
    std::string wrong = WrongWarps(ValueOf(tree_.child(keyword, 0)));
    if (!wrong.empty()) Add("triton-num-warps", keyword, std::move(wrong), function);
  }

  void CheckGrid(NodeId grid, const Function& function) {
    NodeKind kind = tree_.kind(grid);
    bool number = kind == NodeKind::Int || kind == NodeKind::Float;
    if (number) Add("triton-launch-grid", grid, "a grid is a tuple of 1 to 3 integers, or a function that gives one: write `(...,)`", function);
    if (kind != NodeKind::Tuple) return;
    for (auto [i, size] : llvm::enumerate(tree_.children(grid))) {
      CheckGridSize(size, i, function);
      if (tree_.kind(size) == NodeKind::Float) Add("triton-launch-grid", size, "the sizes of a grid are integers: use triton.cdiv or `//`", function);
      bool division = tree_.kind(size) == NodeKind::BinOp && static_cast<parse::BinaryOp>(tree_.flags(size)) == parse::BinaryOp::Div;
      if (division) Add("triton-launch-grid", size, "the sizes of a grid are integers, and `/` gives a float: use triton.cdiv or `//`", function);
    }
  }

  // lambda META: (triton.cdiv(n, META["BLOCK"]),) is given the kernel's parameters by name.
  void CheckGridFunction(NodeId grid, const Function& function) {
    bool lambda = tree_.kind(grid) == NodeKind::Lambda;
    llvm::ArrayRef<NodeId> parameters = tree_.children(tree_.child(grid, 0));
    if (parameters.size() != 1) return;
    CheckMeta(tree_.child(grid, 1), tree_.symbol(parameters[0]), function);
    if (!lambda) return;
    NodeId body = tree_.child(grid, 1);
    bool cdiv = tree_.kind(body) == NodeKind::Call && globals_.IsTriton(module_, body, "triton.cdiv");
    if (cdiv) Add("triton-launch-grid", body, "a grid is a tuple of 1 to 3 integers: write `(...,)`", function);
    CheckGrid(body, function);
  }

  void CheckMeta(NodeId node, Symbol meta, const Function& function) {
    bool item = tree_.kind(node) == NodeKind::Subscript && tree_.kind(tree_.child(node, 0)) == NodeKind::Name && tree_.symbol(tree_.child(node, 0)) == meta &&
                tree_.kind(tree_.child(node, 1)) == NodeKind::Str;
    if (item) {
      std::string key = parse::DecodeString(module_.text, tree_, tree_.child(node, 1));
      bool known = llvm::any_of(function.parameters, [&](const Parameter& parameter) { return Text(parameter.name) == key; });
      if (!known && told_.insert(node).second) {
        Add("triton-launch-grid", tree_.child(node, 1), "`" + key + "` is no parameter of `" + NameOf(function) + "`, and a grid is given its parameters alone" + NearestParameter(function, key), function);
      }
    }
    for (NodeId child : tree_.children(node)) {
      if (child != kNoNode) CheckMeta(child, meta, function);
    }
  }

  static std::string NearestParameter(const Function& function, llvm::StringRef key) {
    llvm::SmallVector<llvm::StringRef, 16> names;
    for (const Parameter& parameter : function.parameters) names.push_back(Text(parameter.name));
    return DidYouMean(key, names);
  }

  void CheckGridSize(NodeId size, size_t place, const Function& function) {
    std::optional<int64_t> number = tree_.kind(size) == NodeKind::Int ? ValueOf(size).AsInt() : std::nullopt;
    if (place > 2 && number != 1) {
      Add("triton-launch-grid", size, "a grid has 3 sizes at most: what stands behind the third is ignored", function);
    } else if (number == 0) {
      Add("triton-launch-grid", size, "a grid with a size of 0 launches nothing", function);
    } else if ((place == 1 || place == 2) && number && *number > kMostBehindFirst) {
      Add("triton-launch-grid", size, "the second and the third size of a grid are 65535 at most, not " + std::to_string(*number) + ": make it the first", function);
    }
  }

  const Module& module_;
  const Tree& tree_;
  Globals& globals_;
  std::vector<Problem>& problems_;
  std::vector<Launch>& launches_;
  std::set<NodeId> told_;  // Of grids that several launches share.
  llvm::SmallVector<NodeId, 4> scopes_;  // Functions around what the walk looks at.
  llvm::DenseMap<NodeId, std::unique_ptr<Bindings>> bindings_;
};

// The argument's node; the call where it cannot be told.
NodeId ArgumentNode(const Launch& launch, size_t argument) {
  const Tree& tree = *launch.call.first->tree;
  NodeId call = launch.call.second;
  if (tree.kind(call) != NodeKind::Call) return call;
  size_t position = 0;
  for (NodeId each : tree.children(call).drop_front()) {
    if (tree.kind(each) == NodeKind::Starred) return call;
    if (tree.kind(each) == NodeKind::Keyword) {
      bool same = argument >= launch.positional.size() && tree.symbol(each) == launch.keywords[argument - launch.positional.size()].first;
      if (same) return tree.child(each, 0);
    } else if (position++ == argument) {
      return each;
    }
  }
  return call;
}

const Parameter* ParameterOf(const Launch& launch, const Function& function, size_t argument) {
  if (argument < launch.positional.size()) return argument < function.parameters.size() ? &function.parameters[argument] : nullptr;
  Symbol name = launch.keywords[argument - launch.positional.size()].first;
  auto at = llvm::find_if(function.parameters, [&](const Parameter& p) { return p.name == name; });
  return at == function.parameters.end() ? nullptr : &*at;
}

// What is wrong with an object as an argument; empty when nothing is.
std::string WrongObject(const std::string& type, const Parameter& parameter) {
  std::string name = "`" + Text(parameter.name).str() + "`";
  bool hashable = type == "str" || type == "torch.dtype" || type == "tl.dtype" || type == "function";
  if (parameter.is_constexpr) return hashable || type == "complex tensor" ? "" : "a " + type + " cannot be the constexpr " + name + ", as it has no hash: pass a tuple";
  if (type == "complex tensor") return "a kernel takes no complex tensors: pass torch.view_as_real(...) for " + name;
  if (hashable) return "a " + type + " can only be passed for a constexpr, and " + name + " is none: annotate it with tl.constexpr";
  return "a " + type + " cannot be passed to a kernel (for " + name + "): pass a tensor" + (type == "list" ? ", or a tuple" : "");
}

bool IsFloatGrid(const Value& value) { return value.is_constant(Constant::Float) || (value.is(Kind::Tensor) && value.type.is_number() && IsFloat(value.type.scalar)); }
bool IsIntGrid(const Value& value) { return value.is_constant(Constant::Int) || (value.is(Kind::Tensor) && value.type.is_number() && IsInt(value.type.scalar)); }

void CheckGridValue(const Launch& launch, const Function& function, std::vector<Problem>& problems) {
  const Tree& tree = *launch.call.first->tree;
  NodeId call = launch.call.second;
  bool shown = tree.kind(call) == NodeKind::Call && tree.kind(tree.child(call, 0)) == NodeKind::Subscript;
  NodeId grid = shown ? tree.child(tree.child(call, 0), 1) : call;
  auto add = [&](NodeId node, std::string message) { problems.push_back(Describe("triton-launch-grid", {launch.call.first, node}, std::move(message), function)); };
  if (IsIntGrid(launch.grid) || IsFloatGrid(launch.grid)) return add(grid, "a grid is a tuple of 1 to 3 integers, or a function that gives one: write `(...,)`");
  if (!launch.grid.is(Kind::Tuple)) return;
  llvm::ArrayRef<Value> sizes = launch.grid.elements();
  bool spread = tree.kind(grid) == NodeKind::Tuple && tree.children(grid).size() == sizes.size();
  for (size_t i = 0; i < sizes.size() && i < 3; ++i) {
    NodeId node = spread ? tree.child(grid, i) : grid;
    if (IsFloatGrid(sizes[i])) add(node, "the sizes of a grid are integers, and this is a float: use triton.cdiv or `//`");
    std::optional<int64_t> number = sizes[i].AsInt();
    if (i > 0 && number && *number > kMostBehindFirst) add(node, "the second and the third size of a grid are 65535 at most, not " + std::to_string(*number) + ": make it the first");
  }
}

}  // namespace

std::vector<Problem> CheckPassed(const Launch& launch, const Function& function) {
  std::vector<Problem> problems;
  if (!function.jit || function.decorated || function.has_outer) return problems;
  auto check = [&](size_t argument, const std::string& type) {
    const Parameter* parameter = ParameterOf(launch, function, argument);
    std::string wrong = parameter ? WrongObject(type, *parameter) : "";
    if (!wrong.empty()) problems.push_back(Describe("triton-launch-object", {launch.call.first, ArgumentNode(launch, argument)}, std::move(wrong), function));
  };
  for (const Misfit& misfit : launch.misfits) check(misfit.argument, misfit.type);
  size_t argument = 0;
  auto look = [&](const Value& value) {
    if (value.is_constant(Constant::Str)) check(argument, "str");
    if (value.is_constant(Constant::DType)) check(argument, "tl.dtype");
    ++argument;
  };
  for (const Value& value : launch.positional) look(value);
  for (const auto& [name, value] : launch.keywords) look(value);
  CheckGridValue(launch, function, problems);
  return problems;
}

std::string WrongWarps(const Value& value) {
  std::optional<int64_t> warps = value.AsInt();
  bool wrong = warps && (*warps <= 0 || (*warps & (*warps - 1)) != 0 || *warps > 32);
  return wrong ? "num_warps must be a power of two, 32 at most, not " + std::to_string(*warps) : "";
}

void FindLaunches(const Module& module, Globals& globals, std::vector<Problem>& problems, std::vector<Launch>& launches) {
  Finder finder(module, globals, problems, launches);
  finder.Walk(module.tree->root());
}

}  // namespace trident::kernel
