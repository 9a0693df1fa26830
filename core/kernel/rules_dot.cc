// Rules: matrix products.
#include "core/kernel/rules.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::kernel {

using shape::Dim;
using shape::Shape;

namespace {

using Dims = llvm::SmallVector<Dim, 4>;

bool Supported(Scalar s) {
  return s == Scalar::Unknown || s == Scalar::Int8 || s == Scalar::UInt8 || s == Scalar::Fp16 || s == Scalar::Bf16 || s == Scalar::Fp32 || s == Scalar::Fp64 || IsFp8(s);
}

// Smallest K of a product: 16, 32 for operands of a byte, on NVIDIA; AMD takes any.
int64_t LeastK(Scalar s, llvm::StringRef target) {
  if (target.starts_with("hip")) return 1;
  return Bits(s) == 8 ? 32 : 16;
}

bool CheckPrecision(Site& site) {
  static constexpr llvm::StringRef kNvidia[] = {"tf32", "tf32x3", "ieee", "bf16x3", "bf16x6"};
  if (site.given(3) && !site.at(3).none() && site.given(4) && !site.at(4).none()) {
    site.Fail("triton-dot-precision", "tl.dot takes input_precision or allow_tf32, not both");
    return false;
  }
  if (site.interp.target().rfind("hip", 0) == 0) return true;
  return CheckWord(site, 3, "input precision", kNvidia);
}

bool KnownRank(const Value& v) { return v.is(Kind::Tensor) && !v.vague && v.type.shape.rank_known(); }

}  // namespace

// What a product of these operands must and will be; the checks in Triton's own order.
Value Dot(Site& site) {
  if (!CheckPrecision(site)) return Value::Unknown();
  std::optional<Value> a = TensorOf(site, 0), b = TensorOf(site, 1);
  if (!a || !b) return Value::Unknown();
  Dims dims;
  bool shaped = KnownRank(*a) && KnownRank(*b);
  if (shaped) {
    Shape x = a->type.shape, y = b->type.shape;
    if (x.rank() != y.rank() || x.rank() < 2) {
      return site.Fail("triton-dot-rank", "tl.dot multiplies blocks of one rank, 2 at least, not " + a->ToString() + " and " + b->ToString());
    }
    unsigned rank = x.rank();
    for (unsigned i = 0; i + 2 < rank; ++i) {
      if (Different(x.dims()[i], y.dims()[i])) return site.Fail("triton-dot-rank", "tl.dot needs equal batch sizes: " + a->ToString() + " and " + b->ToString());
      dims.push_back(x.dims()[i]);
    }
    Dim k = x.dims()[rank - 1], k2 = y.dims()[rank - 2];
    if (Different(k, k2)) {
      bool transposed = k == y.dims()[rank - 1];
      return site.Fail("triton-dot-inner", "tl.dot multiplies " + a->ToString() + " by " + b->ToString() + ": the inner sizes are " + k.ToString() + " and " + k2.ToString() +
                                               (transposed ? "; transpose the second with tl.trans" : ""));
    }
    dims.push_back(x.dims()[rank - 2]);
    dims.push_back(y.dims()[rank - 1]);
  }
  Scalar s = a->type.scalar, t = b->type.scalar;
  for (const auto& [value, index] : {std::pair(&*a, 0u), std::pair(&*b, 1u)}) {
    bool wrong = !value->vague && (value->type.is_pointer() || !Supported(value->type.scalar));
    if (wrong) return site.FailAt(index, "triton-dot-dtype", "tl.dot does not take " + value->ToString() + ": use f16, bf16, f32, f64, i8 or an 8-bit float");
  }
  bool known = s != Scalar::Unknown && t != Scalar::Unknown;
  if (known && s != t && !(IsFp8(s) && IsFp8(t))) {
    return site.Fail("triton-dot-dtype", "tl.dot needs operands of one dtype, not " + Name(s).str() + " and " + Name(t).str() + ": cast one with .to");
  }
  Scalar result = Scalar::Unknown, out_dtype = Scalar::Fp32;
  if (site.given(6)) {
    const Value& given = site.at(6);
    out_dtype = given.is_constant(Constant::DType) ? given.type.scalar : Scalar::Unknown;
  }
  if (shaped) {
    std::optional<int64_t> k = a->type.shape.dims().back().value();
    int64_t least = LeastK(s == Scalar::Unknown ? t : s, site.interp.target());
    if (k && (known || s != Scalar::Unknown || t != Scalar::Unknown) && *k < least) {
      return site.Fail("triton-dot-size", "tl.dot needs K >= " + std::to_string(least) + " for these operands, and K is " + std::to_string(*k));
    }
  }
  if (s == Scalar::UInt8) return site.FailAt(0, "triton-dot-dtype", "tl.dot takes i8 but no u8");
  if (out_dtype == Scalar::Bf16) return site.FailAt(6, "triton-dot-dtype", "out_dtype cannot be bf16: use f32 and cast the result with .to(tl.bfloat16)");
  if (s == Scalar::Int8) {
    result = Scalar::Int32;
  } else if (s == Scalar::Fp32 || s == Scalar::Bf16) {
    result = Scalar::Fp32;
  } else if (s == Scalar::Fp64) {
    result = Scalar::Fp64;
  } else if (s != Scalar::Unknown) {
    result = out_dtype;
  }
  const Value& acc = site.at(2);
  Shape shape = shaped ? Shape::Of(dims) : Shape();
  if (acc.is(Kind::Tensor) && !acc.vague) {
    Type wanted = Type::Of(Scalar::Int1, shape);
    if (shaped && Compare(Type::Of(Scalar::Int1, acc.type.shape), wanted) == Same::No) {
      return site.FailAt(2, "triton-dot-accumulator", "the accumulator is " + acc.ToString() + " but the product is " + shape.ToString());
    }
    // The accumulator is compared with the result only for fp16 and 8-bit operands; the argument rules elsewhere.
    if (acc.type.is_number() && out_dtype != Scalar::Unknown && acc.type.scalar != out_dtype && result != Scalar::Unknown) {
      return site.FailAt(2, "triton-dot-accumulator", "the accumulator is " + acc.ToString() + " but must be of out_dtype, " + Name(out_dtype).str() + ": pass out_dtype=tl." +
                                                          (acc.type.scalar == Scalar::Fp16 ? "float16" : acc.type.scalar == Scalar::Int32 ? "int32" : "float32") + " or change it");
    }
    if (result == Scalar::Unknown && acc.type.scalar == out_dtype) result = Scalar::Unknown;
  }
  const Value& imprecise = site.at(5);
  if (std::optional<int64_t> n = imprecise.AsInt(); n && shaped && IsFp8(s)) {
    std::optional<int64_t> k = a->type.shape.dims().back().value();
    if (k && *n > *k) return site.FailAt(5, "triton-dot-size", "max_num_imprecise_acc (" + std::to_string(*n) + ") is larger than K (" + std::to_string(*k) + ")");
  }
  if (shaped) site.interp.NoteProduct(*a, *b);
  Value out = site.interp.Fresh(Type::Of(result, shape));
  site.interp.AdviseProduct(site, *a, *b, out);
  return out;
}

namespace {

struct Format {
  const char* name;
  Scalar scalar;
  int64_t packed;  // Values a byte holds.
};
constexpr Format kFormats[] = {{"e2m1", Scalar::UInt8, 2}, {"e4m3", Scalar::Fp8E4NV, 1}, {"e5m2", Scalar::Fp8E5, 1}, {"bf16", Scalar::Bf16, 1}, {"fp16", Scalar::Fp16, 1}};

const Format* ReadFormat(Site& site, unsigned index, bool& failed) {
  const Value& value = site.at(index);
  if (!value.is_constant(Constant::Str)) return nullptr;
  for (const Format& format : kFormats) {
    if (Text(value.symbol) == format.name) return &format;
  }
  site.FailAt(index, "triton-dot-format", "the format '" + Text(value.symbol).str() + "' does not exist: use e2m1, e4m3, e5m2, bf16 or fp16");
  failed = true;
  return nullptr;
}

}  // namespace

Value DotScaled(Site& site) {
  bool failed = false;
  const Format* left = ReadFormat(site, 2, failed);
  const Format* right = failed ? nullptr : ReadFormat(site, 5, failed);
  if (failed) return Value::Unknown();
  const Value &a = site.at(0), &b = site.at(3);
  auto packs = [&](unsigned i) { return site.given(i) ? site.interp.Truth(site.at(i)).value_or(true) : true; };
  bool a_k_pack = packs(8), b_k_pack = packs(9);
  for (const auto& [value, format, index] : {std::tuple(&a, left, 0u), std::tuple(&b, right, 3u)}) {
    if (!format || !value->is(Kind::Tensor) || !value->type.is_number()) continue;
    bool fits = value->type.scalar == format->scalar || value->type.scalar == Scalar::UInt8;
    if (!fits) return site.FailAt(index, "triton-dot-format", std::string("the format ") + format->name + " is stored as " + Name(format->scalar).str() + ", not " + value->ToString());
  }
  if (!KnownRank(a) || !KnownRank(b) || a.type.shape.rank() < 2 || b.type.shape.rank() != a.type.shape.rank() || !left || !right) return site.interp.Fresh(Type::Of(Scalar::Fp32, Shape()));
  unsigned rank = a.type.shape.rank();
  Dims dims(a.type.shape.dims().drop_back(2));
  auto scaled = [](Dim d, int64_t by) { return d * Dim(by); };
  Dim k = scaled(a.type.shape.dims()[rank - 1], a_k_pack ? left->packed : 1), k2 = scaled(b.type.shape.dims()[rank - 2], b_k_pack ? right->packed : 1);
  if (Different(k, k2)) return site.Fail("triton-dot-inner", "tl.dot_scaled multiplies over K = " + k.ToString() + " on the left and " + k2.ToString() + " on the right");
  Dim m = scaled(a.type.shape.dims()[rank - 2], a_k_pack ? 1 : left->packed), n = scaled(b.type.shape.dims()[rank - 1], b_k_pack ? 1 : right->packed);
  for (const auto& [scale, rows, index, word] : {std::tuple(&site.at(1), m, 1u, "lhs_scale"), std::tuple(&site.at(4), n, 4u, "rhs_scale")}) {
    if (!KnownRank(*scale) || scale->type.shape.rank() != rank) continue;
    int64_t group = scale->type.scalar == Scalar::Fp8E4NV ? 16 : 32;
    Dim wanted = shape::FloorDiv(k, Dim(group));
    if (Different(scale->type.shape.dims()[rank - 2], rows) || Different(scale->type.shape.dims()[rank - 1], wanted)) {
      return site.FailAt(index, "triton-dot-format", std::string(word) + " must be [" + rows.ToString() + ", " + wanted.ToString() + "], not " + scale->ToString());
    }
  }
  if (site.given(10) && site.at(10).is_constant(Constant::DType) && site.at(10).type.scalar != Scalar::Fp32) {
    return site.FailAt(10, "triton-dot-dtype", "tl.dot_scaled gives f32 only");
  }
  dims.push_back(m);
  dims.push_back(n);
  return site.interp.Fresh(Type::Of(Scalar::Fp32, Shape::Of(dims)));
}

}  // namespace trident::kernel
