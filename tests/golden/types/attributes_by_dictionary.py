# What is written to an object's __dict__ are its attributes; what shares it may write others.
import torch


class Options:
    def __init__(self, **entries):
        self.__dict__.update(entries)
        self.schema = None

    def override(self, **entries):
        for key, value in entries.items():
            self.__dict__[key] = value


class Shared:
    state = {}

    def __init__(self):
        self.__dict__ = self.state


options = Options(width=3, depth=2)
options.override(height=4)
x = torch.zeros(options.width, options.depth, options.height)
# <- type: f32[3, 2, 4]
copy = options.__dict__.copy()
copy["other"] = 1
options.other
# ^ error: [no-attribute] "'Options' object has no attribute 'other'"
first = Shared()
first.size = 5
second = Shared()
y = torch.zeros(second.size)
bytes_of_number = (3).to_bytes(2, "big")
new = torch.__version__ >= (1, 6)
z = torch.zeros(2, torch.tensor([3]))
w = torch.Tensor(size=(1, 2))
