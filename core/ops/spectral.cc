// Rules of torch.fft, short-time Fourier transforms and windows.
//
// Source: the documentation of torch.fft, torch.stft, torch.istft and torch.signal.windows.
#include "core/ops/matrix.h"

namespace trident::ops {
namespace {

// What goes in and what comes out: of the last transformed dim, a real signal keeps only half of its spectrum.
enum Kind : int {
  kComplexToComplex,
  kRealToHalf,   // rfft, ihfft
  kHalfToReal,   // irfft, hfft
};

DType TransformedDType(Bound& call, DType dtype) {
  DType floating = FloatOf(dtype);
  if (call.data() == kRealToHalf && shape::IsComplex(dtype)) {
    call.Fail("tensor-dtype", Join(call.name(), " needs a real tensor, `input` is ", dtype), "self");
  }
  return call.data() == kHalfToReal ? RealPart(floating) : ComplexPart(floating);
}

void CheckNorm(Bound& call) {
  llvm::StringRef norm = call.Str("norm");
  if (call.IsStr("norm") && norm != "forward" && norm != "backward" && norm != "ortho") {
    call.Fail("argument-value", Join(call.name(), " takes `norm` 'forward', 'backward' or 'ortho', got '", norm, "'"), "norm");
  }
}

bool CheckHasDims(Bound& call, const TensorType& self) {
  if (!Known(self) || Rank(self) > 0) {
    return true;
  }
  call.Fail("tensor-rank", Join(call.name(), " needs a tensor with dims, `input` has none"), "self");
  return false;
}

// The size of one transformed dim: as long as asked, else as long as the input's. `last`: the one that may be halved.
Dim TransformedSize(Bound& call, Dim input, std::optional<Dim> asked, bool last, llvm::StringRef param) {
  bool given = asked && *asked != Dim(-1);
  Dim size = given ? *asked : last && call.data() == kHalfToReal ? Dim(2) * (input - Dim(1)) : input;
  if (ProvablyLess(size, Dim(1))) {
    call.Fail("argument-value", Join(call.name(), " needs at least one point in a transformed dim, there are ", size), given ? param : llvm::StringRef("self"), {size});
  }
  return last && call.data() == kRealToHalf ? FloorDiv(size, Dim(2)) + Dim(1) : size;
}

Result Transform(Bound& call) {
  TensorType self = call.Tensor("self");
  DType dtype = TransformedDType(call, self.dtype);
  CheckNorm(call);
  if (!CheckHasDims(call, self) || !Known(self)) {
    return call.Return(Shape(), dtype);
  }
  std::optional<unsigned> axis = call.Axis("dim", self);
  if (!axis) {
    return call.Return(Shape::Of(Dims(Rank(self))), dtype);
  }
  Dims dims = Copy(self);
  std::optional<Dim> asked = call.Has("n") ? std::optional<Dim>(call.Int("n")) : std::nullopt;
  dims[*axis] = TransformedSize(call, dims[*axis], asked, true, "n");
  return call.Return(dims, dtype);
}

// The dims to transform: those given, else as many of the last as there are sizes, else all.
std::optional<Axes> TransformedAxes(Bound& call, const TensorType& self, const std::optional<Dims>& sizes) {
  if (call.Has("dim")) {
    return CheckHasDims(call, self) ? call.AxesOf("dim", self) : std::nullopt;
  }
  unsigned count = sizes ? sizes->size() : Rank(self);
  if (count > Rank(self)) {
    call.Fail("argument-length", Join(call.name(), " is given ", count, " sizes for a tensor of ", Rank(self), " dims"), "s");
    return std::nullopt;
  }
  Axes axes;
  for (unsigned i = Rank(self) - count; i < Rank(self); ++i) {
    axes.push_back(i);
  }
  return axes;
}

Result TransformMany(Bound& call) {
  TensorType self = call.Tensor("self");
  DType dtype = TransformedDType(call, self.dtype);
  CheckNorm(call);
  std::optional<Dims> sizes = call.Has("s") ? call.Ints("s") : std::nullopt;
  if (!Known(self) || (call.Has("s") && !sizes)) {
    return call.Return(Shape(), dtype);
  }
  std::optional<Axes> axes = TransformedAxes(call, self, sizes);
  if (!axes) {
    return call.Return(Shape(), dtype);
  }
  if (sizes && sizes->size() != axes->size()) {
    return call.Fail("argument-length", Join(call.name(), " needs as many sizes `s` as dims, got ", sizes->size(), " and ", axes->size()), "s");
  }
  if (axes->empty() && call.data() != kComplexToComplex) {
    return call.Fail("tensor-rank", Join(call.name(), " needs at least one dim to transform"), "self");
  }
  Dims dims = Copy(self);
  for (unsigned i = 0; i < axes->size(); ++i) {
    Dim& dim = dims[(*axes)[i]];
    dim = TransformedSize(call, dim, sizes ? std::optional<Dim>((*sizes)[i]) : std::nullopt, i + 1 == axes->size(), "s");
  }
  return call.Return(dims, dtype);
}

Result Shift(Bound& call) {
  TensorType self = call.Tensor("self");
  call.AxesOf("dim", self);
  return call.Return(self.shape, self.dtype);
}

Result Frequencies(Bound& call) {
  Dim n = call.Int("n");
  return call.Return({call.data() == kRealToHalf ? FloorDiv(n, Dim(2)) + Dim(1) : n}, call.GetDType("dtype", kDefaultFloat));
}

struct Framing {
  Dim n_fft, hop, window;
  std::optional<bool> center;
};

// Lengths of a frame and between frames, with torch's defaults, and the window checked against them.
Framing FramingOf(Bound& call) {
  Framing framing;
  framing.n_fft = call.Int("n_fft");
  framing.hop = call.Has("hop_length") ? call.Int("hop_length") : FloorDiv(framing.n_fft, Dim(4));
  framing.window = call.Has("win_length") ? call.Int("win_length") : framing.n_fft;
  framing.center = call.Bool("center");
  if (ProvablyLess(framing.hop, Dim(1))) {
    call.Fail("argument-value", Join(call.name(), " needs `hop_length` of at least 1, it is ", framing.hop), "hop_length", {framing.hop});
  } else if (ProvablyLess(framing.window, Dim(1)) || ProvablyLess(framing.n_fft, framing.window)) {
    call.Fail("argument-value", Join(call.name(), " needs `win_length` from 1 to n_fft, ", framing.n_fft, ", it is ", framing.window), "win_length",
              {framing.window, framing.n_fft});
  }
  TensorType window = call.Tensor("window");
  if (call.CheckRank("window", 1) && Known(window) && ProvablyDifferent(DimsOf(window)[0], framing.window)) {
    call.Fail("size-mismatch", Join(call.name(), " needs a window of ", framing.window, " points, it has ", DimsOf(window)[0]), "window",
              {framing.window, DimsOf(window)[0]});
  }
  return framing;
}

Result Stft(Bound& call) {
  TensorType self = call.Tensor("self");
  DType dtype = ComplexPart(self.dtype);
  CheckFloatingOrComplex(call, "self");
  Framing framing = FramingOf(call);
  TensorType window = call.Tensor("window");
  bool complex = shape::IsComplex(self.dtype) || shape::IsComplex(window.dtype);
  if (!call.Has("return_complex") && !complex && self.dtype != DType::Unknown && (!call.Has("window") || window.dtype != DType::Unknown)) {
    return call.Fail("missing-argument", Join(call.name(), " of a real tensor needs `return_complex`"));
  }
  std::optional<bool> as_complex = call.Has("return_complex") ? call.Bool("return_complex") : complex;
  if (!call.CheckRank("self", 1, 2) || !Known(self)) {
    return call.Return(Shape(), as_complex ? (*as_complex ? dtype : RealPart(dtype)) : DType::Unknown);
  }
  Dim length = DimsOf(self).back();
  if (framing.center == true) {
    Dim padding = FloorDiv(framing.n_fft, Dim(2));
    if (call.Str("pad_mode") == "reflect" && ProvablyLess(length, padding + Dim(1))) {
      call.Fail("argument-value", Join(call.name(), " reflects ", padding, " points at each end, the signal has only ", length), "self", {length, framing.n_fft});
    }
    length = length + Dim(2) * padding;
  }
  if (ProvablyLess(length, framing.n_fft)) {
    call.Fail("argument-value", Join(call.name(), " needs a signal of at least n_fft, ", framing.n_fft, " points, it has ", length), "n_fft", {framing.n_fft, length});
  }
  Dim frames = framing.center ? FloorDiv(length - framing.n_fft, framing.hop) + Dim(1) : Dim::Unknown();
  std::optional<bool> onesided = call.Has("onesided") ? call.Bool("onesided") : self.dtype == DType::Unknown ? std::nullopt : std::optional<bool>(!complex);
  Dims dims;
  if (Rank(self) == 2) {
    dims.push_back(DimsOf(self)[0]);
  }
  dims.push_back(!onesided ? Dim::Unknown() : *onesided ? FloorDiv(framing.n_fft, Dim(2)) + Dim(1) : framing.n_fft);
  dims.push_back(frames);
  if (!as_complex) {
    return call.Return(Shape(), DType::Unknown);
  }
  if (!*as_complex) {
    dims.push_back(Dim(2));
  }
  return call.Return(dims, *as_complex ? dtype : RealPart(dtype));
}

Result Istft(Bound& call) {
  TensorType self = call.Tensor("self");
  if (shape::IsFloating(self.dtype) || shape::IsIntegral(self.dtype)) {
    call.Fail("tensor-dtype", Join(call.name(), " needs a complex tensor, `input` is ", self.dtype), "self");
  }
  Framing framing = FramingOf(call);
  std::optional<bool> as_complex = call.Bool("return_complex");
  DType dtype = !as_complex ? DType::Unknown : *as_complex ? self.dtype : RealPart(self.dtype);
  if (!call.CheckRank("self", 2, 3) || !Known(self)) {
    return call.Return(Shape(), dtype);
  }
  llvm::ArrayRef<Dim> dims = DimsOf(self);
  Dim bins = dims[dims.size() - 2], frames = dims.back(), half = FloorDiv(framing.n_fft, Dim(2));
  bool may_be_one = !ProvablyDifferent(bins, half + Dim(1)), may_be_two = !ProvablyDifferent(bins, framing.n_fft);
  std::optional<bool> onesided = call.Has("onesided") ? call.Bool("onesided") : std::nullopt;
  if ((onesided == true && !may_be_one) || (onesided == false && !may_be_two) || (!call.Has("onesided") && !may_be_one && !may_be_two)) {
    call.Fail("size-mismatch", Join(call.name(), " with n_fft=", framing.n_fft, " needs ", onesided == false ? framing.n_fft : half + Dim(1),
                                    " frequencies in dim -2, there are ", bins), "self", {bins, framing.n_fft});
  }
  Dim length = framing.n_fft + framing.hop * (frames - Dim(1));
  if (framing.center == true) {
    length = length - Dim(2) * half;
  }
  if (call.Has("length")) {
    length = call.Int("length");
  } else if (framing.center && ProvablyLess(length, Dim(1))) {
    call.Fail("argument-value", Join(call.name(), " has too few frames, ", frames, ", for a signal of at least one point"), "self", {frames});
  }
  Dims out;
  if (dims.size() == 3) {
    out.push_back(dims[0]);
  }
  out.push_back(framing.center ? length : Dim::Unknown());
  return call.Return(out, dtype);
}

void CheckWindowDType(Bound& call, DType dtype, bool narrow) {
  bool real = shape::IsFloating(dtype) && !(narrow && dtype != DType::F32 && dtype != DType::F64);
  if (dtype != DType::Unknown && !real) {
    call.Fail("argument-value", Join(call.name(), narrow ? " takes `dtype` f32 or f64, got " : " takes a floating-point `dtype`, got ", dtype), "dtype");
  }
}

void CheckWindowLength(Bound& call, llvm::StringRef param) {
  if (ProvablyLess(call.Int(param), Dim(0))) {
    call.Fail("negative-size", Join(call.name(), " needs a length of at least 0, got ", call.Int(param)), param, {call.Int(param)});
  }
}

// torch.signal.windows.*; every parameter of a shape that has to be positive is named here.
Result SignalWindow(Bound& call) {
  CheckWindowLength(call, "M");
  DType dtype = call.GetDType("dtype", kDefaultFloat);
  CheckWindowDType(call, dtype, true);
  for (llvm::StringRef param : {"tau", "std"}) {
    if (std::optional<double> value = call.Number(param); value && *value <= 0) {
      call.Fail("argument-value", Join(call.name(), " needs `", param, "` above 0"), param);
    }
  }
  if (std::optional<double> beta = call.Number("beta"); beta && *beta < 0) {
    call.Fail("argument-value", Join(call.name(), " needs `beta` of at least 0"), "beta");
  }
  if (call.Given("center") && call.Has("center") && !call.IsUnknown("center") && call.Bool("sym") == true) {
    call.Fail("argument-value", Join(call.name(), " takes `center` only with sym=False"), "center");
  }
  if (call.Given("a")) {
    const Value& a = call.Get("a");
    bool list = a.kind == Value::Kind::List || a.kind == Value::Kind::Tuple;
    if (a.is_none() || a.kind == Value::Kind::Int || a.kind == Value::Kind::Float) {
      call.Fail("argument-type", Join(call.name(), " needs a list of coefficients `a`, got ", Describe(a)), "a");
    } else if (list && a.length_known && a.elements.empty()) {
      call.Fail("argument-length", Join(call.name(), " needs at least one coefficient in `a`"), "a");
    }
  }
  return call.Return({call.Int("M")}, dtype);
}

Result Window(Bound& call) {
  CheckWindowLength(call, "window_length");
  DType dtype = call.GetDType("dtype", kDefaultFloat);
  CheckWindowDType(call, dtype, false);
  return call.Return({call.Int("window_length")}, dtype);
}

#define TRIDENT_ONE "Tensor self, int? n=None, int dim=-1, str? norm=None"
#define TRIDENT_TWO "Tensor self, int[1]? s=None, int[1] dim=[-2,-1], str? norm=None"
#define TRIDENT_MANY "Tensor self, int[1]? s=None, int[1]? dim=None, str? norm=None"
#define TRIDENT_WINDOW ", bool sym=True, dtype? dtype=None, any layout=None, any device=None, bool requires_grad=False"

constexpr Op kOps[] = {
    {"to", "fft", TRIDENT_ONE, Transform, kComplexToComplex},
    {"to", "ifft", TRIDENT_ONE, Transform, kComplexToComplex},
    {"to", "rfft", TRIDENT_ONE, Transform, kRealToHalf},
    {"to", "ihfft", TRIDENT_ONE, Transform, kRealToHalf},
    {"to", "irfft", TRIDENT_ONE, Transform, kHalfToReal},
    {"to", "hfft", TRIDENT_ONE, Transform, kHalfToReal},
    {"to", "fft2", TRIDENT_TWO, TransformMany, kComplexToComplex},
    {"to", "ifft2", TRIDENT_TWO, TransformMany, kComplexToComplex},
    {"to", "rfft2", TRIDENT_TWO, TransformMany, kRealToHalf},
    {"to", "ihfft2", TRIDENT_TWO, TransformMany, kRealToHalf},
    {"to", "irfft2", TRIDENT_TWO, TransformMany, kHalfToReal},
    {"to", "hfft2", TRIDENT_TWO, TransformMany, kHalfToReal},
    {"to", "fftn", TRIDENT_MANY, TransformMany, kComplexToComplex},
    {"to", "ifftn", TRIDENT_MANY, TransformMany, kComplexToComplex},
    {"to", "rfftn", TRIDENT_MANY, TransformMany, kRealToHalf},
    {"to", "ihfftn", TRIDENT_MANY, TransformMany, kRealToHalf},
    {"to", "irfftn", TRIDENT_MANY, TransformMany, kHalfToReal},
    {"to", "hfftn", TRIDENT_MANY, TransformMany, kHalfToReal},
    {"t", "fftshift", "Tensor self, int[1]? dim=None", Shift},
    {"t", "ifftshift", "Tensor self, int[1]? dim=None", Shift},
    {"to", "fftfreq", "int n, float d=1.0, *, " TRIDENT_FACTORY, Frequencies, kComplexToComplex},
    {"to", "rfftfreq", "int n, float d=1.0, *, " TRIDENT_FACTORY, Frequencies, kRealToHalf},
    {"fmv", "stft",
     "Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, str? pad_mode='reflect', "
     "bool normalized=False, bool? onesided=None, bool? return_complex=None, bool? align_to_window=None",
     Stft},
    {"fm", "istft",
     "Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, bool normalized=False, "
     "bool? onesided=None, int? length=None, bool return_complex=False",
     Istft},
    {"w", "bartlett", "int M, *" TRIDENT_WINDOW, SignalWindow},
    {"w", "blackman", "int M, *" TRIDENT_WINDOW, SignalWindow},
    {"w", "cosine", "int M, *" TRIDENT_WINDOW, SignalWindow},
    {"w", "exponential", "int M, *, float? center=None, float tau=1.0" TRIDENT_WINDOW, SignalWindow},
    {"w", "gaussian", "int M, *, float std=1.0" TRIDENT_WINDOW, SignalWindow},
    {"w", "general_cosine", "int M, *, any a" TRIDENT_WINDOW, SignalWindow},
    {"w", "general_hamming", "int M, *, float alpha=0.54" TRIDENT_WINDOW, SignalWindow},
    {"w", "hamming", "int M, *" TRIDENT_WINDOW, SignalWindow},
    {"w", "hann", "int M, *" TRIDENT_WINDOW, SignalWindow},
    {"w", "kaiser", "int M, *, float beta=12.0" TRIDENT_WINDOW, SignalWindow},
    {"w", "nuttall", "int M, *" TRIDENT_WINDOW, SignalWindow},
    {"f", "bartlett_window", "int window_length, bool periodic=True, *, " TRIDENT_FACTORY, Window},
    {"f", "blackman_window", "int window_length, bool periodic=True, *, " TRIDENT_FACTORY, Window},
    {"f", "hamming_window", "int window_length, bool periodic=True, float alpha=0.54, float beta=0.46, *, " TRIDENT_FACTORY, Window},
    {"f", "hann_window", "int window_length, bool periodic=True, *, " TRIDENT_FACTORY, Window},
    {"f", "kaiser_window", "int window_length, bool periodic=True, float beta=12.0, *, " TRIDENT_FACTORY, Window},
};

}  // namespace

llvm::ArrayRef<Op> SpectralOps() { return kOps; }

}  // namespace trident::ops
