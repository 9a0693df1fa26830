def f(a, b:
    return a
print('a'
x = 1
    y = 2
x = 1]
x = 1)
x = "abc
y = 1
x = f"abc
x = 'abc
x = """abc
y = 1
(a.b := 1)
(f() := 1)
a := 1
