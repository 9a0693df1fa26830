# Describes torch.autograd.profiler.
from torch._context import Context as emit_nvtx, Context as profile, Context as record_function
