# Describes torch.utils._pytree over lists, tuples and dicts.
import _trident


def tree_map(func, tree, *rests, is_leaf=None):
    if isinstance(tree, list):
        return [tree_map(func, item) for item in tree]
    if isinstance(tree, tuple):
        return tuple([tree_map(func, item) for item in tree])
    if isinstance(tree, dict):
        return {key: tree_map(func, item) for key, item in tree.items()}
    return func(tree)


def tree_leaves(tree, is_leaf=None):
    if isinstance(tree, (list, tuple)):
        return [leaf for item in tree for leaf in tree_leaves(item)]
    if isinstance(tree, dict):
        return [leaf for item in tree.values() for leaf in tree_leaves(item)]
    return [tree]


def tree_flatten(tree, is_leaf=None):
    return tree_leaves(tree), _trident.unknown('tree structure')


def tree_unflatten(leaves, treespec):
    return _trident.unknown('tree structure')


def tree_map_only(type_or_types, func, tree, is_leaf=None):
    return tree_map(lambda leaf: func(leaf) if isinstance(leaf, type_or_types) else leaf, tree)


def register_pytree_node(*args, **kwargs):
    return None


_register_pytree_node = register_pytree_node
Context = _trident.unknown('torch.utils._pytree.Context')
TreeSpec = _trident.unknown('torch.utils._pytree.TreeSpec')
