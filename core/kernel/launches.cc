// The calls kernel[grid](...) of a module: whether their arguments fit, and what they say of the parameters.
#include "core/kernel/launches.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::kernel {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using parse::Tree;

namespace {

// Keywords of a launch that are no parameters: options of the compiler, of any backend.
bool IsOption(llvm::StringRef name) {
  static constexpr llvm::StringRef kOptions[] = {
      "num_warps", "num_stages", "num_ctas", "maxnreg", "ptx_options", "ir_override", "enable_fp_fusion", "enable_reflect_ftz", "launch_cooperative_grid", "launch_pdl",
      "supported_fp8_dtypes", "default_dot_input_precision", "allowed_dot_input_precisions", "max_num_imprecise_acc_default", "extern_libs", "debug", "sanitize_overflow", "arch",
      "instrumentation_mode", "waves_per_eu", "matrix_instr_nonkdim", "kpack", "allow_flush_denorm", "schedule_hint", "warmup", "grid", "stream", "backend_name", "cluster_dims"};
  return llvm::is_contained(kOptions, name);
}

std::string NameOf(const Function& function) { return Text(function.module->tree->symbol(function.node)).str(); }

class Finder {
 public:
  Finder(const Module& module, Globals& globals, std::vector<Problem>& problems, std::vector<Launch>& launches)
      : module_(module), tree_(*module.tree), globals_(globals), problems_(problems), launches_(launches) {}

  void Walk(NodeId node) {
    if (tree_.kind(node) == NodeKind::FunctionDef && tree_.children(node).size() > 4 && globals_.FunctionAt(module_, node).jit) return;
    if (tree_.kind(node) == NodeKind::Call && tree_.kind(tree_.child(node, 0)) == NodeKind::Subscript) Look(node);
    for (NodeId child : tree_.children(node)) {
      if (child != kNoNode) Walk(child);
    }
  }

 private:
  void Add(const char* slug, NodeId node, std::string message, const Function& function) {
    Problem problem;
    problem.slug = slug;
    problem.place = {&module_, node};
    problem.message = std::move(message);
    problem.notes.push_back({{function.module, function.node}, "the kernel"});
    problems_.push_back(std::move(problem));
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
        if (!open) launch.positional.push_back(ValueOf(argument));
      } else if (tree_.symbol(argument).valid()) {
        launch.keywords.emplace_back(tree_.symbol(argument), ValueOf(tree_.child(argument, 0)));
      } else {
        open = true;
      }
    }
    launch.open = open;
    // What an unknown decorator takes and passes on is its own affair.
    if (!function.decorated && !function.has_outer) Check(call, function, launch);
    CheckGrid(tree_.child(subscript, 1), function);
    launches_.push_back(std::move(launch));
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

  void CheckGridSize(NodeId size, size_t place, const Function& function) {
    static constexpr int64_t kMostBehindFirst = 65535;
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
};

}  // namespace

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
