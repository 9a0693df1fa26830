if a && b:
    pass
f(): int = 1
[a]: int
a, b: int
x = 'don't'
def f(*a=1): pass
f = x => x
if x = 1:
    pass
if x.y = 1:
    pass
while x = 1:
    pass
f(x) = 1
a, f() = x
