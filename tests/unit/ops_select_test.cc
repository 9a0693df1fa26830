#include "core/base/symbol.h"
#include "core/ops/ops.h"

#include <doctest/doctest.h>

using namespace trident;
using ops::Argument;
using ops::Value;
using shape::Dim;
using shape::DType;

namespace {

Dim Sym(const char* name) { return Dim::Named(Intern(name)); }

Value Tensor(std::initializer_list<Dim> dims, DType dtype = DType::F32) { return Value::MakeTensor({shape::Shape::Of(dims), {}, dtype, {}, false}); }

Value Indices(std::initializer_list<Dim> dims) { return Tensor(dims, DType::I64); }

std::string Say(const char* name, std::vector<Value> positional, std::vector<Argument> keywords = {}) {
  std::vector<Argument> arguments;
  for (Value& value : positional) {
    arguments.push_back({{}, std::move(value)});
  }
  arguments.insert(arguments.end(), keywords.begin(), keywords.end());
  ops::OpId op = ops::Find(name);
  REQUIRE(op != ops::kNoOp);
  ops::Result result = ops::Call(op, arguments);
  if (result.status != ops::Result::Status::Ok) {
    return result.status == ops::Result::Status::Error ? std::string("error ") + result.error.slug : "unknown";
  }
  if (result.value.is_tensor()) {
    return result.value.tensor.ToString();
  }
  std::string text;
  for (const Value& element : result.value.elements) {
    text += (text.empty() ? "" : " ") + element.tensor.ToString();
  }
  return text;
}

Value Int(int64_t value) { return Value::MakeInt(value); }

}  // namespace

TEST_CASE("sort: values and indices") {
  CHECK(Say("torch.Tensor.sort", {Tensor({Sym("B"), 8})}) == "f32[B, 8] i64[B, 8]");
  CHECK(Say("torch.topk", {Tensor({Sym("B"), 100}), Int(5)}) == "f32[B, 5] i64[B, 5]");
  CHECK(Say("torch.topk", {Tensor({4, 3}), Int(5)}) == "error argument-value");
  CHECK(Say("torch.topk", {Tensor({4, Sym("V")}), Int(5)}) == "f32[4, 5] i64[4, 5]");
  CHECK(Say("torch.Tensor.argsort", {Tensor({4, 3})}, {{"stable", Value::MakeBool(true)}, {"dim", Int(0)}}) == "i64[4, 3]");
  CHECK(Say("torch.multinomial", {Tensor({4, 10}), Int(20)}) == "error argument-value");
  CHECK(Say("torch.searchsorted", {Tensor({10}), Tensor({4, 5})}, {{"out_int32", Value::MakeBool(true)}}) == "i32[4, 5]");
  CHECK(Say("torch.unique", {Indices({9})}, {{"return_counts", Value::MakeBool(true)}}) == "i64[?] i64[?]");
}

TEST_CASE("gather and scatter: the index fits inside what it indexes") {
  CHECK(Say("torch.gather", {Tensor({4, 10}), Int(1), Indices({4, 3})}) == "f32[4, 3]");
  CHECK(Say("torch.gather", {Tensor({4, 10}), Int(1), Indices({5, 3})}) == "error size-mismatch");
  CHECK(Say("torch.gather", {Tensor({4, 10}), Int(1), Indices({4})}) == "error tensor-rank");
  CHECK(Say("torch.gather", {Tensor({4, 10}), Int(1), Tensor({4, 3})}) == "error tensor-dtype");
  CHECK(Say("torch.gather", {Tensor({Sym("B"), Sym("T")}), Int(1), Indices({Sym("N"), 3})}) == "f32[N, 3]");
  Value beyond = Indices({2});
  beyond.contents = {0, 9};
  CHECK(Say("torch.index_select", {Tensor({4, 9}), Int(1), beyond}) == "error index-out-of-range");
  CHECK(Say("torch.Tensor.scatter_", {Tensor({4, 10}), Int(1), Indices({4, 1}), Value::MakeFloat(1.0)}) == "f32[4, 10]");
  CHECK(Say("torch.Tensor.scatter_add_", {Tensor({4, 10}), Int(0), Indices({3, 10}), Tensor({2, 10})}) == "error size-mismatch");
  CHECK(Say("torch.Tensor.index_add_", {Tensor({4, 10}), Int(0), Indices({3}), Tensor({2, 10})}) == "error size-mismatch");
  CHECK(Say("torch.masked_select", {Tensor({4, 10}), Tensor({4, 10}, DType::Bool)}) == "f32[?]");
  CHECK(Say("torch.take_along_dim", {Tensor({4, 10}), Indices({1, 3}), Int(1)}) == "f32[4, 3]");
}

TEST_CASE("losses: what fits together and what the reduction leaves") {
  Value scores = Tensor({Sym("B"), 10});
  Argument none = {"reduction", Value::MakeStr("none")};
  CHECK(Say("torch.nn.functional.cross_entropy", {scores, Indices({Sym("B")})}) == "f32[]");
  CHECK(Say("torch.nn.functional.cross_entropy", {scores, Indices({Sym("B")})}, {none}) == "f32[B]");
  CHECK(Say("torch.nn.functional.cross_entropy", {Tensor({8, 10}), Indices({4})}) == "error loss-sizes");
  CHECK(Say("torch.nn.functional.cross_entropy", {Tensor({8, 10}), Tensor({8})}) == "error tensor-dtype");
  CHECK(Say("torch.nn.functional.cross_entropy", {Tensor({2, 21, 8, 8}), Indices({2, 8, 8})}, {none}) == "f32[2, 8, 8]");
  CHECK(Say("torch.nn.functional.cross_entropy", {scores, Tensor({Sym("B"), 10})}, {none}) == "f32[B]");
  CHECK(Say("torch.nn.functional.binary_cross_entropy_with_logits", {Tensor({8, 1}), Tensor({8})}) == "error loss-sizes");
  CHECK(Say("torch.nn.functional.mse_loss", {Tensor({8, 1}), Tensor({8})}, {none}) == "f32[8, 8]");
  CHECK(Say("torch.nn.functional.mse_loss", {scores, scores}, {{"reduction", Value::MakeStr("average")}}) == "error argument-value");
  CHECK(Say("torch.nn.functional.cosine_embedding_loss", {Tensor({8, 5}), Tensor({8, 5}), Tensor({8})}, {none}) == "f32[8]");
}

TEST_CASE("arrangement: diagonals, flips, grids") {
  CHECK(Say("torch.diagonal", {Tensor({Sym("N"), 5, 7})}, {{"dim1", Int(1)}, {"dim2", Int(2)}, {"offset", Int(1)}}) == "f32[N, 5]");
  CHECK(Say("torch.Tensor.flip", {Tensor({4, 5}), Int(0), Int(1)}) == "f32[4, 5]");
  CHECK(Say("torch.flip", {Tensor({4, 5}), Value::MakeList({Int(2)})}) == "error dim-out-of-range");
  CHECK(Say("torch.rot90", {Tensor({4, 5})}) == "f32[5, 4]");
  CHECK(Say("torch.Tensor.triu", {Tensor({5})}) == "error tensor-rank");
  CHECK(Say("torch.meshgrid", {Tensor({Sym("H")}), Tensor({Sym("W")})}, {{"indexing", Value::MakeStr("ij")}}) == "f32[H, W] f32[H, W]");
  CHECK(Say("torch.view_as_complex", {Tensor({3, Sym("T"), 2})}) == "c64[3, T]");
  CHECK(Say("torch.combinations", {Tensor({5})}) == "f32[10, 2]");
  CHECK(Say("torch.cdist", {Tensor({2, Sym("P"), 3}), Tensor({Sym("R"), 3})}) == "f32[2, P, R]");
}

TEST_CASE("images: padding, resizing, blocks") {
  Value image = Tensor({Sym("B"), 3, Sym("H"), Sym("W")});
  auto ints = [](std::initializer_list<int64_t> values) {
    std::vector<Value> elements;
    for (int64_t value : values) {
      elements.push_back(Int(value));
    }
    return Value::MakeTuple(std::move(elements));
  };
  CHECK(Say("torch.nn.functional.pad", {image, ints({1, 2, 0, 3})}) == "f32[B, 3, H + 3, W + 3]");
  CHECK(Say("torch.nn.functional.pad", {Tensor({1, 3, 4, 2}), ints({2, 2, 0, 0}), Value::MakeStr("reflect")}) == "error padding-size");
  CHECK(Say("torch.nn.functional.unfold", {Tensor({2, 3, 8, 8}), Int(2)}, {{"stride", Int(2)}}) == "f32[2, 12, 16]");
  CHECK(Say("torch.nn.functional.fold", {Tensor({2, 12, 16}), Int(8), Int(2)}, {{"stride", Int(2)}}) == "f32[2, 3, 8, 8]");
  CHECK(Say("torch.nn.functional.fold", {Tensor({2, 12, 15}), Int(8), Int(2)}, {{"stride", Int(2)}}) == "error size-mismatch");
}

TEST_CASE("tables: embedding and one_hot") {
  CHECK(Say("torch.nn.functional.embedding", {Indices({Sym("B"), Sym("T")}), Tensor({1000, 64})}) == "f32[B, T, 64]");
  CHECK(Say("torch.nn.functional.embedding", {Tensor({4}), Tensor({1000, 64})}) == "error tensor-dtype");
  CHECK(Say("torch.nn.functional.one_hot", {Indices({4}), Int(10)}) == "i64[4, 10]");
  CHECK(Say("torch.nn.functional.one_hot", {Indices({4})}) == "i64[4, ?]");
}
