# Describes torch.func. A mapped function runs on one slice of its inputs; derivatives have the shapes of what they are taken by.
import _trident
import torch


def _slice(value, dim):
    if dim is None:
        return value
    if isinstance(value, (list, tuple)):
        return type(value)([_slice(item, dim) for item in value])
    if isinstance(value, dict):
        return {key: _slice(item, dim) for key, item in value.items()}
    return value.select(dim, 0)


def _size(value, dim):
    if dim is None:
        return None
    if isinstance(value, (list, tuple)):
        return _size(value[0], dim)
    if isinstance(value, dict):
        return _size(list(value.values())[0], dim)
    return value.size(dim)


def _spread(value, dim, size):
    if isinstance(value, (list, tuple)):
        return tuple([_spread(item, dim, size) for item in value])
    if isinstance(value, dict):
        return {key: _spread(item, dim, size) for key, item in value.items()}
    widened = value.unsqueeze(dim)
    shape = list(widened.shape)
    shape[dim] = size
    return widened.expand(shape)


def vmap(func, in_dims=0, out_dims=0, randomness='error', *, chunk_size=None):
    def mapped(*args, **kwargs):
        dims = [in_dims] * len(args) if in_dims is None or isinstance(in_dims, int) else list(in_dims)
        sizes = [_size(arg, dim) for arg, dim in zip(args, dims) if dim is not None]
        if len(sizes) == 0:
            raise ValueError('vmap must have at least one input to map over')
        output = func(*[_slice(arg, dim) for arg, dim in zip(args, dims)], **kwargs)
        if isinstance(output, tuple) and isinstance(out_dims, tuple):
            return tuple([_spread(item, dim, sizes[0]) for item, dim in zip(output, out_dims)])
        return _spread(output, out_dims, sizes[0])

    return mapped


def _gradients(args, argnums):
    if isinstance(argnums, int):
        return _like(args[argnums])
    return tuple([_like(args[i]) for i in argnums])


def _like(value):
    if isinstance(value, (list, tuple)):
        return tuple([_like(item) for item in value])
    if isinstance(value, dict):
        return {key: _like(item) for key, item in value.items()}
    return torch.empty_like(value)


def grad(func, argnums=0, has_aux=False):
    def derivative(*args, **kwargs):
        result = func(*args, **kwargs)
        gradients = _gradients(args, argnums)
        return (gradients, result[1]) if has_aux else gradients

    return derivative


def grad_and_value(func, argnums=0, has_aux=False):
    def derivative(*args, **kwargs):
        return _gradients(args, argnums), func(*args, **kwargs)

    return derivative


def jacrev(func, argnums=0, has_aux=False, **options):
    def derivative(*args, **kwargs):
        output = func(*args, **kwargs)
        if has_aux:
            output = output[0]
        if not _trident.is_tensor(output) or not isinstance(argnums, int):
            return _trident.unknown('jacobian of several values')
        return output.new_empty(tuple(output.shape) + tuple(args[argnums].shape))

    return derivative


jacfwd = jacrev


def hessian(func, argnums=0):
    return jacrev(jacrev(func, argnums), argnums)


def jacobian(func, inputs, create_graph=False, strict=False, vectorize=False, strategy='reverse-mode'):
    return jacrev(func)(inputs)


def jvp(func, primals, tangents, *, strict=False, has_aux=False):
    output = func(*primals)
    return output, _like(output)


def vjp(func, *primals, has_aux=False):
    output = func(*primals)
    return output, lambda *cotangents: tuple([_like(primal) for primal in primals])


def functional_call(module, parameter_and_buffer_dicts, args=None, kwargs=None, *, tie_weights=True, strict=False):
    arguments = () if args is None else args if isinstance(args, tuple) else (args,)
    return module(*arguments, **({} if kwargs is None else kwargs))


def functionalize(func, *, remove='mutations'):
    return func


def linearize(func, *primals):
    return _trident.unknown('torch.func.linearize')


def stack_module_state(models):
    return _trident.unknown('torch.func.stack_module_state'), _trident.unknown('torch.func.stack_module_state')
