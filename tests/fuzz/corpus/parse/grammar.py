import a.b as c, d
from ..x import (y as z, w,)
@dec(1)
async def f(a, /, b: int = 1, *args: *T, c=2, **kw) -> None:
    async with a as b, (c): pass
    async for x, *y in z: await x
    return [i async for i in x if i if not i], {**a, 'b': c}, {1, *d}, (yield), lambda *a, **k: a
class A[T: int = str, *Ts, **P](B, metaclass=C):
    x: int = 1; y += 2; global q
    try: raise X from Y
    except* (E, F) as e: del x[0], y.z
    else: assert a, b
    finally: nonlocal w
match x, *y:
    case {'a': 1, **rest} | [1, *_] | P(1, k=-2+3j) as n if n: pass
    case _: pass
type X[T] = int | T
with (a as b, c): x = a if b else c or d and not e < f is not g not in h
x[1:2, ::3, *y] = f'{a!r:>{w}.{p}f}{b=}{{}}' rb'' if (n := 10) else 0x1F + 1_0.5e-3j ** -2 @ m // ~k
for i in 1, 2:
    while 1: break
    else: continue
