# Describes torch.autograd.grad_mode.
from torch import enable_grad, inference_mode, no_grad, set_grad_enabled
from torch._context import Context

set_multithreading_enabled = Context
