# A call that was given what something unknown may have filled is no model for one that was not.
import torch
from torch import nn


class Head(nn.Module):
    def forward(self, x, sizes, config):
        width = sizes["width"]
        #       ^ error: [key-error] "'width'"
        return x * width


class Body(nn.Module):
    def forward(self, x, config):
        return x * config.width
        #          ^ error: [no-attribute] "'Config' object has no attribute 'width'"


class Config:
    depth = 2


head, body = Head(), Body()
filled, empty = {"depth": 2}, {"depth": 2}
exec("filled['width'] = 3", {"filled": filled})
head(torch.zeros(2), filled, None)
head(torch.zeros(2), empty, None)
told, plain = Config(), Config()
exec("told.width = 3", {"told": told})
body(torch.zeros(2), told)
body(torch.zeros(2), plain)
