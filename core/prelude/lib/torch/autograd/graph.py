# Describes torch.autograd.graph.
from torch._context import Context as disable_saved_tensors_hooks, Context as save_on_cpu, Context as saved_tensors_hooks
