# Forms that are old and still work: they take what PyTorch takes.
import torch

empty = torch.LongTensor()
# <- type: i64[0]
mask = torch.zeros(4, 2, dtype=torch.int64)
rows, columns = torch.where(mask)
# <- type: i64[?]
z = torch.zeros(3)
w = torch.addcmul(z * z, -1, z, z)
# <- type: f32[3]
v = z.addcdiv(2, z, z)
# <- type: f32[3]
audio = torch.zeros(1, 4000)
spectrum = torch.stft(audio, 400, center=False, pad_mode=None, return_complex=True)
# <- type: c64[1, 201, 37]
