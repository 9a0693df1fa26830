#include "core/kernel/configurations.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::kernel {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using parse::Tree;

namespace {

constexpr int64_t kThreadRegisters = 255;

void Add(std::vector<Problem>& problems, const char* slug, Place place, std::string message, std::vector<std::pair<Place, std::string>> notes = {}) {
  Problem problem;
  problem.slug = slug;
  problem.place = place;
  problem.message = std::move(message);
  problem.notes = std::move(notes);
  problems.push_back(std::move(problem));
}

std::string NameOf(Symbol name) { return "`" + Text(name).str() + "`"; }

// Finds `rows = pid // n` beside `columns = pid % n`, both of which number the tiles of a product.
class ProgramOrder {
 public:
  explicit ProgramOrder(const Function& function) : function_(function), tree_(*function.module->tree) { Walk(tree_.child(function.node, 1)); }

  // The statement that takes the row of tiles.
  NodeId Plain() const {
    if (grouped_) return kNoNode;
    for (const Part& row : rows_) {
      for (const Part& column : columns_) {
        bool pair = row.program == column.program && row.by == column.by && programs_.count(row.program) && IsTile(row) && IsTile(column);
        if (pair) return row.statement;
      }
    }
    return kNoNode;
  }

 private:
  struct Part {
    Symbol name, program;
    llvm::StringRef by;
    NodeId statement;
  };

  // Written in place, or by its name.
  bool IsTile(const Part& part) const { return !part.name.valid() || tiles_.count(part.name); }

  llvm::StringRef TextOf(NodeId node) const { return function_.module->text.slice(tree_.start(node), tree_.end(node)); }
  bool IsCallOf(NodeId node, llvm::StringRef name) const {
    return tree_.kind(node) == NodeKind::Call && tree_.kind(tree_.child(node, 0)) == NodeKind::Attribute && Text(tree_.symbol(tree_.child(node, 0))) == name;
  }
  void Look(NodeId statement) {
    NodeId target = tree_.child(statement, 1), value = tree_.child(statement, 0);
    if (tree_.kind(target) != NodeKind::Name) return;
    if (IsCallOf(value, "program_id")) programs_.insert(tree_.symbol(target));
    LookForPart(tree_.symbol(target), value, statement);
  }
  // `pid // n` or `pid % n`; `name`: what it is assigned to, if it is.
  void LookForPart(Symbol name, NodeId value, NodeId place) {
    if (tree_.kind(value) != NodeKind::BinOp || tree_.kind(tree_.child(value, 0)) != NodeKind::Name) return;
    auto op = static_cast<parse::BinaryOp>(tree_.flags(value));
    Part part{name, tree_.symbol(tree_.child(value, 0)), TextOf(tree_.child(value, 1)), place};
    if (op == parse::BinaryOp::FloorDiv) rows_.push_back(part);
    if (op == parse::BinaryOp::Mod) columns_.push_back(part);
  }
  // name * BLOCK + tl.arange(...): the first element of a tile.
  void LookForTile(NodeId node) {
    if (static_cast<parse::BinaryOp>(tree_.flags(node)) != parse::BinaryOp::Add) return;
    NodeId product = tree_.child(node, 0);
    if (tree_.kind(product) != NodeKind::BinOp || static_cast<parse::BinaryOp>(tree_.flags(product)) != parse::BinaryOp::Mul || !IsCallOf(tree_.child(node, 1), "arange")) return;
    for (NodeId side : tree_.children(product)) {
      if (tree_.kind(side) == NodeKind::Name) tiles_.insert(tree_.symbol(side));
      LookForPart(Symbol(), side, side);
    }
  }
  void Walk(NodeId node) {
    if (tree_.kind(node) == NodeKind::Assign && tree_.children(node).size() == 2) Look(node);
    if (tree_.kind(node) == NodeKind::BinOp) LookForTile(node);
    if (tree_.kind(node) == NodeKind::Call && IsCallOf(node, "swizzle2d")) grouped_ = true;
    for (NodeId child : tree_.children(node)) {
      if (child != kNoNode) Walk(child);
    }
  }

  const Function& function_;
  const Tree& tree_;
  std::set<Symbol> programs_, tiles_;
  std::vector<Part> rows_, columns_;
  bool grouped_ = false;
};

void AdviseKey(const Function& function, const Findings& found, std::vector<Problem>& problems) {
  // A key that names one runtime bound of a loop and leaves out another is an oversight; one that names none is a choice.
  if (!function.tuned || function.keys.empty() || function.decorated) return;
  auto keyed = [&](Symbol name) { return llvm::any_of(function.keys, [&](const auto& key) { return key.first == name; }); };
  auto runtime = [&](const Parameter& p) { return !p.is_constexpr && found.loop_bounds.count(p.name); };
  if (llvm::none_of(function.parameters, [&](const Parameter& p) { return !p.is_constexpr && keyed(p.name); })) return;
  for (const Parameter& parameter : function.parameters) {
    // A rounded size may stand for it: T_BUCKET for T.
    bool rounded = llvm::any_of(function.keys, [&](const auto& key) { return Text(key.first).contains(Text(parameter.name)); });
    if (!runtime(parameter) || rounded) continue;
    std::vector<std::pair<Place, std::string>> notes;
    notes.push_back({{function.module, function.keys.front().second}, "the key"});
    Add(problems, "triton-autotune-size", {function.module, parameter.node},
        NameOf(parameter.name) + " bounds a loop and is not in the autotune key: the configuration chosen for its first value is used for all", notes);
  }
}

void AdviseInPlace(const Function& function, const Findings& found, std::vector<Problem>& problems) {
  if (!function.tuned || function.restores || function.configs.size() < 2 || function.decorated) return;
  const Findings::Traffic& traffic = found.traffic;
  for (const Parameter& parameter : function.parameters) {
    bool atomic = traffic.atomic.count(parameter.name) != 0, in_place = traffic.read.count(parameter.name) && traffic.written.count(parameter.name);
    if (!atomic && !in_place) continue;
    Add(problems, "triton-autotune-in-place", {function.module, parameter.node},
        "the tuner runs every configuration on the same tensors, and the kernel " + std::string(atomic ? "accumulates into " : "reads and writes ") + NameOf(parameter.name) + ": give @triton.autotune " +
            (atomic ? "reset_to_zero" : "restore_value") + "=[\"" + Text(parameter.name).str() + "\"]");
  }
}

}  // namespace

std::optional<int64_t> OptionOf(const Launch& launch, const Config& config, llvm::StringRef name) {
  for (const auto* list : {&config.options, &launch.keywords}) {
    for (const auto& [keyword, value] : *list) {
      if (Text(keyword) == name && value.AsInt()) return value.AsInt();
    }
  }
  return std::nullopt;
}

void AdviseDefinition(const Function& function, const Findings& found, std::vector<Problem>& problems) {
  AdviseKey(function, found, problems);
  AdviseInPlace(function, found, problems);
  if (!found.products_in_loop) return;
  if (NodeId plain = ProgramOrder(function).Plain(); plain != kNoNode) {
    Add(problems, "triton-program-order", {function.module, plain},
        "programs that run together walk whole rows of tiles and share few operands in the L2 cache: visit groups of rows, as tl.swizzle2d does");
  }
}

void AdviseLaunch(const Function& function, const Findings& found, const Launch& launch, const Config& config, std::vector<Problem>& problems) {
  // What evaluation says of a configuration may be the default of Config.
  bool evaluated = config.node == kNoNode && !config.options.empty();
  if (std::optional<int64_t> stages = OptionOf(launch, config, "num_stages"); !evaluated && stages && *stages > 1 && !found.loads_in_loop && !found.opaque) {
    // Once for all configurations.
    bool first = config.node == kNoNode || config.node == function.configs.front().node;
    Place place = config.node != kNoNode ? Place{function.module, config.node} : launch.call.first == function.module ? launch.call : Place{function.module, function.node};
    if (first) Add(problems, "triton-stages-unused", place, "num_stages=" + std::to_string(*stages) + " has no effect: the kernel has no loop that loads");
  }
  int64_t warps = OptionOf(launch, config, "num_warps").value_or(4);
  for (const Product& product : found.workload.products) {
    int64_t each = product.rows * product.columns / (32 * warps);
    // From 10.0 on the accumulator lies in a memory of its own; AMD has twice the registers.
    bool elsewhere = launch.target.rfind("hip", 0) == 0 || launch.target == "cuda:100";
    if (elsewhere || each <= kThreadRegisters || !product.in_loop) continue;
    Add(problems, "triton-registers", config.node != kNoNode ? Place{function.module, config.node} : Place{function.module, function.node},
        "the accumulator of " + std::to_string(product.rows) + " x " + std::to_string(product.columns) + " takes " + std::to_string(each) + " registers of each thread with num_warps=" +
            std::to_string(warps) + ", and a thread has " + std::to_string(kThreadRegisters) + ": the rest is spilled to memory; use more warps or a smaller tile");
    break;
  }
}

}  // namespace trident::kernel
