x = “a”
f(**a, *b)
x = (*a)
x = 'a' b
if x:
        y = 1
	z = 2
x = 1 if y
try:
    x = 1
y = 2
x = 1 y = 2
def f[](): pass
x = {1: 2
y = 2
x = [1, 2
y = 2
x = f(1,
y = 2
