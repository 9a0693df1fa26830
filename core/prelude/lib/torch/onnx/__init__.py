# Describes torch.onnx: nothing is being exported.
import _trident

symbolic_helper = _trident.unknown('torch.onnx')
utils = _trident.unknown('torch.onnx')


def is_in_onnx_export():
    return False


def is_onnxrt_backend_supported():
    return False


def export(*args, **kwargs):
    return _trident.unknown('torch.onnx')


def register_custom_op_symbolic(*args, **kwargs):
    return None
