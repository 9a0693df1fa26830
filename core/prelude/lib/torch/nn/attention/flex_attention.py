# Describes torch.nn.attention.flex_attention: the result has the query's shape with the value's width.
import _trident

AuxOutput = _trident.unknown('flex attention')
AuxRequest = _trident.unknown('flex attention')
_DEFAULT_SPARSE_BLOCK_SIZE = 128


class BlockMask:
    def __init__(self, *args, **kwargs):
        self.shape = _trident.unknown('block mask')

    def __getattr__(self, name):
        return _trident.unknown('block mask')


def flex_attention(query, key, value, score_mod=None, block_mask=None, scale=None, enable_gqa=False, return_lse=False, kernel_options=None,
                   return_aux=None):
    output = query.new_empty(tuple(query.shape[:-1]) + (value.shape[-1],))
    if return_lse:
        return output, query.new_empty(tuple(query.shape[:-1]))
    return output


def create_block_mask(mask_mod, B, H, Q_LEN, KV_LEN, device='cuda', BLOCK_SIZE=128, _compile=False):
    return BlockMask()


def create_mask(mod_fn, B, H, Q_LEN, KV_LEN, device='cuda'):
    return _trident.unknown('block mask')


def and_masks(*mask_mods):
    return mask_mods[0]


def or_masks(*mask_mods):
    return mask_mods[0]


def noop_mask(batch, head, token_q, token_kv):
    return _trident.unknown('block mask')
