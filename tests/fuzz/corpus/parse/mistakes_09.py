x = (1,
    2]
class A:
x = 1
def f():
    # nothing yet

x = 1
def f():
x = 1
def f():
for i in x:
y = 1
if x:
y = 1
try:
x = 1
except E:
    pass
class A(B)
    pass
def f(a, b)
    return a
d = {1 2}
d = {'a': 1, 'b' 2}
