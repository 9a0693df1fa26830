// Advice on a kernel that compiles: what moves more bytes than needed, what is computed too narrowly, what a mask misses.
//
// Said only where the text or a launch proves it; what is not known is passed over.
#include "core/kernel/rules.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::kernel {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using parse::Tree;

namespace {

constexpr int64_t kSector = 32;      // Bytes that memory moves at once.
constexpr int64_t kFewLanes = 16;    // Blocks narrower than this say little about whole warps.
constexpr int64_t kShortSum = 64;    // Below this many terms half precision loses little; a guess.
constexpr int64_t kMaxInt32 = INT32_MAX;

bool IsHalf(Scalar scalar) { return scalar == Scalar::Fp16 || scalar == Scalar::Bf16; }

std::string Ordinal(int64_t n) {
  static constexpr const char* kEnds[] = {"th", "st", "nd", "rd"};
  int64_t last = n % 10, teens = n % 100;
  return std::to_string(n) + kEnds[last < 4 && (teens < 11 || teens > 13) ? last : 0];
}

// The keyword argument of a call, or none.
NodeId KeywordOf(const Tree& tree, NodeId call, llvm::StringRef name) {
  for (NodeId argument : tree.children(call).drop_front()) {
    if (tree.kind(argument) == NodeKind::Keyword && tree.symbol(argument).valid() && Text(tree.symbol(argument)) == name) return argument;
  }
  return kNoNode;
}

Fix AddArgument(NodeId call, const std::string& argument) { return {"Add `" + argument + "`", {{call, Fix::Edit::Where::LastArgument, argument}}}; }

}  // namespace

void Interp::AdviseAccess(const Site& site, const Value& pointer, const Value* mask, bool is_store) {
  unsigned mask_index = is_store ? 2 : 1;
  if (pointer.type.pointer != Pointer::Yes || !pointer.type.is_block()) return;
  Trace trace = TraceOf(pointer);
  Axis mask_axis;
  if (mask) mask_axis = Stretch(TraceOf(*mask).axis, mask->type.shape, pointer.type.shape);
  int64_t bytes = Bytes(pointer.type.scalar);
  Access access = AccessOf(trace.axis, mask ? &mask_axis : nullptr, bytes, pointer.type.shape.numel().value().value_or(kNominalSize), warps_);
  if (launched_ && bytes > 0 && pointer.type.shape.numel().is_constant() && !silent()) {
    found_.accesses.push_back({{frame_->function->module, site.node}, is_store, access.elements, bytes * 8});
  }
  NoteSpread(pointer, is_store && site.at(1).is(Kind::Tensor) ? &site.at(1) : nullptr, access);
  AdviseSteps(site, pointer, trace, access.fastest, is_store);
  const ArgumentFacts* facts = facts_.count(trace.root) ? &facts_[trace.root] : nullptr;
  if (facts && facts->elements && *facts->elements > kMaxInt32 && !trace.wide) {
    Report("triton-offset-overflow", site.node_of(0), "the tensor has " + std::to_string(*facts->elements) + " elements, and the offset is 32 bits wide: it reaches 2147483647 at most; cast a factor with .to(tl.int64)");
  }
  bool masked = mask || site.open || (site.given(mask_index) && !site.at(mask_index).none());
  Seen seen{site.node, frame_->function, trace.root, trace.offsets, {}, masked, is_store, branches_ == 0 && doubt_ == 0 && !silent(), kNoNode};
  if (mask) {
    seen.bounded = TraceOf(*mask).bounded;
    seen.mask = site.node_of(mask_index);
  }
  accesses_.push_back(std::move(seen));
  if (is_store || loops_.empty()) return;
  Loop& loop = loops_.back();
  uint16_t varies = std::max(trace.varies, mask ? TraceOf(*mask).varies : uint16_t{0});
  bool fixed = varies < loops_.size() && loop.frame == frame_ && loop.branches == branches_ && doubt_ == 0 && !silent() && tree().kind(loop.node) == NodeKind::For;
  bool plain = !site.given(7) && (!site.given(2) || site.at(2).is(Kind::Constant));
  if (fixed && plain) loop.loads.push_back(site.node);
}

// Neighbouring threads that read far from each other.
void Interp::AdviseSteps(const Site& site, const Value& pointer, const Trace& trace, unsigned fastest, bool is_store) {
  if (!trace.axis.sure || silent() || trace.axis.dims.size() != pointer.type.shape.rank()) return;
  const AxisDim& dim = trace.axis.dims[fastest];
  std::optional<int64_t> lanes = pointer.type.shape.dims()[fastest].value();
  if (dim.contiguity > 1 || (lanes && *lanes < kFewLanes)) return;
  int64_t bytes = std::max<int64_t>(1, Bytes(pointer.type.scalar)), by = std::abs(dim.step.by);
  std::string what = std::string("`tl.") + (is_store ? "store` writes" : "load` reads"), message;
  if (dim.step.kind == Step::Kind::Known && by > 1) {
    int64_t factor = std::min(by, std::max<int64_t>(1, kSector / bytes));
    if (factor < 2) return;
    message = what + " every " + Ordinal(by) + " element along dim " + std::to_string(fastest) + ": about " + std::to_string(factor) + " times the bytes that are used are moved";
  } else if (dim.step.kind == Step::Kind::Runtime) {
    message = what + " with a stride along dim " + std::to_string(fastest) + " that is a runtime value: neighbouring threads are apart, and up to " +
              std::to_string(std::max<int64_t>(2, kSector / bytes)) + " times the bytes that are used are moved";
  } else {
    return;
  }
  // A block has another dim along which threads could lie.
  message += trace.axis.dims.size() > 1 ? "; no dim is known to be contiguous: make the stride of the contiguous one a tl.constexpr 1, or leave it out" : "; let neighbouring lanes take neighbouring elements";
  Problem problem = Describe("triton-uncoalesced", site.node_of(0), message);
  strided_.push_back({trace.root, dim.step.kind == Step::Kind::Known ? by : 0, site.node, is_store, std::move(problem)});
}

void Interp::AdviseOffset(NodeId node, const Value& out, const Axis& axis) {
  if (out.type.scalar != Scalar::Int32 || !axis.most || *axis.most <= kMaxInt32 || silent() || doubt_ > 0) return;
  Report("triton-offset-overflow", node, "`" + SourceOf(node) + "` is 32 bits wide and reaches " + std::to_string(*axis.most) + ": it overflows; cast a factor with .to(tl.int64)");
}

// What a loop does not change, the compiler moves in front of it; what it does change is divided in every iteration.
void Interp::AdviseDivision(NodeId node, parse::BinaryOp op, const Value& a, const Value& b) {
  if ((op != parse::BinaryOp::FloorDiv && op != parse::BinaryOp::Mod) || loops_.empty() || silent() || doubt_ > 0) return;
  // `//` takes integers only.
  bool integer = IsInt(a.type.scalar) || (a.type.scalar == Scalar::Unknown && op == parse::BinaryOp::FloorDiv);
  bool integers = a.is(Kind::Tensor) && a.type.is_block() && integer && (b.unknown() || (b.is(Kind::Tensor) && b.type.pointer != Pointer::Yes));
  auto parameter = parameter_names_.find(b.id);
  if (!integers || parameter == parameter_names_.end() || TraceOf(a).varies != loops_.size()) return;
  // The quotient gives the remainder: the second of the two is almost free.
  if (!loops_.back().divisors.insert(b.id).second) return;
  std::string name = Text(parameter->second).str();
  Report("triton-loop-division", node, "each iteration divides a block by `" + name + "`, a runtime value: as a tl.constexpr it becomes a multiplication and a shift");
}

void Interp::AdviseBound(NodeId node, parse::CompareOp op, const Value& left) {
  if (op != parse::CompareOp::LtE || !left.is(Kind::Tensor) || !left.type.is_block() || silent()) return;
  NodeId right = tree().child(node, 1);
  if (tree().kind(right) != NodeKind::BinOp || static_cast<parse::BinaryOp>(tree().flags(right)) != parse::BinaryOp::Sub) return;
  NodeId number = tree().child(right, 0), one = tree().child(right, 1);
  if (tree().kind(one) != NodeKind::Int || module().text.slice(tree().start(one), tree().end(one)) != "1" || tree().kind(number) != NodeKind::Name) return;
  Trace trace = TraceOf(left);
  if (llvm::none_of(trace.axis.dims, [](const AxisDim& dim) { return dim.contiguity > 1; })) return;
  std::string better = module().text.slice(tree().start(tree().child(node, 0)), tree().end(tree().child(node, 0))).str() + " < " + Text(tree().symbol(number)).str();
  Report("triton-mask-form", node, "under this mask loads and stores move one element at a time: `" + better + "` says the same, and keeps them wide", {},
         {{"Write `" + better + "`", {{node, Fix::Edit::Where::Whole, better}}}});
}

void Interp::AdviseReduction(const Site& site) {
  const Value& input = site.at(0);
  bool sum = site.rule.apply == &Sum, extreme = site.rule.apply == &MaxMin || site.rule.apply == &ArgMaxMin;
  if (!input.is(Kind::Tensor) || input.vague || silent() || (!sum && !extreme)) return;
  std::optional<int64_t> axis = site.at(1).AsInt();
  bool whole = !site.given(1) || site.at(1).none();
  if (!axis && !whole) return;
  unsigned rank = input.type.shape.rank_known() ? input.type.shape.rank() : 0;
  if (axis && *axis < 0) axis = *axis + rank;
  if (rank == 0 || (axis && (*axis < 0 || *axis >= rank))) return;
  if (sum && !site.given(3) && IsHalf(input.type.scalar)) {
    shape::Dim terms = whole ? input.type.shape.numel() : input.type.shape.dims()[*axis];
    if (terms.value().value_or(kShortSum) >= kShortSum) {
      NodeId node = site.node_of(0);
      std::string text = module().text.slice(tree().start(node), tree().end(node)).str();
      bool simple = tree().kind(node) == NodeKind::Name || tree().kind(node) == NodeKind::Call;
      std::vector<Fix> fixes;
      if (simple) fixes.push_back({"Sum in f32", {{node, Fix::Edit::Where::Behind, ".to(tl.float32)"}}});
      Report("triton-half-sum", site.node, "the sum of " + input.ToString() + " is kept in " + Name(input.type.scalar).str() + ": cast to tl.float32 first", {}, fixes);
    }
  }
  Trace trace = TraceOf(input);
  bool touched = whole ? trace.masked_dims != 0 : (trace.masked_dims >> *axis & 1) != 0;
  if (trace.fill == Fill::None || !touched || trace.load == kNoNode) return;
  std::vector<std::pair<Place, std::string>> notes = {{{trace.load_module, trace.load}, "the load"}};
  if (trace.fill == Fill::Undefined) {
    std::string other = sum ? "0.0" : llvm::StringRef(site.rule.name).contains("max") ? "-float(\"inf\")" : "float(\"inf\")";
    bool here = trace.load_module == &module() && KeywordOf(tree(), trace.load, "mask") != kNoNode && tree().start(trace.load) < tree().start(site.node);
    std::vector<Fix> fixes;
    if (here && IsFloat(input.type.scalar)) fixes.push_back(AddArgument(trace.load, "other=" + other));
    bool integer = input.type.scalar != Scalar::Unknown && !IsFloat(input.type.scalar);
    Report("triton-masked-reduction", site.node,
           "lanes that the mask leaves out take part in " + NameOf(site) + " and are undefined: give the load `other=" + (integer ? sum ? "0" : "..." : other) + "`", notes, fixes);
  } else if (trace.fill == Fill::Power && sum) {
    Report("triton-masked-reduction", site.node, "lanes that the mask leaves out are loaded as 0, and exp() of them is added to the sum: load them as -float(\"inf\")", notes);
  }
}

void Interp::AdviseAccumulation(NodeId statement, NodeId value, Symbol name, const Value& result) {
  bool half = result.is(Kind::Tensor) && !result.vague && result.type.is_number() && IsHalf(result.type.scalar);
  if (!half || frame_->loops == 0 || silent()) return;
  if (tree().kind(statement) == NodeKind::Assign) {
    // x = x + y, x = y + x
    if (tree().kind(value) != NodeKind::BinOp || static_cast<parse::BinaryOp>(tree().flags(value)) != parse::BinaryOp::Add) return;
    bool same = llvm::any_of(tree().children(value), [&](NodeId side) { return tree().kind(side) == NodeKind::Name && tree().symbol(side) == name; });
    if (!same) return;
  }
  Report("triton-half-accumulator", statement, "`" + Text(name).str() + "` adds up in " + Name(result.type.scalar).str() + " over the iterations of a loop: keep it in f32 and cast at the end");
}

void Interp::AdviseProduct(const Site& site, const Value& a, const Value& b, const Value& out) {
  if (!out.is(Kind::Tensor) || silent()) return;
  if (InLoop()) found_.products_in_loop = true;
  bool nvidia = target_.empty() || llvm::StringRef(target_).starts_with("cuda");
  bool defaults = !site.open && (!site.given(3) || site.at(3).none()) && (!site.given(4) || site.at(4).none());
  if (nvidia && defaults && a.type.is_number() && b.type.is_number() && a.type.scalar == Scalar::Fp32 && b.type.scalar == Scalar::Fp32) {
    Report("triton-tf32", site.node, "a product of f32 runs in TF32, with 10 bits of mantissa: say input_precision=\"ieee\" or \"tf32x3\" where that is too coarse, or \"tf32\" where it is meant", {},
           {AddArgument(site.node, "input_precision=\"ieee\""), AddArgument(site.node, "input_precision=\"tf32\"")});
  }
  if (frame_->loops > 0 && out.type.scalar == Scalar::Fp16 && site.given(6) && site.given(2) && !site.at(2).none()) {
    Report("triton-half-accumulator", site.node, "the product adds up in f16 over the iterations of a loop: leave out_dtype out, keep f32 and cast at the end");
  }
  unsigned rank = out.type.shape.rank_known() ? out.type.shape.rank() : 0;
  std::optional<int64_t> rows = rank >= 2 ? out.type.shape.dims()[rank - 2].value() : std::nullopt;
  bool large = target_ == "cuda:90" || target_ == "cuda:100";
  if (large && rows && *rows < 64 && InLoop()) {
    Report("triton-dot-tile", site.node, "a product of " + std::to_string(*rows) + " rows runs on the older tensor-core instruction: 64 rows at least use the one of " + target_);
  } else if (large && rows && warps_ % 4 != 0 && InLoop()) {
    Report("triton-dot-tile", site.node, "with num_warps=" + std::to_string(warps_) + " the product runs on the older tensor-core instruction: " + target_ + " wants a multiple of 4");
  }
}

void Interp::LeaveLoop() {
  Loop loop = std::move(loops_.back());
  loops_.pop_back();
  if (loop.stores) {
    for (Loop& outer : loops_) outer.stores = true;
    return;
  }
  for (NodeId load : loop.loads) {
    std::vector<std::pair<Place, std::string>> notes = {{{frame_->function->module, loop.node}, "the loop"}};
    Report("triton-invariant-load", load, "`" + SourceOf(load) + "` reads the same in every iteration of the loop: move it in front", notes);
  }
}

void Interp::AdviseKernel() {
  for (const Strided& each : strided_) {
    // Two accesses of one stride share what they move: real and imaginary parts, even and odd.
    bool shared = each.by > 0 && llvm::any_of(strided_, [&](const Strided& other) {
      return other.node != each.node && other.base == each.base && other.by == each.by && other.is_store == each.is_store;
    });
    if (!shared) Keep(each.problem);
  }
  if (launched_) return;
  for (const Seen& bare : accesses_) {
    if (bare.masked || !bare.certain || bare.function != frame_->function || bare.offsets.empty()) continue;
    for (const Seen& guarded : accesses_) {
      if (!guarded.masked || guarded.function != bare.function) continue;
      auto bound = llvm::find_if(guarded.bounded, [&](uint32_t root) { return llvm::is_contained(bare.offsets, root) && llvm::is_contained(guarded.offsets, root); });
      if (bound == guarded.bounded.end() || whole_.contains(*bound)) continue;
      std::vector<Fix> fixes;
      std::string text = SourceOf(guarded.mask);
      bool before = tree().kind(guarded.mask) == NodeKind::Name && tree().start(guarded.mask) < tree().start(bare.node) && guarded.bounded.size() == 1;
      if (before) fixes.push_back(AddArgument(bare.node, "mask=" + text));
      Report("triton-missing-mask", bare.node, "this access has no mask, though `" + text + "` keeps the same offsets within bounds elsewhere",
             {{{bare.function->module, guarded.node}, "masked here"}}, fixes);
      break;
    }
  }
}

}  // namespace trident::kernel
