class = 1
def f(lambda): pass
f(a.b=1)
f(a=)
f(True=1)
def f(**k=1): pass
f = lambda (a, b): a
x = 007
x = [*a for a in b]
x = 1, 2 3
match x:
y = 1
x = (1]
