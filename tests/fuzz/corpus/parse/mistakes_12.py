def f(*a, *b): pass
f(a=1, b)
f(**a, b)
print x
print 'hello'
x = a ? b : c
raise E, 'x'
def f():
    return: 1
def f(*a, /): pass
def f(/, a): pass
def f(a, /, b, /): pass
x = a[]
