// Rules: block pointers and tensor descriptors.
#include "core/kernel/rules.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::kernel {

using shape::Dim;
using shape::Shape;

namespace {

// Offsets are 32-bit numbers.
bool CheckOffsets(Site& site, const Value& offsets, unsigned index) {
  for (const Value& offset : offsets.elements()) {
    bool number = offset.is(Kind::Tensor) && !offset.vague && offset.type.is_number();
    if (!number) continue;
    if (Bits(offset.type.scalar) == 64) {
      site.FailAt(index, "triton-offset-width", "an offset is " + offset.ToString() + ": block pointers and descriptors take 32-bit offsets; add .to(tl.int32), or compute pointers");
      return false;
    }
    if (!IsInt(offset.type.scalar) || offset.type.is_block()) {
      site.FailAt(index, "triton-offset-width", "an offset must be an integer scalar, not " + offset.ToString());
      return false;
    }
  }
  return true;
}

bool CheckIntegers(Site& site, const Value& list, unsigned index, llvm::StringRef what) {
  for (const Value& value : list.elements()) {
    bool wrong = value.is_constant(Constant::Float) || (value.is(Kind::Tensor) && !value.vague && (value.type.is_block() || (value.type.is_number() && !IsInt(value.type.scalar))));
    if (!wrong) continue;
    site.FailAt(index, "triton-block-pointer", (what + " must be integer scalars, not " + value.ToString()).str());
    return false;
  }
  return true;
}

}  // namespace

Value MakeBlockPointer(Site& site) {
  static constexpr llvm::StringRef kWords[] = {"", "shape", "strides", "offsets", "block_shape", "order"};
  const Value& base = site.at(0);
  if (base.is(Kind::Tensor) && !base.vague) {
    bool good = base.type.pointer == Pointer::Maybe || (base.type.pointer == Pointer::Yes && !base.type.is_block());
    if (!good) return site.FailAt(0, "triton-block-pointer", "the base of a block pointer is a scalar pointer, not " + base.ToString());
  }
  std::optional<size_t> length;
  for (unsigned i = 1; i < 6; ++i) {
    const Value& list = site.at(i);
    if (!list.is(Kind::Tuple)) continue;
    if (i == 5) break;
    if (length && list.elements().size() != *length) {
      return site.Fail("triton-block-pointer", "shape, strides, offsets and block_shape need one length: " + kWords[i].str() + " has " + std::to_string(list.elements().size()) +
                                                   ", the others " + std::to_string(*length));
    }
    length = list.elements().size();
  }
  if (!CheckIntegers(site, site.at(1), 1, "the sizes") || !CheckIntegers(site, site.at(2), 2, "the strides")) return Value::Unknown();
  if (!CheckOffsets(site, site.at(3), 3)) return Value::Unknown();
  const Value& order = site.at(5);
  if (std::optional<llvm::SmallVector<int64_t, 4>> axes = order.is(Kind::Tuple) ? ConstantList(order.elements()) : std::nullopt) {
    llvm::sort(*axes);
    bool good = !length || axes->size() == *length;
    for (size_t i = 0; i < axes->size(); ++i) good = good && (*axes)[i] == static_cast<int64_t>(i);
    if (!good) return site.FailAt(5, "triton-block-pointer", "order must name each axis once: a permutation of 0 to " + std::to_string(length.value_or(axes->size()) - 1));
  }
  ShapeArgument block = ReadShape(site, site.at(4), 4);
  if (block.failed) return Value::Unknown();
  Type type = {base.is(Kind::Tensor) && base.type.pointer != Pointer::Maybe ? base.type.scalar : Scalar::Unknown, Pointer::Block, false, Shape::Scalar(), block.known ? block.shape : Shape()};
  return site.interp.Fresh(type);
}

Value Advance(Site& site) {
  const Value& base = site.at(0);
  if (!base.is(Kind::Tensor) || base.vague) return Value::Unknown();
  if (base.type.pointer == Pointer::Yes || base.type.pointer == Pointer::No) {
    return site.FailAt(0, "triton-block-pointer", "tl.advance moves block pointers, not " + base.ToString() + ": add to the pointer");
  }
  if (!CheckOffsets(site, site.at(1), 1)) return Value::Unknown();
  bool known = site.at(1).is(Kind::Tuple) && base.type.block.rank_known() && base.type.pointer == Pointer::Block;
  if (known && site.at(1).elements().size() != base.type.block.rank()) {
    return site.FailAt(1, "triton-block-pointer", "tl.advance needs " + std::to_string(base.type.block.rank()) + " offsets for " + base.ToString() + ", not " +
                                                      std::to_string(site.at(1).elements().size()));
  }
  return site.interp.Fresh(base.type);
}

Value MakeDescriptor(Site& site) {
  const Value &base = site.at(0), &shape = site.at(1), &strides = site.at(2), &sizes = site.at(3);
  Scalar element = base.is(Kind::Tensor) && base.type.pointer == Pointer::Yes ? base.type.scalar : Scalar::Unknown;
  if (shape.is(Kind::Tuple)) {
    size_t rank = shape.elements().size();
    if (rank < 1 || rank > 5) return site.Fail("triton-descriptor", "a tensor descriptor has 1 to 5 dims, not " + std::to_string(rank));
    for (const auto& [list, word] : {std::pair(&strides, "strides"), std::pair(&sizes, "block_shape")}) {
      if (list->is(Kind::Tuple) && list->elements().size() != rank) {
        return site.Fail("triton-descriptor", std::string(word) + " has " + std::to_string(list->elements().size()) + " entries for " + std::to_string(rank) + " dims");
      }
    }
  }
  ShapeArgument block = ReadShape(site, sizes, 3);
  if (block.failed) return Value::Unknown();
  if (block.known && element != Scalar::Unknown && block.shape.rank() > 0) {
    std::optional<int64_t> last = block.shape.dims().back().value();
    if (last && *last * Bytes(element) < 16) {
      return site.Fail("triton-descriptor", "the last dim of a descriptor's block needs 16 bytes at least: " + std::to_string(*last) + " x " + std::to_string(Bytes(element)) + " is too few");
    }
  }
  if (strides.is(Kind::Tuple) && !strides.elements().empty()) {
    const Value& last = strides.elements().back();
    std::optional<int64_t> number = last.AsInt();
    bool runtime = last.is(Kind::Tensor) && !last.vague;
    if (runtime || (number && *number != 1)) {
      return site.Fail("triton-descriptor", "the last stride of a descriptor must be the constant 1, not " + last.ToString());
    }
  }
  const Value& padding = site.at(4);
  if (padding.is_constant(Constant::Str) && Text(padding.symbol) == "nan" && element != Scalar::Unknown && IsInt(element)) {
    return site.FailAt(4, "triton-descriptor", "integers have no nan to pad with");
  }
  if (!block.known) return Value::Unknown();
  Value out = Value::Descriptor(element, block.shape);
  out.divisible = strides.is(Kind::Tuple) && llvm::all_of(strides.elements().drop_back(), [&](const Value& stride) {
    return site.interp.TraceOf(stride).axis.divisibility() % 16 == 0;
  });
  return site.interp.Fresh(std::move(out));
}

static bool CheckDescriptorOffsets(Site& site, const Value& descriptor, unsigned index) {
  const Value& offsets = site.at(index);
  if (!offsets.is(Kind::Tuple)) return true;
  unsigned rank = descriptor.type.shape.rank();
  if (offsets.elements().size() != rank) {
    site.FailAt(index, "triton-descriptor", "a descriptor of " + descriptor.type.ToString() + " needs " + std::to_string(rank) + (rank == 1 ? " offset" : " offsets") + ", not " +
                                                std::to_string(offsets.elements().size()));
    return false;
  }
  return CheckOffsets(site, offsets, index);
}

Value DescriptorLoad(Site& site) {
  const Value& descriptor = site.at(0);
  if (!descriptor.is(Kind::Descriptor) || !CheckDescriptorOffsets(site, descriptor, 1)) return Value::Unknown();
  Value out = site.interp.Fresh(Type::Of(descriptor.type.scalar, descriptor.type.shape));
  site.interp.NoteLoading();
  site.interp.NoteLoad(out, true, descriptor.divisible);
  return out;
}

Value DescriptorStore(Site& site) {
  const Value& descriptor = site.at(0);
  Value nothing = site.interp.Fresh(Type::Of(Scalar::Void));
  if (!descriptor.is(Kind::Descriptor) || !CheckDescriptorOffsets(site, descriptor, 1)) return nothing;
  const Value& value = site.at(2);
  bool shaped = value.is(Kind::Tensor) && !value.vague && value.type.shape.rank_known();
  if (shaped && Compare(Type::Of(Scalar::Int1, value.type.shape), Type::Of(Scalar::Int1, descriptor.type.shape)) == Same::No) {
    return site.FailAt(2, "triton-descriptor", "the descriptor stores blocks of " + descriptor.type.ToString() + ", and the value is " + value.ToString());
  }
  return nothing;
}

Value DescriptorAtomic(Site& site) {
  const Value& descriptor = site.at(0);
  if (!descriptor.is(Kind::Descriptor) || descriptor.type.scalar == Scalar::Unknown) return Value::None();
  using enum Scalar;
  llvm::StringRef op = llvm::StringRef(site.rule.name).rsplit('_').second;
  Scalar s = descriptor.type.scalar;
  bool supported = op == "add" ? s == UInt32 || s == Int32 || s == UInt64 || s == Fp32 || s == Fp16 || s == Bf16
                   : op == "min" || op == "max" ? s == UInt32 || s == Int32 || s == UInt64 || s == Int64 || s == Fp16 || s == Bf16
                                                : s == UInt32 || s == Int32 || s == UInt64 || s == Int64;
  if (!supported) return site.Fail("triton-atomic-dtype", "a descriptor has no atomic_" + op.str() + " for " + Name(s).str());
  return DescriptorStore(site);
}

static bool CheckGather(Site& site, const Value& descriptor, const Value& rows, unsigned index) {
  Shape block = descriptor.type.shape;
  if (block.rank() != 2 || Different(block.dims()[0], Dim(1))) {
    site.Fail("triton-descriptor", "gather and scatter need a descriptor of one row ([1, N]), not " + descriptor.type.ToString());
    return false;
  }
  if (!rows.is(Kind::Tensor) || rows.vague || !rows.type.shape.rank_known()) return true;
  if (rows.type.shape.rank() != 1) {
    site.FailAt(index, "triton-descriptor", "the row offsets must be a 1-d block, not " + rows.ToString());
    return false;
  }
  std::optional<int64_t> count = rows.type.shape.dims()[0].value();
  if (count && *count < 8) {
    site.FailAt(index, "triton-descriptor", "a descriptor gathers 8 rows at least, not " + std::to_string(*count));
    return false;
  }
  std::optional<int64_t> columns = block.dims()[1].value();
  int64_t least = descriptor.type.scalar == Scalar::Unknown ? 1 : 32 / std::max(8u, Bits(descriptor.type.scalar)) * 8;
  if (columns && *columns < least) {
    site.Fail("triton-descriptor", "a descriptor of " + Name(descriptor.type.scalar).str() + " gathers " + std::to_string(least) + " columns at least, not " + std::to_string(*columns));
    return false;
  }
  return true;
}

Value DescriptorGather(Site& site) {
  const Value &descriptor = site.at(0), &rows = site.at(1);
  if (!descriptor.is(Kind::Descriptor) || !CheckGather(site, descriptor, rows, 1)) return Value::Unknown();
  bool known = rows.is(Kind::Tensor) && !rows.vague && rows.type.shape.rank_known() && rows.type.shape.rank() == 1;
  Dim count = known ? rows.type.shape.dims()[0] : Dim::Unknown();
  return site.interp.Fresh(Type::Of(descriptor.type.scalar, Shape::Of({count, descriptor.type.shape.dims()[1]})));
}

Value DescriptorScatter(Site& site) {
  if (site.at(0).is(Kind::Descriptor)) CheckGather(site, site.at(0), site.at(2), 2);
  return site.interp.Fresh(Type::Of(Scalar::Void));
}

}  // namespace trident::kernel
