# Describes einops.
from einops.einops import EinopsError, asnumpy, einsum, parse_shape, rearrange, reduce, repeat
from einops.packing import pack, unpack

__version__ = '0.8.1'
