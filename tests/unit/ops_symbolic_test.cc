// Operators on sizes that are names: the normal case in an editor.
#include "core/ops/ops.h"

#include <doctest/doctest.h>

using namespace trident;
using namespace trident::ops;
using shape::Dim;
using shape::DType;
using shape::Shape;
using shape::TensorType;

namespace {

Dim N(const char* name) { return Dim::Named(Intern(name)); }

TensorType F32(std::initializer_list<Dim> dims) { return {Shape::Of(dims), {}, DType::F32, shape::Contiguity::Yes, false}; }

Value T(std::initializer_list<Dim> dims) { return Value::MakeTensor(F32(dims)); }
Value I(Dim dim) { return Value::MakeInt(dim); }
Value L(std::vector<Value> elements) { return Value::MakeList(std::move(elements)); }

struct Keyword {
  const char* name;
  Value value;
};

Result Run(const char* name, std::vector<Value> positional, std::vector<Keyword> keywords = {}) {
  std::vector<Argument> arguments;
  for (Value& value : positional) {
    arguments.push_back({{}, std::move(value)});
  }
  for (Keyword& keyword : keywords) {
    arguments.push_back({keyword.name, std::move(keyword.value)});
  }
  OpId op = Find(name);
  REQUIRE_MESSAGE(op != kNoOp, name);
  return Call(op, arguments);
}

// The result's type, or the error's slug, or "unknown".
std::string Said(const Result& result) {
  switch (result.status) {
    case Result::Status::Error: return "error " + std::string(result.error.slug);
    case Result::Status::Unknown: return "unknown";
    case Result::Status::Ok: break;
  }
  if (result.value.is_tensor()) {
    return result.value.tensor.ToString();
  }
  std::string text;
  for (const Value& element : result.value.elements) {
    text += (text.empty() ? "" : "; ") + (element.is_tensor() ? element.tensor.ToString() : std::string("?"));
  }
  return "(" + text + (result.value.length_known ? ")" : "...)");
}

Value Slice(Value start, Value stop, Value step = Value::MakeNone()) {
  Value slice;
  slice.kind = Value::Kind::Slice;
  slice.elements = {std::move(start), std::move(stop), std::move(step)};
  return slice;
}

}  // namespace

TEST_CASE("ops, symbolic: a transformer block") {
  Dim b = N("B"), t = N("T"), c = N("C"), h = N("n_head");
  CHECK(Said(Run("torch.nn.functional.linear", {T({b, t, c}), T({Dim(3) * c, c})})) == "f32[B, T, 3 * C]");
  Result parts = Run("torch.Tensor.split", {T({b, t, Dim(3) * c}), I(c)}, {{"dim", I(2)}});
  CHECK(Said(parts) == "(f32[B, T, C]; f32[B, T, C]; f32[B, T, C])");
  CHECK(Said(Run("torch.Tensor.chunk", {T({b, t, Dim(3) * c}), I(3)}, {{"dim", I(-1)}})) == "(f32[B, T, C]; f32[B, T, C]; f32[B, T, C])");
  Dim hs = FloorDiv(c, h);
  Result heads = Run("torch.Tensor.view", {T({b, t, c}), I(b), I(t), I(h), I(hs)});
  CHECK(Said(heads) == "f32[B, T, n_head, C // n_head]");
  REQUIRE(heads.assumptions.size() == 1);
  CHECK(heads.assumptions[0].ToString() == "n_head divides C");
  Result swapped = Run("torch.Tensor.transpose", {heads.value, I(1), I(2)});
  CHECK(Said(swapped) == "f32[B, n_head, T, C // n_head]");
  Result scores = Run("torch.matmul", {swapped.value, T({b, h, hs, t})});
  CHECK(Said(scores) == "f32[B, n_head, T, T]");
  Result back = Run("torch.Tensor.transpose", {swapped.value, I(1), I(2)});
  Result merged = Run("torch.Tensor.view", {back.value, I(b), I(t), I(c)});
  CHECK(Said(merged) == "f32[B, T, C]");
  CHECK(Said(Run("torch.nn.functional.scaled_dot_product_attention", {swapped.value, swapped.value, swapped.value})) == "f32[B, n_head, T, C // n_head]");
}

TEST_CASE("ops, symbolic: a convolutional network") {
  Dim n = N("N"), h = N("H"), w = N("W");
  Result conv = Run("torch.conv2d", {T({n, 3, h, w}), T({64, 3, 7, 7})}, {{"stride", I(2)}, {"padding", I(3)}});
  CHECK(Said(conv) == "f32[N, 64, (H - 1) // 2 + 1, (W - 1) // 2 + 1]");
  Result pooled = Run("torch.nn.functional.max_pool2d", {conv.value, I(3), I(2), I(1)});
  CHECK(Said(pooled) == "f32[N, 64, (H - 1) // 4 + 1, (W - 1) // 4 + 1]");
  Result one = Run("torch.nn.functional.adaptive_avg_pool2d", {pooled.value, L({I(1), I(1)})});
  CHECK(Said(one) == "f32[N, 64, 1, 1]");
  CHECK(Said(Run("torch.flatten", {one.value, I(1)})) == "f32[N, 64]");
  CHECK(Said(Run("torch.flatten", {pooled.value, I(2)})) == "f32[N, 64, (H - 1) // 4 * ((W - 1) // 4) + (H - 1) // 4 + (W - 1) // 4 + 1]");
  CHECK(Said(Run("torch.nn.functional.interpolate", {T({n, 3, h, w})}, {{"scale_factor", I(2)}})) == "f32[N, 3, 2 * H, 2 * W]");
  CHECK(Said(Run("torch.nn.functional.interpolate", {T({n, 3, h, w})}, {{"scale_factor", Value::MakeFloat(0.5)}})) == "f32[N, 3, H // 2, W // 2]");
  CHECK(Said(Run("torch.conv2d", {T({n, 4, h, w}), T({64, 3, 7, 7})})) == "error conv-in-channels");
}

TEST_CASE("ops, symbolic: an error only when every size fails") {
  Dim n = N("N"), h = N("H"), k = N("k");
  CHECK(Said(Run("torch.nn.functional.linear", {T({n, h}), T({10, 512})})) == "f32[N, 10]");
  CHECK(Said(Run("torch.nn.functional.linear", {T({n, Dim(2) * h}), T({10, 511})})) == "error linear-in-features");
  CHECK(Said(Run("torch.matmul", {T({n, h}), T({k, n})})) == "f32[N, N]");
  CHECK(Said(Run("torch.matmul", {T({n, h}), T({h + Dim(1), n})})) == "error matmul-sizes");
  CHECK(Said(Run("torch.Tensor.view", {T({n, h, 4}), I(n), I(-1)})) == "f32[N, 4 * H]");
  CHECK(Said(Run("torch.Tensor.view", {T({n, 12}), I(n), I(5)})) == "error view-size");
  CHECK(Said(Run("torch.Tensor.view", {T({n, h}), I(12), I(5)})) == "f32[12, 5]");
  CHECK(Said(Run("torch.cat", {L({T({n, h}), T({n, k})})}, {{"dim", I(1)}})) == "f32[N, H + k]");
  CHECK(Said(Run("torch.cat", {L({T({n, h}), T({n, h + Dim(1)})})}, {{"dim", I(0)}})) == "error cat-sizes");
  CHECK(Said(Run("torch.stack", {L({T({n}), T({h})})})) == "f32[2, N]");
}

TEST_CASE("ops, symbolic: unknown sizes and ranks") {
  Dim n = N("N");
  Value ranked = T({n, Dim(), 4});
  CHECK(Said(Run("torch.flatten", {ranked, I(1)})) == "f32[N, ?]");
  CHECK(Said(Run("torch.sum", {ranked}, {{"dim", I(1)}})) == "f32[N, 4]");
  CHECK(Said(Run("torch.Tensor.view", {ranked, I(n), I(-1), I(2)})) == "f32[N, ?, 2]");
  CHECK(Said(Run("torch.Tensor.view", {T({n, 12}), I(n), I(Dim()), I(4)})) == "f32[N, 3, 4]");
  Value tensor = Value::MakeTensor({Shape(), {}, DType::F32, {}, false});
  CHECK(Said(Run("torch.relu", {tensor})) == "f32[...]");
  CHECK(Said(Run("torch.nn.functional.linear", {tensor, T({10, 512})})) == "f32[...]");
  CHECK(Said(Run("torch.Tensor.reshape", {tensor, I(n), I(-1)})) == "f32[N, ?]");
  CHECK(Said(Run("torch.relu", {Value::MakeUnknown()})) == "?[...]");
  CHECK(Said(Run("torch.Tensor.size", {tensor, I(0)})) == "()");
}

TEST_CASE("ops, symbolic: indexing") {
  Dim b = N("B"), t = N("T"), c = N("C");
  Value x = T({b, t, c}), all = Slice(Value::MakeNone(), Value::MakeNone());
  CHECK(Said(GetItem(x, Value::MakeTuple({all, I(-1)}))) == "f32[B, C]");
  CHECK(Said(GetItem(x, Value::MakeTuple({all, Slice(I(1), Value::MakeNone())}))) == "f32[B, T - 1, C]");
  CHECK(Said(GetItem(x, Value::MakeTuple({all, Slice(Value::MakeNone(), I(-1))}))) == "f32[B, T - 1, C]");
  CHECK(Said(GetItem(x, Value::MakeTuple({all, Slice(Value::MakeNone(), I(t))}))) == "f32[B, T, C]");
  CHECK(Said(GetItem(x, Value::MakeTuple({all, all, Slice(Value::MakeNone(), I(FloorDiv(c, Dim(2))))}))) == "f32[B, T, C // 2]");
  CHECK(Said(GetItem(x, Value::MakeTuple({all, Slice(Value::MakeNone(), Value::MakeNone(), I(2))}))) == "f32[B, (T - 1) // 2 + 1, C]");
  CHECK(Said(GetItem(T({1, 1024, c}), Value::MakeTuple({all, Slice(Value::MakeNone(), I(t))}))) == "f32[1, min(T, 1024), C]");
  CHECK(Said(GetItem(x, Value::MakeTuple({Value::MakeNone(), I(0)}))) == "f32[1, T, C]");
  CHECK(Said(GetItem(x, Value::MakeTuple({I(0), I(0), I(0), I(0)}))) == "error index-rank");
  CHECK(Said(GetItem(x, Value::MakeUnknown())) == "f32[...]");
}

TEST_CASE("ops: views know their layout") {
  Value x = T({2, 3, 4});
  Value swapped = Run("torch.Tensor.transpose", {x, I(1), I(2)}).value;
  CHECK(swapped.tensor.contiguity == shape::Contiguity::No);
  CHECK(Said(Run("torch.Tensor.view", {swapped, I(2), I(12)})) == "error view-layout");
  CHECK(Said(Run("torch.Tensor.reshape", {swapped, I(2), I(12)})) == "f32[2, 12]");
  CHECK(Said(Run("torch.Tensor.view", {Run("torch.Tensor.contiguous", {swapped}).value, I(2), I(12)})) == "f32[2, 12]");
  CHECK(Run("torch.Tensor.transpose", {swapped, I(1), I(2)}).value.tensor.contiguity == shape::Contiguity::Yes);
  CHECK(Run("torch.Tensor.permute", {T({1, 3, 1, 4}), I(2), I(1), I(0), I(3)}).value.tensor.contiguity == shape::Contiguity::Yes);
  // With a size that may be 1 nothing is sure.
  Value maybe = Run("torch.Tensor.transpose", {T({2, N("T"), 4}), I(1), I(2)}).value;
  CHECK(maybe.tensor.contiguity == shape::Contiguity::Unknown);
  CHECK(Said(Run("torch.Tensor.view", {maybe, I(2), I(-1)})) == "f32[2, 4 * T]");
}

TEST_CASE("ops: out and in-place forms") {
  Value half = Value::MakeTensor({Shape::Of({Dim(3)}), {}, DType::F16, {}, false});
  Result out = Run("torch.add", {T({3}), T({3})}, {{"out", half}});
  CHECK(Said(out) == "f16[3]");
  CHECK(out.writes == 2);
  CHECK(Said(Run("torch.Tensor.add_", {T({1, 3}), T({4, 3})})) == "error inplace-shape");
  Value ints = Value::MakeTensor({Shape::Of({Dim(3)}), {}, DType::I64, {}, false});
  CHECK(Said(Run("torch.Tensor.mul_", {ints, T({3})})) == "error result-cast");
  Result plain = Run("torch.Tensor.mul_", {T({2, 3}), T({3})});
  CHECK(Said(plain) == "f32[2, 3]");
  CHECK(plain.writes == 0);
}

TEST_CASE("ops: calls that cannot bind") {
  CHECK(Said(Run("torch.sum", {T({2, 3})}, {{"keep_dims", Value::MakeBool(true)}})) == "error unknown-keyword");
  CHECK(Said(Run("torch.sum", {T({2, 3})}, {{"axis", I(0)}, {"keepdims", Value::MakeBool(true)}})) == "f32[1, 3]");
  CHECK(Said(Run("torch.cat", {T({2, 3})})) == "error argument-type");
  CHECK(Said(Run("torch.relu", {})) == "error missing-argument");
  CHECK(Said(Run("torch.relu", {T({2}), I(1)})) == "error too-many-arguments");
  Result wrong = Run("torch.nn.functional.linear", {T({8, 25088}), T({10, 512})});
  CHECK(wrong.error.message == "linear expects 512 features, its input has 25088");
  CHECK(wrong.error.blame == 0);
  REQUIRE(wrong.error.sizes.size() == 2);
  CHECK(wrong.error.sizes[0] == Dim(512));
}
