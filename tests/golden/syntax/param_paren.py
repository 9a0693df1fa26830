def f((a, b)): pass
#     ^ error: [syntax] "Function parameters cannot be parenthesized"
