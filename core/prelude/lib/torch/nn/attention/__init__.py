# Describes torch.nn.attention: the choice of a kernel changes no shape.
from enum import Enum
from torch._context import Context


class SDPBackend(Enum):
    ERROR = -1
    MATH = 0
    FLASH_ATTENTION = 1
    EFFICIENT_ATTENTION = 2
    CUDNN_ATTENTION = 3
    OVERRIDEABLE = 4


def sdpa_kernel(backends, set_priority=False):
    return Context()
