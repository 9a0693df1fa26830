def f(*): pass
#     ^ error: [syntax] "named arguments must follow bare *"
