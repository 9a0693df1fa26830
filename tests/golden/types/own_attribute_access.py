# A class's own __getattribute__ sees every access, and renames what is asked for.
import torch


class Config:
    names = {'hidden_size': 'n_embd', 'layers': 'n_layer'}

    def __init__(self):
        self.n_embd = 12
        self.n_layer = 3

    def __setattr__(self, key, value):
        if key in super().__getattribute__('names'):
            key = super().__getattribute__('names')[key]
        super().__setattr__(key, value)

    def __getattribute__(self, key):
        if key != 'names' and key in super().__getattribute__('names'):
            key = super().__getattribute__('names')[key]
        return super().__getattribute__(key)


config = Config()
a = torch.ones(config.hidden_size, config.n_layer)
# <- type: f32[12, 3]
config.hidden_size = 20
b = torch.ones(config.n_embd, config.layers)
# <- type: f32[20, 3]
c = torch.ones(getattr(config, 'absent', 7))
# <- type: f32[7]
