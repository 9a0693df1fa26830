# Describes torch.utils.checkpoint: recomputation changes no shape.
from torch._context import Context


def checkpoint(function, *args, use_reentrant=None, context_fn=None, determinism_check='default', debug=False, early_stop=True,
               preserve_rng_state=True, **kwargs):
    return function(*args, **kwargs)


def checkpoint_sequential(functions, segments, input, use_reentrant=None, **kwargs):
    for function in (functions.children() if hasattr(functions, 'children') else functions):
        input = function(input)
    return input


def set_checkpoint_debug_enabled(enabled):
    return Context()


def set_checkpoint_early_stop(enable):
    return Context()


def create_selective_checkpoint_contexts(policy_fn_or_list, allow_cache_entry_mutation=False):
    return Context(), Context()
