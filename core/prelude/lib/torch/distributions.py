# Describes torch.distributions: the shapes of samples, densities and entropies. Distributions that are not here are unknown.
import _trident
import torch


def __getattr__(name):
    return _trident.unknown('a distribution that is not described')


def _broadcast(*values):
    tensors = [value for value in values if _trident.is_tensor(value)]
    dtype = tensors[0].dtype if tensors else torch.get_default_dtype()
    return torch.broadcast_tensors(*[value if _trident.is_tensor(value) else torch.empty((), dtype=dtype) for value in values])


# `_like`: a tensor of the batch's shape and the dtype of what is drawn.
class Distribution:
    def __init__(self, like, event_shape=()):
        self._like = like
        self.batch_shape = like.shape
        self.event_shape = torch.Size(event_shape)

    def __getattr__(self, name):
        return _trident.unknown('what a distribution has')

    def sample(self, sample_shape=()):
        return self._like.new_empty(tuple(sample_shape) + tuple(self.batch_shape) + tuple(self.event_shape))

    def rsample(self, sample_shape=()):
        return self.sample(sample_shape)

    def sample_n(self, n):
        return self.sample((n,))

    def log_prob(self, value):
        if len(self.event_shape) == 0:
            return value + self._like
        return (value + self.sample()).flatten(-len(self.event_shape)).sum(-1)

    def entropy(self):
        return torch.empty_like(self._like)


class _Elementwise(Distribution):
    @property
    def mean(self):
        return torch.empty_like(self._like)

    variance = stddev = mode = mean

    def cdf(self, value):
        return value + self._like

    icdf = cdf


class Normal(_Elementwise):
    def __init__(self, loc, scale, validate_args=None):
        self.loc, self.scale = _broadcast(loc, scale)
        _Elementwise.__init__(self, self.loc)


class Laplace(Normal):
    pass


class LogNormal(Normal):
    pass


class Uniform(_Elementwise):
    def __init__(self, low, high, validate_args=None):
        self.low, self.high = _broadcast(low, high)
        _Elementwise.__init__(self, self.low)


class Beta(_Elementwise):
    def __init__(self, concentration1, concentration0, validate_args=None):
        self.concentration1, self.concentration0 = _broadcast(concentration1, concentration0)
        _Elementwise.__init__(self, self.concentration1)


class Gamma(_Elementwise):
    def __init__(self, concentration, rate, validate_args=None):
        self.concentration, self.rate = _broadcast(concentration, rate)
        _Elementwise.__init__(self, self.concentration)


class Bernoulli(_Elementwise):
    def __init__(self, probs=None, logits=None, validate_args=None):
        (given,) = _broadcast(logits if probs is None else probs)
        self.probs = given
        self.logits = given
        _Elementwise.__init__(self, given)


class Categorical(Distribution):
    def __init__(self, probs=None, logits=None, validate_args=None):
        given = logits if probs is None else probs
        self.probs = given
        self.logits = given
        Distribution.__init__(self, given[..., 0])

    def sample(self, sample_shape=()):
        return torch.empty(tuple(sample_shape) + tuple(self.batch_shape), dtype=torch.int64)

    def log_prob(self, value):
        return value.long() * torch.empty_like(self._like)


class MultivariateNormal(Distribution):
    def __init__(self, loc, covariance_matrix=None, precision_matrix=None, scale_tril=None, validate_args=None):
        matrix = covariance_matrix if covariance_matrix is not None else precision_matrix if precision_matrix is not None else scale_tril
        self.loc = loc + matrix[..., 0]
        Distribution.__init__(self, self.loc[..., 0], self.loc.shape[-1:])

    @property
    def mean(self):
        return self.loc


class Independent(Distribution):
    def __init__(self, base_distribution, reinterpreted_batch_ndims, validate_args=None):
        self.base_dist = base_distribution
        shape = base_distribution.batch_shape
        kept = len(shape) - reinterpreted_batch_ndims
        Distribution.__init__(self, base_distribution._like.new_empty(shape[:kept]), shape[kept:] + base_distribution.event_shape)


class MixtureSameFamily(Distribution):
    def __init__(self, mixture_distribution, component_distribution, validate_args=None):
        self.mixture_distribution = mixture_distribution
        self.component_distribution = component_distribution
        Distribution.__init__(self, component_distribution._like[..., 0], component_distribution.event_shape)


def kl_divergence(p, q):
    return p._like + q._like
