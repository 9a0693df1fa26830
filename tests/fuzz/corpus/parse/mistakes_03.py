x = b'é'
class A:
    def f(self):
        x = g(1,
    def h(self):
        pass
match x:
    case 1 as a.b:
        pass
match x:
    case 1
        pass
class:
    pass
x := 1
[x for x range(3)]
[x for f() in y]
[x, y for x in z]
@a
x = 1
def (a):
    pass
def f:
    pass
