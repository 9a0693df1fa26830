if a && b:
#     ^ error: [syntax] "invalid syntax"
    pass
