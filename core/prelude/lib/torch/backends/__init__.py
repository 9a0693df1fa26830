# Describes torch.backends: switches are accepted, questions are unknown.
import _trident


class _Switches:
    enabled = True
    benchmark = False
    deterministic = False
    allow_tf32 = False
    fp32_precision = 'none'

    def is_available(self):
        return _trident.unknown('available devices')

    def is_built(self):
        return _trident.unknown('available devices')

    def version(self):
        return _trident.unknown('available devices')

    def flags(self, *args, **kwargs):
        from torch._context import Context
        return Context()

    def flash_sdp_enabled(self):
        return True

    def mem_efficient_sdp_enabled(self):
        return True

    def math_sdp_enabled(self):
        return True

    def cudnn_sdp_enabled(self):
        return True

    def enable_flash_sdp(self, enabled):
        return None

    def enable_mem_efficient_sdp(self, enabled):
        return None

    def enable_math_sdp(self, enabled):
        return None

    def enable_cudnn_sdp(self, enabled):
        return None

    def sdp_kernel(self, *args, **kwargs):
        from torch._context import Context
        return Context()


class _Backend(_Switches):
    def __init__(self):
        self.matmul = _Switches()
        self.conv = _Switches()
        self.rnn = _Switches()


cuda = _Backend()
cudnn = _Backend()
mps = _Backend()
mkl = _Backend()
mkldnn = _Backend()
openmp = _Backend()
opt_einsum = _Backend()
nnpack = _Backend()
xeon = _Backend()
quantized = _Backend()
