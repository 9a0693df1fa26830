#include "core/ops/contents.h"

#include "llvm/ADT/StringSwitch.h"

#include <algorithm>

namespace trident::ops {
namespace {

constexpr int64_t kMaxElements = 4096;

using Sizes = llvm::SmallVector<int64_t, 6>;

// The sizes of a tensor whose elements may be listed; nullopt for others.
std::optional<Sizes> SizesOf(const TensorType& type) {
  bool exact = type.dtype == DType::I64 || type.dtype == DType::I32 || type.dtype == DType::Bool;
  if (!exact || !type.shape.is_constant()) {
    return std::nullopt;
  }
  Sizes sizes;
  int64_t count = 1;
  for (Dim dim : DimsOf(type)) {
    sizes.push_back(dim.constant());
    if (__builtin_mul_overflow(count, dim.constant(), &count) || count > kMaxElements || count <= 0) {
      return std::nullopt;
    }
  }
  return sizes;
}

int64_t Count(const Sizes& sizes) {
  int64_t count = 1;
  for (int64_t size : sizes) {
    count *= size;
  }
  return count;
}

// A tensor or number with its elements, ready to be read at the places of a larger shape.
struct Operand {
  std::vector<int64_t> elements;
  Sizes sizes;

  int64_t At(const Sizes& place) const {
    int64_t index = 0;
    size_t skipped = place.size() - sizes.size();
    for (size_t i = 0; i < sizes.size(); ++i) {
      index = index * sizes[i] + (sizes[i] == 1 ? 0 : place[skipped + i]);
    }
    return elements[index];
  }
};

std::optional<Operand> Read(const Value& value) {
  if (value.kind == Value::Kind::Int || value.kind == Value::Kind::Bool) {
    return value.dim.is_constant() ? std::optional<Operand>(Operand{{value.dim.constant()}, {}}) : std::nullopt;
  }
  std::optional<Sizes> sizes = value.is_tensor() ? SizesOf(value.tensor) : std::nullopt;
  if (!sizes || static_cast<int64_t>(value.contents.size()) != Count(*sizes)) {
    return std::nullopt;
  }
  return Operand{value.contents, std::move(*sizes)};
}

// The next place in row-major order; false after the last.
bool Advance(Sizes& place, const Sizes& sizes) {
  for (size_t i = sizes.size(); i-- > 0;) {
    if (++place[i] < sizes[i]) {
      return true;
    }
    place[i] = 0;
  }
  return false;
}

int64_t FloorOf(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); }

using Binary = std::optional<int64_t> (*)(int64_t, int64_t);

std::optional<int64_t> Checked(bool overflow, int64_t value) { return overflow ? std::nullopt : std::optional<int64_t>(value); }

Binary BinaryNamed(llvm::StringRef name) {
  return llvm::StringSwitch<Binary>(name)
      .Cases("add", "__radd__",
             [](int64_t a, int64_t b) {
               int64_t c;
               bool o = __builtin_add_overflow(a, b, &c);
               return Checked(o, c);
             })
      .Cases("sub", "subtract",
             [](int64_t a, int64_t b) {
               int64_t c;
               bool o = __builtin_sub_overflow(a, b, &c);
               return Checked(o, c);
             })
      .Cases("rsub", "__rsub__",
             [](int64_t a, int64_t b) {
               int64_t c;
               bool o = __builtin_sub_overflow(b, a, &c);
               return Checked(o, c);
             })
      .Cases("mul", "multiply", "__rmul__",
             [](int64_t a, int64_t b) {
               int64_t c;
               bool o = __builtin_mul_overflow(a, b, &c);
               return Checked(o, c);
             })
      .Case("floor_divide", [](int64_t a, int64_t b) { return Checked(b == 0, b == 0 ? 0 : FloorOf(a, b)); })
      .Case("remainder", [](int64_t a, int64_t b) { return Checked(b == 0, b == 0 ? 0 : a - b * FloorOf(a, b)); })
      .Case("maximum", [](int64_t a, int64_t b) { return Checked(false, std::max(a, b)); })
      .Case("minimum", [](int64_t a, int64_t b) { return Checked(false, std::min(a, b)); })
      .Case("eq", [](int64_t a, int64_t b) { return Checked(false, a == b); })
      .Case("ne", [](int64_t a, int64_t b) { return Checked(false, a != b); })
      .Case("lt", [](int64_t a, int64_t b) { return Checked(false, a < b); })
      .Case("le", [](int64_t a, int64_t b) { return Checked(false, a <= b); })
      .Case("gt", [](int64_t a, int64_t b) { return Checked(false, a > b); })
      .Case("ge", [](int64_t a, int64_t b) { return Checked(false, a >= b); })
      .Cases("bitwise_and", "__and__", [](int64_t a, int64_t b) { return Checked(false, a & b); })
      .Cases("bitwise_or", "__or__", [](int64_t a, int64_t b) { return Checked(false, a | b); })
      .Cases("bitwise_xor", "__xor__", [](int64_t a, int64_t b) { return Checked(false, a ^ b); })
      .Case("logical_and", [](int64_t a, int64_t b) { return Checked(false, a && b); })
      .Case("logical_or", [](int64_t a, int64_t b) { return Checked(false, a || b); })
      .Default(nullptr);
}

llvm::StringRef Plain(llvm::StringRef name) { return name.ends_with("__") ? name : name.rtrim('_'); }

int64_t Fit(int64_t value, DType dtype) { return dtype == DType::Bool ? value != 0 : value; }

bool InRange(int64_t value, DType dtype) { return dtype != DType::I32 || (value >= INT32_MIN && value <= INT32_MAX); }

}  // namespace

std::vector<int64_t> FoldBinary(llvm::StringRef name, const Value& left, const Value& right, const TensorType& result) {
  Binary combine = BinaryNamed(Plain(name));
  std::optional<Sizes> sizes = combine ? SizesOf(result) : std::nullopt;
  std::optional<Operand> a = sizes ? Read(left) : std::nullopt, b = a ? Read(right) : std::nullopt;
  if (!b) {
    return {};
  }
  std::vector<int64_t> elements;
  Sizes place(sizes->size(), 0);
  do {
    std::optional<int64_t> element = combine(a->At(place), b->At(place));
    if (!element || !InRange(*element, result.dtype)) {
      return {};
    }
    elements.push_back(Fit(*element, result.dtype));
  } while (Advance(place, *sizes));
  return elements;
}

std::vector<int64_t> FoldUnary(llvm::StringRef name, const Value& operand, const TensorType& result) {
  name = Plain(name);
  bool known = name == "neg" || name == "negative" || name == "abs" || name == "logical_not" || name == "bitwise_not" || name == "sign";
  std::optional<Operand> a = known && SizesOf(result) ? Read(operand) : std::nullopt;
  if (!a) {
    return {};
  }
  bool inverts = name == "logical_not" || (name == "bitwise_not" && operand.tensor.dtype == DType::Bool);
  std::vector<int64_t> elements;
  for (int64_t x : a->elements) {
    if (x == INT64_MIN) {
      return {};
    }
    int64_t sign = (x > 0) - (x < 0);
    elements.push_back(inverts ? x == 0 : name == "bitwise_not" ? ~x : name == "sign" ? sign : name == "abs" ? x * sign : -x);
  }
  return elements;
}

std::vector<int64_t> FoldReduction(llvm::StringRef name, const Value& operand, llvm::ArrayRef<unsigned> axes, const TensorType& result) {
  bool sum = name == "sum", product = name == "prod", any = name == "any", all = name == "all";
  bool largest = name == "max" || name == "amax", smallest = name == "min" || name == "amin";
  std::optional<Operand> a = sum || product || any || all || largest || smallest ? Read(operand) : std::nullopt;
  std::optional<Sizes> kept = a ? SizesOf(result) : std::nullopt;
  if (!kept) {
    return {};
  }
  std::vector<std::optional<int64_t>> totals(Count(*kept));
  Sizes place(a->sizes.size(), 0);
  size_t next = 0;
  do {
    int64_t target = 0;
    for (unsigned i = 0; i < a->sizes.size(); ++i) {
      bool reduced = std::find(axes.begin(), axes.end(), i) != axes.end();
      target = reduced ? target : target * a->sizes[i] + place[i];
    }
    int64_t x = a->elements[next++];
    std::optional<int64_t>& total = totals[target];
    int64_t before = total.value_or(sum ? 0 : product || all ? 1 : any ? 0 : x), after = 0;
    bool overflow = sum ? __builtin_add_overflow(before, x, &after) : product && __builtin_mul_overflow(before, x, &after);
    if (overflow) {
      return {};
    }
    total = sum || product ? after : any ? before || x : all ? before && x : largest ? std::max(before, x) : std::min(before, x);
  } while (Advance(place, a->sizes));
  std::vector<int64_t> elements;
  for (const std::optional<int64_t>& total : totals) {
    if (!total) {
      return {};
    }
    elements.push_back(Fit(*total, result.dtype));
  }
  return elements;
}

std::vector<int64_t> FoldExpansion(const Value& operand, const TensorType& result) {
  std::optional<Sizes> sizes = SizesOf(result);
  std::optional<Operand> a = sizes ? Read(operand) : std::nullopt;
  if (!a || a->sizes.size() > sizes->size()) {
    return {};
  }
  std::vector<int64_t> elements;
  Sizes place(sizes->size(), 0);
  do {
    elements.push_back(a->At(place));
  } while (Advance(place, *sizes));
  return elements;
}

bool CheckDivisor(Bound& call, const TensorType& result, llvm::StringRef divisor) {
  bool divides = shape::IsIntegral(result.dtype) && Known(result);
  for (Dim dim : DimsOf(result)) {
    divides = divides && ProvablyPositive(dim);
  }
  std::optional<Operand> by = divides ? Read(call.Get(divisor)) : std::nullopt;
  if (!by || std::find(by->elements.begin(), by->elements.end(), 0) == by->elements.end()) {
    return true;
  }
  call.Fail("argument-value", Join(call.name(), "() divides integers by 0"), divisor);
  return false;
}

}  // namespace trident::ops
