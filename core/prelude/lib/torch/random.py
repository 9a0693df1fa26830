# Describes torch.random.
from torch import default_generator, get_rng_state, initial_seed, manual_seed, seed, set_rng_state
from torch._context import Context as fork_rng
