# Describes the functions of torch.nn.functional that are compositions. Every other name is an operator.
import math
import torch


def _check_ranks(query, key, value, key_padding_mask, attn_mask):
    rank = query.dim()
    if rank != 2 and rank != 3:
        raise AssertionError(f'query should be unbatched 2D or batched 3D tensor but received {rank}-D query tensor')
    if key.dim() != rank or value.dim() != rank:
        raise AssertionError(f'For {rank}-D `query`, expected `key` and `value` to be {rank}-D but found {key.dim()}-D and {value.dim()}-D')
    if key_padding_mask is not None and key_padding_mask.dim() != rank - 1:
        raise AssertionError(f'For {rank}-D `query`, expected `key_padding_mask` to be `None` or {rank - 1}-D but found '
                             f'{key_padding_mask.dim()}-D tensor instead')
    if attn_mask is not None and attn_mask.dim() not in (2, 3):
        raise AssertionError(f'expected `attn_mask` to be `None`, 2-D or 3-D but found {attn_mask.dim()}-D tensor instead')


def _float_mask(mask, name, like):
    if mask is None:
        return None
    if mask.dtype != torch.bool and not torch.is_floating_point(mask):
        raise AssertionError(f'only bool and floating types of {name} are supported')
    return torch.zeros_like(mask, dtype=like.dtype).masked_fill_(mask, float('-inf')) if mask.dtype == torch.bool else mask


def multi_head_attention_forward(query, key, value, embed_dim_to_check, num_heads, in_proj_weight, in_proj_bias, bias_k, bias_v, add_zero_attn,
                                 dropout_p, out_proj_weight, out_proj_bias, training=True, key_padding_mask=None, need_weights=True,
                                 attn_mask=None, use_separate_proj_weight=False, q_proj_weight=None, k_proj_weight=None, v_proj_weight=None,
                                 static_k=None, static_v=None, average_attn_weights=True, is_causal=False):
    F = torch.nn.functional
    _check_ranks(query, key, value, key_padding_mask, attn_mask)
    unbatched = query.dim() == 2
    if unbatched:
        same = key is query and value is query
        query = query.unsqueeze(1)
        key = query if same else key.unsqueeze(1)
        value = query if same else value.unsqueeze(1)
        if key_padding_mask is not None:
            key_padding_mask = key_padding_mask.unsqueeze(0)
    target, batch, embed_dim = query.shape
    source = key.shape[0]
    key_padding_mask = _float_mask(key_padding_mask, 'key_padding_mask', query)
    if is_causal and attn_mask is None:
        raise RuntimeError('Need attn_mask if specifying the is_causal hint.')
    attn_mask = _float_mask(attn_mask, 'attn_mask', query)
    if embed_dim != embed_dim_to_check:
        raise AssertionError(f'was expecting embedding dimension of {embed_dim_to_check}, but got {embed_dim}')
    head_dim = embed_dim // num_heads
    if head_dim * num_heads != embed_dim:
        raise AssertionError(f'embed_dim {embed_dim} not divisible by num_heads {num_heads}')
    if use_separate_proj_weight:
        if tuple(key.shape[:2]) != tuple(value.shape[:2]):
            raise AssertionError(f"key's sequence and batch dims {key.shape[:2]} do not match value's {value.shape[:2]}")
        b_q, b_k, b_v = (None, None, None) if in_proj_bias is None else in_proj_bias.chunk(3)
        q = F.linear(query, q_proj_weight, b_q)
        k = F.linear(key, k_proj_weight, b_k)
        v = F.linear(value, v_proj_weight, b_v)
    else:
        if key.shape != value.shape:
            raise AssertionError(f'key shape {key.shape} does not match value shape {value.shape}')
        if key is query and value is query:
            q, k, v = [part.contiguous() for part in F.linear(query, in_proj_weight, in_proj_bias).chunk(3, -1)]
        else:
            w_q, w_k, w_v = in_proj_weight.chunk(3)
            b_q, b_k, b_v = (None, None, None) if in_proj_bias is None else in_proj_bias.chunk(3)
            q = F.linear(query, w_q, b_q)
            k = F.linear(key, w_k, b_k)
            v = F.linear(value, w_v, b_v)
    if attn_mask is not None:
        if attn_mask.dim() == 2:
            if tuple(attn_mask.shape) != (target, source):
                raise RuntimeError(f'The shape of the 2D attn_mask is {attn_mask.shape}, but should be {(target, source)}.')
            attn_mask = attn_mask.unsqueeze(0)
        elif tuple(attn_mask.shape) != (batch * num_heads, target, source):
            raise RuntimeError(f'The shape of the 3D attn_mask is {attn_mask.shape}, but should be {(batch * num_heads, target, source)}.')
    extra = 0
    if bias_k is not None and bias_v is not None:
        k = torch.cat([k, bias_k.repeat(1, batch, 1)])
        v = torch.cat([v, bias_v.repeat(1, batch, 1)])
        extra += 1
    q = q.view(target, batch * num_heads, head_dim).transpose(0, 1)
    k = k.view(k.shape[0], batch * num_heads, head_dim).transpose(0, 1) if static_k is None else static_k
    v = v.view(v.shape[0], batch * num_heads, head_dim).transpose(0, 1) if static_v is None else static_v
    if add_zero_attn:
        zeros = k.new_zeros((batch * num_heads, 1, head_dim))
        k = torch.cat([k, zeros], 1)
        v = torch.cat([v, zeros], 1)
        extra += 1
    if extra > 0:
        attn_mask = None if attn_mask is None else F.pad(attn_mask, (0, extra))
        key_padding_mask = None if key_padding_mask is None else F.pad(key_padding_mask, (0, extra))
    source = k.size(1)
    if key_padding_mask is not None:
        if tuple(key_padding_mask.shape) != (batch, source):
            raise AssertionError(f'expecting key_padding_mask shape of {(batch, source)}, but got {key_padding_mask.shape}')
        key_padding_mask = key_padding_mask.view(batch, 1, 1, source).expand(-1, num_heads, -1, -1).reshape(batch * num_heads, 1, source)
        attn_mask = key_padding_mask if attn_mask is None else attn_mask + key_padding_mask
    if need_weights:
        scaled = q * math.sqrt(1.0 / float(head_dim)) if isinstance(head_dim, int) else q
        scores = torch.bmm(scaled, k.transpose(-2, -1)) if attn_mask is None else torch.baddbmm(attn_mask, scaled, k.transpose(-2, -1))
        weights = F.dropout(F.softmax(scores, -1), dropout_p, training)
        output = torch.bmm(weights, v).transpose(0, 1).contiguous().view(target * batch, embed_dim)
        output = F.linear(output, out_proj_weight, out_proj_bias)
        output = output.view(target, batch, output.size(1))
        weights = weights.view(batch, num_heads, target, source)
        if average_attn_weights:
            weights = weights.mean(1)
        if unbatched:
            return output.squeeze(1), weights.squeeze(0)
        return output, weights
    if attn_mask is not None:
        if attn_mask.size(0) == 1 and attn_mask.dim() == 3:
            attn_mask = attn_mask.unsqueeze(0)
        else:
            attn_mask = attn_mask.view(batch, num_heads, -1, source)
    q = q.view(batch, num_heads, target, head_dim)
    k = k.view(batch, num_heads, source, head_dim)
    v = v.view(batch, num_heads, source, head_dim)
    output = F.scaled_dot_product_attention(q, k, v, attn_mask, dropout_p if training else 0.0)
    output = output.permute(2, 0, 1, 3).contiguous().view(batch * target, embed_dim)
    output = F.linear(output, out_proj_weight, out_proj_bias)
    output = output.view(target, batch, output.size(1))
    return (output.squeeze(1) if unbatched else output), None
