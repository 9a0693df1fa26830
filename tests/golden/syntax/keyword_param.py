def f(lambda): pass
#     ^ error: [syntax] "invalid syntax"
