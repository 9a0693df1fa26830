def f(1): pass
#     ^ error: [syntax] "invalid syntax"
