"""Forms that reach over lines."""
from __future__ import annotations

import os, sys
if os.name == "nt":
    import ntpath as path
elif sys.platform == "darwin":
    import posixpath as path
else:
    path = None; name = 'none'

numbers = [
    1,
# A comment that is not indented.
    2, 0x1F, 1_000, 3.5e-4, 2j,
]
joined = "a" \
    'b' f"{numbers[0]:>{len(numbers)}} {name!r} {{}}" \
    """c
d"""
try:
    value = {**{}, "k": (yield_ := 3)}
except (KeyError, ValueError) as error:
    raise RuntimeError from error
finally:
    del numbers[0:1]


@decorate(lambda x, *a, k=1, **o: x)
@again
async def outer(a, /, b: int = 1, *args: str, c, **kwargs) -> list[int]:
    """Has a text."""

    def inner(): return a

    class Local:
        x: int
        def method(self): pass
    async with a as f, b:
        async for i in f: await i
    return [i async for i in inner() if i if not b]
class Outer(Base, metaclass=Meta):
    kind = "x"
    @property
    def p(self): return self._p

    class Inner:
        def q(self):
            global numbers
            while True: break
            else: pass
            assert a < b <= c, "no"
    # The end.

match value:
    case [1, *rest] | {"k": 2, **others} if rest:
        type Alias[T] = list[T]
    case Outer(kind="x") as o: pass
    case _:
        print(value)
with open("a") as f: text = f.read()
x = y = (z, w) = 1, *numbers
x += -1 if y else ~2 ** 3 @ 4
