// The elements of small integer tensors: lengths and masks that decide sizes.
#include "core/ops/ops.h"

#include <doctest/doctest.h>

using namespace trident;
using namespace trident::ops;
using shape::Dim;

namespace {

Result Run(const char* name, std::vector<Value> positional) {
  std::vector<Argument> arguments;
  for (Value& value : positional) {
    arguments.push_back({{}, std::move(value)});
  }
  return Call(Find(name), arguments);
}

Value Ints(std::initializer_list<int64_t> elements) {
  std::vector<Value> values;
  for (int64_t element : elements) {
    values.push_back(Value::MakeInt(element));
  }
  return Run("torch.tensor", {Value::MakeList(std::move(values))}).value;
}

}  // namespace

TEST_CASE("ops, contents: a padding mask from lengths") {
  Value lengths = Ints({4, 2});
  Value longest = Run("torch.Tensor.item", {Run("torch.max", {lengths}).value}).value;
  REQUIRE(longest.dim == Dim(4));
  Value places = Run("torch.Tensor.expand", {Run("torch.arange", {longest}).value, Value::MakeInt(2), longest}).value;
  Value mask = BinaryOperator("<", places, Run("torch.Tensor.unsqueeze", {lengths, Value::MakeInt(1)}).value).value;
  CHECK(mask.tensor.ToString() == "bool[2, 4]");
  CHECK(mask.contents == std::vector<int64_t>{1, 1, 1, 1, 1, 1, 0, 0});
  Value x = Value::MakeTensor({shape::Shape::Of({Dim(2), Dim(4), Dim(8)}), {}, shape::DType::F32, {}, false});
  CHECK(GetItem(x, mask).value.tensor.ToString() == "f32[6, 8]");
}

TEST_CASE("ops, contents: arithmetic, reductions and parts") {
  CHECK(BinaryOperator("//", Ints({7, 8}), Value::MakeInt(2)).value.contents == std::vector<int64_t>{3, 4});
  CHECK(BinaryOperator("-", Value::MakeInt(10), Ints({7, 8})).value.contents == std::vector<int64_t>{3, 2});
  CHECK(Run("torch.sum", {Ints({7, 8})}).value.contents == std::vector<int64_t>{15});
  CHECK(UnaryOperator("-", Ints({7, 8})).value.contents == std::vector<int64_t>{-7, -8});
  CHECK(GetItem(Ints({7, 8, 9}), Value::MakeInt(-1)).value.contents == std::vector<int64_t>{9});
  CHECK(Run("torch.Tensor.float", {Ints({7})}).value.contents.empty());
  CHECK(BinaryOperator("*", Ints({7}), Value::MakeFloat(2)).value.contents.empty());
}

TEST_CASE("ops, contents: integers are not divided by 0") {
  Result result = BinaryOperator("//", Ints({7, 8}), Ints({1, 0}));
  REQUIRE(result.status == Result::Status::Error);
  CHECK(std::string(result.error.slug) == "argument-value");
  CHECK(BinaryOperator("/", Ints({7, 8}), Ints({1, 0})).status == Result::Status::Ok);
}
