def f():
    return: 1
#         ^ error: [syntax] "invalid syntax"
