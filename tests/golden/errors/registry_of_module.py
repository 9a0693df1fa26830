# A registry of an imported module that other modules fill: a key is not missing, and a test for one says nothing.
# --- file: main.py
from layers import BLOCKS, sizes
import torch

name = "ffn"
assert name in BLOCKS
block = BLOCKS.get(name)
if block is None:
    raise RuntimeError("no such block")
x = torch.zeros(sizes["small"])
# <- type: f32[2]
# --- file: layers.py
BLOCKS = {}
sizes = {"small": 2}
# --- file: more.py
from layers import BLOCKS


def register(name):
    def decorator(cls):
        BLOCKS[name] = cls
        return cls

    return decorator


@register("ffn")
class Feed:
    pass
