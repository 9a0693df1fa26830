// Types inside kernels: promotion, broadcasting, comparison.
#include "core/kernel/kernel.h"

#include <doctest/doctest.h>

using namespace trident;
using namespace trident::kernel;
using enum Scalar;

namespace {

Scalar Promoted(Scalar a, Scalar b, bool division = false) { return Promote(a, false, b, false, division).type; }

shape::Shape Of(std::initializer_list<shape::Dim> dims) { return shape::Shape::Of(dims); }

}  // namespace

TEST_CASE("two tensors promote symmetrically, whatever their order") {
  for (int a = 1; a < static_cast<int>(Void); ++a) {
    for (int b = 1; b < static_cast<int>(Void); ++b) {
      for (bool division : {false, true}) {
        CAPTURE(a);
        CAPTURE(b);
        Promotion x = Promote(static_cast<Scalar>(a), false, static_cast<Scalar>(b), false, division);
        Promotion y = Promote(static_cast<Scalar>(b), false, static_cast<Scalar>(a), false, division);
        CHECK(x.type == y.type);
        CHECK(x.failure == y.failure);
      }
    }
  }
}

TEST_CASE("promotion of two tensors") {
  CHECK(Promoted(Fp16, Bf16) == Fp16);
  CHECK(Promoted(Bf16, Int32) == Fp32);
  CHECK(Promoted(Bf16, Bf16) == Bf16);
  CHECK(Promoted(Bf16, Bf16, true) == Fp32);
  CHECK(Promoted(Fp16, Int64) == Fp16);
  CHECK(Promoted(Fp16, Fp16, true) == Fp32);
  CHECK(Promoted(Int32, UInt32) == UInt32);
  CHECK(Promoted(UInt32, Int64) == Int64);
  CHECK(Promoted(Int1, Int8) == Int8);
  CHECK(Promoted(Fp8E5, Fp8E4NV) == Fp16);
  CHECK(Promote(Int32, false, UInt32, false, true).failure == Promotion::Failure::Signedness);
  CHECK(Promote(Fp8E5, false, Int32, false, false).failure == Promotion::Failure::Fp8WithInteger);
}

TEST_CASE("a literal gives way to a tensor of its kind or above") {
  CHECK(Promote(Fp16, false, Fp64, true, false).type == Fp16);
  CHECK(Promote(Int8, false, Int32, true, false).type == Int8);
  CHECK(Promote(Int64, false, Fp32, true, false).type == Fp32);
  CHECK(Promote(Bf16, false, Int32, true, true).type == Fp32);
}

TEST_CASE("shapes broadcast from the right") {
  CHECK(CombineShapes(Of({4, 1}), Of({8})).shape == Of({4, 8}));
  CHECK(CombineShapes(Of({}), Of({8})).shape == Of({8}));
  kernel::Broadcast clash = CombineShapes(Of({4, 8}), Of({16}));
  CHECK(clash.failed_axis == 1);
  CHECK(clash.left == shape::Dim(8));
  shape::Dim block = shape::Dim::Named(Intern("BLOCK"));
  CHECK(CombineShapes(Of({block}), Of({1})).shape == Of({block}));
  // One of two sizes may be 1 in some launch.
  CHECK(CombineShapes(Of({block}), Of({8})).failed_axis == -1);
}

TEST_CASE("types compare as far as they are known") {
  shape::Dim block = shape::Dim::Named(Intern("BLOCK"));
  CHECK(Compare(Type::Of(Fp32, Of({8})), Type::Of(Fp32, Of({8}))) == Same::Yes);
  CHECK(Compare(Type::Of(Fp32), Type::Of(Fp32, Of({8}))) == Same::No);
  CHECK(Compare(Type::Of(Fp32, Of({block})), Type::Of(Fp32, Of({8}))) == Same::Maybe);
  CHECK(Compare(Type::Of(Scalar::Unknown, Of({8})), Type::Of(Fp32, Of({8}))) == Same::Maybe);
  CHECK(Compare(Type::PointerTo(Fp32), Type::Of(Fp32)) == Same::No);
}

TEST_CASE("types of signatures") {
  CHECK(FromSignature("*fp32:16").type == Type::PointerTo(Fp32));
  CHECK(FromSignature("*kbf16").type == Type::PointerTo(Bf16, true));
  CHECK(FromSignature("i64").type == Type::Of(Int64));
  CHECK(FromSignature("tensordesc<fp16[16,64]>").type == Type::Of(Fp16, Of({16, 64})));
  CHECK(FromSignature("constexpr").unknown());
}
