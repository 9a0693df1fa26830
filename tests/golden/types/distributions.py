# Samples have the shape asked for, that of the batch and that of an event; densities lack the event's.
import torch
from torch import distributions
from torch.distributions import Categorical, Independent, MixtureSameFamily, MultivariateNormal, Normal, kl_divergence

policy = Normal(torch.zeros(6, 2), torch.ones(2))
action = policy.sample()
# <- type: f32[6, 2]
many = policy.rsample((5,))
# <- type: f32[5, 6, 2]
density = policy.log_prob(action).sum(-1)
# <- type: f32[6]
divergence = kl_divergence(policy, Normal(torch.zeros(2), torch.ones(2)))
# <- type: f32[6, 2]
number = Normal(0.0, 1.0).sample()
# <- type: f32[]
choice = Categorical(logits=torch.zeros(4, 3)).sample()
# <- type: i64[4]
likely = Categorical(torch.tensor([0.25, 0.75])).log_prob(torch.zeros(7))
# <- type: f32[7]
event = Independent(policy, 1).log_prob(action)
# <- type: f32[6]
mixture = MixtureSameFamily(Categorical(torch.ones(8, 5)), Independent(Normal(torch.zeros(8, 5, 2), torch.ones(8, 5, 2)), 1))
point = mixture.sample()
# <- type: f32[8, 2]
weight = mixture.log_prob(point)
# <- type: f32[8]
gaussian = MultivariateNormal(torch.zeros(3), torch.eye(3))
drawn = gaussian.sample((7,))
# <- type: f32[7, 3]
of_drawn = gaussian.log_prob(drawn)
# <- type: f32[7]
coin = distributions.Bernoulli(torch.tensor([0.3])).entropy()
# <- type: f32[1]
wrong = policy.log_prob(torch.zeros(5))
#       ^ error: [broadcast-sizes] "cannot broadcast [5] with [6, 2]"
