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

ops::Result Call(const char* name, std::vector<Value> positional, std::vector<Argument> keywords = {}) {
  std::vector<Argument> arguments;
  for (Value& value : positional) {
    arguments.push_back({{}, std::move(value)});
  }
  arguments.insert(arguments.end(), keywords.begin(), keywords.end());
  ops::OpId op = ops::Find(name);
  REQUIRE(op != ops::kNoOp);
  return ops::Call(op, arguments);
}

std::string Show(const Value& value) {
  if (value.is_tensor()) {
    return value.tensor.ToString();
  }
  std::string text;
  for (const Value& element : value.elements) {
    text += (text.empty() ? "" : " ") + Show(element);
  }
  return text;
}

// The type, or "error slug", or "unknown".
std::string Say(const ops::Result& result) {
  switch (result.status) {
    case ops::Result::Status::Ok: return Show(result.value);
    case ops::Result::Status::Error: return std::string("error ") + result.error.slug;
    case ops::Result::Status::Unknown: break;
  }
  return "unknown";
}

}  // namespace

TEST_CASE("linalg: decompositions keep the batch and name their results") {
  Value a = Tensor({Sym("B"), 5, 3});
  CHECK(Say(Call("torch.linalg.svd", {a}, {{"full_matrices", Value::MakeBool(false)}})) == "f32[B, 5, 3] f32[B, 3] f32[B, 3, 3]");
  CHECK(Say(Call("torch.linalg.svd", {a})) == "f32[B, 5, 5] f32[B, 3] f32[B, 3, 3]");
  CHECK(Say(Call("torch.svd", {a})) == "f32[B, 5, 3] f32[B, 3] f32[B, 3, 3]");
  CHECK(Say(Call("torch.linalg.qr", {a})) == "f32[B, 5, 3] f32[B, 3, 3]");
  CHECK(Say(Call("torch.linalg.eigh", {Tensor({4, 4}, DType::C64)})) == "f32[4] c64[4, 4]");
  CHECK(Say(Call("torch.linalg.eigvals", {Tensor({4, 4})})) == "c64[4]");
  ops::Result svd = Call("torch.linalg.svd", {a});
  CHECK(llvm::StringRef(svd.value.names[2]) == "Vh");
}

TEST_CASE("linalg: only square matrices have an inverse, symbols that may be equal do") {
  CHECK(Say(Call("torch.linalg.inv", {Tensor({3, 4})})) == "error matrix-not-square");
  CHECK(Say(Call("torch.linalg.inv", {Tensor({Sym("N"), Sym("M")})})) == "f32[N, M]");
  CHECK(Say(Call("torch.linalg.det", {Tensor({7, Dim::Unknown(), 4})})) == "f32[7]");
  CHECK(Say(Call("torch.linalg.inv", {Tensor({4, 4}, DType::I64)})) == "error tensor-dtype");
  CHECK(Say(Call("torch.Tensor.cholesky", {Tensor({0, 3})})) == "f32[0, 3]");
}

TEST_CASE("linalg: a right-hand side is vectors or matrices, by its shape") {
  Value a = Tensor({2, 5, 5});
  CHECK(Say(Call("torch.linalg.solve", {a, Tensor({2, 5})})) == "f32[2, 5]");
  CHECK(Say(Call("torch.linalg.solve", {a, Tensor({5, 3})})) == "f32[2, 5, 3]");
  CHECK(Say(Call("torch.linalg.solve", {a, Tensor({4, 3})})) == "error size-mismatch");
  CHECK(Say(Call("torch.linalg.solve", {Tensor({Sym("B"), 5, 5}), Tensor({5, 5})})) == "f32[...]");
}

TEST_CASE("linalg: norms, products and other functions of matrices") {
  CHECK(Say(Call("torch.linalg.norm", {Tensor({4, 5, 6})}, {{"dim", Value::MakeInt(-1)}})) == "f32[4, 5]");
  CHECK(Say(Call("torch.linalg.multi_dot", {Value::MakeList({Tensor({2, 3}), Tensor({3, 4}), Tensor({4})})})) == "f32[2]");
  CHECK(Say(Call("torch.linalg.multi_dot", {Value::MakeList({Tensor({2, 3}), Tensor({4, 4})})})) == "error matmul-sizes");
  CHECK(Say(Call("torch.linalg.cross", {Tensor({5, 3}), Tensor({1, 3})})) == "f32[5, 3]");
  CHECK(Say(Call("torch.linalg.vecdot", {Tensor({5, 4}), Tensor({4})})) == "f32[5]");
}

TEST_CASE("fft: a real signal keeps half of its spectrum") {
  Value x = Tensor({Sym("B"), Sym("H"), Sym("W")});
  CHECK(Say(Call("torch.fft.rfft2", {x})) == "c64[B, H, W // 2 + 1]");
  CHECK(Say(Call("torch.fft.irfft", {Tensor({4, 9}, DType::C64)})) == "f32[4, 16]");
  CHECK(Say(Call("torch.fft.irfft", {Tensor({4, 9}, DType::C64)}, {{"n", Value::MakeInt(17)}})) == "f32[4, 17]");
  CHECK(Say(Call("torch.fft.fftn", {Tensor({5, 6, 7})}, {{"s", Value::MakeTuple({Value::MakeInt(8)})}})) == "c64[5, 6, 8]");
  CHECK(Say(Call("torch.fft.rfft", {Tensor({4}, DType::C64)})) == "error tensor-dtype");
  CHECK(Say(Call("torch.fft.fft", {Tensor({4})}, {{"dim", Value::MakeInt(1)}})) == "error dim-out-of-range");
}

TEST_CASE("stft: frames and frequencies") {
  std::vector<Argument> options = {{"n_fft", Value::MakeInt(400)}, {"hop_length", Value::MakeInt(160)}, {"return_complex", Value::MakeBool(true)}};
  CHECK(Say(Call("torch.stft", {Tensor({2, 16000})}, options)) == "c64[2, 201, 101]");
  CHECK(Say(Call("torch.stft", {Tensor({Sym("B"), Sym("T")})}, options)) == "c64[B, 201, T // 160 + 1]");
  CHECK(Say(Call("torch.stft", {Tensor({2, 16000})}, {{"n_fft", Value::MakeInt(400)}})) == "error missing-argument");
  options.push_back({"window", Tensor({512})});
  CHECK(Say(Call("torch.stft", {Tensor({2, 16000})}, options)) == "error size-mismatch");
}
