# Members of an enum are true whatever they stand for, and keys of a dictionary by which one they are.
import enum

import torch


class Pooling(enum.Enum):
    NONE = 0
    MEAN = 1


class Level(enum.IntEnum):
    NONE = 0


class Mode(enum.Flag):
    NONE = 0
    READ = 1


widths = {Pooling.NONE: 4, Pooling.MEAN: 8}
x = torch.zeros(widths[Pooling.NONE], widths[Pooling.MEAN])
# <- type: f32[4, 8]
y = torch.zeros(2 if Pooling.NONE else 3, 2 if Level.NONE else 3)
# <- type: f32[2, 3]
z = torch.zeros({1: 5}[Level(0) + 1])
# <- type: f32[5]
f = torch.zeros(2 if Mode.NONE else 3, 2 if Mode.READ else 3)
# <- type: f32[3, 2]
