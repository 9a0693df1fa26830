// Rules of torch.special: elementwise functions that compute in floating point, orthogonal polynomials, softmax.
//
// Source: the documentation of torch.special.
#include "core/ops/rule.h"

namespace trident::ops {
namespace {

Result Unary(Bound& call) {
  TensorType self = call.Tensor("self");
  return call.Return(self.shape, FloatOf(self.dtype));
}

// torch.special.round keeps integers.
Result Same(Bound& call) {
  TensorType self = call.Tensor("self");
  return call.Return(self.shape, self.dtype);
}

Result Binary(Bound& call) {
  TensorType self = call.Operand("self"), other = call.Operand("other");
  return call.Return(call.Broadcast({self, other}), FloatOf(ResultType({self, other})));
}

Result Polygamma(Bound& call) {
  if (std::optional<int64_t> order = call.Constant("n"); order && *order < 0) {
    call.Fail("argument-value", Join(call.name(), " needs an order of at least 0, got ", *order), "n");
  }
  return Unary(call);
}

Result Multigammaln(Bound& call) {
  if (std::optional<int64_t> dimension = call.Constant("p"); dimension && *dimension < 1) {
    call.Fail("argument-value", Join(call.name(), " needs `p` of at least 1, got ", *dimension), "p");
  }
  return Unary(call);
}

Result Softmax(Bound& call) {
  TensorType self = call.Tensor("self");
  call.Axis("dim", self);
  return call.Return(self.shape, call.GetDType("dtype", self.dtype));
}

Result LogSumExp(Bound& call) {
  TensorType self = call.Tensor("self");
  return call.Return(Reduced(self.shape, call.AxesOf("dim", self), call.Bool("keepdim")), FloatOf(self.dtype));
}

constexpr Op kOps[] = {
    {"so",
     "airy_ai bessel_j0 bessel_j1 bessel_y0 bessel_y1 digamma psi entr erf erfc erfcx erfinv exp2 expit expm1 gammaln i0 i0e i1 i1e log1p log_ndtr "
     "modified_bessel_i0 modified_bessel_i1 modified_bessel_k0 modified_bessel_k1 ndtr ndtri scaled_modified_bessel_k0 scaled_modified_bessel_k1 "
     "sinc spherical_bessel_j0",
     "Tensor self", Unary},
    {"so", "logit", "Tensor self, float? eps=None", Unary},
    {"so", "round", "Tensor self, *, int decimals=0", Same},
    {"so",
     "chebyshev_polynomial_t chebyshev_polynomial_u chebyshev_polynomial_v chebyshev_polynomial_w hermite_polynomial_h hermite_polynomial_he "
     "laguerre_polynomial_l legendre_polynomial_p shifted_chebyshev_polynomial_t shifted_chebyshev_polynomial_u shifted_chebyshev_polynomial_v "
     "shifted_chebyshev_polynomial_w xlog1py xlogy zeta",
     "Tensor self, Tensor other | Scalar self, Tensor other | Tensor self, Scalar other", Binary},
    {"so", "gammainc gammaincc", "Tensor self, Tensor other", Binary},
    {"fso", "polygamma", "int n, Tensor self", Polygamma},
    {"mi", "polygamma", "Tensor self, int n", Polygamma},
    {"so", "multigammaln", "Tensor self, int p", Multigammaln},
    {"fmio", "mvlgamma", "Tensor self, int p", Multigammaln},
    {"s", "softmax", "Tensor self, int dim, dtype? dtype=None", Softmax},
    {"s", "log_softmax", "Tensor self, int dim, *, dtype? dtype=None", Softmax},
    {"so", "logsumexp", "Tensor self, int[1] dim, bool keepdim=False", LogSumExp},
};

}  // namespace

llvm::ArrayRef<Op> SpecialOps() { return kOps; }

}  // namespace trident::ops
