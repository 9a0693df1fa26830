# Describes torch.profiler.
import _trident
from torch._context import Context as record_function

ProfilerActivity = _trident.unknown('torch.profiler')
profile = _trident.unknown('torch.profiler')
schedule = _trident.unknown('torch.profiler')
tensorboard_trace_handler = _trident.unknown('torch.profiler')
