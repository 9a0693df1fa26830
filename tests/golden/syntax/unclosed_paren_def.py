def f(a, b:
#    ^ error: [syntax] "'(' was never closed"
    return a
