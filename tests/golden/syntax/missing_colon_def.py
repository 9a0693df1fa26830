def f(a, b)
#          ^ error: [syntax] "expected ':'"
    return a
