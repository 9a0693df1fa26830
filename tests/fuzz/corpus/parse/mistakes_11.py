x = (a b)
d = {'a': 1, 'b':}
x = b'a' 'b'
2x = 1
x = 1
nonlocal a.b
x = not
if a || b:
    pass
def f(**k, a): pass
def f(1): pass
def f(a=): pass
def f((a, b)): pass
