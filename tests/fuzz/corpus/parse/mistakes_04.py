def f(a=1, b): pass
del f()
del 1
del a + b
if a <> b:
    pass
x = {'a': *b}
x = {**a for a in b}
x = $a
x = 1 ** * 2
if a:
    pass
else:
    pass
elif b:
    pass
else:
    pass
if a:
    pass
else if b:
    pass
