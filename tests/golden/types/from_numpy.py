# Arrays of numpy bring their sizes and their dtype, which is f64 unless it is said otherwise.
import numpy as np
import torch
from torch import nn

data = np.random.normal(0, 1, (8, 4))
a = torch.from_numpy(data)
# <- type: f64[8, 4]
b = torch.from_numpy(data.astype(np.float32)).view(-1)
# <- type: f32[32]
c = torch.tensor(data[:, 1:3] * 2 + 1, dtype=torch.float32)
# <- type: f32[8, 2]
d = torch.FloatTensor(data)
# <- type: f32[8, 4]
e = torch.tensor(np.linspace(0, 1, 5))
# <- type: f64[5]
f = torch.from_numpy(np.array([1, 0, 2]))
# <- type: i64[3]
g = torch.from_numpy(np.random.randint(0, 5, (4, 3)) / 2)
# <- type: f64[4, 3]
h = torch.from_numpy(np.stack([np.zeros(3), np.ones(3)]).T)
# <- type: f64[3, 2]
i = torch.from_numpy(((data > 0.5).astype(int)).mean(axis=0))
# <- type: f64[4]
j = torch.from_numpy(np.sin(np.linspace(0, 6, 30)) + np.random.randn(30) * 0.1).float().unsqueeze(1)
# <- type: f32[30, 1]
k = torch.from_numpy(np.zeros((2, 3), dtype="float32") * np.float64(2.0))
# <- type: f32[2, 3]
narrow = torch.tensor(data).type(torch.FloatTensor)
# <- type: f32[8, 4]
layer = nn.Linear(int(np.prod((2, 2))), 2)
out = layer(torch.from_numpy(data[np.random.permutation(8)]).float())
# <- type: f32[8, 2]
if isinstance(data, np.ndarray):
    bad = layer(torch.from_numpy(data))
#         ^ error: [dtype-mismatch] "linear() needs tensors of one dtype, `input` is f64 and `weight` is f32"
