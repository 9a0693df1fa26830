a, b += 1
x = 1 \ + 2
x = 0b2
x = 1_000_
if x:
        y = 1
    z = 2
x = 'C:\Users\me'
x = '\x1'
x = 0xg
x = 0o8
if !a:
    pass
def f(*): pass
if x {
    y = 1
}
