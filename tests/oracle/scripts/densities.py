# Mixture densities, policies and divergences.
import torch
import torch.nn as nn
from torch import distributions as D
from torch.distributions import Categorical, Independent, MixtureSameFamily, MultivariateNormal, Normal, kl_divergence


class MDN(nn.Module):
    def __init__(self, in_dim, out_dim, n_components, hidden=32):
        super().__init__()
        self.n, self.out_dim = n_components, out_dim
        self.trunk = nn.Sequential(nn.Linear(in_dim, hidden), nn.ELU())
        self.pi = nn.Linear(hidden, n_components)
        self.mu = nn.Linear(hidden, n_components * out_dim)
        self.sigma = nn.Linear(hidden, n_components * out_dim)

    def forward(self, x):
        h = self.trunk(x)
        mix = Categorical(logits=self.pi(h))
        mu = self.mu(h).view(-1, self.n, self.out_dim)
        sigma = torch.exp(self.sigma(h)).view(-1, self.n, self.out_dim)
        comp = Independent(Normal(mu, sigma), 1)
        return MixtureSameFamily(mix, comp)


class Actor(nn.Module):
    def __init__(self, obs, act):
        super().__init__()
        self.mean = nn.Linear(obs, act)
        self.log_std = nn.Parameter(torch.zeros(act))

    def forward(self, obs):
        mean = self.mean(obs)
        return Normal(mean, self.log_std.exp().expand_as(mean))


if __name__ == "__main__":
    model = MDN(4, 2, 5)
    dist = model(torch.randn(8, 4))
    y = dist.sample()
    nll = -dist.log_prob(y)
    loss = nll.mean()
    loss.backward()
    actor = Actor(3, 2)
    pi = actor(torch.randn(6, 3))
    action = pi.sample()
    logp = pi.log_prob(action).sum(-1)
    entropy = pi.entropy().sum(-1)
    prior = Normal(torch.zeros(2), torch.ones(2))
    kl = kl_divergence(pi, prior)
    cat = Categorical(torch.tensor([0.25, 0.25, 0.5]))
    draws = cat.sample((10,))
    lp = cat.log_prob(draws)
    mvn = MultivariateNormal(torch.zeros(3), torch.eye(3))
    z = mvn.rsample((7,))
    lz = mvn.log_prob(z)
    bern = D.Bernoulli(torch.tensor([0.3]))
    coin = bern.sample()
    one = Normal(0.0, 1.0).sample()
    many = Normal(0.0, 1.0).sample((3, 4))
    u = D.Uniform(0, 1).sample([5])
    outcome = cat.sample()
# mistake: mu = self.mu(h).view(-1, self.n, self.out_dim) -> mu = self.mu(h).view(-1, self.n * 2, self.out_dim)
# mistake: action = pi.sample() -> action = pi.sample((5,))[:, 0, 0]
# mistake, elsewhere: torch.zeros(3), torch.eye(3) -> torch.zeros(3), torch.eye(4)
# mistake: self.log_std.exp().expand_as(mean) -> torch.ones(5)
