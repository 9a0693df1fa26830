def f():
    return 1 +
import a as b.c
import x from y
from x import
import
from x import *, y
from x import a,
x++
f(class=1)
x.class = 1
f(a b=1)
import pass
