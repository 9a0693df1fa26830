# An abstract property says so, on the class and through the class that inherits it.
from abc import ABC, abstractmethod

import torch


class Node(ABC):
    @property
    @abstractmethod
    def kind(self): ...

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if getattr(cls.kind, "__isabstractmethod__", False):
            return
        if not isinstance(cls.kind, str):
            raise TypeError("kind must be a text")


class Range(Node):
    pass


class Named(Node):
    kind = "named"


x = torch.zeros(len(Named().kind))
# <- type: f32[5]
