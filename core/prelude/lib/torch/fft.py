# torch.fft holds operators only.
