// Rules: loads, stores and atomics through pointers and blocks of pointers.
#include "core/kernel/rules.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::kernel {

using shape::Dim;
using shape::Shape;

namespace {

constexpr llvm::StringRef kEviction[] = {"evict_last", "evict_first"};

bool IsDefault(const Value& value) {
  if (value.none() || value.undefined()) return true;
  if (value.is(Kind::Tuple)) return value.elements().empty();
  return value.is_constant(Constant::Str) && Text(value.symbol).empty();
}

// What a pointer argument is, as far as memory rules go; nullopt: nothing more can be said.
std::optional<Value> PointerOf(Site& site, const char* slug, const std::string& what) {
  const Value& pointer = site.at(0);
  if (pointer.none() && site.given(0)) {
    site.FailAt(0, "triton-none", what + " got None instead of a pointer: test `is not None` first");
    return std::nullopt;
  }
  if (pointer.is(Kind::Descriptor)) {
    site.FailAt(0, slug, what + " takes pointers, not a tensor descriptor: use its .load and .store");
    return std::nullopt;
  }
  bool number = pointer.is_constant(Constant::Int) || pointer.is_constant(Constant::Bool) || pointer.is_constant(Constant::Float);
  bool wrong = number || (pointer.is(Kind::Tensor) && !pointer.vague && pointer.type.pointer == Pointer::No);
  if (wrong) {
    site.FailAt(0, slug, what + " takes pointers, and `" + site.interp.SourceOf(site.node_of(0)) + "` is " + pointer.ToString());
    return std::nullopt;
  }
  if (!pointer.is(Kind::Tensor)) return std::nullopt;
  return pointer;
}

Type ElementOf(const Value& pointer) { return Type::Of(pointer.type.scalar, pointer.type.shape); }

// The mask as a tensor, checked for its dtype; false: it was reported.
bool CheckMask(Site& site, unsigned index, std::optional<Value>& mask) {
  if (!site.given(index) || site.at(index).none()) return true;
  mask = TensorOf(site, index);
  if (!mask) return true;
  bool literal_true = site.at(index).is_constant(Constant::Bool);
  bool wrong = !mask->vague && (mask->type.is_pointer() || (mask->type.is_number() && mask->type.scalar != Scalar::Int1));
  if (wrong && !literal_true) {
    site.FailAt(index, "triton-mask-dtype", "a mask must be boolean, not " + mask->ToString() + ": compare, as in `offsets < n`");
    return false;
  }
  return true;
}

Value LoadBlock(Site& site, const Value& pointer) {
  for (unsigned i : {1u, 2u}) {
    if (site.given(i) && !site.at(i).none() && !site.at(i).unknown()) {
      return site.FailAt(i, "triton-block-pointer", "a load through a block pointer takes no mask or other: use boundary_check and padding_option");
    }
  }
  unsigned rank = pointer.type.block.rank_known() ? pointer.type.block.rank() : 0;
  const Value& check = site.at(3);
  if (check.is(Kind::Tuple) && rank > 0) {
    std::optional<llvm::SmallVector<int64_t, 4>> dims = ConstantList(check.elements());
    std::vector<bool> seen(rank);
    for (int64_t d : dims ? llvm::ArrayRef<int64_t>(*dims) : llvm::ArrayRef<int64_t>()) {
      if (d < -static_cast<int64_t>(rank) || d >= static_cast<int64_t>(rank)) {
        return site.FailAt(3, "triton-axis", "boundary_check names dim " + std::to_string(d) + " of a block of " + std::to_string(rank) + " dims");
      }
      if (d < 0) d += rank;
      if (seen[d]) return site.FailAt(3, "triton-axis", "boundary_check names dim " + std::to_string(d) + " twice");
      seen[d] = true;
    }
  }
  const Value& padding = site.at(4);
  if (padding.is_constant(Constant::Str) && Text(padding.symbol) == "nan" && pointer.type.scalar != Scalar::Unknown && IsInt(pointer.type.scalar)) {
    return site.FailAt(4, "triton-block-pointer", "integers have no nan to pad with: use padding_option=\"zero\"");
  }
  Value out = site.interp.Fresh(Type::Of(pointer.type.scalar, pointer.type.block));
  site.interp.NoteTraffic(pointer, false, false);
  site.interp.NoteLoad(out, false);
  return out;
}

}  // namespace

Value Load(Site& site) {
  static constexpr llvm::StringRef kCache[] = {".ca", ".cg", ".cv"};
  static constexpr llvm::StringRef kPadding[] = {"zero", "nan"};
  site.interp.NoteLoading();
  std::optional<Value> pointer = PointerOf(site, "triton-load-pointer", "tl.load");
  bool words = CheckWord(site, 4, "padding option", kPadding) && CheckWord(site, 5, "cache modifier of a load", kCache) && CheckWord(site, 6, "eviction policy", kEviction);
  if (!pointer || !words) return Value::Unknown();
  if (pointer->type.pointer == Pointer::Block) return LoadBlock(site, *pointer);
  if (pointer->type.pointer == Pointer::Maybe) {
    Value out = site.interp.Fresh(Type::Of(Scalar::Unknown, pointer->vague ? Shape::Scalar() : Shape()));
    if (pointer->vague) out = Value::Unknown();
    return out;
  }
  if (site.given(2) && !site.at(2).none() && site.at(1).none() && !site.open) {
    return site.FailAt(2, "triton-other-without-mask", "`other` says what masked lanes read, but there is no `mask`");
  }
  if (!IsDefault(site.at(3)) && !site.at(3).unknown()) {
    return site.FailAt(3, "triton-block-pointer", "boundary_check is for block pointers: pass `mask` to load through pointers");
  }
  if (!IsDefault(site.at(4)) && site.at(4).is_constant(Constant::Str)) {
    return site.FailAt(4, "triton-block-pointer", "padding_option is for block pointers: pass `other` to load through pointers");
  }
  std::optional<Value> mask, other;
  if (!CheckMask(site, 1, mask)) return Value::Unknown();
  if (site.given(2) && !site.at(2).none()) {
    other = TensorOf(site, 2);
    if (other && !other->vague && !CanCast(other->type.With(Shape::Scalar()), Type::Of(pointer->type.scalar))) {
      return site.FailAt(2, "triton-cast", "`other` (" + other->ToString() + ") cannot be cast to " + Name(pointer->type.scalar).str() + ": write a float such as 0.0");
    }
  }
  Type out = ElementOf(*pointer);
  for (const auto& [part, index, word] : {std::tuple(&mask, 1u, "the mask"), std::tuple(&other, 2u, "`other`")}) {
    if (!*part || (*part)->vague) continue;
    if (pointer->type.is_scalar() && (*part)->type.is_block()) {
      return site.FailAt(index, "triton-block-to-scalar", std::string(word) + " is a block (" + (*part)->ToString() + ") but the pointer is a scalar (" + pointer->ToString() + ")");
    }
    std::optional<Shape> shape = site.interp.BroadcastOrReport(site.node_of(index), out.shape, (*part)->type.shape, "tl.load", "triton-mask-shape");
    if (!shape) return Value::Unknown();
    out.shape = *shape;
  }
  Value loaded = site.interp.Fresh(out);
  site.interp.NoteLoad(loaded, false);
  site.interp.NoteTraffic(*pointer, false, false);
  site.interp.AdviseAccess(site, *pointer, mask ? &*mask : nullptr, false);
  return loaded;
}

static Value StoreBlock(Site& site, const Value& pointer, const Value& value) {
  if (site.given(2) && !site.at(2).none()) return site.FailAt(2, "triton-block-pointer", "a store through a block pointer takes no mask: use boundary_check");
  Type wanted = Type::Of(pointer.type.scalar, pointer.type.block);
  site.interp.NoteStore(value, pointer.type.scalar);
  if (value.vague || site.at(1).is(Kind::Constant)) return site.interp.Fresh(Type::Of(Scalar::Void));
  Same same = Compare(value.type, wanted);
  if (value.type.is_scalar() && value.type.scalar == wanted.scalar) same = Same::Yes;
  if (same == Same::No) {
    return site.Fail("triton-block-pointer", "the block pointer stores " + wanted.ToString() + ", and the value is " + value.ToString() + ": it must be the same (cast with .to)");
  }
  return site.interp.Fresh(Type::Of(Scalar::Void));
}

// Brings an argument to the shape of the pointers, which must not grow; false: it was reported.
static bool FitsPointers(Site& site, const Value& pointer, const Value& value, unsigned index, const std::string& what) {
  if (value.vague || !value.type.shape.rank_known() || !pointer.type.shape.rank_known()) return true;
  if (pointer.type.is_scalar() && value.type.is_block()) {
    site.FailAt(index, "triton-block-to-scalar", what + " is a block (" + value.ToString() + ") but the pointer is a scalar (" + pointer.ToString() + "): add offsets to it");
    return false;
  }
  std::optional<Shape> both = site.interp.BroadcastOrReport(site.node_of(index), pointer.type.shape, value.type.shape, NameOf(site), "triton-mask-shape");
  if (!both) return false;
  if (value.type.is_scalar()) return true;
  bool grows = both->rank() != pointer.type.shape.rank();
  for (unsigned i = 0; !grows && i < both->rank(); ++i) grows = pointer.type.shape.dims()[i] == Dim(1) && both->dims()[i].is_constant() && both->dims()[i] != Dim(1);
  if (!grows) return true;
  site.FailAt(index, "triton-mask-shape", what + " (" + value.ToString() + ") is larger than the pointers (" + pointer.ToString() + "): each element needs a place of its own");
  return false;
}

Value Store(Site& site) {
  static constexpr llvm::StringRef kCache[] = {".wb", ".cg", ".cs", ".wt"};
  Value nothing = site.interp.Fresh(Type::Of(Scalar::Void));
  std::optional<Value> pointer = PointerOf(site, "triton-store-pointer", "tl.store");
  bool words = CheckWord(site, 4, "cache modifier of a store", kCache) && CheckWord(site, 5, "eviction policy", kEviction);
  if (!pointer || !words) return nothing;
  if (pointer->type.is_pointer() && pointer->type.is_const) return site.FailAt(0, "triton-const-store", "the pointer is const (" + pointer->ToString() + "): it cannot be stored through");
  std::optional<Value> value = TensorOf(site, 1), mask;
  if (!value) return nothing;
  if (value->type.scalar == Scalar::Void && value->type.is_number()) return site.FailAt(1, "triton-none", "the value is the result of a store: it is nothing");
  if (pointer->type.pointer == Pointer::Block) return StoreBlock(site, *pointer, *value);
  if (pointer->type.pointer == Pointer::Maybe) return nothing;
  if (!IsDefault(site.at(3)) && !site.at(3).unknown()) return site.FailAt(3, "triton-block-pointer", "boundary_check is for block pointers: pass `mask` to store through pointers");
  if (!value->vague && !CanCast(value->type.With(Shape::Scalar()), Type::Of(pointer->type.scalar))) {
    return site.FailAt(1, "triton-cast", "cannot store " + value->ToString() + " through " + pointer->ToString());
  }
  if (!CheckMask(site, 2, mask)) return nothing;
  if (!FitsPointers(site, *pointer, *value, 1, "the value")) return nothing;
  if (mask) FitsPointers(site, *pointer, *mask, 2, "the mask");
  site.interp.NoteStore(*value, pointer->type.scalar);
  site.interp.NoteTraffic(*pointer, true, false);
  site.interp.AdviseAccess(site, *pointer, mask ? &*mask : nullptr, true);
  return nothing;
}

static bool CheckOrder(Site& site, unsigned sem, unsigned scope) {
  static constexpr llvm::StringRef kOrders[] = {"acquire", "release", "acq_rel", "relaxed"};
  static constexpr llvm::StringRef kScopes[] = {"gpu", "cta", "sys"};
  return CheckWord(site, sem, "memory order", kOrders) && CheckWord(site, scope, "scope", kScopes);
}

Value Atomic(Site& site) {
  std::string name = NameOf(site);
  llvm::StringRef op = llvm::StringRef(site.rule.name).drop_front(7);
  std::optional<Value> pointer = PointerOf(site, "triton-store-pointer", name);
  if (!CheckOrder(site, 3, 4) || !pointer) return Value::Unknown();
  if (pointer->type.is_pointer() && pointer->type.is_const) return site.FailAt(0, "triton-const-store", "the pointer is const (" + pointer->ToString() + "): it cannot be stored through");
  std::optional<Value> value = TensorOf(site, 1), mask;
  if (!value || pointer->type.pointer != Pointer::Yes) return Value::Unknown();
  Scalar element = pointer->type.scalar;
  bool half = element == Scalar::Fp16 || element == Scalar::Bf16;
  bool supported = element == Scalar::Unknown || Bits(element) >= 32 || (half && op == "add");
  if (!supported) return site.FailAt(0, "triton-atomic-dtype", name + " does not exist for " + Name(element).str() + (half ? ": accumulate in f32" : ": use 32 or 64 bits"));
  if (!CheckMask(site, 2, mask)) return Value::Unknown();
  if (!FitsPointers(site, *pointer, *value, 1, "the value")) return Value::Unknown();
  if (mask && !FitsPointers(site, *pointer, *mask, 2, "the mask")) return Value::Unknown();
  if (op != "xchg") site.interp.NoteTraffic(*pointer, true, true);
  return site.interp.Fresh(ElementOf(*pointer));
}

Value AtomicCas(Site& site) {
  std::optional<Value> pointer = PointerOf(site, "triton-store-pointer", "tl.atomic_cas");
  if (!CheckOrder(site, 3, 4) || !pointer || pointer->type.pointer != Pointer::Yes) return Value::Unknown();
  Scalar element = pointer->type.scalar;
  if (element != Scalar::Unknown && Bits(element) < 16) return site.FailAt(0, "triton-atomic-dtype", "tl.atomic_cas works on 16, 32 or 64 bits, not " + Name(element).str());
  for (unsigned i : {1u, 2u}) {
    std::optional<Value> value = TensorOf(site, i);
    if (!value || value->vague || !value->type.is_number() || element == Scalar::Unknown) continue;
    // Signed and unsigned integers are one type to it.
    bool same = value->type.scalar == element || (IsInt(value->type.scalar) && IsInt(element) && Bits(value->type.scalar) == Bits(element));
    if (!same) {
      return site.FailAt(i, "triton-atomic-dtype", "tl.atomic_cas casts nothing: the pointer is " + pointer->ToString() + ", and `" + site.interp.SourceOf(site.node_of(i)) + "` is " +
                                                       value->ToString() + ": cast it");
    }
  }
  std::optional<Value> swapped = TensorOf(site, 2);
  Type out = ElementOf(*pointer);
  if (swapped && !swapped->vague && swapped->type.is_number()) out.scalar = swapped->type.scalar;
  return site.interp.Fresh(out);
}

}  // namespace trident::kernel
