#include "core/shape/regroup.h"
#include "core/shape/shape.h"

#include <doctest/doctest.h>

using namespace trident;
using namespace trident::shape;

namespace {

Dim N(const char* name) { return Dim::Named(Intern(name)); }

}  // namespace

TEST_CASE("dim: constants") {
  CHECK((Dim(3) + Dim(4)).constant() == 7);
  CHECK(FloorDiv(Dim(-7), Dim(2)).constant() == -4);
  CHECK(Mod(Dim(-7), Dim(2)).constant() == 1);
  CHECK(FloorDiv(Dim(7), Dim(0)).is_unknown());
  CHECK((Dim(Dim::kMaxConstant) + Dim(1)).is_unknown());
  CHECK(Dim(INT64_MAX).constant() == Dim::kMaxConstant);
  CHECK(Dim(-5).constant() == -5);
}

TEST_CASE("dim: normal forms") {
  Dim h = N("H"), w = N("W"), c = N("C"), n = N("n");
  CHECK(h + w == w + h);
  CHECK((h + Dim(1)) * (h - Dim(1)) == h * h - Dim(1));
  CHECK(FloorDiv(Dim(2) * h, Dim(2)) == h);
  CHECK(FloorDiv(h + Dim(2 * 3 - 7), Dim(2)) + Dim(1) == FloorDiv(h - Dim(1), Dim(2)) + Dim(1));
  CHECK(FloorDiv(h + Dim(1), Dim(2)) == FloorDiv(h - Dim(1), Dim(2)) + Dim(1));
  CHECK(FloorDiv(h, Dim(2)) * Dim(2) != h);
  CHECK(FloorDiv(h * w, h) == w);
  CHECK(FloorDiv(h * w * Dim(4), Dim(2) * h) == w * Dim(2));
  CHECK(FloorDiv(FloorDiv(h, Dim(2)), Dim(4)) == FloorDiv(h, Dim(8)));
  CHECK(FloorDiv(FloorDiv(h - Dim(1), Dim(2)), Dim(2)) == FloorDiv(h - Dim(1), Dim(4)));
  CHECK(FloorDiv(h * (c + n), c + n) == h);
  CHECK(FloorDiv(h * c, h * n) == FloorDiv(c, n));
  CHECK(Mod(Dim(4) * h + Dim(3), Dim(4)) == Dim(3));
  CHECK(Mod(h * w, w) == Dim(0));
  CHECK(h - h == Dim(0));
  CHECK((h * Dim::Unknown()).is_unknown());
  CHECK(Product({Dim(0), Dim::Unknown()}) == Dim(0));
}

TEST_CASE("dim: min and max") {
  Dim h = N("H"), w = N("W");
  CHECK(Min(h, h + Dim(1)) == h);
  CHECK(Max(h, Dim(1)) == h);
  CHECK(Min(h, Dim(0)) == Dim(0));
  CHECK(Min(h, w) == Min(w, h));
  CHECK(Max(Min(h, w), h) == h);
  CHECK(Min(Min(h, w), w) == Min(h, w));
  CHECK(Min(h, FloorDiv(h, Dim(2))) == FloorDiv(h, Dim(2)));
  CHECK(Max(h - Min(h, w), Dim(0)) == h - Min(h, w));
}

TEST_CASE("dim: what can be proved") {
  Dim h = N("H"), w = N("W");
  CHECK(ProvablyEqual(h, h));
  CHECK(!ProvablyEqual(Dim(), Dim()));
  CHECK(!ProvablyDifferent(h, Dim(7)));
  CHECK(ProvablyDifferent(Dim(2) * h, Dim(7)));
  CHECK(ProvablyDifferent(h, Dim(0)));
  CHECK(ProvablyDifferent(h + w, h));
  CHECK(ProvablyLess(h, h + Dim(1)));
  CHECK(ProvablyPositive(h * w));
  CHECK(ProvablyPositive(FloorDiv(h - Dim(1), Dim(2)) + Dim(1)));
  CHECK(!ProvablyDifferent(FloorDiv(h, Dim(2)) * Dim(2), h));
  CHECK(ProvablyDifferent(FloorDiv(h, Dim(2)), h + Dim(1)));
  CHECK(!ProvablyPositive(FloorDiv(h, Dim(2))));
  CHECK(!ProvablyDifferent(Dim(), Dim(3)));
}

TEST_CASE("dim: unknown, with a bound") {
  Dim some = SomeOf(Dim(1000)), few = Dim::AtMost(7);
  CHECK(some.is_unknown());
  CHECK(!some.is_symbolic());
  CHECK(!some.is_constant());
  CHECK(!some.value());
  CHECK(some.bound() == 1000);
  CHECK(some.ToString() == "?");
  CHECK(!ProvablyEqual(some, some));
  CHECK(!ProvablyDifferent(some, Dim(1001)));
  CHECK(some.fingerprint() != few.fingerprint());
  CHECK((some + few).bound() == 1007);
  CHECK((some * Dim(4)).bound() == 4000);
  CHECK(FloorDiv(some, Dim(3)).bound() == 333);
  CHECK(Min(some, few).bound() == 7);
  CHECK(Max(some, Dim(2000)).bound() == 2000);
  CHECK(Product({Dim(2), few, Dim(3)}).bound() == 42);
  CHECK(Product({few, Dim(), Dim(0)}) == Dim(0));
  // What may be negative has none.
  CHECK(!(some - few).bound());
  CHECK(!(some + Dim(-1)).bound());
  CHECK(!(some * Dim()).bound());
  CHECK(!(some + N("H")).bound());
  CHECK(!FloorDiv(some, few).bound());
  CHECK(!SomeOf(N("H")).bound());
  CHECK(!Dim(-3).bound());
  CHECK(!Dim::AtMost(-1).bound());
}

TEST_CASE("dim: text") {
  Dim h = N("H"), w = N("W"), c = N("C"), n = N("n_head");
  CHECK(h.ToString() == "H");
  CHECK((FloorDiv(h, Dim(2)) * Dim(2)).ToString() == "H // 2 * 2");
  CHECK((FloorDiv(h - Dim(1), Dim(2)) + Dim(1)).ToString() == "(H - 1) // 2 + 1");
  CHECK((n * FloorDiv(c, n)).ToString() == "C // n_head * n_head");
  CHECK((h * w * Dim(64)).ToString() == "64 * H * W");
  CHECK((h * h - Dim(1)).ToString() == "H ** 2 - 1");
  CHECK((Dim(3) - h).ToString() == "3 - H");
  CHECK((Dim(0) - h).ToString() == "-H");
  CHECK((Dim(0) - FloorDiv(h, Dim(2))).ToString() == "-(H // 2)");
  CHECK(FloorDiv(h, w * c).ToString() == "H // (C * W)");
  CHECK(Dim().ToString() == "?");
  CHECK(Mod(h, Dim(8)).ToString() == "H % 8");
}

TEST_CASE("dim: substitution and assumptions") {
  Dim h = N("H"), c = N("C"), n = N("n");
  CHECK(Substitute(FloorDiv(h - Dim(1), Dim(2)) + Dim(1), h, Dim(224)) == Dim(112));
  CHECK(Substitute(h * c, c, Dim(3)) == h * Dim(3));
  llvm::SmallVector<std::pair<Dim, Dim>, 2> divides;
  CHECK(Reassemble(h * n * FloorDiv(c, n), divides) == h * c);
  REQUIRE(divides.size() == 1);
  CHECK(divides[0] == std::pair<Dim, Dim>(n, c));
  CHECK(FloorDivExact(n * FloorDiv(c, n), n) == FloorDiv(c, n));
}

TEST_CASE("dim: scopes tell equal names apart") {
  Dim a = Dim::Named(Intern("N"), 1), b = Dim::Named(Intern("N"), 2);
  CHECK(a != b);
  CHECK(a.ToString() == b.ToString());
  CHECK(a.fingerprint() != b.fingerprint());
}

TEST_CASE("dtype: promotion") {
  CHECK(Promote(DType::U8, DType::I8) == DType::I16);
  CHECK(Promote(DType::I64, DType::F16) == DType::F16);
  CHECK(Promote(DType::BF16, DType::F16) == DType::F32);
  CHECK(Promote(DType::C64, DType::F64) == DType::C128);
  CHECK(Promote(DType::C32, DType::BF16) == DType::C64);
  CHECK(Promote(DType::Bool, DType::U8) == DType::U8);
  CHECK(Promote(DType::U16, DType::F32) == DType::F32);
  CHECK(Promote(DType::U16, DType::I32) == DType::Unknown);
  CHECK(Promote(DType::F8E5M2, DType::F32) == DType::Unknown);
  CHECK(FromTorchName("long") == DType::I64);
  CHECK(FromTorchName("float8_e4m3fn") == DType::F8E4M3FN);
  CHECK(!FromTorchName("relu"));
  CHECK(CanCast(DType::I64, DType::F32));
  CHECK(!CanCast(DType::F32, DType::I64));
}

TEST_CASE("shape: interning and text") {
  CHECK(Shape::Of({Dim(2), N("H")}) == Shape::Of({Dim(2), N("H")}));
  CHECK(Shape::Scalar().rank_known());
  CHECK(!Shape().rank_known());
  CHECK(Shape::Of({Dim(2), N("H"), Dim()}).ToString() == "[2, H, ?]");
  CHECK(TensorType{Shape::Of({Dim(2)}), {}, DType::BF16}.ToString() == "bf16[2]");
  CHECK(Shape::Of({Dim(2), Dim(3)}).numel() == Dim(6));
}

TEST_CASE("shape: broadcasting") {
  Dim h = N("H"), w = N("W");
  auto of = [](std::initializer_list<Dim> a, std::initializer_list<Dim> b) { return BroadcastShapes(Shape::Of(a), Shape::Of(b)); };
  CHECK(of({2, 1, 4}, {3, 1}).shape == Shape::Of({2, 3, 4}));
  CHECK(of({2, 3}, {4}).failed_axis == 0);
  CHECK(of({2, Dim()}, {4}).shape == Shape::Of({2, 4}));
  CHECK(of({Dim()}, {1}).shape == Shape::Of({Dim()}));
  CHECK(of({h}, {4}).shape == Shape::Of({4}));
  CHECK(of({h}, {Dim()}).shape == Shape::Of({h}));
  CHECK(of({h}, {w}).shape == Shape::Of({Dim()}));
  // One of them may be 1.
  CHECK(of({Dim::AtMost(5)}, {Dim::AtMost(9)}).shape == Shape::Of({Dim::AtMost(9)}));
  CHECK(of({Dim::AtMost(5)}, {Dim()}).shape == Shape::Of({Dim()}));
  CHECK(of({h}, {Min(h, w)}).shape == Shape::Of({h}));
  CHECK(of({0}, {1}).shape == Shape::Of({0}));
  CHECK(of({0}, {3}).failed_axis == 0);
  CHECK(of({h}, {h + Dim(1)}).failed_axis == -1);
  CHECK(of({h + Dim(1)}, {h + Dim(2)}).failed_axis == 0);
  CHECK(!BroadcastShapes(Shape(), Shape::Of({2})).shape.rank_known());
}

TEST_CASE("shape: reshapes whose sizes are in another order") {
  Dim b = N("B"), h = N("H"), t = N("T"), c = N("C");
  using Sizes = std::initializer_list<Dim>;
  using Order = llvm::SmallVector<unsigned, 6>;
  auto missed = [](Sizes from, Sizes to) { return MissedOrderOf(llvm::ArrayRef<Dim>(from.begin(), from.end()), llvm::ArrayRef<Dim>(to.begin(), to.end())); };
  auto order = [&](Sizes from, Sizes to) {
    std::optional<MissedOrder> found = missed(from, to);
    return found ? found->order : Order();
  };
  CHECK(order({b, h, t, 64}, {b, t, h * Dim(64)}) == Order{0, 2, 1, 3});
  CHECK(order({b, h, t, FloorDiv(c, h)}, {b, t, c}) == Order{0, 2, 1, 3});
  CHECK(order({b, c, h, t}, {b, h * t, c}) == Order{0, 2, 3, 1});
  CHECK(order({1, h, t, 64}, {t, h * Dim(64)}) == Order{0, 2, 1, 3});
  CHECK(missed({b, t, h * Dim(64)}, {b, h, t, 64})->splits);
  // In order, a mere swap, or not known.
  CHECK(!missed({b, t, h, 64}, {b, t, h * Dim(64)}));
  CHECK(!missed({b, h, t, 64}, {b * h, t, 64}));
  CHECK(!missed({t, b, h * Dim(64)}, {t, b * h, 64}));
  CHECK(!missed({b, t, c}, {b, c, t}));
  CHECK(!missed({b, t, h + Dim(1)}, {b, h + Dim(1), t}));
  CHECK(!missed({b, Dim(), t, 64}, {b, t, Dim()}));
  CHECK(!missed({2, 8, 8, 64}, {2, 8, 512}));
  // 16 is 8 * 2 as well.
  CHECK(missed({2, 8, 16, 64}, {2, 16, 512})->ambiguous);
  CHECK(!missed({2, 3, 32, 32}, {2, 1024, 3})->ambiguous);
}
