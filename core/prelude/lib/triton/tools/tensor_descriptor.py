# Describes triton.tools.tensor_descriptor: a block view of a tensor for a kernel.


class TensorDescriptor:
    def __init__(self, base, shape, strides, block_shape, padding='zero'):
        self.base = base
        self.shape = shape
        self.strides = strides
        self.block_shape = block_shape
        self.padding = padding

    @staticmethod
    def from_tensor(tensor, block_shape, padding='zero'):
        return TensorDescriptor(tensor, tensor.shape, tensor.stride(), block_shape, padding)
