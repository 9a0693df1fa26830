# A comment and a blank line change no answer, only lines.
# --- file: model.py
import torch

x = torch.zeros(2, 3)
y = x.t()
# <- type: f32[3, 2]
# --- edit 1: model.py
import torch


# A transposed copy.
x = torch.zeros(2, 3)
y = x.t()
# <- type: f32[3, 2]
