def f(a, /, b, /): pass
#              ^ error: [syntax] "/ may appear only once"
