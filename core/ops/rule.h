// Holds what an operator's rule is written with: the table row, the bound call, and helpers that make results.
//
// A rule is a function from a Bound call to a Result. Getters convert and check; the first failure (Fail, a clash of
// sizes, a dim out of range) is kept by the call and becomes the result whatever the rule returns, so that a rule
// reads as a straight line. Getters return nullopt or an unknown type where knowledge ends; a rule then returns what
// it still knows. Threads: a Call lives in one call; rules are pure.
#pragma once

#include "core/ops/ops.h"
#include "core/ops/schema.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace trident::ops {

using shape::Contiguity;
using shape::Dim;
using shape::DType;
using shape::Shape;
using shape::TensorType;

using Dims = llvm::SmallVector<Dim, 6>;
using Axes = llvm::SmallVector<unsigned, 6>;

class Bound;
using Rule = Result (*)(Bound& call);

// One row of a family's table. `where` says under which names the operator exists, a letter each:
//   f torch.NAME   m torch.Tensor.NAME   i torch.Tensor.NAME_ (in place)   j torch.NAME_ (in place)
//   n torch.nn.functional.NAME, a Python function that does not check types itself   b the same, built in
//   p torch.nn.functional.NAME_ (in place)   l torch.linalg.   t torch.fft.   s torch.special.
//   w torch.signal.windows.   k torch.masked.   o takes `out=`   x names are written in full
//   u the rule does not care which overload was bound   v results need not be in row-major order, whatever the inputs are
// `names`: separated by blanks, the canonical one first. `data` is for rules that several rows share.
struct Op {
  const char* where;
  const char* names;
  const char* schema;
  Rule rule;
  int data = 0;
};

// Joins texts, sizes, shapes, dtypes and integers into a message.
inline void AppendTo(std::string& text, llvm::StringRef piece) { text += piece; }
inline void AppendTo(std::string& text, const char* piece) { text += piece; }
inline void AppendTo(std::string& text, const std::string& piece) { text += piece; }
inline void AppendTo(std::string& text, Dim piece) { text += piece.ToString(); }
inline void AppendTo(std::string& text, Shape piece) { text += piece.ToString(); }
inline void AppendTo(std::string& text, DType piece) { text += ShortName(piece); }
inline void AppendTo(std::string& text, const TensorType& piece) { text += piece.ToString(); }
template <typename T>
  requires std::is_integral_v<T>
void AppendTo(std::string& text, T piece) {
  text += std::to_string(piece);
}
template <typename... Pieces>
std::string Join(const Pieces&... pieces) {
  std::string text;
  (AppendTo(text, pieces), ...);
  return text;
}

class Bound {
 public:
  Bound(const Op& op, llvm::ArrayRef<Overload> overloads, llvm::StringRef name, bool in_place, llvm::ArrayRef<Argument> arguments);

  // Binds the arguments; false when they fit no overload (the failure is then kept) or may fit several.
  bool Bind();
  // The rule's result with `out=`, in-place conditions and a kept failure applied.
  Result Finish(Result result);

  llvm::StringRef name() const { return name_; }  // As the user wrote it, without the module: "add_".
  int data() const { return op_.data; }
  unsigned overload() const { return overload_; }
  bool in_place() const { return in_place_; }
  bool failed() const { return failed_; }

  // --- arguments, by parameter name ---
  const Value& Get(llvm::StringRef param) const;  // The default where not given; Unknown when there is no such parameter.
  bool Given(llvm::StringRef param) const;        // Passed by the caller, None included.
  bool Has(llvm::StringRef param) const;          // Not None (given or by default). An unknown value counts.
  bool IsUnknown(llvm::StringRef param) const { return Get(param).kind == Value::Kind::Unknown; }
  TensorType Tensor(llvm::StringRef param) const;   // All unknown unless the value is a tensor.
  TensorType Operand(llvm::StringRef param) const;  // Also of a Python number, as a weak 0-d tensor.
  Dim Int(llvm::StringRef param) const;
  std::optional<int64_t> Constant(llvm::StringRef param) const { return Int(param).value(); }
  std::optional<bool> Bool(llvm::StringRef param) const;
  std::optional<double> Number(llvm::StringRef param) const;
  llvm::StringRef Str(llvm::StringRef param) const;  // Empty when it is no known str.
  bool IsStr(llvm::StringRef param) const { return Get(param).kind == Value::Kind::Str; }
  // A list of ints, an int alone as one element, a 1-d integer tensor's contents; nullopt when the length is unknown.
  std::optional<Dims> Ints(llvm::StringRef param) const;
  // Exactly `count` of them, one standing for all; unknown sizes where nothing is known. Fails for another length.
  Dims Ints(llvm::StringRef param, unsigned count);
  DType GetDType(llvm::StringRef param, DType otherwise) const;  // `otherwise` for None.
  std::optional<std::vector<TensorType>> Tensors(llvm::StringRef param) const;
  // The tensor that stands for all of a list of unknown length.
  std::optional<TensorType> Typical(llvm::StringRef param) const;
  // A dim counted from either end. Fails when out of range for every rank that is possible. A 0-d tensor has dim 0.
  std::optional<unsigned> Axis(llvm::StringRef param, const TensorType& of) { return AxisOf(Get(param), of, param); }
  std::optional<unsigned> Axis(llvm::StringRef param, unsigned rank);  // Among `rank` dims.
  std::optional<unsigned> AxisOf(const Value& value, const TensorType& of, llvm::StringRef param);
  // A dim or several, all of them for None or (); sorted by the caller's order. Fails on repeats.
  std::optional<Axes> AxesOf(llvm::StringRef param, const TensorType& of);

  // --- results ---
  Result Fail(const char* slug, std::string message, llvm::StringRef blame = {}, std::initializer_list<Dim> sizes = {});
  Result GiveUp(std::string reason);
  Result Return(llvm::ArrayRef<Dim> dims, DType dtype) { return Return(Shape::Of(dims), dtype); }
  Result Return(Shape shape, DType dtype);
  Result Return(TensorType type);
  Result Return(Value value);
  Result ReturnTuple(std::initializer_list<TensorType> types, llvm::ArrayRef<const char*> names = {});
  Result Return(const std::vector<TensorType>& types, bool as_list = false);
  // A tensor that shares memory with an argument: its layout is as given, and an in-place form may change the shape.
  Result ReturnView(TensorType type);
  void MarkView() { view_ = true; }  // For results that are made otherwise.
  void Assume(Assumption fact) { assumptions_.push_back(fact); }

  // --- checks that many rules share; each keeps the failure and returns false ---
  // The shape to which all broadcast; unknown when it failed or one is unknown.
  Shape Broadcast(llvm::ArrayRef<TensorType> types);
  // The rank is in [low, high] if known.
  bool CheckRank(llvm::StringRef param, unsigned low, unsigned high);
  bool CheckRank(llvm::StringRef param, unsigned rank) { return CheckRank(param, rank, rank); }

 private:
  struct Binding {
    Match match = Match::Yes;
    unsigned bound = 0;                         // How far it came, to choose whose complaint to show.
    llvm::SmallVector<const Value*, 8> values;  // By parameter; null: default.
    llvm::SmallVector<int, 8> places;           // The argument's index, or -1.
    std::unique_ptr<Value> gathered;            // Of a variadic parameter.
    int out_place = -1;
    ops::Error error;
  };
  bool BindTo(const Overload& overload, Binding& binding) const;
  int FindKeyword(const Overload& overload, llvm::StringRef keyword) const;
  int IndexOf(llvm::StringRef param) const;
  bool ApplyOut(Result& result);
  bool ApplyInPlace(Result& result);

  const Op& op_;
  llvm::ArrayRef<Overload> overloads_;
  std::string name_;
  bool in_place_;
  bool strict_, takes_out_;
  llvm::ArrayRef<Argument> arguments_;
  unsigned overload_ = 0;
  Binding binding_;
  bool failed_ = false, view_ = false;
  Result failure_;
  std::vector<Assumption> assumptions_;
};

// --- types ---

inline bool Known(const TensorType& type) { return type.shape.rank_known(); }
inline unsigned Rank(const TensorType& type) { return type.shape.rank(); }
inline llvm::ArrayRef<Dim> DimsOf(const TensorType& type) { return type.shape.dims(); }
inline Dims Copy(const TensorType& type) { return Dims(DimsOf(type).begin(), DimsOf(type).end()); }
inline TensorType Typed(llvm::ArrayRef<Dim> dims, DType dtype) { return {Shape::Of(dims), {}, dtype, {}, false}; }
inline TensorType Typed(Shape shape, DType dtype) { return {shape, {}, dtype, {}, false}; }
inline TensorType With(TensorType type, DType dtype) {
  type.dtype = dtype;
  type.zero_dim_scalar = false;
  return type;
}
// Of a tensor or a Python number (a weak 0-d tensor); all unknown for anything else.
TensorType OperandType(const Value& value);
// torch.result_type: tensors with dims decide before 0-d tensors, and these before Python numbers.
DType ResultType(llvm::ArrayRef<TensorType> types);
// What integers and bools become where an operator computes in floating point: torch.get_default_dtype().
inline DType FloatOf(DType dtype) { return shape::IsIntegral(dtype) || dtype == DType::Bool ? DType::F32 : dtype; }
inline constexpr DType kDefaultFloat = DType::F32;

// The shape that is left when `axes` are reduced. Unknown rank when keepdim, or how many axes there are, is unknown.
Shape Reduced(Shape shape, const std::optional<Axes>& axes, std::optional<bool> keepdim);

// Every family's table, listed in families.def.
#define TRIDENT_OPS_FAMILY(Name) llvm::ArrayRef<Op> Name##Ops();
#include "core/ops/families.def"
#undef TRIDENT_OPS_FAMILY

// Parameters that factories share.
#define TRIDENT_FACTORY "dtype? dtype=None, any layout=None, any device=None, bool? pin_memory=False, bool? requires_grad=False"

}  // namespace trident::ops
