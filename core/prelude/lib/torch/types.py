# Describes torch.types.
from typing import Any, Union

Device = Any
Number = Union[int, float, bool]
Storage = Any
FileLike = Any
