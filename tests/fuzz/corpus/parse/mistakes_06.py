x = f"{a b}"
x = f"{a!}"
x = f"a}"
x = f"{a"
f(x for x in y, 1)
global a = 1
x =
y = 2
x.
y = 1
x = 1 +
y = 2
x = f(
y = 1
@
def f(): pass
import a.
